import { describe, expect, it } from 'vitest';
import { fromMillis } from '#time/instant.ts';
import { subtractStretches } from '#time/stretch.ts';
import { oldestMoment } from '#collection/plan.ts';
import {
  collectorOver,
  day,
  hour,
  minute,
  record,
  start,
  startFeed,
  tenant,
  urlOf,
  type Feed,
} from './surroundings.ts';

type Collector = ReturnType<typeof collectorOver>;

/** Runs every `step`, for so long. */
async function runFor(feed: Feed, collector: Collector, length: number, step = 30 * minute): Promise<void> {
  for (const until = feed.clock.now + length; feed.clock.now < until;) {
    feed.clock.now += step;
    await collector.run();
  }
}

async function uncovered(feed: Feed, collector: Collector) {
  const now = fromMillis(feed.clock.now);
  const { covered } = await collector.coverage();
  return subtractStretches(
    { start: oldestMoment(now), end: fromMillis(Math.floor(feed.clock.now / 1000) * 1000) },
    covered,
  );
}

describe('A run', () => {
  it('publishes the records that matter, each blob once, however often windows overlap', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('rule'));
    const mailbox = (Name: string, more = {}) => ({
      Operation: 'set-mailbox',
      Parameters: [
        { Name: 'Identity', Value: 'ann' },
        { Name, Value: 'x@gmail.com' },
      ],
      ...more,
    });
    feed.add(record('mailbox', mailbox('ForwardingSmtpAddress')));
    feed.add(record('noise', mailbox('CustomAttribute1')));
    feed.add(record('service', mailbox('ForwardingSmtpAddress', { UserId: 'NT AUTHORITY\\SYSTEM (w3wp)' })));
    feed.add(
      record('portal', {
        Workload: 'SecurityComplianceCenter',
        RecordType: 18,
        Operation: 'Set-InboundConnector',
        ObjectId: 'c',
      }),
    );
    await runFor(feed, collector, 2 * hour, 5 * minute);
    expect(collector.ids().toSorted()).toEqual(['mailbox', 'portal', 'rule']);
    const { windows } = await collector.coverage();
    expect(windows.reduce((sum, { read }) => sum + read, 0)).toBe(4);
    expect(windows.reduce((sum, { published }) => sum + published, 0)).toBe(2);
    expect(feed.requests().filter(({ path }) => path.includes('/audit/'))).toHaveLength(2);
  });

  it('reports what could not be read, and takes the rest of the blob', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('nameless', { Parameters: [] }));
    feed.add(record('future', { CreationTime: '9999-12-31T23:59:59' }));
    feed.add(record('good'));
    feed.clock.now += minute;
    const { exchange } = await collector.run();
    expect(exchange).toMatchObject({ read: 3, published: 1, failed: 2, fetched: 1, error: undefined });
    expect(collector.notes).toEqual([expect.objectContaining({ type: 'records failed', failed: 2 })]);
  });

  it('finds the same record in several blobs, late, and out of order', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1 });
    const collector = collectorOver(feed);
    feed.add(record('thrice'), { copies: 3 });
    feed.add(record('late'), { unlisted: 2 * hour });
    feed.add(record('later'), { after: 3 * hour });
    await runFor(feed, collector, 20 * hour, 5 * minute);
    // The records' receipts make three of one; what matters here is that none is missing.
    expect(collector.ids().toSorted()).toEqual(['late', 'later', 'thrice', 'thrice', 'thrice']);
  });

  it('without going back over half days would miss a late blob', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('late'), { unlisted: 2 * hour });
    await runFor(feed, collector, 5 * hour, 5 * minute);
    expect(collector.ids()).toEqual([]);
    // Noon, and three hours.
    await runFor(feed, collector, 2 * hour, 5 * minute);
    expect(collector.ids()).toEqual(['late']);
  });
});

describe('A window that Microsoft cannot list', () => {
  it('stays a gap and does not keep the others from being seen', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1, pageSize: 1 });
    const collector = collectorOver(feed);
    await collector.run();
    feed.add(record('a'));
    feed.add(record('b'));
    feed.clock.now += day;
    feed.add(record('c'));
    feed.clock.now += 2 * hour;
    feed.fault({ kind: 'page-lost', times: 1 });
    const { exchange } = await collector.run();
    expect(exchange.error).toMatchObject({ code: 'page-lost' });
    expect(exchange.gapHours).toBeGreaterThan(3);
    expect(collector.ids()).toContain('c');
    await collector.run();
    expect(collector.ids().toSorted()).toEqual(['a', 'b', 'c']);
  });
});

