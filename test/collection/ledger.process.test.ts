import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromMillis, instant, minus, plus, duration } from '#time/instant.ts';
import { createInMemoryCoverageLedger } from './in-memory-ledger.ts';
import { toBlobItem, toProgressItem, progressKey, toWindowItem } from '#collection/ledger-items.ts';
import { createCoverageLedger } from '#collection/ledger.ts';
import { counted } from '#test/register/counted.ts';
import { startEngine, type Engine } from '#test/register/table.ts';
import { collectorOver, day, hour, minute, record, startFeed, tenant } from './surroundings.ts';
import type { CoverageLedger, FetchedWindow } from '#collection/coverage.ts';

const now = instant('2026-11-20T09:00:00Z');
const exchange = { tenant, contentType: 'Audit.Exchange' };
const blob = {
  contentId: 'a$b$audit_exchange$Audit_Exchange$emea',
  contentUri: 'https://manage.office.com/x',
  contentCreated: instant('2026-11-20T08:30:00Z'),
  contentExpiration: instant('2026-11-27T08:30:00Z'),
};
const aroundBlob = { start: instant('2026-11-20T08:30:00Z'), end: instant('2026-11-20T08:30:01Z') };
const window = (start: string, end: string, more: Partial<FetchedWindow> = {}): FetchedWindow => ({
  start: instant(start),
  end: instant(end),
  fetchedAt: instant(end),
  why: 'live',
  blobs: 1,
  fetched: 1,
  lost: 0,
  read: 10,
  published: 2,
  failed: 1,
  run: 'one',
  ...more,
});
const read = { state: 'read', at: now, read: 10, published: 2, failed: 1 } as const;
const failed = { state: 'failed', at: now, firstAt: now, attempts: 1 } as const;
const lost = { state: 'lost', at: now, why: 'broken' } as const;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const onTheEngine = async (): Promise<CoverageLedger> =>
  createCoverageLedger({
    client: engine.client(),
    tableName: await engine.table(),
    timing: { random: () => 0.5, wait: () => Promise.resolve() },
  });

describe('notes that a newer release left', () => {
  it('are passed over and counted where they cannot be read, and kept where they say more', async () => {
    const client = engine.client();
    const tableName = await engine.table();
    const db = DynamoDBDocumentClient.from(client);
    const ledger = createCoverageLedger({ client, tableName });
    const readable = window('2026-11-19T00:00:00Z', '2026-11-20T08:00:00Z');
    await ledger.noteWindow(exchange, readable);
    const odd = toWindowItem(exchange, window('2026-11-18T00:00:00Z', '2026-11-19T00:00:00Z'));
    await db.send(new PutCommand({ TableName: tableName, Item: { ...odd, why: 'unheard of' } }));
    const oddBlob = toBlobItem(exchange, blob, read);
    await db.send(new PutCommand({ TableName: tableName, Item: { ...oddBlob, standing: 'unheard of' } }));
    const begun = toProgressItem(exchange, { begunAt: now }, 1);
    await db.send(new PutCommand({ TableName: tableName, Item: { ...begun, laterField: 'kept' } }));

    const { windows, covered, unreadable } = await ledger.coverage(exchange, now);
    expect({ windows, unreadable }).toEqual({ windows: [readable], unreadable: 1 });
    expect(covered).toEqual([{ start: readable.start, end: readable.end }]);
    expect(await ledger.blobs(exchange, aroundBlob)).toEqual(new Map());
    await ledger.noteProgress(exchange, { begunAt: now, startedAt: now });
    const { Item } = await db.send(new GetCommand({ TableName: tableName, Key: progressKey(exchange) }));
    expect(Item).toMatchObject({ startedAt: now, laterField: 'kept', version: 2 });
  });
});

