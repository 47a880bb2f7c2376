import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { states } from '#lifecycle/exception.ts';
import { toMillis } from '#time/instant.ts';
import {
  dueFrom,
  exceptionFrom,
  holderFrom,
  rowFrom,
  toAliasItem,
  toReceiptItem,
  rememberedFrom,
  toRememberedItem,
  toStateItem,
} from '#register/items.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { createExceptionId } from '#register/identity.ts';
import { shardOf, shards } from '#register/keys.ts';
import { nothingRemembered } from '#register/remembered.ts';
import {
  after,
  alex,
  approve,
  examples,
  id,
  live,
  noon,
  observation,
  policy,
} from '../lifecycle/examples.ts';
import { commitOf } from './commits.ts';
import type { Exception } from '#lifecycle/exception.ts';

const item = (state: Exception, dueAt = after('P1D')) =>
  toStateItem({ ...commitOf(undefined), after: state, dueAt }, 'head');

describe('the item of a state', () => {
  it.each(states)('gives back an exception that is %s', (name) => {
    const { state } = examples[name];
    expect(exceptionFrom(id, item(state))).toEqual(state);
  });

  it('carries what the table is asked by', () => {
    expect(item(examples.confirmed.state)).toMatchObject({
      pk: `EXCEPTION#${id}`,
      sk: 'STATE',
      schemaVersion: 1,
      shard: shardOf(id),
      dueAt: after('P1D'),
      openedAt: noon,
      kind: 'transport-rule',
      stateName: 'confirmed',
      version: 3,
      head: 'head',
    });
  });

  it('stays out of the due index where nothing is due', () => {
    expect(toStateItem({ ...commitOf(undefined), dueAt: undefined }, 'head')).not.toHaveProperty('dueAt');
  });

  it('is refused where a newer release wrote it', () => {
    expect(() => exceptionFrom(id, { ...item(examples.held.state), schemaVersion: 2 })).toThrow(
      'newer release',
    );
  });

  it.each([
    ['a state nobody knows', { state: 'asleep' }, 'state'],
    ['a deadline that is no moment', { confirmBy: 'tomorrow' }, 'confirmBy'],
    ['a cause nobody knows', { state: 'disabled', cause: 'the content', disabledAt: noon }, 'cause'],
    ['a kind nobody knows', { kind: 'the content' }, 'kind'],
    ['a missing deadline', { confirmBy: undefined }, 'confirmBy'],
  ])('is refused with %s, naming the place and never the content', (_fault, change, place) => {
    const exception = JSON.stringify({ ...examples.unconfirmed.state, ...change });
    const read = () => exceptionFrom(id, { ...item(examples.unconfirmed.state), exception });
    expect(read).toThrow(`unexpected values in ${place}`);
    expect(read).not.toThrow('the content');
  });
});

describe('what a newer release knows more about', () => {
  /** Adds a field to the exception and to every object in it, however deep. */
  const extended = (value: unknown, extra: unknown): unknown =>
    Array.isArray(value)
      ? value.map((member: unknown) => extended(member, extra))
      : typeof value === 'object' && value !== null
        ? {
            ...Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, extended(inner, extra)])),
            laterField: extra,
          }
        : value;

  it.each(states)('is kept at every level of an exception that is %s, and written back', (name) => {
    fc.assert(
      fc.property(fc.jsonValue(), (extra) => {
        const stored = JSON.parse(JSON.stringify(extended(examples[name].state, extra))) as unknown;
        const read = exceptionFrom(id, { ...item(examples[name].state), exception: JSON.stringify(stored) });
        expect(read).toEqual(stored);
        expect(exceptionFrom(id, item(read))).toEqual(stored);
      }),
    );
  });

  it('outlives the state it was read in', () => {
    const { state, now } = examples.unconfirmed;
    const read = exceptionFrom(id, {
      ...item(state),
      exception: JSON.stringify({ ...state, laterField: ['kept'] }),
    });
    for (const command of [approve(read, now), { type: 'Decline', by: alex, seen: read.asOf } as const])
      expect(live([[now, command]], policy, read).state).toMatchObject({ laterField: ['kept'] });
  });
});