describe('An outage of Microsoft’s', () => {
  it('is asked about three windows, not about a week of them', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.clock.now += minute;
    const asked = new Set<string | null>();
    const { exchange } = await collector.run({
      fetch: (input, init) => {
        const url = urlOf(input);
        if (!url.pathname.endsWith('/content')) return fetch(input, init);
        if (url.searchParams.get('contentType') === 'Audit.Exchange')
          asked.add(url.searchParams.get('startTime'));
        return Promise.resolve(new Response('', { status: 503 }));
      },
    });
    expect(exchange.error).toMatchObject({ code: 'unavailable' });
    expect(asked.size).toBe(3);
  });
});

describe('Where time runs out', () => {
  it('a window does not count as seen, though all that was listed of it has been read', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1, pageSize: 1 });
    const collector = collectorOver(feed);
    feed.add(record('a'));
    feed.add(record('b'));
    feed.clock.now += minute;
    await collector.run({ hasTime: () => collector.published.length === 0 });
    expect(collector.ids()).toHaveLength(1);
    expect(feed.requests().filter(({ query }) => query.has('nextPage'))).toEqual([]);
    expect((await collector.coverage()).windows).toEqual([]);
    await collector.run();
    expect(collector.ids().toSorted()).toEqual(['a', 'b']);
  });

  it('no further blob is begun', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1 });
    const collector = collectorOver(feed);
    for (let n = 0; n < 10; n += 1) feed.add(record(`r${n}`));
    feed.clock.now += minute;
    await collector.run({ hasTime: () => collector.published.length === 0 });
    // Those that had been begun by then.
    expect(collector.ids().length).toBeLessThanOrEqual(4);
  });

  it('what is out of reach by then is not asked for, and keeps nothing else from being seen', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.clock.now += minute;
    let asked = 0;
    const { exchange } = await collector.run({
      fetch: (input, init) => {
        const isQuestion = urlOf(input).pathname.endsWith('/content');
        // The first one takes three hours.
        if (isQuestion && (asked += 1) === 1) feed.clock.now += 3 * hour;
        return fetch(input, init);
      },
    });
    expect(exchange.error).toBeUndefined();
  });
});

describe('The notes of a week', () => {
  it('are read only where no summary of them is known, and the report counts what the run itself has fetched', async () => {
    await using feed = await startFeed();
    const { ledger } = collectorOver(feed);
    let times = 0;
    const counted = {
      ...ledger,
      coverage: (...asked: Parameters<typeof ledger.coverage>) => {
        times += 1;
        return ledger.coverage(...asked);
      },
    };
    const collector = collectorOver(feed, { ledger: counted });
    await collector.run();
    // Once for each content type.
    expect(times).toBe(2);
    feed.clock.now += 2 * day;
    const { exchange, general } = await collector.run();
    expect(times).toBe(2);
    expect([exchange, general]).toMatchObject([
      { gapHours: 0, endangeredHours: 0 },
      { gapHours: 0, endangeredHours: 0 },
    ]);
    expect(await uncovered(feed, collector)).toEqual([]);
  });

  it('say of a run that got nowhere what it left open', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    await collector.run();
    feed.clock.now += 2 * day;
    const { exchange } = await collector.run({ hasTime: () => false });
    expect(exchange.gapHours).toBe(48);
  });
});

describe('A ledger that cannot be read', () => {
  it('counts as if nothing had been collected', async () => {
    await using feed = await startFeed();
    const { ledger } = collectorOver(feed);
    const unreadable = { ...ledger, coverage: () => Promise.reject(new Error('no such table')) };
    const { exchange } = await collectorOver(feed, { ledger: unreadable }).run();
    expect(exchange).toMatchObject({ gapHours: 168, endangeredHours: 168, silent: true });
  });
});

