import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.suyuan/**', '**/*.cjs', '**/*.mjs', 'apps/**/public/**'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.base.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'off', // decorator metadata needs value imports of injected classes
      '@typescript-eslint/no-extraneous-class': 'off', // Nest modules are empty classes by design
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: 'error',
    },
  },
  // Pure folders read no clock and draw no randomness: time and ids are arguments (docs/adr/0003).
  {
    files: ['libs/*/src/domain/**/*.ts', 'libs/gs1/src/**/*.ts', 'libs/epcis/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'fetch', 'process'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pass the time in: a replay must give the same answer.' },
        { object: 'Math', property: 'random', message: 'Pass the id or seed in: a replay must give the same answer.' },
      ],
    },
  },
);
