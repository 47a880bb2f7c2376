/**
 * An exception as stored in the table. Checked whenever it is read: whatever acts on it trusts every field. Unknown
 * fields were written by a newer release: they are kept as they are, at every level, so that rolling back a release
 * loses nothing. An unknown word (a kind, a state, a cause) makes the exception unreadable instead.
 */
import * as z from 'zod';
import { grades } from '#risk/evidence.ts';
import { acts } from '#lifecycle/exception.ts';
import { parseDuration, type Duration } from '#time/instant.ts';
import { risks } from '#risk/finding.ts';
import { kinds } from '#kinds/registry.ts';
import { instantSchema } from './instant-schema.ts';
import { outsides } from '#lifecycle/exception.ts';
import type { Special } from '#risk/addresses.ts';
import type { Exception, Known } from '#lifecycle/exception.ts';

/** Raised when a stored shape changes so that older code would misread it. */
export const schemaVersion = 1;

/** What this release reads. An item of a version that is no longer read must be told apart from a damaged one. */
export const readableVersions = { oldest: 1, newest: schemaVersion } as const;

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'expected a length of time, such as P30D')
  .transform((text) => text as Duration);
const count = z.int().nonnegative();
const risk = z.enum(risks);

const author = z.looseObject({
  type: z.enum(['person', 'application', 'service', 'unknown']),
  id: z.string(),
  outside: z.enum(outsides).exactOptional(),
});
const actor = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.enum(['owner', 'approver', 'outsider']),
    slackUser: z.string().min(1),
    slackTeam: z.string(),
  }),
  z.looseObject({ type: z.literal('administrator'), author }),
  z.looseObject({ type: z.enum(['inventory', 'schedule', 'enforcement', 'messenger']) }),
]);
const approval = z.looseObject({
  by: actor,
  at: instantSchema,
  reason: z.string(),
  expiresAt: instantSchema,
  reviewEvery: duration,
  reviewBy: instantSchema,
  chosen: instantSchema.exactOptional(),
});
const cause = z.enum([
  'unconfirmed',
  'expired',
  'review missed',
  'declined',
  'revoked',
  'reopened without approval',
  'at source',
  'disable first',
]);
const owner = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('person'),
    address: z.string().min(1),
    slackUser: z.string().min(1).exactOptional(),
  }),
  z.looseObject({ type: z.literal('team'), why: z.string(), channel: z.string().min(1).exactOptional() }),
]);
const rung = z.looseObject({
  from: z.enum(['comment', 'rule', 'maker', 'backup', 'reassigned', 'fallback']),
  owner,
});
const note = z.looseObject({
  owner: z.string().exactOptional(),
  ticket: z.string().exactOptional(),
  expires: z.string().exactOptional(),
  reason: z.string().exactOptional(),
});
const maker = z.looseObject({
  id: z.string(),
  slackUser: z.string().min(1).exactOptional(),
  sought: z.literal(true).exactOptional(),
});
const chosen = z.looseObject({ ...maker.shape, by: z.string().min(1).exactOptional() });
const change = z.looseObject({
  by: author,
  at: instantSchema,
  order: z.string().exactOptional(),
  record: z.string(),
  operation: z.string(),
  created: z.literal(true).exactOptional(),
});
const acting = z.looseObject({
  act: z.enum(acts),
  of: z.int().positive(),
  attempt: z.int().positive(),
  phase: z.enum(['running', 'waiting']),
  nextAt: instantSchema,
  failure: z.string().exactOptional(),
  settledAt: instantSchema.exactOptional(),
});
const looking = z.looseObject({
  after: z.enum(['hour', 'day']),
  attempt: count,
  phase: z.enum(['running', 'waiting']),
  nextAt: instantSchema,
});
const unheard = z.looseObject({
  of: z.int().positive(),
  at: instantSchema,
  repeated: count,
  deadline: instantSchema.exactOptional(),
  approvers: z.literal(true).exactOptional(),
});
const seeking = z.looseObject({ at: instantSchema, repeated: count });
const evidence = z.looseObject({ grade: z.enum(grades), why: z.string() });
const breadth = z.looseObject({
  addresses: z.number(),
  networks6: z.number(),
  // The names of blocks may change with their list: they are only shown.
  special: z.array(
    z.looseObject({ what: z.custom<Special>(), addresses: z.number(), networks6: z.number() }),
  ),
  whole: z.boolean(),
  unread: z.number(),
  domains: z.number(),
  recipients: z.number(),
  everyone: z.boolean(),
  text: z.string(),
});

const alsoAsked = z.array(z.looseObject({ rung: count, owner })).exactOptional();
const spared = z
  .looseObject({ at: instantSchema, cause, why: z.enum(['observing', 'stopped']) })
  .exactOptional();