describe('After two days without a run', () => {
  it('nothing is missed, nothing doubled, and the week is covered again', async () => {
    await using feed = await startFeed({ recordsPerBlob: 2 });
    const collector = collectorOver(feed);
    const added: string[] = [];
    const add = (id: string, addition = {}) => {
      feed.add(record(id), addition);
      added.push(id);
    };
    await collector.run();
    for (let n = 0; n < 200; n += 1) {
      add(`r${n}`, n % 7 === 0 ? { unlisted: 90 * minute } : n % 11 === 0 ? { copies: 2 } : {});
      feed.clock.now += 20 * minute;
      // Two days of the sixty-six hours.
      if (n < 25 || n > 169) await collector.run();
    }
    await runFor(feed, collector, 16 * hour);
    const seen = collector.ids();
    expect(new Set(seen)).toEqual(new Set(added));
    expect(seen).toHaveLength(200 + added.filter((_, n) => n % 7 !== 0 && n % 11 === 0).length);
    expect(await uncovered(feed, collector)).toEqual([]);
  });

  it('what is new comes first, then the gap from its oldest end', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    await collector.run();
    feed.add(record('first day'));
    feed.clock.now += day;
    feed.add(record('second day'));
    feed.clock.now += day - minute;
    feed.add(record('now'));
    feed.clock.now += minute;
    await collector.run();
    expect(collector.ids()).toEqual(['now', 'first day', 'second day']);
  });

  it('a run that has no time left is continued by the next', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1 });
    const collector = collectorOver(feed);
    await collector.run();
    for (let n = 0; n < 8; n += 1, feed.clock.now += 6 * hour) feed.add(record(`r${n}`));
    let asked = 0;
    const { exchange, general } = await collector.run({ hasTime: () => (asked += 1) < 12 });
    expect(exchange.error).toMatchObject({ code: 'out-of-time' });
    expect(general.error).toMatchObject({ code: 'out-of-time' });
    expect(exchange.gapHours).toBeGreaterThan(10);
    const before = collector.ids().length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(8);
    expect((await collector.run()).exchange).toMatchObject({ gapHours: 0, error: undefined });
    expect(collector.ids().toSorted()).toEqual(Array.from({ length: 8 }, (_, n) => `r${n}`));
  });
});

describe('A gap', () => {
  it('is reported, and as endangered a day before it is out of reach', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    await collector.run();
    feed.fault({ kind: '503', times: Infinity });
    feed.clock.now += 5 * day;
    expect((await collector.run()).exchange).toMatchObject({ gapHours: 120, endangeredHours: 0 });
    feed.clock.now += 30 * hour;
    const { exchange } = await collector.run();
    expect(exchange.endangeredHours).toBeGreaterThan(5);
    expect(exchange.oldestGap).toBe('2026-11-20T09:07:31.250Z');
    feed.mend();
    expect((await collector.run()).exchange).toMatchObject({ gapHours: 0, endangeredHours: 0 });
  });

  it('before collecting began is filled, and no alarm', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('before'));
    feed.clock.now += 6 * day;
    feed.fault({ kind: 'no-permission', times: 2 });
    expect((await collector.run()).exchange).toMatchObject({
      error: { code: 'forbidden' },
      gapHours: 0,
      endangeredHours: 0,
    });
    await collector.run();
    expect(collector.ids()).toEqual(['before']);
  });
});

