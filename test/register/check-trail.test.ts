import { expect, it } from 'vitest';
import { checkTrail } from '#register/check-trail.ts';
import { beginning, chainEvents } from '#register/trail-chain.ts';
import { UnreadableEntry } from '#register/unreadable-entry.ts';
import { after, id, live, noon, observe, told } from '../lifecycle/examples.ts';

const { events } = live([
  [noon, observe()],
  [after('PT1M'), (one) => told(one)],
]);
const trail = chainEvents(id, 0, beginning, events);

/** A register that holds this trail, and whose state is at these versions, one after the other. */
const holding = (written: readonly unknown[], ...versions: readonly number[]) => {
  const positions = versions.map((version) => ({ version, head: trail[version - 1]?.hash ?? '' }));
  let reads = 0;
  return {
    position: () => {
      const found = positions[Math.min(reads, positions.length - 1)];
      reads += 1;
      return Promise.resolve(found);
    },
    trailAsWritten: async function* () {
      await Promise.resolve();
      for (const entry of written) {
        if (entry instanceof UnreadableEntry) throw entry;
        yield entry as (typeof trail)[number];
      }
    },
  };
};

it('a trail as it was written is unbroken', async () => {
  expect(await checkTrail(holding(trail, 2), id)).toMatchObject({ ok: true, version: 2 });
});

it('a trail that ends before its exception stands is broken', async () => {
  expect(await checkTrail(holding(trail.slice(0, 1), 2), id)).toEqual({
    ...{ ok: false, version: 2 },
    why: 'the trail ends at version 1, the exception is at version 2',
  });
});

it('a chain that was written anew, whole in itself, is not the one that made the state', async () => {
  const forged = chainEvents(
    id,
    0,
    beginning,
    events.map((event) => ({ ...event, at: after('PT9M') })),
  );
  expect(await checkTrail(holding(forged, 2), id)).toEqual({
    ...{ ok: false, version: 2 },
    why: 'it is not the entry that made the state of the exception',
  });
});

it('an entry that cannot be read breaks the chain in its place', async () => {
  const damaged = new UnreadableEntry(id, 1, 'unexpected body');
  expect(await checkTrail(holding([damaged, ...trail.slice(1)], 2), id)).toEqual({
    ok: false,
    version: 1,
    why: damaged.message,
  });
});

it('what is recorded while the trail is read does not look like a break', async () => {
  expect(await checkTrail(holding(trail, 1, 2), id)).toMatchObject({ ok: true, version: 2 });
});

it('there is no verdict on an exception that does not exist', async () => {
  expect(await checkTrail(holding([]), id)).toBeUndefined();
});