const answered = z
  .looseObject({
    by: actor,
    at: instantSchema,
    answer: z.enum(['approved', 'renewed', 'declined', 'revoked', 'restored', 'held']),
  })
  .exactOptional();

/** What each state of an open exception has for itself. */
const open = {
  unconfirmed: {
    state: z.literal('unconfirmed'),
    confirmBy: instantSchema,
    byPolicy: instantSchema.exactOptional(),
    graceUntil: instantSchema.exactOptional(),
    question: z.enum(['opened', 'changed', 're-enabled', 'voided']),
  },
  held: {
    state: z.literal('held'),
    until: instantSchema,
    resume: z.enum(['unconfirmed', 'confirmed']),
    confirmBy: instantSchema,
  },
} as const;

const ended = {
  answered,
  reminded: instantSchema.exactOptional(),
  postponedTo: instantSchema.exactOptional(),
  spared,
  alsoAsked,
  movedAt: instantSchema.exactOptional(),
  appliedPolicy: z.string().exactOptional(),
  unheard: unheard.exactOptional(),
  seeking: seeking.exactOptional(),
  helpAsked: z.int().positive().exactOptional(),
  wished: instantSchema.exactOptional(),
  approversTold: z.int().positive().exactOptional(),
};
const undo = z.looseObject({
  by: actor,
  at: instantSchema,
  fingerprint: z.string().exactOptional(),
  was: z.discriminatedUnion('state', [
    z.looseObject({ ...ended, ...open.unconfirmed }),
    z.looseObject({ ...ended, state: z.literal('confirmed') }),
    z.looseObject({ ...ended, ...open.held }),
  ]),
});

const known = {
  ...ended,
  id: z.string().min(1),
  tenant: z.string().min(1),
  kind: z.enum(kinds),
  name: z.string(),
  guid: z.string().min(1).exactOptional(),
  settings: z.record(z.string(), z.unknown()),
  complete: z.boolean(),
  risk,
  findings: z.array(z.looseObject({ id: z.string(), risk, text: z.string() })),
  remedy: z.enum(['disable', 'escalate']),
  evidence: evidence.exactOptional(),
  breadth: breadth.exactOptional(),
  owner,
  ladder: z.array(rung).exactOptional(),
  rung: count.exactOptional(),
  note: note.exactOptional(),
  makers: z.array(maker).exactOptional(),
  chosen: z.array(chosen).exactOptional(),
  askedUnder: z.string().exactOptional(),
  openedAt: instantSchema,
  graceEnd: instantSchema.exactOptional(),
  changedBy: author,
  changedAt: instantSchema,
  made: change.exactOptional(),
  changed: change.exactOptional(),
  renewals: count,
  version: z.int().positive(),
  asOf: z.int().positive(),
  cards: z.array(z.looseObject({ channel: z.string().min(1), ts: z.string().min(1) })),
  told: z.array(
    z.looseObject({
      to: z.string().exactOptional(),
      deadline: instantSchema,
      at: instantSchema,
      alertsOnly: z.literal(true).exactOptional(),
    }),
  ),
  since: instantSchema,
  approval: approval.exactOptional(),
  reopened: z.array(instantSchema).exactOptional(),
  reopenings: z.array(z.looseObject({ by: author, at: instantSchema, offAt: instantSchema })).exactOptional(),
  application: z.string().min(1).exactOptional(),
  acting: acting.exactOptional(),
  keptEnd: instantSchema.exactOptional(),
  undoneAt: instantSchema.exactOptional(),
  // An unchecked field could hold anything: a new field of the domain must not compile until it is here.
} satisfies Record<keyof Known, z.ZodType>;

export const exceptionSchema = z.discriminatedUnion('state', [
  z.looseObject({ ...known, ...open.unconfirmed }),
  z.looseObject({ ...known, state: z.literal('confirmed'), approval }),
  z.looseObject({ ...known, ...open.held }),
  z.looseObject({
    ...known,
    state: z.literal('disabling'),
    cause,
    attempt: z.int().positive(),
    phase: z.enum(['running', 'waiting']),
    nextAt: instantSchema,
    failure: z.string().exactOptional(),
    undo: undo.exactOptional(),
  }),
  z.looseObject({
    ...known,
    state: z.literal('disabled'),
    cause,
    disabledAt: instantSchema,
    undo: undo.exactOptional(),
    looking: looking.exactOptional(),
  }),
  z.looseObject({
    ...known,
    state: z.literal('removed'),
    removedAt: instantSchema,
    harmless: z.literal(true).exactOptional(),
  }),
]) satisfies z.ZodType<Exception>;