describe('A blob', () => {
  it.each(['blob-cut', 'blob-short', 'blob-503', 'blob-html'] as const)(
    'that fails once (%s) is fetched again',
    async (kind) => {
      await using feed = await startFeed();
      const collector = collectorOver(feed);
      feed.add(record('a'));
      feed.add(record('b'));
      feed.clock.now += minute;
      // A 503 is tried four times within one run.
      feed.fault({ kind, times: kind === 'blob-503' ? 4 : 1 });
      const { exchange } = await collector.run();
      expect(exchange).toMatchObject({ fetched: 0, lost: 0 });
      expect(await uncovered(feed, collector)).not.toEqual([]);
      feed.clock.now += 5 * minute;
      await collector.run();
      expect(new Set(collector.ids())).toEqual(new Set(['a', 'b']));
      expect(await uncovered(feed, collector)).toEqual([]);
      expect((await collector.coverage()).lost).toEqual([]);
    },
  );

  it('that cannot be read is given up after three tries, noted as lost, and holds up nothing else', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.addContent(() => [Buffer.from('<html>')], { tenant, contentType: 'Audit.Exchange' });
    feed.add(record('other'));
    for (let run = 0; run < 5; run += 1) {
      feed.clock.now += 5 * minute;
      await collector.run();
    }
    expect(collector.ids()).toEqual(['other']);
    expect((await collector.coverage()).lost).toEqual([expect.objectContaining({ why: 'broken' })]);
    expect(collector.notes.map(({ type }) => type)).toEqual(['blob failed', 'blob failed', 'blob lost']);
    expect(feed.requests().filter(({ path }) => path.includes('/audit/'))).toHaveLength(4);
    expect(await uncovered(feed, collector)).toEqual([]);
  });

  it('that never arrives is given up only after a day', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('a'));
    feed.fault({ kind: 'blob-503', times: Infinity });
    await runFor(feed, collector, 23 * hour, hour);
    expect((await collector.coverage()).lost).toEqual([]);
    await runFor(feed, collector, 3 * hour, hour);
    expect((await collector.coverage()).lost).toEqual([expect.objectContaining({ why: 'unavailable' })]);
  });

  it('that did not arrive on two days was asked for too seldom to be given up', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('a'));
    feed.fault({ kind: 'blob-503', times: Infinity });
    await runFor(feed, collector, 2 * day, day);
    expect((await collector.coverage()).lost).toEqual([]);
    feed.mend();
    await runFor(feed, collector, hour, hour);
    expect(collector.ids()).toEqual(['a']);
  });

  it('that expired before it was read is lost at once, without being asked for', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('a'));
    feed.clock.now += minute;
    const expired = new Date(feed.clock.now - 1).toISOString();
    await collector.run({
      fetch: async (input, init) => {
        const { status, headers, ...response } = await fetch(input, init).then(async (real) => ({
          status: real.status,
          headers: real.headers,
          text: await real.text(),
        }));
        const text = response.text.replaceAll(
          /"contentExpiration":"[^"]*"/g,
          `"contentExpiration":"${expired}"`,
        );
        return new Response(text, { status, headers });
      },
    });
    expect(feed.requests().filter(({ path }) => path.includes('/audit/'))).toEqual([]);
    const { lost } = await collector.coverage();
    expect(lost).toEqual([expect.objectContaining({ why: 'expired' })]);
    expect(collector.ids()).toEqual([]);
  });

  it('that several pages list, or one page twice, is tried once a run', async () => {
    await using feed = await startFeed({ pageSize: 1 });
    const collector = collectorOver(feed);
    await collector.run();
    for (let count = 0; count < 3; count += 1)
      feed.addContent(() => [Buffer.from('<html>')], { tenant, contentType: 'Audit.Exchange' });
    feed.clock.now += minute;
    const listed = new Map<string | null, readonly unknown[]>();
    await collector.run({
      fetch: async (input, init) => {
        const { pathname, searchParams } = urlOf(input);
        const answer = await fetch(input, init);
        if (!pathname.endsWith('/content')) return answer;
        if (searchParams.get('contentType') !== 'Audit.Exchange') return answer;
        // Each page has what those before it had, and its own twice.
        const window = searchParams.get('startTime');
        const own = (await answer.json()) as readonly unknown[];
        listed.set(window, [...(listed.get(window) ?? []), ...own, ...own]);
        return new Response(JSON.stringify(listed.get(window)), { headers: answer.headers });
      },
    });
    expect(collector.notes).toEqual(
      Array.from(
        { length: 3 },
        () => expect.objectContaining({ type: 'blob failed', attempts: 1 }) as unknown,
      ),
    );
    expect(feed.requests().filter(({ path }) => path.includes('/audit/'))).toHaveLength(3);
  });

  it('that is not given out because of throttling is not at fault: the run ends, and it has all its tries', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('a'));
    feed.clock.now += minute;
    const { exchange, general } = await collector.run({
      fetch: (input, init) =>
        urlOf(input).pathname.includes('/audit/')
          ? Promise.resolve(new Response('', { status: 429, headers: { 'retry-after': '600' } }))
          : fetch(input, init),
    });
    expect([exchange.error, general.error]).toEqual([
      expect.objectContaining({ code: 'throttled' }),
      expect.objectContaining({ code: 'throttled' }),
    ]);
    expect(collector.notes).toEqual([]);
    await collector.run();
    expect(collector.ids()).toEqual(['a']);
  });

  it('whose records cannot be published is not noted as read', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('a'));
    feed.clock.now += minute;
    const down = () => Promise.reject(new Error('the bus is down'));
    expect((await collector.run({ publish: down })).exchange.error).toMatchObject({
      message: 'the bus is down',
    });
    await collector.run();
    expect(collector.ids()).toEqual(['a']);
  });
});

