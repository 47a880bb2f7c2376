/** What the collection tests share: a stand-in feed with a clock moved by hand, and a collector over it. */
import { createActivityApi } from '#collection/activity-api.ts';
import { collectTenant } from '#collection/collect-tenant.ts';
import { startActivityFeed, type ActivityFeedOptions } from '#lib/standin/tenant/activity-feed.ts';
import { createInMemoryCoverageLedger } from './in-memory-ledger.ts';
import { fromMillis } from '#time/instant.ts';
import type { ActivityApi } from '#collection/activity-api.ts';
import type { Publish } from '#collection/collect-blob.ts';
import type { Collecting, LogLine } from '#collection/collect-window.ts';
import type { CoverageLedger } from '#collection/coverage.ts';
import type { AuditRecord } from '#audit-log/record.ts';

export const tenant = '5d0c3c5e-2f0e-4d64-9a83-7b1f6f4f5a10';
export const publisher = '9e2b8a44-1c7d-4f6a-8f39-06a1d2c3b4e5';
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const start = Date.parse('2026-11-20T09:07:31.250Z');

/** A native record, as Microsoft's blobs hold it. */
export const record = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  Id: id,
  CreationTime: '2026-11-20T08:00:00',
  Operation: 'New-TransportRule',
  OrganizationId: tenant,
  RecordType: 1,
  ResultStatus: 'True',
  UserType: 2,
  UserId: 'ines.moreau@fabrikam.example',
  Workload: 'Exchange',
  ObjectId: '',
  Parameters: [
    { Name: 'Name', Value: `Rule of ${id}` },
    { Name: 'SetSCL', Value: '-1' },
  ],
  ...more,
});

export interface Clock {
  now: number;
}

export async function startFeed(options: Partial<ActivityFeedOptions> = {}, clock: Clock = { now: start }) {
  const feed = await startActivityFeed({
    now: () => new Date(clock.now),
    subscribed: true,
    delay: 0,
    ...options,
  });
  return Object.assign(feed, { clock, [Symbol.asyncDispose]: () => feed.close() });
}
export type Feed = Awaited<ReturnType<typeof startFeed>>;

/** What a `fetch` was asked for. */
export const urlOf = (input: Parameters<typeof fetch>[0]): URL =>
  new URL(input instanceof Request ? input.url : input);

export interface Access {
  readonly fetch?: typeof globalThis.fetch;
  readonly tenant?: string;
  readonly signal?: AbortSignal;
  /** The collector's own clock, where it is not the feed's. */
  readonly now?: () => number;
  readonly token?: () => Promise<string>;
}

export function apiOver(
  feed: Feed,
  access: Access = {},
): ActivityApi & { readonly waits: readonly number[] } {
  const waits: number[] = [];
  const api = createActivityApi({
    fetch: globalThis.fetch,
    activityUrl: feed.url,
    tenant,
    publisher,
    token: () => Promise.resolve('a-token'),
    now: () => feed.clock.now,
    random: () => 0.5,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    signal: new AbortController().signal,
    ...access,
  });
  return { ...api, waits };
}

/** A collector with everything it published, and a ledger that it keeps from run to run. */
export function collectorOver(feed: Feed, more: Partial<Collecting> & Access = {}) {
  const published: AuditRecord[] = [];
  const notes: LogLine[] = [];
  const ledger: CoverageLedger = more.ledger ?? createInMemoryCoverageLedger();
  const publish: Publish = (records) => {
    published.push(...records);
    return Promise.resolve({ untakeable: 0 });
  };
  let runs = 0;
  return {
    published,
    ids: () => published.map(({ Id }) => Id),
    notes,
    ledger,
    coverage: (contentType = 'Audit.Exchange') =>
      ledger.coverage({ tenant: more.tenant ?? tenant, contentType }, fromMillis(feed.clock.now)),
    /** One run at the feed's time. */
    run: async (access: Access & Partial<Collecting> = {}) => {
      runs += 1;
      const all = { ...more, ...access };
      const reports = await collectTenant(all.tenant ?? tenant, {
        api: all.api ?? apiOver(feed, all),
        ledger,
        publish: all.publish ?? publish,
        now: all.now ?? (() => feed.clock.now),
        hasTime: all.hasTime ?? (() => true),
        run: `run-${runs}`,
        note: (note) => notes.push(note),
      });
      const [exchange, general] = reports;
      if (!exchange || !general) throw new Error('a feed is missing');
      return { exchange, general };
    },
  };
}
