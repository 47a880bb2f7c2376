import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newRule } from '../audit-log/records.ts';

const lapse = join(import.meta.dirname, '../../bin/lapse.ts');
/** Megabytes of JavaScript heap: a tenth of what is read would not fit in. */
const heap = 48;

async function replayed(parts: Iterable<string>): Promise<unknown> {
  const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, lapse, 'replay', '-', '--json'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
  // A child that ran out of memory closes the pipe; what it did not print fails the test.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close');
  for (const part of parts)
    if (!child.stdin.write(part)) await Promise.race([once(child.stdin, 'drain'), ended]);
  child.stdin.end();
  // One record is too long to be read, and that is said.
  expect((await ended)[0]).toBe(1);
  return (JSON.parse(printed) as { records: unknown }).records;
}

/** A few thousand records as text, each time with ids of their own. */
const block = (separator: string) =>
  Array.from({ length: 2000 }, (_, at) =>
    JSON.stringify({
      ...newRule,
      Id: `BLOCK-${at}`,
      ...(at === 0 ? {} : { Operation: 'Set-Mailbox' }),
      ResultDetail: 'x'.repeat(600),
    }),
  ).join(separator);

it('200 MB of records and a line of 100 MB pass through a small heap', async () => {
  function* parts(): Generator<string> {
    const text = block('\n');
    const blocks = Math.ceil(200_000_000 / text.length);
    for (let at = 0; at < blocks; at += 1) yield `${text.replaceAll('BLOCK', String(at))}\n`;
    yield '{"Id":"';
    for (let at = 0; at < 100; at += 1) yield 'x'.repeat(1_000_000);
    yield `"}\n${JSON.stringify({ ...newRule, Id: 'last' })}\n`;
  }
  const blocks = Math.ceil(200_000_000 / block('\n').length);
  expect(await replayed(parts())).toEqual({
    read: blocks * 2000 + 2,
    relevant: blocks + 1,
    duplicate: 0,
    ignored: blocks * 1999,
    malformed: 1,
  });
});

it('so does one array of 60 MB with an element of another 60 MB', async () => {
  const text = block(',');
  const blocks = Math.ceil(60_000_000 / text.length);
  function* parts(): Generator<string> {
    yield '[';
    for (let at = 0; at < blocks; at += 1) yield `${text.replaceAll('BLOCK', String(at))},`;
    yield '{"Id":"';
    for (let at = 0; at < 60; at += 1) yield 'x'.repeat(1_000_000);
    yield `"},${JSON.stringify({ ...newRule, Id: 'last' })}]`;
  }
  expect(await replayed(parts())).toMatchObject({
    read: blocks * 2000 + 2,
    relevant: blocks + 1,
    malformed: 1,
  });
});
