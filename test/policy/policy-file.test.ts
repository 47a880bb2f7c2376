import { describe, expect, it } from 'vitest';
import { describeMistake, parsePolicy } from '#policy/policy-file.ts';
import { policySchema } from '#policy/policy-schema.ts';
import { policyText as good } from './fixture.ts';

const tenant = 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1';
const mistakes = (text: string): readonly string[] => {
  const parsed = parsePolicy(text);
  return 'mistakes' in parsed
    ? parsed.mistakes.map((mistake) => describeMistake('policy.yaml', mistake))
    : [];
};
const lineOf = (part: string) => good.slice(0, good.indexOf(part)).split('\n').length;

describe('a policy', () => {
  it('survives being stored as JSON', () => {
    const parsed = parsePolicy(good);
    if ('mistakes' in parsed) throw new Error(mistakes(good).join('\n'));
    expect(policySchema.parse(JSON.parse(JSON.stringify(parsed.policy)))).toEqual(parsed.policy);
  });
});

describe('a mistake in a policy is told with its line, field, what was found and what was expected', () => {
  it.each([
    [
      'a length in words',
      good.replace('confirmWithin: P3D', 'confirmWithin: 3 days'),
      [
        `policy.yaml:${String(lineOf('confirmWithin: P3D'))}: risk.high.confirmWithin: found "3 days", expected a length of time above zero, such as P3D or PT12H`,
      ],
    ],
    [
      'a length of zero',
      good.replace('first: PT2M', 'first: PT0M'),
      [
        `policy.yaml:${String(lineOf('first: PT2M'))}: disableRetry.first: found "PT0M", expected a length of time above zero, such as P3D or PT12H`,
      ],
    ],
    [
      'an unknown field',
      good.replace('    onSilence', '    colour: red\n    onSilence'),
      [
        expect.stringContaining(
          'risk.low.colour: found a field of that name, expected only fields that exist',
        ),
      ],
    ],
    [
      'another word',
      good.replace('    onSilence: disable', '    onSilence: nothing'),
      [expect.stringContaining('found "nothing", expected one of disable, escalate, disable-first')],
    ],
    [
      'a missing field',
      good.replace(/timeZone: .*/, ''),
      [expect.stringContaining('timeZone: found nothing, expected a string')],
    ],
    [
      'no such zone',
      good.replace('Etc/UTC', 'Mars/Olympus'),
      [expect.stringContaining('found "Mars/Olympus", expected an IANA time zone')],
    ],
    [
      'nobody to approve',
      good.replace(/approvers: .*/, 'approvers: []'),
      [expect.stringContaining('approvers: found [], expected at least one entry')],
    ],
    [
      'a notice longer than the time to confirm',
      good.replace('leastNotice: PT4H', 'leastNotice: P4D'),
      [expect.stringContaining('leastNotice: found "P4D", expected no longer than')],
    ],
    [
      'no reminder before the notice',
      good.replace('[P7D, P3D, P1D, PT6H]', '[PT1H]'),
      [
        expect.stringContaining(
          'remindBefore: found ["PT1H"], expected at least one step longer than leastNotice',
        ),
      ],
    ],
    [
      'a review that is rarer than the term is long',
      good.replace('longestTerm: P30D\n    reviewEvery: P14D', 'longestTerm: P10D\n    reviewEvery: P14D'),
      [expect.stringContaining('reviewEvery: found "P14D", expected no longer than longestTerm')],
    ],
    [
      'a number of a kind that contradicts its class',
      good.replace('kinds: {}', 'kinds: { ip-allow: { critical: { leastNotice: P4D } } }'),
      [
        expect.stringContaining(
          'kinds.ip-allow.critical.leastNotice: found "P4D", expected leastNotice no longer',
        ),
      ],
    ],
    [
      'a working day that ends before it begins',
      good.replace(/(workingHours:[^]*?)from: .*/, '$1from: "23:00"'),
      [expect.stringContaining('workingHours.to: found "17:00", expected a time later than `from`')],
    ],
    [
      'one tenant twice',
      good.replace(
        'tenants: []',
        `tenants: [{ id: ${tenant}, name: A }, { id: ${tenant.toUpperCase()}, name: B, cloud: dod }]`,
      ),
      [expect.stringMatching(/tenants: found .*, expected each tenant once: only the first would count/)],
    ],
    [
      'one account twice',
      good.replace(
        'people: []',
        'people: [{ account: a@x.com, person: b@x.com }, { account: A@x.com, person: c@x.com }]',
      ),
      [expect.stringMatching(/people: found .*, expected each account once: only the first would count/)],
    ],
    [
      'a pattern for accounts, which would fit none',
      good.replace('people: []', "people: [{ account: '*', person: b@x.com }]"),
      [
        expect.stringContaining(
          'people.0.account: found "*", expected one account, as the audit log names it: no patterns here',
        ),
      ],
    ],
    ['broken YAML', 'approvers: [', [expect.stringContaining('expected well-formed YAML')]],
    ['an alias', 'approvers: &a [U1AB]\nrisk: *a', [expect.stringContaining('found an alias')]],
    ['nothing at all', '', ['policy.yaml:1: found null, expected a block of fields']],
  ])('%s', (_, text, expected) => {
    expect(mistakes(text)).toEqual(expected);
  });

  it('all of them at once', () => {
    expect(
      mistakes(
        good
          .replace('Etc/UTC', 'x')
          .replace('first: PT2M', 'first: soon')
          .replace('#mail-exceptions', 'mail exceptions'),
      ),
    ).toHaveLength(3);
  });
});
