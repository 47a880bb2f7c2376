/** What people hand to the policy commands: an object's settings, or the register as the local deployment prints it. */
import { kinds } from '#kinds/registry.ts';
import { kindOfSettings } from '#kinds/form.ts';
import * as z from 'zod';
import type { Exception } from '#lifecycle/exception.ts';
import { duration, parseDuration, toMillis } from '#time/instant.ts';
import { spelled } from '#risk/setting-names.ts';
import type { Duration, Instant } from '#time/instant.ts';

import type { Evidence } from './owner.ts';

const text = z.string();
const settings = z.record(z.string(), z.unknown()).transform(spelled);
const author = z.object({ type: z.enum(['person', 'application', 'service', 'unknown']), id: text });

const viewSchema = z.looseObject({
  tenant: text,
  kind: z.enum(kinds),
  name: text,
  settings,
  changedBy: author.default({ type: 'unknown', id: '' }),
});

/**
 * An exception as the register prints it, or the bare settings as Exchange does. `kind` counts where the settings
 * do not tell: without it, a rule is assumed unless they look like a connector's.
 */
export function objectIn(
  json: unknown,
  kind: string | undefined,
): { readonly object: Evidence } | { readonly why: string } {
  const view = viewSchema.safeParse(json);
  if (view.success) return { object: view.data };
  const bare = settings.safeParse(Array.isArray(json) && json.length === 1 ? (json[0] as unknown) : json);
  if (!bare.success) return { why: 'it is no object with settings' };
  const told = kinds.find((one) => one === kind);
  if (kind !== undefined && told === undefined)
    return { why: `there is no kind ${kind}: ${kinds.join(', ')}` };
  const name = bare.data['Name'] ?? bare.data['Identity'];
  return {
    object: {
      tenant: '',
      kind: told ?? kindOfSettings(bare.data),
      name: typeof name === 'string' ? name : '',
      settings: bare.data,
      changedBy: { type: 'unknown', id: '' },
    },
  };
}

const length = z
  .string()
  .refine((text) => parseDuration(text) !== undefined)
  .transform((text) => text as Duration);
const moment = z.iso.datetime().transform((at) => at as Instant);
const rowSchema = z.looseObject({
  ...viewSchema.shape,
  id: text,
  state: z.enum(['unconfirmed', 'confirmed', 'held', 'disabling', 'disabled', 'removed']),
  risk: z.enum(['low', 'medium', 'high', 'critical']),
  remedy: z.enum(['disable', 'escalate']).default('disable'),
  owner: text,
  ownerType: z.enum(['person', 'team']).default('person'),
  openedAt: moment,
  changedAt: moment,
  confirmBy: moment.nullish(),
  approvedAt: moment.nullish(),
  expiresAt: moment.nullish(),
  reviewBy: moment.nullish(),
  question: z.enum(['opened', 'changed', 're-enabled', 'voided']).nullish(),
  byPolicy: moment.nullish(),
  graceUntil: moment.nullish(),
  since: moment.nullish(),
  reminded: moment.nullish(),
  postponedTo: moment.nullish(),
  chosen: moment.nullish(),
  reviewEvery: length.nullish(),
  renewals: z.int().default(0),
  version: z.int().default(1),
  asOf: z.int().default(1),
});

/**
 * A row of the register, as far as a preview needs it. One printed by an older release does not tell what its deadline
 * was made of: as in the register itself, no policy moves it then.
 */
export function exceptionIn(row: unknown): { readonly exception: Exception } | { readonly why: string } {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) return { why: parsed.error.issues[0]?.path.map(String).join('.') ?? 'not readable' };
  const one = parsed.data;
  const known = {
    id: one.id,
    tenant: one.tenant,
    kind: one.kind,
    name: one.name,
    settings: one.settings,
    complete: true,
    risk: one.risk,
    findings: [],
    remedy: one.remedy,
    owner:
      one.ownerType === 'person'
        ? ({ type: 'person', address: one.owner } as const)
        : ({ type: 'team', why: 'nobody is known to own it', channel: one.owner } as const),
    openedAt: one.openedAt,
    changedBy: one.changedBy,
    changedAt: one.changedAt,
    renewals: one.renewals,
    version: one.version,
    asOf: one.asOf,
    cards: [],
    told: [],
    ...(one.reminded && { reminded: one.reminded }),
    ...(one.postponedTo && { postponedTo: one.postponedTo }),
  };
  if (one.state === 'unconfirmed' && one.confirmBy)
    return {
      exception: {
        ...known,
        state: 'unconfirmed',
        question: one.question ?? 'opened',
        since: one.since ?? one.openedAt,
        confirmBy: one.confirmBy,
        ...(one.byPolicy && { byPolicy: one.byPolicy }),
        ...(one.graceUntil && { graceUntil: one.graceUntil }),
      },
    };
  const { approvedAt, expiresAt, reviewBy } = one;
  if (one.state === 'confirmed' && approvedAt && expiresAt && reviewBy)
    return {
      exception: {
        ...known,
        state: 'confirmed',
        since: one.since ?? approvedAt,
        approval: {
          by: { type: 'schedule' },
          at: approvedAt,
          reason: '',
          expiresAt,
          reviewBy,
          reviewEvery: one.reviewEvery ?? betweenDates(approvedAt, reviewBy),
          ...(one.chosen && { chosen: one.chosen }),
        },
      },
    };
  // Nothing of it is due by policy.
  return {
    exception: { ...known, state: 'removed', since: one.openedAt, removedAt: one.changedAt },
  };
}

const betweenDates = (from: Instant, to: Instant): Duration =>
  duration(`PT${Math.max(0, Math.round((toMillis(to) - toMillis(from)) / 1000))}S`);
