/** Against what AWS documents of conditions: "IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued context keys". */
import { describe, expect, it } from 'vitest';
import { conditionsSchema, holds, type Context } from '#lib/local/iam/condition.ts';

const keys = 'dynamodb:LeadingKeys';
const met = (condition: object, context: Context): boolean =>
  conditionsSchema.parse(condition).every((one) => holds(one, context));

describe('a condition on several values', () => {
  const all = { 'ForAllValues:StringLike': { [keys]: ['ALIAS#*', 'NOTE'] } };
  const any = { 'ForAnyValue:StringLike': { [keys]: ['ALIAS#*', 'NOTE'] } };

  it.each([
    [all, ['ALIAS#1'], true],
    [all, ['ALIAS#1', 'NOTE'], true],
    [all, ['ALIAS#1', 'STATE'], false],
    [any, ['ALIAS#1', 'STATE'], true],
    [any, ['STATE'], false],
  ])('%j of %j is %j', (condition, values, expected) => {
    expect(met(condition, { [keys]: values })).toBe(expected);
  });

  it('lets everything pass by ForAllValues where there is no value, and nothing by ForAnyValue', () => {
    expect([met(all, {}), met(any, {}), met(all, { [keys]: [] })]).toEqual([true, false, true]);
  });

  it('lets nothing pass without a value where Null forbids that, too', () => {
    const both = { ...all, Null: { [keys]: 'false' } };
    expect([met(both, {}), met(both, { [keys]: ['ALIAS#1'] })]).toEqual([false, true]);
  });
});

describe('a condition on one value', () => {
  it.each([
    ['StringEquals', 'events:source', 'lapse', 'lapse', true],
    ['StringEquals', 'events:source', 'lapse', 'Lapse', false],
    ['StringEquals', 'events:source', 'lap*', 'lapse', false],
    ['StringNotEquals', 'events:source', 'lapse', 'other', true],
    ['StringNotEquals', 'events:source', 'lapse', 'lapse', false],
    ['StringLike', 'events:source', 'lap?e', 'lapse', true],
    ['StringLike', 'events:source', 'lap?e', 'lapsse', false],
    ['Bool', 'aws:SecureTransport', false, 'false', true],
    ['Bool', 'aws:SecureTransport', 'FALSE', 'true', false],
    ['NumericLessThanEquals', 'sts:DurationSeconds', 300, '300', true],
    ['NumericLessThanEquals', 'sts:DurationSeconds', 300, '301', false],
    ['NumericLessThanEquals', 'sts:DurationSeconds', 300, 'long', false],
    ['ArnEquals', 'aws:SourceArn', 'arn:aws:events:r:1:rule/bus/*', 'arn:aws:events:r:1:rule/bus/a', true],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:x:r:1:api/*/*/in', 'arn:aws:x:r:1:api/$default/POST/in', true],
    // Each of the six parts of an ARN is compared by itself.
    ['ArnLike', 'aws:SourceArn', 'arn:aws:x:*', 'arn:aws:x:r:1:api', false],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:x:r:*:api', 'arn:aws:x:r:1:2:api', false],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:x:r:1:*', 'arn:aws:x:r:1:2:api', true],
  ])('%s of %s wants %j: %j is %j', (operator, key, wanted, given, expected) => {
    expect(met({ [operator]: { [key]: wanted } }, { [key]: [given] })).toBe(expected);
  });

  it('does not hold without a value, but for those that want another one', () => {
    expect(met({ StringEquals: { 'events:source': 'lapse' } }, {})).toBe(false);
    expect(met({ Bool: { 'aws:SecureTransport': 'false' } }, {})).toBe(false);
    expect(met({ NumericLessThanEquals: { 'sts:DurationSeconds': 300 } }, {})).toBe(false);
    expect(met({ StringNotEquals: { 'events:source': 'lapse' } }, {})).toBe(true);
  });

  it('holds where any of the wanted values is given, and where all of them are others', () => {
    const given = { 'events:source': ['b'] };
    expect(met({ StringEquals: { 'events:source': ['a', 'b'] } }, given)).toBe(true);
    expect(met({ StringNotEquals: { 'events:source': ['a', 'b'] } }, given)).toBe(false);
  });

  it('is about a key in upper or lower case', () => {
    expect(met({ StringEquals: { 'aws:sourceaccount': '1' } }, { 'aws:SourceAccount': ['1'] })).toBe(true);
  });

  it('must hold together with all others', () => {
    const both = {
      StringEquals: { 'events:source': 'lapse', 'events:detail-type': 'Told' },
    };
    expect(met(both, { 'events:source': ['lapse'], 'events:detail-type': ['Told'] })).toBe(true);
    expect(met(both, { 'events:source': ['lapse'], 'events:detail-type': ['Asked'] })).toBe(false);
  });
});

describe('a condition', () => {
  it.each([
    [{ StringEqualsIgnoreCase: { 'events:source': 'a' } }, 'StringEqualsIgnoreCase is not known'],
    [{ StringEqualsIfExists: { 'events:source': 'a' } }, 'StringEqualsIfExists is not known'],
    [{ 'ForAllValues:Null': { [keys]: 'false' } }, 'ForAllValues:Null is no condition'],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'aws:PrincipalOrgID is not known'],
    [{ StringEquals: { 'events:source': '${aws:userid}' } }, 'policy variable'],
    [{ StringLike: { [keys]: 'ALIAS#*' } }, 'needs ForAllValues or ForAnyValue'],
    [{ 'ForAllValues:StringEquals': { 'events:source': 'a' } }, 'lets pass where it is absent'],
  ])('that is not known, or means another thing than it seems, is refused: %j', (condition, why) => {
    expect(conditionsSchema.safeParse(condition).error?.message).toContain(why);
  });
});
