import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** Megabytes of JavaScript heap: half of what is read would not fit in. */
const heap = 64;

async function assessed(
  parts: Iterable<Uint8Array>,
): Promise<{ readonly said: string; readonly code: unknown }> {
  const rules = join(root, 'test/fixtures/assess/one-rule.json');
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heap}`, join(root, 'bin/lapse.ts'), 'assess', rules, '--evidence', '-'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  // A child that ran out of memory closes the pipe; what it did not print fails the test.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close');
  for (const part of parts)
    if (!child.stdin.write(part)) await Promise.race([once(child.stdin, 'drain'), ended]);
  child.stdin.end();
  return { code: (await ended)[0] as unknown, said };
}

const row = (at: number): string =>
  [
    new Date(Date.parse('2026-01-01') + at * 1_000).toISOString(),
    `${String(at >> 1).padStart(8, '0')}-2f9f-4227-af55-9f1061cf0001`,
    `user${at % 5_003}@s${at % 997}.example.net`,
    `203.0.${at % 113}.${at % 250}`,
    `u${at}@contoso.example`,
    `"A subject, ${'x'.repeat(500)}"`,
    'Inbound',
    'Delivered',
    '',
  ].join(',');
const head =
  'Timestamp,NetworkMessageId,SenderFromAddress,SenderIPv4,RecipientEmailAddress,Subject,EmailDirection,DeliveryAction,ExchangeTransportRule\n';

it('100 MB of statistics, and a cell of 60 MB among them, pass through a small heap', async () => {
  const rows = 80_000;
  function* parts(): Generator<Uint8Array> {
    yield Buffer.from(head, 'utf16le');
    for (let at = 0; at < rows; at += 2_000)
      yield Buffer.from(
        `${Array.from({ length: 2_000 }, (_, more) => row(at + more)).join('\n')}\n`,
        'utf16le',
      );
    yield Buffer.from('"', 'utf16le');
    for (let at = 0; at < 60; at += 1) yield Buffer.from('x'.repeat(500_000), 'utf16le');
    yield Buffer.from(`"\n${row(rows)}\n`, 'utf16le');
  }
  const { code, said } = await assessed(parts());
  expect(said).toContain(`${(rows + 1).toLocaleString('en')} rows about 40,001 messages`);
  expect(said).toMatch(/Not read: standard input:80002: the row is longer than 1 MiB and was skipped/);
  // One row is too long to be read, and that is said.
  expect(code).toBe(1);
});