describe.each([
  ['in memory', () => Promise.resolve(createInMemoryCoverageLedger())],
  ['on a DynamoDB engine', onTheEngine],
])('The coverage ledger %s', (_, make) => {
  it('of a feed never collected from is one gap of seven days', async () => {
    const coverage = await (await make()).coverage(exchange, now);
    expect(coverage).toMatchObject({ progress: undefined, windows: [], covered: [], lost: [], blind: [] });
    expect(coverage.gaps).toEqual([{ start: '2026-11-13T09:00:00.000Z', end: now }]);
  });

  it('tells which stretches are covered, and the oldest gap', async () => {
    const ledger = await make();
    await ledger.noteWindow(exchange, window('2026-11-12T00:00:00Z', '2026-11-15T00:00:00Z'));
    await ledger.noteWindow(exchange, window('2026-11-14T00:00:00Z', '2026-11-16T00:00:00Z'));
    await ledger.noteWindow(exchange, window('2026-11-18T00:00:00Z', '2026-11-20T08:00:00Z'));
    const { covered, gaps, oldestGap, windows } = await ledger.coverage(exchange, now);
    expect(covered).toEqual([
      { start: '2026-11-13T09:00:00.000Z', end: '2026-11-16T00:00:00.000Z' },
      { start: '2026-11-18T00:00:00.000Z', end: '2026-11-20T08:00:00.000Z' },
    ]);
    expect(gaps).toHaveLength(2);
    expect(oldestGap).toEqual({ start: '2026-11-16T00:00:00.000Z', end: '2026-11-18T00:00:00.000Z' });
    expect(windows[0]).toEqual(window('2026-11-12T00:00:00Z', '2026-11-15T00:00:00Z'));
  });

  it('forgets windows that have passed out of the seven days', async () => {
    const ledger = await make();
    await ledger.noteWindow(exchange, window('2026-11-12T00:00:00Z', '2026-11-13T08:59:59Z'));
    expect((await ledger.coverage(exchange, now)).windows).toEqual([]);
  });

  it('does not count a window that was fetched in the future', async () => {
    const ledger = await make();
    const fetchedAt = instant('2026-11-20T11:00:00Z');
    await ledger.noteWindow(exchange, window('2026-11-20T08:00:00Z', '2026-11-20T11:00:00Z', { fetchedAt }));
    expect((await ledger.coverage(exchange, now)).covered).toEqual([]);
  });

  it('keeps every fetch of a window, with what it found', async () => {
    const ledger = await make();
    const times = ['2026-11-20T08:00:00Z', '2026-11-20T09:00:00Z'] as const;
    await Promise.all(
      ['one', 'two', 'two'].map((run) => ledger.noteWindow(exchange, window(...times, { run }))),
    );
    const { windows } = await ledger.coverage(exchange, now);
    expect(new Set(windows.map(({ run }) => run))).toEqual(new Set(['one', 'two']));
  });

  it('keeps feeds apart, and writes a tenant in one way', async () => {
    const ledger = await make();
    await ledger.noteBlob(exchange, blob, read);
    const general = { tenant, contentType: 'Audit.General' };
    expect(await ledger.blobs(general, aroundBlob)).toEqual(new Map());
    expect(await ledger.blobs({ ...exchange, tenant: 'other' }, aroundBlob)).toEqual(new Map());
    expect(await ledger.blobs({ ...exchange, tenant: tenant.toUpperCase() }, aroundBlob)).toHaveProperty(
      'size',
      1,
    );
  });

  it('finds blobs by when they were created, from the start up to before the end', async () => {
    const ledger = await make();
    await ledger.noteBlob(exchange, blob, read);
    expect(await ledger.blobs(exchange, aroundBlob)).toEqual(new Map([[blob.contentId, read]]));
    const before = { start: plus(aroundBlob.start, duration('PT0S')), end: aroundBlob.start };
    expect(await ledger.blobs(exchange, before)).toEqual(new Map());
    expect(await ledger.blobs(exchange, { start: aroundBlob.end, end: now })).toEqual(new Map());
  });

  it('takes a blob that was read as read, whatever is noted later', async () => {
    const ledger = await make();
    for (const state of [failed, read, failed, lost]) await ledger.noteBlob(exchange, blob, state);
    expect((await ledger.blobs(exchange, aroundBlob)).get(blob.contentId)).toEqual(read);
  });

  it('tells what was lost, and why', async () => {
    const ledger = await make();
    await ledger.noteBlob(exchange, blob, failed);
    await ledger.noteBlob(exchange, blob, lost);
    await ledger.noteBlob(exchange, blob, failed);
    expect((await ledger.blobs(exchange, aroundBlob)).get(blob.contentId)).toEqual(lost);
    const { contentId, contentCreated } = blob;
    expect((await ledger.coverage(exchange, now)).lost).toEqual([
      { contentId, contentCreated, at: now, why: 'broken' },
    ]);
  });

  it('moves progress only forward, whoever tells it in whatever order', async () => {
    const ledger = await make();
    const at = (minutes: number) => fromMillis(Date.parse(now) + minutes * minute);
    await Promise.all(
      [5, 1, 4, 2, 3].map((n) =>
        ledger.noteProgress(exchange, { begunAt: at(n), enabledAt: at(n), newestAt: at(-n) }),
      ),
    );
    const after = await ledger.noteProgress(exchange, { begunAt: at(9), startedAt: at(2) });
    expect(after).toEqual({ begunAt: at(1), enabledAt: at(5), newestAt: at(-1), startedAt: at(2) });
    expect((await ledger.coverage(exchange, now)).progress).toEqual(after);
  });

  it('grows a blind stretch, never shrinks it', async () => {
    const ledger = await make();
    const from = instant('2026-11-20T06:00:00Z');
    const until = (hours: number) => ({ start: from, end: fromMillis(Date.parse(from) + hours * hour) });
    for (const stretch of [until(1), until(2), until(1)]) await ledger.noteBlind(exchange, stretch);
    expect((await ledger.coverage(exchange, now)).blind).toEqual([until(2)]);
  });

  it('takes content ids of any length', async () => {
    const ledger = await make();
    const long = { ...blob, contentId: 'x'.repeat(5000) };
    await ledger.noteBlob(exchange, long, read);
    expect([...(await ledger.blobs(exchange, aroundBlob)).keys()]).toEqual([long.contentId]);
  });
});

