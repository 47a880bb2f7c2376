/** The shape of a policy, and what makes it sensible. Reading a file with line numbers is in `policy-file.ts`. */
import { grades } from '#risk/evidence.ts';
import { kinds } from '#kinds/registry.ts';
import { millis, parseDuration } from '#time/instant.ts';
import { isTimeZone } from '#time/local-time.ts';
import { overrideClass } from './policy.ts';
import { weekdays } from './policy.ts';
import * as z from 'zod';
import { risks } from '#risk/finding.ts';
import { mailAddress } from '#values/mail-address.ts';
import { provesPerson } from './aws-principal.ts';
import { licensedKinds } from '#kinds/form.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Duration } from '#time/instant.ts';
import type { Overrides, Policy, RiskClass } from './policy.ts';
import type { Risk } from '#risk/finding.ts';

const length = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, {
    error: 'a length of time above zero, such as P3D or PT12H',
  })
  .transform((text) => text as Duration)
  .meta({ description: 'A length of time (ISO 8601): P3D is three days, PT12H twelve hours.' });
const fixed = (text: string): Duration => text as Duration;

const approver = z.string().regex(/^[UWS][A-Z0-9]{2,}$/, {
  error: 'a Slack user or group id, such as U012AB3CD or S012AB3CD',
});
const approvers = z.array(approver).min(1);
const channel = z.string().regex(/^(#[a-z0-9._-]{1,80}|[CG][A-Z0-9]{2,})$/, {
  error: 'a Slack channel: #name or its id, such as C012AB3CD',
});
const person = z.string().regex(new RegExp(`^(${mailAddress}|[UW][A-Z0-9]{2,})$`), {
  error: 'a mail address or a Slack user id, such as ann@example.com or U012AB3CD',
});
const account = z
  .string()
  .min(1)
  .regex(/^[^*?]+$/, { error: 'one account, as the audit log names it: no patterns here' });
const guid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, {
  error: 'a GUID, such as b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1',
});
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'a time of day, such as 09:00' });
const date = z.iso.date({ error: 'a date, such as 2026-12-25' });
const timeZone = z.string().refine(isTimeZone, { error: 'an IANA time zone, such as Europe/Berlin' });
const whole = (least: number, most: number) =>
  z
    .int({ error: `a whole number from ${least} to ${most}` })
    .min(least, { error: `a whole number from ${least} to ${most}` })
    .max(most, { error: `a whole number from ${least} to ${most}` });

const numbers = {
  confirmWithin: length,
  confirmAgainWithin: length,
  longestTerm: length,
  reviewEvery: length,
  remindBefore: z.array(length).min(1),
  leastNotice: length,
  askNextAfter: length,
  onSilence: z.enum(['disable', 'escalate', 'disable-first']),
  restoreFor: length,
  renewalsBeforeSecondApprover: whole(0, 1000),
  hours: z.enum(['any', 'working']),
  approvers,
};

const riskClass = z
  .strictObject({
    ...numbers,
    renewalsBeforeSecondApprover: numbers.renewalsBeforeSecondApprover.default(3),
    askNextAfter: length.optional(),
    hours: numbers.hours.default('any'),
    approvers: approvers.optional(),
  })
  .check(({ value, issues }) => {
    for (const [field, message] of senseless(value))
      issues.push({ code: 'custom', message, path: [field], input: value[field] });
  }) satisfies z.ZodType<RiskClass>;

const overrides = z.strictObject(numbers).partial() satisfies z.ZodType<Overrides>;

const match = {
  tenant: guid.optional(),
  kind: z.enum(kinds).optional(),
  name: z.string().min(1).optional(),
  domain: z
    .string()
    .regex(/^[^@\s*]+$/, { error: 'a domain, such as example.com; those below it count too' })
    .optional(),
};
const ruleFor = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject({ ...match, ...shape });

const bound = z.strictObject({
  longestTerm: length.optional(),
  approvedBy: z.enum(['owner', 'approvers']).optional(),
});

const forRisks = z.strictObject(
  Object.fromEntries(risks.map((risk) => [risk, overrides.optional()])) as Record<
    Risk,
    z.ZodOptional<typeof overrides>
  >,
);
const forKinds = z.strictObject(
  Object.fromEntries(kinds.map((kind) => [kind, forRisks.optional()])) as Record<
    Kind,
    z.ZodOptional<typeof forRisks>
  >,
);
const forGrades = z.strictObject(
  Object.fromEntries(grades.map((grade) => [grade, bound.optional()])) as Record<
    (typeof grades)[number],
    z.ZodOptional<typeof bound>
  >,
);

