/**
 * Who may import what under `functions/`: by room, the other rooms and the packages. The table in
 * docs/architecture.md says the same, and a test holds the two together. `npm run lint` enforces it.
 */

interface Room {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

/** Rooms that decide and touch nothing. */
export const pure = ['values', 'time', 'risk', 'kinds', 'behaviour', 'probe', 'policy', 'lifecycle'] as const;

export const rooms: Readonly<Record<string, Room>> = {
  values: { rooms: [], packages: [] },
  time: { rooms: ['values'], packages: [] },
  risk: { rooms: ['values', 'time'], packages: ['ipaddr.js'] },
  kinds: { rooms: ['values', 'time', 'risk'], packages: [] },
  behaviour: { rooms: ['values', 'time', 'risk', 'kinds'], packages: [] },
  probe: { rooms: ['values', 'time', 'risk', 'kinds'], packages: [] },
  policy: { rooms: pure, packages: ['yaml', 'zod', 'crypto'] },
  lifecycle: { rooms: pure, packages: [] },
  'audit-log': { rooms: pure, packages: ['zod', 'zlib', 'crypto', 'util', 'buffer'] },
  evidence: { rooms: [...pure, 'audit-log'], packages: [] },
  collection: {
    rooms: [...pure, 'audit-log', 'microsoft', 'register'],
    packages: ['zod', 'crypto', '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'],
  },
  microsoft: { rooms: ['values', 'time'], packages: ['zod', 'crypto'] },
  register: {
    rooms: pure,
    packages: ['zod', 'crypto', 'timers', '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'],
  },
  bus: { rooms: pure, packages: ['zod', '@aws-sdk/client-eventbridge'] },
  exchange: { rooms: [...pure, 'microsoft'], packages: ['zod', 'crypto'] },
  smtp: { rooms: ['values', 'probe'], packages: ['net', 'tls'] },
  slack: { rooms: pure, packages: ['zod', 'crypto', '@slack/types', '@slack/web-api'] },
  recording: { rooms: [...pure, 'audit-log', 'exchange', 'register'], packages: [] },
  replay: {
    rooms: [...pure, 'audit-log', 'exchange', 'recording', 'register'],
    packages: ['crypto'],
  },
  configuration: { rooms: [...pure, 'audit-log'], packages: [] },
  inventory: { rooms: [...pure, 'exchange', 'microsoft', 'register'], packages: ['zod', 'crypto'] },
  deadlines: { rooms: [...pure, 'register', 'runtime'], packages: [] },
  doctor: {
    rooms: [...pure, 'collection', 'exchange', 'microsoft', 'register', 'slack'],
    packages: ['zod'],
  },
  runtime: {
    rooms: [...pure, 'bus', 'exchange', 'microsoft', 'register'],
    packages: [
      'zod',
      'fs',
      'path',
      'crypto',
      'timers',
      'aws-lambda',
      '@middy/core',
      '@aws-lambda-powertools/batch',
      '@aws-lambda-powertools/logger',
      '@aws-lambda-powertools/metrics',
      '@aws-lambda-powertools/parameters',
      '@aws-sdk/client-dynamodb',
      '@aws-sdk/client-sqs',
      '@aws-sdk/client-sts',
    ],
  },
};