describe('two collectors at once', () => {
  it('keep what each has told: whoever was slower tells it again', async () => {
    const client = engine.client();
    const tableName = await engine.table();
    const timing = { random: () => 0.5, wait: () => Promise.resolve() };
    const ledger = createCoverageLedger({ client, tableName, timing });
    await ledger.noteProgress(exchange, { begunAt: now });
    const slow = engine.client();
    let isFirst = true;
    slow.middlewareStack.add(
      (next, context) => async (args) => {
        // Between reading and writing, another one writes.
        const isBetween = isFirst && context.commandName === 'PutItemCommand';
        if (isBetween) {
          isFirst = false;
          await ledger.noteProgress(exchange, { begunAt: now, enabledAt: now });
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    const slower = createCoverageLedger({ client: slow, tableName, timing });
    await slower.noteProgress(exchange, { begunAt: now, startedAt: now });
    expect((await ledger.coverage(exchange, now)).progress).toEqual({
      begunAt: now,
      enabledAt: now,
      startedAt: now,
    });
  });
});

describe('Collecting into a ledger on a DynamoDB engine', () => {
  it('reads as much after a week of notes as after an hour', async () => {
    const tableName = await engine.table({ stream: false });
    const { client, taken, units } = counted(engine.client());
    const ledger = createCoverageLedger({ client, tableName });
    await using feed = await startFeed();
    const collector = collectorOver(feed, { ledger });
    const costs = async () => {
      feed.clock.now += 5 * minute;
      taken();
      units();
      await collector.run();
      return { asked: taken(), units: units() };
    };
    await collector.run();
    const early = await costs();
    for (let windows = 0; windows < 2_000; windows += 1) {
      const end = plus(now, duration(`PT${5 * windows}M`));
      await ledger.noteWindow(exchange, window(minus(end, duration('PT1H')), end));
    }
    const late = await costs();
    // For each content type: what is known of it, the blobs of the hour, its window, and what is known then.
    expect(early.asked).toEqual({ Get: 4, Query: 2, Put: 4 });
    expect(late).toEqual(early);
  });

  it('puts together from the notes what was seen, where the summary cannot be read', async () => {
    const client = engine.client();
    const tableName = await engine.table();
    const ledger = createCoverageLedger({ client, tableName });
    await using feed = await startFeed();
    const collector = collectorOver(feed, { ledger });
    await collector.run();
    const { Item } = await DynamoDBDocumentClient.from(client).send(
      new GetCommand({ TableName: tableName, Key: progressKey(exchange) }),
    );
    expect(Item).toHaveProperty('seen');
    await DynamoDBDocumentClient.from(client).send(
      new PutCommand({ TableName: tableName, Item: { ...Item, seen: 'unheard of' } }),
    );
    feed.clock.now += 5 * minute;
    expect((await collector.run()).exchange).toMatchObject({ gapHours: 0, error: undefined });
    const { windows } = await collector.coverage();
    // The first run's, and one more hour: nothing of the week again.
    expect(windows.filter(({ why }) => why === 'gap')).toHaveLength(28);
  });

  it('two collectors at once and an outage of two days: all is there, all is covered, the counts add up', async () => {
    const ledger = await onTheEngine();
    await using feed = await startFeed({ recordsPerBlob: 3 });
    const one = collectorOver(feed, { ledger });
    const two = collectorOver(feed, { ledger });
    await one.run();
    for (let n = 0; n < 120; n += 1) {
      feed.add(record(`r${n}`));
      if (n % 3 === 2) feed.clock.now += hour;
      if (n % 15 === 14 && feed.clock.now < Date.parse(now) + 2 * hour) await one.run();
    }
    feed.clock.now += 2 * day - 40 * hour + minute;
    await Promise.all([one.run(), two.run()]);
    const ids = [...one.ids(), ...two.ids()];
    expect(new Set(ids).size).toBe(120);
    const { windows, gaps } = await one.coverage();
    expect(windows.reduce((sum, { published }) => sum + published, 0)).toBe(ids.length);
    // The last second, which is not over, and the margin at the edge of the week.
    expect(gaps.every(({ start, end }) => Date.parse(end) - Date.parse(start) < 3 * minute)).toBe(true);
    // A third time there is nothing left to fetch.
    await one.run();
    expect([...one.ids(), ...two.ids()]).toHaveLength(ids.length);
  });
});
