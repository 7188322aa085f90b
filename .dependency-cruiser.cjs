/** Import boundaries; each rule says why. Run by `npm run boundaries`, part of `npm run check`. */
const lib = (name) => `^libs/${name}/src/`;
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two files are one idea, or a third is missing.',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-domain',
      severity: 'error',
      comment:
        'Domain, gs1 and epcis import no framework, driver or node module (epcis: node:crypto for the hash): the rules must replay anywhere.',
      from: { path: '^libs/(gs1/src|epcis/src|[^/]+/src/domain)/', pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot: [
          '^libs/(gs1|epcis)/src/',
          '^libs/[^/]+/src/domain/',
          '^node_modules/(ajv|ajv-formats|epc-tds)',
          '^(node:)?crypto$',
        ],
      },
    },
    {
      name: 'libs-not-apps',
      severity: 'error',
      comment: 'Apps are composition roots; nothing depends on one.',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    { name: 'no-spec-import', severity: 'error', comment: 'A spec is a leaf.', from: {}, to: { path: '\\.spec\\.ts$' } },
    {
      name: 'testkit-only-in-tests',
      severity: 'error',
      comment: 'Test tools never ship in a feature.',
      from: { path: '^(libs|apps)/', pathNot: ['\\.spec\\.ts$', '^libs/testkit/', '\\.contract\\.ts$', '/testing/'] },
      to: { path: lib('testkit') },
    },
    {
      name: 'lib-public-face',
      severity: 'error',
      comment: "Another library's inside is its own business: import its index.",
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/((domain|event-store-server)/)?index\\.ts$'] },
    },
    {
      name: 'trace-knows-no-recall',
      severity: 'error',
      comment: 'Facts do not depend on what is done about them.',
      from: { path: lib('(trace|capture|event-log)') },
      to: { path: lib('(recall|notice)') },
    },
    {
      name: 'platform-is-ground',
      severity: 'error',
      comment: 'Platform carries everything and knows nobody.',
      from: { path: lib('platform') },
      to: { path: '^libs/(?!platform/)' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