describe('The subscription', () => {
  it('is started where there is none, and its first blobs may take twelve hours', async () => {
    await using feed = await startFeed({ subscribed: false, firstBlobsAfter: 11 * hour });
    const collector = collectorOver(feed);
    const first = await collector.run();
    expect(first.exchange).toMatchObject({ error: undefined, silent: false });
    feed.clock.now += minute;
    feed.add(record('early'));
    await runFor(feed, collector, 12 * hour);
    await runFor(feed, collector, 4 * hour);
    expect(collector.ids()).toEqual(['early']);
    expect(feed.requests().filter(({ path }) => path.endsWith('/start'))).toHaveLength(2);
  });

  it('that somebody disabled is started again, and the time without it is known to be blind', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    await collector.run();
    const lastSeen = fromMillis(feed.clock.now);
    feed.clock.now += 3 * hour;
    feed.disable(tenant, 'Audit.Exchange');
    await collector.run();
    feed.clock.now += 5 * minute;
    expect((await collector.run()).exchange.error).toBeUndefined();
    const { blind } = await collector.coverage();
    expect(blind).toEqual([{ start: lastSeen, end: fromMillis(start + 3 * hour) }]);
    expect(collector.notes).toContainEqual(
      expect.objectContaining({ type: 'subscription', outcome: 'started' }),
    );
  });

  it('that does not come on is not asked for again within fifteen minutes', async () => {
    await using feed = await startFeed({ subscribed: false });
    const collector = collectorOver(feed);
    const off = () => {
      feed.disable(tenant, 'Audit.Exchange');
      feed.disable(tenant, 'Audit.General');
    };
    const starts = () => feed.requests().filter(({ path }) => path.endsWith('/start')).length;
    await collector.run();
    off();
    feed.clock.now += 10 * minute;
    await collector.run();
    expect(starts()).toBe(2);
    off();
    feed.clock.now += 10 * minute;
    await collector.run();
    expect(starts()).toBe(4);
  });
});

describe('A subscription that never comes on', () => {
  it('is waited for as long as the first one may take, and then an error', async () => {
    await using feed = await startFeed({ subscribed: false });
    const unlisted: typeof fetch = (input, init) =>
      urlOf(input).pathname.endsWith('/content')
        ? Promise.resolve(Response.json({ error: { code: 'AF20022', message: 'none' } }, { status: 400 }))
        : fetch(input, init);
    const collector = collectorOver(feed, { fetch: unlisted });
    expect((await collector.run()).exchange.error).toBeUndefined();
    feed.clock.now += 11 * hour;
    expect((await collector.run()).exchange.error).toBeUndefined();
    feed.clock.now += 2 * hour;
    expect((await collector.run()).exchange.error).toMatchObject({ code: 'not-subscribed' });
  });
});

describe('Silence', () => {
  it('of Audit.Exchange is noticed after twelve hours; of Audit.General it means nothing', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('a'));
    await runFor(feed, collector, 11 * hour);
    expect((await collector.run()).exchange.silent).toBe(false);
    await runFor(feed, collector, 2 * hour);
    const { exchange, general } = await collector.run();
    expect([exchange.silent, general.silent]).toEqual([true, false]);
    feed.add(record('b'));
    feed.clock.now += minute;
    expect((await collector.run()).exchange.silent).toBe(false);
  });
});

describe('Throttling', () => {
  it('ends the run over the tenant, and the next goes on from there', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.add(record('a'));
    feed.clock.now += minute;
    feed.fault({ kind: 'AF429', times: 4 });
    const { exchange, general } = await collector.run();
    expect([exchange.error, general.error]).toEqual([
      expect.objectContaining({ code: 'throttled' }),
      expect.objectContaining({ code: 'throttled' }),
    ]);
    expect(feed.requests()).toHaveLength(4);
    await collector.run();
    expect(collector.ids()).toEqual(['a']);
  });
});

describe('A clock that is wrong', () => {
  it.each([
    ['two hours ahead', 2 * hour],
    ['a day behind', -day],
  ])('by %s misses nothing: Microsoft says what time it is', async (_, wrong) => {
    await using feed = await startFeed();
    const collector = collectorOver(feed, { now: () => feed.clock.now + wrong });
    for (let n = 0; n < 12; n += 1) {
      feed.add(record(`r${n}`));
      feed.clock.now += 20 * minute;
      expect((await collector.run()).exchange.error).toBeUndefined();
    }
    expect(collector.ids().toSorted()).toEqual(Array.from({ length: 12 }, (_, n) => `r${n}`).toSorted());
    expect(collector.notes).toContainEqual(expect.objectContaining({ type: 'clock' }));
  });
});

describe('Two collectors at once', () => {
  it('miss nothing and leave a ledger that adds up', async () => {
    await using feed = await startFeed({ recordsPerBlob: 1 });
    const one = collectorOver(feed);
    const two = collectorOver(feed, { ledger: one.ledger });
    for (let round = 0; round < 6; round += 1) {
      for (let n = 0; n < 5; n += 1) feed.add(record(`r${round}-${n}`));
      feed.clock.now += 5 * minute;
      await Promise.all([one.run(), two.run()]);
    }
    expect(new Set([...one.ids(), ...two.ids()]).size).toBe(30);
    expect(await uncovered(feed, one)).toEqual([]);
  });
});
