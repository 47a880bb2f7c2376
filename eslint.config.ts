import type { Linter } from 'eslint';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Patterns are read like those of a .gitignore, where "#" begins a comment. */
const escaped = (pattern: string): string => pattern.replace(/^(!?)#/, '$1\\#');

/** Bans imports by folder, so that the table of docs/architecture.md cannot rot. */
const ban = (files: string[], message: string, group: string[]): Linter.Config => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: group.map(escaped), message }] }] },
});

const io = ['@aws-sdk/*', '@slack/web-api', 'node:http', 'node:https', 'node:fs', 'node:fs/*', '#runtime/*'];

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
    files: ['functions/domain/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: '^(?!\\./|#domain/)', message: 'The domain imports nothing outside itself.' }],
        },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'console',
        'setTimeout',
        'fetch',
        'crypto',
        'performance',
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'FunctionDeclaration[async=true], ArrowFunctionExpression[async=true]',
          message: 'The domain does not wait.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time is an argument.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time is an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Chance is an argument.',
        },
      ],
    },
  },
  ban(['functions/audit-log/**'], 'A folder does the I/O of its own outside thing only.', [
    '@aws-sdk/*',
    '@slack/web-api',
    '#runtime/*',
    '#register/*',
    // Which exception an object is: pure, and the same for the log's reader.
    '!#register/identity.ts',
    '#slack/*',
    '#exchange/*',
    '#bus/*',
    // How to sign in is told from outside: `ActivityToken`.
    '#sign-in/*',
  ]),
  ban(['functions/register/**'], 'A folder does the I/O of its own outside thing only.', [
    '@aws-sdk/client-eventbridge',
    '@slack/*',
    '#runtime/*',
    '#slack/*',
    '#exchange/*',
    '#bus/*',
    '#audit-log/*',
  ]),
  ban(['functions/slack/**'], 'A folder does the I/O of its own outside thing only.', [
    '@aws-sdk/*',
    '#runtime/*',
    '#register/*',
    // How it shows that one cannot be read.
    '!#register/unreadable-state.ts',
    '#exchange/*',
    '#bus/*',
    '#audit-log/*',
  ]),
  ban(['functions/exchange/**'], 'A folder does the I/O of its own outside thing only.', [
    '@aws-sdk/*',
    '@slack/*',
    '#runtime/*',
    '#register/*',
    '#slack/*',
    '#bus/*',
    '#audit-log/*',
  ]),
  ban(['functions/sign-in/**'], 'Signing in knows nothing of what it is for.', [
    ...io,
    '@slack/*',
    '#register/*',
    '#slack/*',
    '#exchange/*',
    '#bus/*',
    '#audit-log/*',
    '#domain/*',
    '#policy/*',
  ]),
  ban(['functions/http/**'], 'Requests know nothing of what they are for.', [
    '#*/*',
    '@aws-sdk/*',
    '@slack/*',
    'node:http',
    'node:https',
    'node:fs',
    'node:fs/*',
  ]),
  ban(['functions/bus/**'], 'A folder does the I/O of its own outside thing only.', [
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/lib-dynamodb',
    '@slack/*',
    '#runtime/*',
    '#register/*',
    '#slack/*',
    '#exchange/*',
    '#audit-log/*',
  ]),
  ban(['functions/policy/**'], 'Policy is parsed, nothing else.', [
    ...io,
    '#register/*',
    '#slack/*',
    '#exchange/*',
    '#bus/*',
    '#audit-log/*',
  ]),
  ban(['functions/replay/**'], 'A replay reads records and asks nobody.', [
    ...io,
    '#slack/*',
    '#bus/*',
    '#sign-in/*',
    '#http/*',
    '#register/register.ts',
  ]),
  ban(['functions/*.ts'], 'One Lambda does not import another, nor what deploys it.', [
    './*',
    '#functions/*',
    '#lib/*',
    'aws-cdk-lib',
    'aws-cdk-lib/*',
    '../lib/*',
  ]),
);
