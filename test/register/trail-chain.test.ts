import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolveAll } from '#lifecycle/evolve.ts';
import { react } from '#lifecycle/react.ts';
import { beginning, chainEvents, readWrittenEntry, verifyTrail } from '#register/trail-chain.ts';
import { after, approve, id, live, noon, observe, told } from '../lifecycle/examples.ts';
import type { WrittenEntry } from '#register/contract.ts';

const { events } = live([
  [noon, observe()],
  [after('PT1M'), (state) => told(state)],
  [after('PT1H'), (state) => approve(state, after('PT1H'))],
  [after('PT2H'), (state) => approve(state, after('PT2H'))],
]);
const trail = chainEvents(id, 0, beginning, events);
const place = fc.nat(trail.length - 1);
const changed = (index: number, change: (entry: WrittenEntry) => WrittenEntry) =>
  trail.map((entry, at) => (at === index ? change(entry) : entry));

describe('a trail', () => {
  it('is whole as it was written', async () => {
    expect(await verifyTrail(id, trail, 4)).toEqual({ ok: true, version: 4, head: trail.at(-1)?.hash });
  });

  it('is the same whether written at once or entry by entry', () => {
    const one = chainEvents(id, 0, beginning, events.slice(0, 1));
    const rest = chainEvents(id, 1, one[0]?.hash ?? '', events.slice(1));
    expect([...one, ...rest]).toEqual(trail);
  });

  it('gives back the events that were written', () => {
    expect(trail.map((entry) => readWrittenEntry(entry))).toEqual(
      events.map((event, index) => ({
        ...event,
        version: index + 1,
        hash: trail[index]?.hash,
        previous: index === 0 ? '0'.repeat(64) : trail[index - 1]?.hash,
      })),
    );
  });

  it('can be read and checked where a newer release wrote more into it', async () => {
    const later = { type: 'LaterEvent', at: noon, actor: { type: 'schedule' }, why: 'unheard of' };
    const written = chainEvents(id, 4, trail.at(-1)?.hash ?? '', [later as never]);
    const [entry] = written;
    if (!entry) throw new Error('nothing was written');
    expect(readWrittenEntry(entry)).toMatchObject(later);
    expect(await verifyTrail(id, [...trail, entry], 5)).toMatchObject({ ok: true, version: 5 });
    const state = evolveAll(undefined, [...trail.map(readWrittenEntry), readWrittenEntry(entry)]);
    expect(state).toEqual({ ...evolveAll(undefined, events), version: 5 });
    expect(state && react(readWrittenEntry(entry), state)).toEqual([]);
    const body = JSON.stringify({ ...JSON.parse(entry.body), laterField: 1 });
    expect(readWrittenEntry({ ...entry, body })).toMatchObject(later);
  });

  it('has the hashes it always had: what was written stays checkable', () => {
    const plain = [
      { type: 'HoldEnded', at: noon, actor: { type: 'schedule' }, deadline: noon },
      { type: 'ExceptionFoundGone', at: noon, actor: { type: 'enforcement' } },
    ] as const;
    const first = '335a62fc0c97e765a7d68a37cdc5cb856ab13337eaaa57c31442e0e745b82333';
    expect(chainEvents('ex-golden', 0, beginning, plain)).toEqual([
      {
        version: 1,
        previous: '0000000000000000000000000000000000000000000000000000000000000000',
        hash: first,
        body: '{"event":{"actor":{"type":"schedule"},"at":"2026-11-02T12:00:00.000Z","deadline":"2026-11-02T12:00:00.000Z","type":"HoldEnded"},"exception":"ex-golden","version":1}',
      },
      {
        version: 2,
        previous: first,
        hash: '68aa6727c62fd6f2b0d3d770e53d5c78dd7ddea8e45911a2c839fb6b2319817d',
        body: '{"event":{"actor":{"type":"enforcement"},"at":"2026-11-02T12:00:00.000Z","type":"ExceptionFoundGone"},"exception":"ex-golden","version":2}',
      },
    ]);
  });

  it('is broken at the first entry of which any character was changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        place,
        fc.nat(),
        fc.constantFrom('body', 'hash', 'previous'),
        async (index, at, field) => {
          const forged = changed(index, (entry) => {
            const text = entry[field];
            const where = at % text.length;
            const letter = text[where] === 'x' ? 'y' : 'x';
            return { ...entry, [field]: text.slice(0, where) + letter + text.slice(where + 1) };
          });
          expect(await verifyTrail(id, forged, 4)).toMatchObject({ ok: false, version: index + 1 });
        },
      ),
    );
  });

  it('is broken where an entry was rewritten together with its hash', async () => {
    const [forged] = chainEvents(id, 1, trail[0]?.hash ?? '', [{ ...events[1], at: after('P9D') } as never]);
    expect(
      await verifyTrail(
        id,
        changed(1, () => forged as WrittenEntry),
        4,
      ),
    ).toEqual({
      ok: false,
      version: 3,
      why: 'it does not follow the entry before it',
    });
  });

  it('is broken where an entry was left out or two changed places', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(trail.length - 2), async (index) => {
        expect(await verifyTrail(id, trail.toSpliced(index, 1), 4)).toMatchObject({
          ok: false,
          version: index + 1,
        });
        const [first, second] = [trail[index], trail[index + 1]] as [WrittenEntry, WrittenEntry];
        expect(await verifyTrail(id, trail.toSpliced(index, 2, second, first), 4)).toMatchObject({
          ok: false,
          version: index + 1,
        });
      }),
    );
  });

  it('is broken where its end was cut off, which only the version of the state can tell', async () => {
    expect(await verifyTrail(id, trail.slice(0, 2))).toMatchObject({ ok: true, version: 2 });
    expect(await verifyTrail(id, trail.slice(0, 2), 4)).toEqual({
      ok: false,
      version: 3,
      why: 'the trail ends at version 2, the exception is at version 4',
    });
  });

  it('is broken where it is the trail of another exception', async () => {
    expect(await verifyTrail('ex-other', trail, 4)).toMatchObject({ ok: false, version: 1 });
  });

  it('is broken where the text of its last entry names another version, though its hash is right', async () => {
    const head = trail[2]?.hash ?? '';
    const [forged] = chainEvents(id, 8, head, [events[3] as never]);
    expect(
      await verifyTrail(id, [...trail.slice(0, 3), { ...(forged as WrittenEntry), version: 4 }], 4),
    ).toEqual({
      ok: false,
      version: 4,
      why: 'its text names another version',
    });
  });

  it('is broken where a text is no entry at all, though its hash is right', async () => {
    const [entry] = chainEvents(id, 0, beginning, [{} as never]);
    expect(await verifyTrail(id, [entry as WrittenEntry])).toMatchObject({ ok: false, version: 1 });
  });
});
