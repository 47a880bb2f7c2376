import { describe, expect, it } from 'vitest';
import { compilePattern } from '#lib/local/pattern.ts';

const event = {
  source: 'lapse.register',
  detail: { data: { Operation: 'New-TransportRule', attempt: 3, tags: ['a', 'b'], empty: null, on: false } },
};
const inData = (pattern: unknown): boolean => compilePattern({ detail: { data: pattern } })(event);

describe('an event pattern', () => {
  it.each([
    ['one of the values', { Operation: ['Set-TransportRule', 'New-TransportRule'] }, true],
    ['none of the values', { Operation: ['Set-TransportRule'] }, false],
    ['the case of a value', { Operation: ['new-transportrule'] }, false],
    ['a value of another type', { attempt: ['3'] }, false],
    ['a number', { attempt: [3] }, true],
    ['false', { on: [false] }, true],
    ['null', { empty: [null] }, true],
    ['any member of a list', { tags: ['b'] }, true],
    ['no member of a list', { tags: ['c'] }, false],
    ['every field', { attempt: [3], Operation: ['Set-TransportRule'] }, false],
    ['a prefix', { Operation: [{ prefix: 'New-' }] }, true],
    ['another prefix', { Operation: [{ prefix: 'Set-' }] }, false],
    ['a suffix', { Operation: [{ suffix: '-TransportRule' }] }, true],
    ['another suffix', { Operation: [{ suffix: '-Rule' }] }, false],
    ['a suffix of no text', { attempt: [{ suffix: '3' }] }, false],
    ['a prefix of no text', { attempt: [{ prefix: '3' }] }, false],
  ])('matches by %s', (_what, pattern, matches) => {
    expect(inData(pattern)).toBe(matches);
  });

  it('does not match where the event has no such branch', () => {
    expect(compilePattern({ detail: { other: { deep: ['x'] } } })(event)).toBe(false);
  });

  it('is refused by name and place where it uses an operator nobody knows', () => {
    expect(() => compilePattern({ detail: { ip: [{ cidr: '10.0.0.0/8' }] } })).toThrow(
      'pattern.detail.ip uses {"cidr":"10.0.0.0/8"}, which the local bus does not know',
    );
    const twofold = { detail: { n: [{ prefix: 'a', suffix: 'b' }] } };
    expect(() => compilePattern(twofold)).toThrow('which the local bus does not know');
  });
});
