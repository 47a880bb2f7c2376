import { describe, expect, it } from 'vitest';
import { goRound, shareOf, type Place } from '#runtime/round.ts';

const thousand = Array.from({ length: 1_000 }, (_, index) => `tenant-${String(index).padStart(4, '0')}`);
const most = 16;

/** A place that outlives the runs. */
function createPlace(): Place & { readonly notes: string[] } {
  const notes: string[] = [];
  return {
    notes,
    read: () => Promise.resolve(notes.at(-1)),
    note: (tenant) => Promise.resolve(void notes.push(tenant)),
  };
}

/** Enough for so many tenants. */
const timeFor = (count: number) => {
  let left = count;
  return () => (left -= 1) >= 0;
};
const always = () => true;
const never = new Promise<void>(() => undefined);
/** Everything that needs no answer from outside has happened. */
const idle = () => new Promise((resolve) => setImmediate(resolve));

describe('a round of a thousand tenants', () => {
  it('that have time for each begins with each once', async () => {
    const seen: string[] = [];
    const round = { tenants: thousand, place: createPlace(), most, hasTime: always };
    expect(await goRound({ ...round, work: (tenant) => Promise.resolve(void seen.push(tenant)) })).toBe(
      1_000,
    );
    expect(seen.toSorted()).toEqual(thousand);
  });

  it('for which there is little time goes on where it stopped: none waits longer than the rest takes', async () => {
    const place = createPlace();
    const last = new Map<string, number>();
    const waits: number[] = [];
    for (let run = 0; run < 20; run += 1)
      await goRound({
        ...{ tenants: thousand, place, most, hasTime: timeFor(300) },
        work: (tenant) => {
          waits.push(run - (last.get(tenant) ?? -1));
          last.set(tenant, run);
          return Promise.resolve();
        },
      });
    expect(last.size).toBe(1_000);
    // Of a thousand, three hundred a run: each comes again within four runs.
    expect(Math.max(...waits)).toBe(4);
    const counts = new Map<string, number>();
    for (const tenant of place.notes) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
  });

  it('that was killed is gone on with behind those that were under way, and they come last', async () => {
    const place = createPlace();
    const done: string[] = [];
    // The process ends there: nothing of it ever comes back.
    void goRound({
      ...{ tenants: thousand, place, most, hasTime: always },
      work: (tenant) => (tenant >= 'tenant-0500' ? never : Promise.resolve(void done.push(tenant))),
    });
    while (place.notes.length < 516) await idle();
    await idle();
    const again: string[] = [];
    await goRound({
      ...{ tenants: thousand, place, most, hasTime: timeFor(1_000) },
      work: (tenant) => Promise.resolve(void again.push(tenant)),
    });
    expect(again[0]).toBe('tenant-0516');
    expect(again.slice(-most)).toEqual(thousand.slice(500, 516));
    expect(new Set([...done, ...again]).size).toBe(1_000);
  });

  it('one of which ends every run that begins with it still gets to all others', async () => {
    const place = createPlace();
    const done = new Set<string>();
    for (let run = 0; run < 3; run += 1) {
      let ended = false;
      void goRound({
        ...{ tenants: thousand, place, most, hasTime: () => !ended },
        work: (tenant) => {
          if (tenant === 'tenant-0500') ended = true;
          return ended ? never : Promise.resolve(void done.add(tenant));
        },
      });
      const before = () => place.notes.length;
      for (let noted = -1; noted < before(); await idle()) noted = before();
    }
    // Those that were begun with at the same moment are gone with it, each time others.
    expect(done.size).toBeGreaterThanOrEqual(1_000 - most);
  });

  it('one of which hangs goes on beside it', async () => {
    const seen: string[] = [];
    let release: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const run = goRound({
      ...{ tenants: thousand, place: createPlace(), most, hasTime: always },
      work: async (tenant) => {
        if (tenant === 'tenant-0003') await hanging;
        seen.push(tenant);
      },
    });
    while (seen.length < 999) await idle();
    release();
    expect(await run).toBe(1_000);
    expect(seen.at(-1)).toBe('tenant-0003');
  });

  it('goes on in order where the tenant it stopped at is no longer there', async () => {
    const place = createPlace();
    await place.note('tenant-0500');
    const seen: string[] = [];
    await goRound({
      ...{ tenants: ['tenant-0900', 'tenant-0501', 'tenant-0100'], place, most: 1, hasTime: always },
      work: (tenant) => Promise.resolve(void seen.push(tenant)),
    });
    expect(seen).toEqual(['tenant-0501', 'tenant-0900', 'tenant-0100']);
  });
});

describe('the share of one tenant', () => {
  it.each([
    ['all there is, where there are few', 240_000, 3, 240_000],
    ['half, where twice as many as at once wait', 240_000, 32, 120_000],
    ['what it takes to get anywhere, where there are many', 240_000, 1_000, 20_000],
    ['no more than there is', 5_000, 1_000, 5_000],
  ])('is %s', (_, time, count, share) => expect(shareOf(time, count, most, 20_000)).toBe(share));
});
