import { describe, expect, it } from 'vitest';
import { collectorOver, minute, record, startFeed, tenant } from './surroundings.ts';

const megabyte = 1024 * 1024;

/** A blob of about so many bytes: noise, and every thousandth record one that matters. Made as it is sent. */
function* manyRecords(bytes: number): Generator<Uint8Array> {
  const noise = JSON.stringify(record('noise', { Operation: 'Set-Mailbox', Comment: 'x'.repeat(4_000) }));
  yield Buffer.from('[');
  let sent = 0;
  for (let n = 0; sent < bytes; n += 1) {
    const one = n % 1000 === 0 ? JSON.stringify(record(`r${n / 1000}`)) : noise;
    const text = `${n === 0 ? '' : ','}${one}`;
    sent += text.length;
    yield Buffer.from(text);
  }
  yield Buffer.from(']');
}

/** The most that is in use while `work` goes on, above what was in use before, in bytes. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  const used = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
  const before = used();
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, used() - before)), 5);
  await work();
  clearInterval(watch);
  return Math.max(most, used() - before);
}

describe('A blob of 200 MB', () => {
  it('is read to its end without ever being in memory', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    feed.addContent(() => manyRecords(200 * megabyte), { tenant, contentType: 'Audit.Exchange' });
    feed.clock.now += minute;
    const peak = await peakOf(async () => {
      const { exchange } = await collector.run();
      expect(exchange.error).toBeUndefined();
      expect(exchange.read).toBeGreaterThan(40_000);
    });
    expect(collector.ids()).toEqual(Array.from({ length: collector.ids().length }, (_, n) => `r${n}`));
    expect(collector.ids().length).toBeGreaterThan(40);
    // Sender and receiver both live here; what has become garbage but is not collected yet counts as well.
    expect(peak).toBeLessThan(120 * megabyte);
  }, 60_000);

  it('that is one single endless record costs that record and no memory', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    function* endless(): Generator<Uint8Array> {
      yield Buffer.from(`[${JSON.stringify(record('before'))},{"Id":"endless","Comment":"`);
      for (let sent = 0; sent < 200; sent += 1) yield Buffer.alloc(megabyte, 'x');
      yield Buffer.from(`"},${JSON.stringify(record('after'))}]`);
    }
    feed.addContent(endless, { tenant, contentType: 'Audit.Exchange' });
    feed.clock.now += minute;
    const peak = await peakOf(async () => {
      const { exchange } = await collector.run();
      expect(exchange).toMatchObject({ read: 3, published: 2, failed: 1, error: undefined });
    });
    expect(collector.ids()).toEqual(['before', 'after']);
    expect(peak).toBeLessThan(120 * megabyte);
  }, 60_000);
});
