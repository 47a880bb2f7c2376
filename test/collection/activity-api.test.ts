import { describe, expect, it } from 'vitest';
import { createActivityApi } from '#collection/activity-api.ts';
import { fromMillis, instant } from '#time/instant.ts';
import { scripted } from '#test/exchange/scripted-fetch.ts';
import { apiOver, day, hour, minute, publisher, record, start, startFeed, tenant } from './surroundings.ts';
import type { Blob } from '#collection/coverage.ts';
import type { Stretch } from '#time/stretch.ts';

const window = (from: number, to: number): Stretch => ({ start: fromMillis(from), end: fromMillis(to) });
const lastHour = window(start - hour, start + 1000);

async function listed(api: ReturnType<typeof apiOver>, within = lastHour, contentType = 'Audit.Exchange') {
  const blobs: Blob[] = [];
  for await (const page of api.content(contentType, within)) blobs.push(...page);
  return blobs;
}
async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

describe('Subscriptions', () => {
  it('start empty, are started, and then listed as enabled', async () => {
    await using feed = await startFeed({ subscribed: false });
    const api = apiOver(feed);
    expect([...(await api.subscriptions())]).toEqual([]);
    expect(await api.start('Audit.Exchange')).toBe('started');
    expect([...(await api.subscriptions())]).toEqual([['Audit.Exchange', 'enabled']]);
  });

  it('that run already are not an error (AF20024)', async () => {
    await using feed = await startFeed();
    expect(await apiOver(feed).start('Audit.Exchange')).toBe('running');
  });

  it('that are missing (AF20022) or disabled (AF20023) are told apart', async () => {
    await using feed = await startFeed({ subscribed: false });
    await expect(listed(apiOver(feed))).rejects.toMatchObject({ code: 'not-subscribed' });
    await apiOver(feed).start('Audit.Exchange');
    feed.disable(tenant, 'Audit.Exchange');
    await expect(listed(apiOver(feed))).rejects.toMatchObject({
      code: 'subscription-stopped',
      message: expect.stringContaining('administrator') as string,
    });
  });
});

describe('Listing', () => {
  it('asks in whole seconds of UTC, and follows every page', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1, pageSize: 3 });
    for (let n = 0; n < 10; n += 1) feed.add(record(`r${n}`));
    feed.clock.now += minute;
    const blobs = await listed(apiOver(feed), window(start - hour, start + minute));
    expect(new Set(blobs.map(({ contentId }) => contentId)).size).toBe(10);
    const asked = feed.requests().filter(({ path }) => path.endsWith('/content'));
    expect(asked).toHaveLength(4);
    expect(asked[0]?.query.get('startTime')).toBe('2026-11-20T08:07:31');
    expect(asked[0]?.query.get('endTime')).toBe('2026-11-20T09:08:32');
  });

  it('goes by when a blob was created, from the first second to before the last', async () => {
    await using feed = await startFeed();
    feed.add(record('later'), { after: hour - 250 });
    feed.clock.now += 2 * hour;
    const created = start - 250 + hour;
    expect(await listed(apiOver(feed), window(created, created + 1000))).toHaveLength(1);
    expect(await listed(apiOver(feed), window(created - hour, created))).toHaveLength(0);
  });

  it('names its publisher in every request, pages and content included', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1, pageSize: 1 });
    feed.add(record('a'));
    feed.add(record('b'));
    feed.clock.now += minute;
    const api = apiOver(feed);
    await api.subscriptions();
    await api.start('Audit.General');
    for (const blob of await listed(api, window(start, start + minute))) await textOf(await api.open(blob));
    expect(feed.requests()).toHaveLength(6);
    for (const { query } of feed.requests()) expect(query.getAll('PublisherIdentifier')).toEqual([publisher]);
  });

  it('does not take its token to another host, neither for a page nor for content nor by a redirect', async () => {
    await using feed = await startFeed();
    feed.fault({ kind: 'page-elsewhere', times: 1 });
    await expect(listed(apiOver(feed))).rejects.toMatchObject({ code: 'unexpected-answer' });
    const elsewhere: Blob = {
      contentId: 'x',
      contentUri: 'https://evil.example/api/v1.0/x',
      contentCreated: instant('2026-11-20T08:00:00Z'),
      contentExpiration: instant('2026-11-27T08:00:00Z'),
    };
    await expect(apiOver(feed).open(elsewhere)).rejects.toMatchObject({ code: 'broken' });
    const { fetch, sent } = scripted({ status: 302, headers: { location: 'https://evil.example/' } });
    await expect(apiOver(feed, { fetch }).subscriptions()).rejects.toMatchObject({
      code: 'unexpected-answer',
    });
    expect(sent.map(({ redirect }) => redirect)).toEqual(['manual']);
  });

  it('gives up where pages go round in a circle', async () => {
    await using feed = await startFeed();
    const page = {
      headers: {
        NextPageUri: `${feed.url}/api/v1.0/${tenant}/activity/feed/subscriptions/content?nextPage=1`,
      },
      body: [],
    };
    const { fetch, sent } = scripted(...Array.from({ length: 20 }, () => page), () => {
      throw new Error('it was followed for ever');
    });
    await expect(listed(apiOver(feed, { fetch }))).rejects.toMatchObject({ code: 'page-lost' });
    expect(sent).toHaveLength(2);
  });

  it('says so where a page is lost (AF20031), the window is refused (AF20030), or the answer is something else', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1, pageSize: 1 });
    feed.add(record('a'));
    feed.add(record('b'));
    feed.clock.now += minute;
    feed.fault({ kind: 'page-lost', times: 1 });
    const around = window(start - minute, start + minute);
    await expect(listed(apiOver(feed), around)).rejects.toMatchObject({ code: 'page-lost' });
    const tooOld = window(start - 8 * day, start - 8 * day + hour);
    await expect(listed(apiOver(feed), tooOld)).rejects.toMatchObject({ code: 'window-refused' });
    const { fetch } = scripted({ body: { value: [] } });
    await expect(listed(apiOver(feed, { fetch }))).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});

