import { rooms } from './rooms.ts';

/** No room imports another, or a package, that its row in `rooms.ts` does not name. */
const table = Object.entries(rooms).flatMap(([room, { rooms: others, packages }]) => [
  {
    name: `rooms-of-${room}`,
    comment: `functions/${room} imports no other room than rooms.ts says.`,
    severity: 'error',
    from: { path: `^functions/${room}/` },
    to: { path: '^(functions|lib|bin|test)/', pathNot: `^functions/(${[room, ...others].join('|')})/` },
  },
  {
    name: `packages-of-${room}`,
    comment: `functions/${room} imports no other package than rooms.ts says.`,
    severity: 'error',
    from: { path: `^functions/${room}/` },
    to: {
      pathNot: [
        '^(functions|lib|bin|test)/',
        ...packages.flatMap((name) => [`^(node:)?${name}(/|$)`, `^node_modules/(@types/)?${name}/`]),
      ],
    },
  },
]);

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'No file needs, directly or by others, what needs it: of types neither.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...table,
    {
      name: 'every-folder-is-a-room',
      comment: 'A folder under functions/ has its row in rooms.ts.',
      severity: 'error',
      from: { path: `^functions/(?!(${Object.keys(rooms).join('|')})/)[^/]+/` },
      to: {},
    },
    {
      name: 'one-lambda-one-file',
      comment: 'One Lambda does not import another, nor what deploys it.',
      severity: 'error',
      from: { path: '^functions/[^/]+\\.ts$' },
      to: { path: ['^functions/[^/]+\\.ts$', '^(lib|bin|test)/', '^node_modules/(aws-cdk-lib|constructs)/'] },
    },
    {
      name: 'what-is-deployed-knows-not-where',
      comment:
        'The stack, the local deployment and the stand-ins do not import the command line or the tests.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(bin|test)/' },
    },
    {
      name: 'the-stand-in-stands-alone',
      comment: 'The stand-ins play the outside: they know nothing of the local deployment.',
      severity: 'error',
      from: { path: '^lib/standin/' },
      to: { path: '^lib/(?!standin/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
