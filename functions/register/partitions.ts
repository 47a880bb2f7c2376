/** How the partition keys of the table begin: a function's role may write only where the function does (`lib/register.ts`). */
export const partitions = {
  /** Each with its trail. A policy cannot tell the two apart: it sees no sort keys. */
  exceptions: 'EXCEPTION#',
  receipts: 'RECEIPT#',
  aliases: 'ALIAS#',
  remembered: 'REMEMBERED#',
  notes: 'STANDING#',
  mailboxes: 'MAILBOX#',
  probes: 'PROBE#',
  usage: 'USAGE#',
} as const;

/** Names of notes, or how the names of several begin. */
export const noteNames = {
  policy: 'POLICY',
  breakers: 'BREAKERS',
  enforcement: 'ENFORCEMENT',
  breaker: 'BREAKER#',
  digest: 'DIGEST#',
  inventory: 'inventory#',
  tenants: 'tenants',
  heartbeat: 'HEARTBEAT',
  coverage: 'COVERAGE#',
  usageKey: 'USAGE-KEY',
  refused: 'REFUSED#',
} as const;
