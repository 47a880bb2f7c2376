import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { collectorOver, minute, record, startFeed, tenant } from './surroundings.ts';

const megabyte = 1024 * 1024;

/** A blob of about so many bytes: noise, and every thousandth record one that matters. Made as it is sent. */
function* manyRecords(bytes: number): Generator<Uint8Array> {
  const noise = JSON.stringify(
    record('noise', { Operation: 'MailItemsAccessed', Comment: 'x'.repeat(4_000) }),
  );
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

// Garbage that is not yet collected says nothing about what is held: it is collected before each look.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is held above what is held now, in bytes; and the most of it, seen whenever some megabytes have been sent. */
function memory() {
  const held = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed + process.memoryUsage().external;
  };
  const before = held();
  let most = 0;
  const look = () => (most = Math.max(most, held() - before));
  function* watched(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
    let unseen = 0;
    for (const part of parts) {
      yield part;
      unseen += part.length;
      if (unseen < 4 * megabyte) continue;
      look();
      unseen = 0;
    }
  }
  return { peak: look, watched };
}

describe('A blob of 200 MB', () => {
  it('is read to its end without ever being in memory', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    const { watched, peak } = memory();
    feed.addContent(() => watched(manyRecords(200 * megabyte)), { tenant, contentType: 'Audit.Exchange' });
    feed.clock.now += minute;
    const { exchange } = await collector.run();
    expect(exchange.error).toBeUndefined();
    expect(exchange.read).toBeGreaterThan(40_000);
    expect(collector.ids()).toEqual(Array.from({ length: collector.ids().length }, (_, n) => `r${n}`));
    expect(collector.ids().length).toBeGreaterThan(40);
    // Sender and receiver both live here, with the buffers between them.
    expect(peak()).toBeLessThan(60 * megabyte);
  });

  it('that is one single endless record costs that record and no memory', async () => {
    await using feed = await startFeed();
    const collector = collectorOver(feed);
    function* endless(): Generator<Uint8Array> {
      yield Buffer.from(`[${JSON.stringify(record('before'))},{"Id":"endless","Comment":"`);
      for (let sent = 0; sent < 200; sent += 1) yield Buffer.alloc(megabyte, 'x');
      yield Buffer.from(`"},${JSON.stringify(record('after'))}]`);
    }
    const { watched, peak } = memory();
    feed.addContent(() => watched(endless()), { tenant, contentType: 'Audit.Exchange' });
    feed.clock.now += minute;
    const { exchange } = await collector.run();
    expect(exchange).toMatchObject({ read: 3, published: 2, failed: 1, error: undefined });
    expect(collector.ids()).toEqual(['before', 'after']);
    expect(peak()).toBeLessThan(60 * megabyte);
  });
});