describe('Content', () => {
  it('arrives as it is', async () => {
    await using feed = await startFeed();
    feed.add(record('a'));
    feed.clock.now += minute;
    const api = apiOver(feed);
    const [blob] = await listed(api, window(start, start + minute));
    expect(JSON.parse(await textOf(await api.open(blob as Blob)))).toEqual([record('a')]);
  });

  it('that has expired (AF20051) or never was (AF20050) is gone', async () => {
    await using feed = await startFeed();
    feed.add(record('a'));
    feed.clock.now += minute;
    const api = apiOver(feed);
    const [blob] = await listed(api, window(start, start + minute));
    feed.clock.now += 7 * day;
    await expect(api.open(blob as Blob)).rejects.toMatchObject({ code: 'gone' });
    const never = { ...(blob as Blob), contentUri: `${(blob as Blob).contentUri}x` };
    await expect(api.open(never)).rejects.toMatchObject({ code: 'gone' });
  });

  it('that breaks off counts as unavailable, not as read', async () => {
    await using feed = await startFeed();
    feed.add(record('a'));
    feed.clock.now += minute;
    const api = apiOver(feed);
    const [blob] = await listed(api, window(start, start + minute));
    feed.fault({ kind: 'blob-cut', times: 1 });
    await expect(api.open(blob as Blob).then(textOf)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('Throttling', () => {
  it.each(['429', 'AF429'] as const)(
    '%s backs off for as long as Microsoft asks, then goes on',
    async (kind) => {
      await using feed = await startFeed();
      feed.fault({ kind, times: 2, retryAfter: 7 });
      const api = apiOver(feed);
      await api.subscriptions();
      expect(api.waits).toEqual([8_000, 8_000]);
    },
  );

  it('without word from Microsoft the waits double, spread by chance', async () => {
    await using feed = await startFeed();
    feed.fault({ kind: 'AF429', times: 3 });
    const api = apiOver(feed);
    await api.subscriptions();
    expect(api.waits).toEqual([1_500, 3_000, 6_000]);
  });

  it('that lasts is left to the next run', async () => {
    await using feed = await startFeed();
    feed.fault({ kind: 'AF429', times: Infinity });
    await expect(apiOver(feed).subscriptions()).rejects.toMatchObject({ code: 'throttled' });
    expect(feed.requests()).toHaveLength(4);
    feed.mend();
    feed.fault({ kind: '429', times: 1, retryAfter: 600 });
    const api = apiOver(feed);
    await expect(api.subscriptions()).rejects.toMatchObject({ code: 'throttled' });
    expect(api.waits).toEqual([]);
  });

  it('ends with the run', async () => {
    await using feed = await startFeed();
    const api = apiOver(feed, { signal: AbortSignal.abort() });
    await expect(api.subscriptions()).rejects.toMatchObject({ code: 'out-of-time' });
    expect(feed.requests()).toEqual([]);
  });
});

describe('What a person must do is said', () => {
  it.each([
    ['no-permission', 'forbidden', /ActivityFeed\.Read.*admin consent/],
    ['auditing-off', 'auditing-off', /UnifiedAuditLogIngestionEnabled/],
    ['no-licence', 'no-licence', /licence/],
    ['wrong-tenant', 'wrong-tenant', /must be the GUID/],
  ] as const)('%s', async (kind, code, message) => {
    await using feed = await startFeed();
    feed.fault({ kind, times: Infinity });
    const error = await apiOver(feed)
      .subscriptions()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retryable: false });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(tenant);
  });

  it('AuditingDisabledTenant is auditing off, wherever in the answer it stands', async () => {
    await using feed = await startFeed();
    const nested = JSON.stringify({
      error: { code: 'UnknownError', message: '{"errorCode":"AuditingDisabledTenant"}' },
    });
    const { fetch } = scripted({ status: 403, body: nested });
    await expect(apiOver(feed, { fetch }).subscriptions()).rejects.toMatchObject({ code: 'auditing-off' });
  });

  it('a token that is not accepted is renewed once', async () => {
    await using feed = await startFeed();
    feed.fault({ kind: '401', times: 1 });
    const asked: boolean[] = [];
    const api = createActivityApi({
      fetch,
      activityUrl: feed.url,
      tenant,
      publisher,
      token: ({ fresh = false }) => {
        asked.push(fresh);
        return Promise.resolve('t');
      },
      now: () => start,
      random: () => 0,
      wait: () => Promise.resolve(),
      signal: new AbortController().signal,
    });
    await api.subscriptions();
    expect(asked).toEqual([false, true]);
    feed.fault({ kind: '401', times: Infinity });
    await expect(api.subscriptions()).rejects.toMatchObject({ code: 'unauthorised' });
  });
});
