import { describe, expect, it } from 'vitest';
import { instant, type Instant } from '#time/instant.ts';
import { quietCollection } from '#lib/local/quiet-collection.ts';
import { createActivityFeed } from '#lib/standin/tenant/activity-feed.ts';
import { tenant } from '../journeys/records.ts';

const noon = instant('2026-11-02T12:00:00Z');
const one = instant('2026-11-02T13:00:00Z');
const minute = 60_000;

/** Noon in a log that gets a record whose blob comes into being `after` that long, and is listed later still. */
function quietUntil(lastRun: Instant | undefined, ...blobs: { after: number; unlisted?: number }[]) {
  const feed = createActivityFeed({ now: () => new Date(noon) });
  for (const blob of blobs) feed.add({ OrganizationId: tenant, Workload: 'Exchange' }, blob);
  return quietCollection({
    lastRun: () => lastRun,
    nextListing: (after) => feed.nextListing(after),
    now: () => noon,
  })();
}

describe('the collector on this machine', () => {
  it('runs at once where it never ran', async () => {
    expect(await quietUntil(undefined)).toBe(noon);
  });
  it('has nothing to do until something is listed', async () => {
    const blobs = [{ after: 50 * minute }, { after: 10 * minute, unlisted: 20 * minute }];
    expect(await quietUntil(noon, ...blobs)).toBe('2026-11-02T12:30:00.000Z');
  });
  it('still has to fetch what came into the lists since it last ran, however long ago', async () => {
    expect(await quietUntil(instant('2026-11-02T10:00:00Z'), { after: -90 * minute })).toBe(
      '2026-11-02T10:30:00.000Z',
    );
  });
  it('runs once an hour all the same', async () => {
    expect(await quietUntil(noon)).toBe(one);
    expect(await quietUntil(noon, { after: 90 * minute })).toBe(one);
  });
});