describe('the item of a receipt', () => {
  it('may be cleared away after five weeks', () => {
    const { ttl } = toReceiptItem('r', commitOf(undefined)) as { readonly ttl?: number };
    expect(ttl).toBe(toMillis(after('P35D')) / 1000);
  });
});

describe('the item of what is remembered', () => {
  const kept = {
    of: { tenant: 't', kind: 'transport-rule', name: 'n' },
    records: [],
    touched: [],
    renames: [],
    revision: 0,
  } as const;

  it('is kept for longer than a year: who touched an object while it was harmless may wait', () => {
    expect(toRememberedItem(kept, noon)).toMatchObject({ ttl: toMillis(after('P400D')) / 1000 });
  });

  it('keeps what a newer release wrote besides, at every level', () => {
    const change = {
      record: 'r',
      by: { type: 'person', id: 'a', later: 1 },
      at: noon,
      operation: 'o',
      later: 2,
    };
    const until = { at: noon, record: 'r', later: 3 };
    const later = { records: [], touched: [change], renames: [{ to: 'b', until, later: 4 }], later: 5 };
    const item = { ...toRememberedItem(kept, noon), remembered: JSON.stringify(later) };
    expect(rememberedFrom(kept.of, item)).toEqual({ ...later, revision: 1 });
    const again = toRememberedItem({ ...rememberedFrom(kept.of, item), of: kept.of }, noon);
    expect(JSON.parse(String(again['remembered']))).toEqual(later);
  });

  it('is read as an older release wrote it', () => {
    const old = { ...toRememberedItem(kept, noon), remembered: '{"records":[],"renames":[]}' };
    expect(rememberedFrom(kept.of, old)).toEqual({ records: [], touched: [], renames: [], revision: 1 });
  });
});

describe('what only a newer release can have written', () => {
  it('hides nothing that is due: an index may lack, or hold otherwise, what its keys do not tell', () => {
    const due = item(examples.confirmed.state);
    const known = { id, dueAt: after('P1D') };
    expect(dueFrom({ ...due, lapsesAt: after('P2D') })).toEqual({
      ...known,
      tenant: examples.confirmed.state.tenant,
      lapsesAt: after('P2D'),
    });
    expect(dueFrom({ pk: due.pk, dueAt: due['dueAt'] })).toEqual(known);
    expect(dueFrom({ ...due, tenant: 1, lapsesAt: 2 })).toEqual(known);
    expect(rowFrom({ pk: due.pk, danger: 'extreme#0', tenant: 1, kind: 'later-kind' })).toEqual({ id });
  });

  it('makes an alias unreadable, and tells whose', () => {
    const key = { pk: 'ALIAS#t#transport-rule#name#n', sk: 'ALIAS' };
    const alias = { ...toAliasItem(key, { id, gone: false }), standing: 'the content' };
    expect(() => holderFrom(alias)).toThrow(UnreadableState);
    expect(() => holderFrom(alias)).toThrow(
      `${id} in the register cannot be read: unexpected values in standing`,
    );
    expect(() => holderFrom(alias)).not.toThrow('the content');
    expect(() => holderFrom(key)).toThrow(UnreadableState);
  });

  it.each([
    ['a change nobody knows', (record: object) => ({ ...record, change: 'the content' })],
    ['a kind nobody knows', (record: object) => ({ ...record, kind: 'the content' })],
  ])('makes what is remembered unreadable: %s', (_, later) => {
    const of = { tenant: 't', kind: 'transport-rule', name: 'n' } as const;
    const records = [{ observation: later({ ...observation }), receipt: 'r' }];
    const kept = {
      ...toRememberedItem({ of, ...nothingRemembered }, noon),
      remembered: JSON.stringify({ records, renames: [] }),
    };
    const read = () => rememberedFrom(of, kept);
    expect(read).toThrow(UnreadableState);
    expect(read).toThrow(createExceptionId(of));
    expect(read).not.toThrow('the content');
    expect(() => rememberedFrom(of, { ...kept, remembered: '{' })).toThrow(UnreadableState);
    expect(() => rememberedFrom(of, {})).toThrow(UnreadableState);
  });
});

describe('shards', () => {
  it('all have a share of the exceptions', () => {
    const hit = new Set(Array.from({ length: 200 }, (_, index) => shardOf(`ex-${index.toString(32)}`)));
    expect([...hit].toSorted()).toEqual([...shards]);
  });
});
