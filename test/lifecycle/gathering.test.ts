import { describe, expect, it } from 'vitest';
import {
  findDigestDue,
  noGathering,
  settleDigest,
  takeTurn,
  type Gathering,
  type Occasion,
  type Waiting,
} from '#lifecycle/gathering.ts';
import { duration, instant, plus, type Instant } from '#time/instant.ts';
import { repeatAt } from '#lifecycle/due.ts';
import { policy as rules } from '../policy/fixture.ts';
import { examples } from './examples.ts';
import type { Unconfirmed } from '#lifecycle/exception.ts';

// A Monday.
const noon = instant('2026-11-02T12:00:00Z');
const after = (length: string, from: Instant = noon) => plus(from, duration(length));
const policy = {
  ...rules,
  digest: { above: 3, within: duration('PT1H'), daily: ['low', 'medium'] },
} as const;
const high: Omit<Occasion, 'now'> = { risk: 'high', deadline: after('P3D'), policy };
const low: Omit<Occasion, 'now'> = { risk: 'low', deadline: after('P14D'), policy };

const ask = (index: number): Waiting => ({ id: `ex-${index}`, of: 1, owner: 'ann', about: 'ask' });
const remind = (index: number): Waiting => ({ ...ask(index), about: 'remind' });

/** Those messages one after the other, from a moment on a second apart. */
function all(
  messages: readonly Waiting[],
  occasion: Omit<Occasion, 'now'>,
  from = noon,
  before = noGathering,
) {
  let gathering: Gathering = before;
  const turns = messages.map((message, index) => {
    const taken = takeTurn(gathering, message, { ...occasion, now: after(`PT${index}S`, from) });
    ({ gathering } = taken);
    return taken.turn;
  });
  return { turns, gathering };
}
const five = Array.from({ length: 5 }, (_, index) => ask(index));

describe('the messages of an hour', () => {
  it('are three cards, and one digest of the rest five minutes after the first that waits', () => {
    const { turns, gathering } = all(five, high);
    expect(turns).toEqual(['now', 'now', 'now', 'later', 'later']);
    expect(gathering.waiting).toEqual([ask(3), ask(4)]);
    expect(gathering.due).toBe(after('PT5M3S'));
  });

  it('are counted from each: after an hour a card is a card again', () => {
    const { gathering } = all(five.slice(0, 3), high);
    expect(all([ask(3)], high, after('PT59M'), gathering).turns).toEqual(['later']);
    expect(all([ask(3)], high, after('PT1H1S'), gathering).turns).toEqual(['now']);
  });

  it('hold one digest, however many come after it', () => {
    const { gathering } = all(five, high);
    const sent = settleDigest(
      { ...gathering, last: { channel: 'D1', ts: '1.1', at: after('PT6M'), done: false } },
      gathering.waiting,
      { now: after('PT6M'), policy },
    );
    expect(sent).toMatchObject({ waiting: [], last: { done: true } });
    expect(sent.due).toBeUndefined();
    const next = all([ask(5)], high, after('PT10M'), sent).gathering;
    expect(next.due).toBe(after('PT1H6M'));
  });

  it('say the same thing once: a message that comes again is the one that was there', () => {
    const { gathering } = all(five, high);
    const again = all(five, high, after('PT1M'), gathering);
    expect(again.turns).toEqual(['now', 'now', 'now', 'later', 'later']);
    expect(again.gathering).toMatchObject({ waiting: gathering.waiting, due: gathering.due });
  });

  it('are sent by whoever comes by where the digest should have gone out long ago', () => {
    const { gathering } = all(five, high);
    expect(all([ask(4)], high, after('PT15M3S'), gathering).turns).toEqual(['later']);
    expect(all([ask(4)], high, after('PT15M4S'), gathering).turns).toEqual(['overdue']);
  });

  it('are no more than anybody could read', () => {
    const { gathering } = all(
      Array.from({ length: 2_100 }, (_, index) => ask(index)),
      high,
    );
    expect(gathering.waiting).toHaveLength(2_000);
  });
});

describe('what can wait for the day', () => {
  it('waits until the next working morning, once the first few are out', () => {
    expect(all(five, low)).toMatchObject({
      turns: ['now', 'now', 'now', 'later', 'later'],
      gathering: { due: '2026-11-03T09:00:00.000Z' },
    });
    expect(all(five, low, instant('2026-11-02T07:00:00Z')).gathering.due).toBe('2026-11-02T09:00:00.000Z');
    expect(all(five, low, instant('2026-11-06T16:00:00Z')).gathering.due).toBe('2026-11-09T09:00:00.000Z');
  });

  it('goes by the morning of its recipient', () => {
    const there = { ...low, timeZone: 'America/Los_Angeles' };
    expect(all(five, there).gathering.due).toBe('2026-11-02T17:00:00.000Z');
  });

  it('does not wait past its deadline, nor for longer than what does not wait', () => {
    const soon = { ...low, deadline: after('PT20H') };
    expect(all(five, soon).gathering.due).toBe(after('PT5M3S'));
    const { gathering } = all(five, low);
    expect(all([ask(5)], high, after('PT1M'), gathering).gathering.due).toBe(after('PT6M'));
  });

  it('reminds nobody at night, except of what is dangerous or would be too late', () => {
    const night = instant('2026-11-02T22:00:00Z');
    expect(all([remind(1)], low, night)).toMatchObject({
      turns: ['later'],
      gathering: { due: '2026-11-03T09:00:00.000Z' },
    });
    expect(all([remind(1)], high, night).turns).toEqual(['now']);
    expect(all([remind(1)], { ...low, deadline: instant('2026-11-03T09:00:00Z') }, night).turns).toEqual([
      'now',
    ]);
    expect(all([ask(1)], low, night).turns).toEqual(['now']);
    expect(all([remind(1)], low).turns).toEqual(['now']);
  });
});

it('a digest that somebody is sending is due for others only when that must have failed', () => {
  const { gathering } = all(five, high);
  expect(findDigestDue(gathering)).toBe(after('PT5M3S'));
  expect(findDigestDue({ ...gathering, sending: after('PT6M') })).toBe(after('PT8M'));
  expect(findDigestDue(noGathering)).toBeUndefined();
});

it('what came while a digest was sent waits for the next one', () => {
  const { gathering } = all(five, high);
  const during: Gathering = { ...gathering, waiting: [...gathering.waiting, ask(7), { ...ask(3), of: 2 }] };
  const at = after('PT6M');
  const left = settleDigest(
    { ...during, last: { channel: 'D1', ts: '1.1', at, done: false } },
    gathering.waiting,
    {
      now: at,
      policy,
    },
  );
  expect(left).toMatchObject({ waiting: [ask(7), { ...ask(3), of: 2 }], due: after('PT1H6M') });
});

it('what waits for the digest of a morning is not repeated before that, and what does not wait is', () => {
  const unheard = { of: 1, at: noon, repeated: 0 };
  const state = { ...examples.unconfirmed.state, unheard } as Unconfirmed;
  const at = (given: Partial<Unconfirmed>) => repeatAt({ ...state, ...given }, unheard, policy);
  expect(at({ risk: 'high', confirmBy: after('P3D') })).toBe(after('PT1H'));
  expect(at({ risk: 'low', confirmBy: after('P14D') })).toBe('2026-11-03T10:00:00.000Z');
  expect(at({ risk: 'low', confirmBy: after('PT20H') })).toBe(after('PT1H'));
});
