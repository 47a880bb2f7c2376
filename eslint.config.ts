import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { pure } from './rooms.ts';

export default defineConfig(
  { ignores: ['cdk.out/', '.lapse/', 'node_modules/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['**/*.mjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: pure.map((room) => `functions/${room}/**`),
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'console',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'fetch',
        'crypto',
        'performance',
        // Every global by another name.
        'globalThis',
        'global',
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: ':function[async=true]',
          message: 'A pure room does not wait.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time is an argument.',
        },
        {
          selector:
            "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
          message: 'Time is an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Chance is an argument.',
        },
      ],
    },
  },
  {
    // Tests say what follows what, never how long it took: a busy machine is no reason to fail.
    files: ['test/**/*.ts'],
    ignores: [
      'test/bench/**',
      'test/soak/**',
      'test/simulation/simulate.ts',
      'test/sabotage/{sabotage,scratch-copy}.ts',
    ],
    rules: {
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'performance'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is an argument, in tests as elsewhere.' },
        { object: 'AbortSignal', property: 'timeout', message: 'test/never-aborts.ts has a signal.' },
      ],
      'no-restricted-imports': [
        'error',
        { name: 'node:timers/promises', importNames: ['setTimeout', 'setInterval', 'scheduler'] },
      ],
    },
  },
  {
    files: ['test/**/*.test.ts'],
    ignores: ['test/**/*.process.test.ts', 'test/{register,journeys}/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['node:child_process', 'node:worker_threads'].map((name) => ({
            name,
            allowTypeImports: true,
            message: 'What starts processes is called *.process.test.ts, and has a patience of its own.',
          })),
          patterns: [
            {
              regex: '/(process-tree|dynamodb-engine|local/deployment|local/functions)\\.ts$',
              allowTypeImports: true,
              message: 'What starts processes is called *.process.test.ts, and has a patience of its own.',
            },
          ],
        },
      ],
    },
  },
);
