// Nest 12 is ESM only and Node 20's jest cannot require() it, so @swc/jest also transforms those packages
// (docs/adr/0002). One project, real PostgreSQL started once for all suites by the global setup.
const paths = require('./tsconfig.base.json').compilerOptions.paths;
const esmPackages = '(?:.*/)?(?:@nestjs|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|cookie|csv-parse)/';
const swc = [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  },
];
module.exports = {
  rootDir: __dirname,
  testMatch: ['<rootDir>/{apps,libs,test}/**/*.spec.ts'],
  testEnvironment: 'node',
  transform: {
    '\\.ts$': swc,
    '\\.m?js$': [
      '@swc/jest',
      { swcrc: false, module: { type: 'commonjs' }, jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!${esmPackages})`],
  moduleNameMapper: Object.fromEntries(
    Object.entries(paths).map(([name, [file]]) => [`^${name}$`, `<rootDir>/${file.replace('./', '')}`]),
  ),
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  globalSetup: '<rootDir>/test/support/global-setup.cjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.cjs',
  testTimeout: 60000,
  workerIdleMemoryLimit: '1GB',
};
