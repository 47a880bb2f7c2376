/**
 * What is stored outlives the release that wrote it. `releases/N.json` holds items as the first release of schema
 * version N wrote them, and what that release takes for a state: neither is ever changed. A new version adds a file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { evolveAll } from '#lifecycle/evolve.ts';
import { states } from '#lifecycle/exception.ts';
import { readableVersions, schemaVersion } from '#register/exception-schema.ts';
import * as items from '#register/items.ts';
import { verifyTrail } from '#register/trail-chain.ts';
import { UnreadableEntry } from '#register/unreadable-entry.ts';
import { after, approve, examples, guid, id, live, noon, observe, sam, told } from '../lifecycle/examples.ts';
import { commitOf } from './commits.ts';
import type { Step } from '../lifecycle/examples.ts';

const release = z.object({
  stateSchema: z.record(z.string(), z.unknown()),
  states: z.array(z.looseObject({ stateName: z.string(), exception: z.string() })),
  trail: z.array(z.looseObject({ version: z.int() })),
  receipts: z.array(z.unknown()),
  aliases: z.array(z.unknown()),
  remembered: z.array(z.unknown()),
});
const folder = new URL('releases/', import.meta.url);
const versions = readdirSync(folder).map((file) => Number(file.replace('.json', '')));
const stored = (version: number) =>
  release.parse(JSON.parse(readFileSync(new URL(`${version}.json`, folder), 'utf8')));

describe('what is stored', () => {
  it('is kept as an example of every version that is read', () => {
    const { oldest, newest } = readableVersions;
    const wanted = Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index);
    expect(versions.toSorted()).toEqual(wanted);
    expect(newest).toBe(schemaVersion);
  });

  it.each([
    [readableVersions.newest + 1, 'a newer release wrote it'],
    [readableVersions.oldest - 1, 'an older release wrote it'],
  ])('under version %i is left alone', (schemaVersion, why) => {
    const [item] = stored(1).states;
    expect(() => items.exceptionFrom(id, { ...item, schemaVersion })).toThrow(why);
  });
});

describe.each(versions)('what was stored under version %i', (version) => {
  const was = stored(version);

  it('is read in every state, and written back as it was', () => {
    expect(was.states.map(({ stateName }) => stateName)).toEqual([...states]);
    for (const item of was.states) {
      const read = items.exceptionFrom(id, item);
      expect(read).toEqual(JSON.parse(item.exception));
      const again = items.toStateItem({ ...commitOf(undefined), after: read }, 'head');
      expect(again['exception']).toBe(item.exception);
    }
  });

  it('is a trail that is whole and tells the same', async () => {
    const written = was.trail
      .map((item) => items.writtenEntryFrom(id, item))
      .flatMap((entry) => (entry instanceof UnreadableEntry ? [] : [entry]));
    expect((await verifyTrail(id, written, was.trail.length)).ok).toBe(true);
    const entries = was.trail.map((item) => items.entryFrom(id, item));
    const read = entries.flatMap((entry) => (entry instanceof UnreadableEntry ? [] : [entry]));
    expect(read.map(({ type }) => type)).toEqual(['ExceptionOpened', 'OwnerTold', 'ExceptionLapsed']);
    expect(evolveAll(undefined, read)).toMatchObject({ id, state: 'disabling', version: 3 });
  });

  it('tells what was carried out, which exception bears a name, and what is remembered of it', () => {
    expect(was.receipts.map(items.carriedOutFrom)).toEqual([{ exception: id }, {}]);
    expect(was.aliases.map(items.holderFrom)).toEqual([
      { id, guid, gone: false },
      { id, guid, gone: true },
    ]);
    expect(
      was.remembered.map((one) =>
        items.rememberedFrom({ tenant: 't', kind: 'transport-rule', name: 'Old' }, one),
      ),
    ).toMatchObject([
      {
        records: [{ receipt: 'audit#rec-1', observation: { record: 'rec-1', change: 'alter' } }],
        touched: [{ record: 'rec-0' }],
        renames: [{ to: 'New' }],
        revision: 1,
      },
    ]);
  });
});

describe('what is stored now', () => {
  const asked: readonly Step[] = [
    [noon, observe()],
    [after('PT1M'), (state) => told(state, after('PT1M'))],
  ];
  const lives: readonly (readonly Step[])[] = [
    [...asked, [after('PT1H'), (state) => approve(state, after('PT1H'))]],
    [
      ...asked,
      [after('PT1H'), (state) => approve(state, after('PT1H'))],
      [after('P20D'), (state) => approve(state, after('P20D'), { by: sam })],
    ],
    [...asked, [after('PT2H'), { type: 'Hold', by: sam, until: after('P5D'), reason: 'looking' }]],
    [
      ...asked,
      [after('P3D'), { type: 'CheckDue' }],
      [after('P3DT1M'), { type: 'ReportDisableFailed', attempt: 1, why: 'out of reach' }],
    ],
    [...asked, [after('PT1H'), (state) => ({ type: 'Decline', by: sam, seen: state.asOf })]],
    [...asked, [after('PT1H'), { type: 'Reassign', by: sam, address: 'somebody@contoso.com' }]],
  ];

  // Whoever goes back a release must be able to go on.
  it('can be read by the release that began with this version, at each step of whole lives', () => {
    const before = z.fromJSONSchema(stored(schemaVersion).stateSchema);
    const all = [
      ...Object.values(examples).map(({ state }) => state),
      ...lives.flatMap((steps) => steps.map((_, index) => live(steps.slice(0, index + 1)).state)),
    ];
    for (const state of all) {
      const item = items.toStateItem({ ...commitOf(undefined), after: state }, 'head');
      expect(before.safeParse(JSON.parse(String(item['exception']))).error).toBeUndefined();
    }
    const [state] = all;
    expect(before.safeParse({ ...state, state: 'unheard of' }).success).toBe(false);
  });
});
