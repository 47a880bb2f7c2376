/** The shape of a policy, and what makes one sensible. Reading a file with line numbers is in `policy-file.ts`. */
import { millis, parseDuration } from '#domain/instant.ts';
import type { Duration } from '#domain/instant.ts';
import type { Policy, RiskClass } from '#domain/policy.ts';
import * as z from 'zod';

const length = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, {
    error: 'a length of time above zero, such as P3D or PT12H',
  })
  .transform((text) => text as Duration);

const timeZone = z.string().refine(isTimeZone, { error: 'an IANA time zone, such as Europe/Berlin' });

const riskClass = z
  .strictObject({
    confirmWithin: length,
    confirmAgainWithin: length,
    longestTerm: length,
    reviewEvery: length,
    remindBefore: z.array(length).min(1),
    leastNotice: length,
    onSilence: z.enum(['disable', 'escalate']),
    restoreFor: length,
  })
  .check((given) => {
    const { leastNotice, confirmWithin, confirmAgainWithin, longestTerm, reviewEvery, remindBefore } =
      given.value;
    const lengths = [
      leastNotice,
      confirmWithin,
      confirmAgainWithin,
      longestTerm,
      reviewEvery,
      ...remindBefore,
    ];
    // Already told of one by one: comparing them would only add noise.
    if (lengths.some((one) => parseDuration(one) === undefined)) return;
    const say = (field: string, expected: string) =>
      given.issues.push({
        code: 'custom',
        message: expected,
        path: [field],
        input: (given.value as Record<string, unknown>)[field],
      });
    // Without these, every deadline would be put off because its notice could never have been given in time.
    if (millis(leastNotice) > Math.min(millis(confirmWithin), millis(confirmAgainWithin)))
      say('leastNotice', 'no longer than confirmWithin and confirmAgainWithin');
    if (!remindBefore.some((step) => millis(step) > millis(leastNotice)))
      say('remindBefore', 'at least one step longer than leastNotice');
    if (millis(reviewEvery) > millis(longestTerm)) say('reviewEvery', 'no longer than longestTerm');
  }) satisfies z.ZodType<RiskClass>;

export const policySchema = z.strictObject({
  approvers: z
    .array(z.string().regex(/^[UW][A-Z0-9]{2,}$/, { error: 'a Slack user id, such as U012AB3CD' }))
    .min(1),
  fallbackChannel: z.string().regex(/^(#[a-z0-9._-]{1,80}|[CG][A-Z0-9]{2,})$/, {
    error: 'a Slack channel: #name or its id, such as C012AB3CD',
  }),
  timeZone,
  disableRetry: z.strictObject({ first: length, longest: length, reportWithin: length }),
  risk: z.strictObject({ low: riskClass, medium: riskClass, high: riskClass, critical: riskClass }),
}) satisfies z.ZodType<Policy>;

function isTimeZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
