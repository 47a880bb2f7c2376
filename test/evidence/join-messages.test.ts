import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinMessages, type Joined } from '#evidence/join-messages.ts';
import { instant } from '#time/instant.ts';
import type { MessageRow } from '#evidence/message-row.ts';

const row = (message: string, given: Partial<MessageRow> = {}): MessageRow => ({
  source: 'email-events',
  at: instant('2026-11-20T09:00:00Z'),
  message,
  recipients: ['ada@contoso.example'],
  passed: {},
  outcome: 'delivered',
  threat: false,
  via: {},
  ...given,
});

function joined(rows: readonly MessageRow[], open: number): readonly Joined[] {
  const join = joinMessages({ open, recipients: 3, remembered: 4_096 });
  return [...rows.flatMap((one) => join.add(one)), ...join.end()];
}

const told = (all: readonly Joined[]) =>
  all.map(({ seen: { message, recipients, threat }, isFirst }) => [message, recipients, threat, isFirst]);

describe('a row that comes long after the others of its message', () => {
  it('adds recipients that were not counted, and nothing for those that were', () => {
    const rows = [
      row('m1'),
      row('m2'),
      row('m3'),
      row('m1'),
      row('m1', { recipients: ['bo@contoso.example'] }),
    ];
    expect(told(joined(rows, 1))).toEqual([
      ['m1', 1, false, true],
      ['m2', 1, false, true],
      ['m1', 1, false, false],
      ['m3', 1, false, true],
    ]);
  });

  it('tells of a threat that was found since, once', () => {
    const late = row('m1', { threat: true, outcome: 'blocked' });
    expect(told(joined([row('m1'), row('m2'), row('m3'), late, late], 1)).slice(1, 3)).toEqual([
      ['m2', 1, false, true],
      ['m1', 0, true, false],
    ]);
  });
});

it('messages stay open by their last row, not by their first', () => {
  const rows = [row('m1'), row('m2'), row('m1', { recipients: ['bo@contoso.example'] }), row('m3')];
  expect(told(joined(rows, 4))).toContainEqual(['m1', 2, false, true]);
});

it('a message for more than are told apart counts the others as they come', () => {
  const recipients = Array.from({ length: 10 }, (_, at) => `u${at}@contoso.example`);
  expect(told(joined([row('m1', { recipients })], 2))).toEqual([['m1', 10, false, true]]);
});

it('two sources keep their messages apart, whatever these are called', () => {
  const rows = [row('m1'), row('m1', { source: 'extended-trace' })];
  expect(joined(rows, 2).map(({ isFirst }) => isFirst)).toEqual([true, true]);
});

it('however few are held open, each message counts once and each recipient of it once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 2 })), { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      (pairs, open) => {
        const all = joined(
          pairs.map(([message, recipient]) => row(`m${message}`, { recipients: [`u${recipient}`] })),
          open,
        );
        const messages = all.filter(({ isFirst }) => isFirst).map(({ seen }) => seen.message);
        expect(messages.toSorted()).toEqual([...new Set(pairs.map(([message]) => `m${message}`))].toSorted());
        expect(all.reduce((sum, { seen }) => sum + seen.recipients, 0)).toBe(
          new Set(pairs.map((pair) => pair.join())).size,
        );
      },
    ),
  );
});
