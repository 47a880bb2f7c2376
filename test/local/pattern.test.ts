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
    ['a prefix of no text', { attempt: [{ prefix: '3' }] }, false],
    ['a suffix', { Operation: [{ suffix: 'Rule' }] }, true],
    ['any case', { Operation: [{ 'equals-ignore-case': 'NEW-transportrule' }] }, true],
    ['what exists', { Operation: [{ exists: true }] }, true],
    ['what must not exist', { Operation: [{ exists: false }] }, false],
    ['what does not exist', { nothing: [{ exists: false }] }, true],
    ['anything but', { Operation: [{ 'anything-but': ['Set-TransportRule'] }] }, true],
    ['anything but itself', { Operation: [{ 'anything-but': 'New-TransportRule' }] }, false],
    ['anything but a prefix', { Operation: [{ 'anything-but': { prefix: 'New-' } }] }, false],
    ['anything but, of what is absent', { nothing: [{ 'anything-but': 'x' }] }, false],
    ['a range', { attempt: [{ numeric: ['>', 2, '<=', 3] }] }, true],
    ['outside a range', { attempt: [{ numeric: ['>', 3] }] }, false],
    ['one of two ways', { $or: [{ attempt: [9] }, { Operation: [{ prefix: 'New' }] }] }, true],
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
    expect(() => compilePattern({ detail: { n: [{ numeric: ['~', 1] }] } })).toThrow(/numeric needs one of/);
  });
});