export const policySchema = z
  .strictObject({
    approvers,
    fallbackChannel: channel,
    channels: z.array(ruleFor({ channel })).default([]),
    fourEyes: z.array(z.enum(risks)).default(['high', 'critical']),
    owners: z
      .array(
        ruleFor({
          owner: z.union([person, channel], {
            error: 'a mail address, a Slack user id, or a Slack channel',
          }),
        }).refine(
          ({ name, domain, kind, tenant }) => [name, domain, kind, tenant].some((one) => one !== undefined),
          { error: 'at least one of name, domain, kind, tenant' },
        ),
      )
      .default([]),
    people: z
      .array(
        z
          .strictObject({
            account,
            person: person.optional(),
            backup: person.optional(),
            aws: z
              .string()
              .refine(provesPerson, {
                error:
                  'the ARN of an IAM user, or of somebody who signed in through IAM Identity Center (…:assumed-role/AWSReservedSSO_…/name): anybody can choose the session name of another role',
              })
              .optional(),
          })
          .refine(({ person, aws }) => aws === undefined || /^[UW][A-Z0-9]+$/.test(person ?? ''), {
            error: 'with aws, person must be a Slack user id: that is who answers',
          })
          .refine(({ person, backup }) => person !== undefined || backup !== undefined, {
            error: 'person, backup, or both',
          }),
      )
      .refine((people) => isEachOnce(people.map((one) => one.account)), {
        error: 'each account once: only the first would count',
      })
      .refine((people) => isEachOnce(people.flatMap(({ aws }) => aws ?? [])), {
        error: 'each aws once: it is one person',
      })
      .default([]),
    tenants: z
      .array(
        z.strictObject({
          id: guid,
          name: z.string().min(1),
          cloud: z.enum(['worldwide', 'gcc', 'gcchigh', 'dod']).default('worldwide'),
          without: z.array(z.enum(licensedKinds)).default([]),
          collect: z.boolean().exactOptional(),
        }),
      )
      .refine((tenants) => isEachOnce(tenants.map(({ id }) => id)), {
        error: 'each tenant once: only the first would count',
      })
      .default([]),
    timeZone,
    workingHours: z
      .strictObject({
        days: z.array(z.enum(weekdays)).min(1),
        from: time,
        to: time,
        holidays: z.array(date).max(1000).default([]),
      })
      .check(({ value, issues }) => {
        if (value.from >= value.to)
          issues.push({
            code: 'custom',
            message: 'a time later than `from`',
            path: ['to'],
            input: value.to,
          });
      })
      .default({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', holidays: [] }),
    mailboxes: z
      .strictObject({ keptFor: length.default(fixed('P90D')), asExceptions: z.boolean().default(false) })
      .default({ keptFor: fixed('P90D'), asExceptions: false }),
    usage: z.strictObject({ keptFor: length.default(fixed('P120D')) }).default({ keptFor: fixed('P120D') }),
    graceOnImport: length.default(fixed('P14D')),
    importPerDay: whole(1, 1000).default(20),
    undoWithin: length.default(fixed('PT30M')),
    digest: z
      .strictObject({
        above: whole(0, 100_000).default(3),
        within: length.default(fixed('PT1H')),
        daily: z.array(z.enum(risks)).default(['low', 'medium']),
      })
      .default({ above: 3, within: fixed('PT1H'), daily: ['low', 'medium'] }),
    breaker: z
      .strictObject({
        most: whole(1, 100_000),
        share: whole(1, 100),
        least: whole(1, 100_000).default(5),
        within: length,
      })
      .default({ most: 20, share: 25, least: 5, within: fixed('PT1H') }),
    nativeExpiry: z.boolean().default(false),
    disableRetry: z
      .strictObject({ first: length, longest: length, reportWithin: length })
      .check(({ value: { first, longest }, issues }) => {
        const [least, most] = [parseDuration(first), parseDuration(longest)];
        if (least !== undefined && most !== undefined && most < least)
          issues.push({
            code: 'custom',
            message: `no shorter than first (${first})`,
            path: ['longest'],
            input: longest,
          });
      }),
    evidence: forGrades.default({}),
    everyone: bound.default({}),
    risk: z.strictObject({ low: riskClass, medium: riskClass, high: riskClass, critical: riskClass }),
    kinds: forKinds.default({}),
  })
  .check((given) => {
    const policy = given.value;
    const say = (path: PropertyKey[], input: unknown, expected: string) =>
      given.issues.push({ code: 'custom', message: expected, path, input });
    for (const kind of kinds)
      for (const risk of risks) {
        const given = policy.kinds[kind]?.[risk];
        if (given === undefined) continue;
        for (const [field, expected] of senseless(overrideClass(policy.risk[risk], given)))
          say(
            ['kinds', kind, risk, ...(field in given ? [field] : [])],
            given[field] ?? given,
            `${field} ${expected}, with the values under risk.${risk}`,
          );
      }
  }) satisfies z.ZodType<Policy>;

/** Whatever the capitals. */
const isEachOnce = (names: readonly string[]): boolean =>
  new Set(names.map((name) => name.toLowerCase())).size === names.length;

/** Contradictions within a class: the field, and what it should be. */
function senseless(numbers: RiskClass): readonly (readonly [keyof RiskClass, string])[] {
  const { leastNotice, confirmWithin, confirmAgainWithin, longestTerm, reviewEvery, remindBefore } = numbers;
  const lengths = [leastNotice, confirmWithin, confirmAgainWithin, longestTerm, reviewEvery, ...remindBefore];
  // Already reported one by one: comparing them would only add noise.
  if (lengths.some((one) => parseDuration(one) === undefined)) return [];
  const wrong: [keyof RiskClass, string][] = [];
  // Without these, every deadline would be postponed because its notice could never have been given in time.
  if (millis(leastNotice) > Math.min(millis(confirmWithin), millis(confirmAgainWithin)))
    wrong.push(['leastNotice', 'no longer than confirmWithin and confirmAgainWithin']);
  if (!remindBefore.some((step) => millis(step) > millis(leastNotice)))
    wrong.push(['remindBefore', 'at least one step longer than leastNotice']);
  if (millis(reviewEvery) > millis(longestTerm)) wrong.push(['reviewEvery', 'no longer than longestTerm']);
  return wrong;
}
