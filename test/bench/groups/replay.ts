/** `lapse replay` against what reads the same file and does nothing with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { createGunzip, createGzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { instant } from '#time/instant.ts';
import { replay as replayed } from '../../../bin/commands/replay.ts';
import { asCsv, asJsonLines, recordsOf, writeLines } from '../exports.ts';
import { inShort, paired } from '../paired.ts';
import type { Group, Row } from '../row.ts';

const megabytes = 200;
/** `csv-parse` needs four times as long as the others. */
const csvMegabytes = 50;
const pairs = 5;
const nowhere = { write: () => true };

export const replay: Group = {
  name: 'replay',
  async *rows(progress) {
    const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'));
    try {
      progress(`writing exports of ${megabytes} MB`);
      const [jsonl, csv] = [join(folder, 'export.jsonl'), join(folder, 'export.csv')];
      await writeLines(jsonl, asJsonLines(recordsOf(megabytes * 1e6)));
      await writeLines(csv, asCsv(recordsOf(csvMegabytes * 0.8e6)));
      await pipeline(createReadStream(jsonl), createGzip(), createWriteStream(`${jsonl}.gz`));
      const ways = [
        ['JSONL against lines and JSON.parse', jsonl, () => parsedLines(createReadStream(jsonl)), 0.8],
        ['CSV against csv-parse and JSON.parse', csv, () => parsedCsv(csv), 0.9],
        [
          'gz against gunzip, lines and JSON.parse',
          `${jsonl}.gz`,
          () => parsedLines(createReadStream(`${jsonl}.gz`).pipe(createGunzip())),
          0.7,
        ],
      ] as const;
      for (const [what, file, yardstick, atLeast] of ways) {
        progress(`${what}, ${pairs} pairs`);
        const found = await paired(() => replayOf(file), yardstick, pairs);
        const size = Math.round((await stat(file)).size / 1e6);
        yield row(`replay, ${size} MB, ${what}`, found.ratio, { atLeast }, inShort(found));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    for (const size of [50, 2_000]) {
      progress(`peak memory at ${size} MB`);
      yield {
        ...row(`replay, peak memory at ${size} MB`, await peakOf(size), { atMost: 200 }),
        unit: 'MB',
      };
    }
  },
};

const row = (what: string, reached: number, goal: Row['goal'], note?: string): Row => ({
  ...{ what, reached, goal },
  ...(note !== undefined && { note }),
});

async function replayOf(file: string): Promise<void> {
  const io = { stdin: process.stdin, stdout: nowhere, stderr: nowhere, now: () => instant(Date.now()) };
  await replayed([file, '--json'], io);
}

async function parsedLines(input: NodeJS.ReadableStream): Promise<number> {
  let count = 0;
  for await (const line of createInterface({ input })) if (isObject(JSON.parse(line))) count += 1;
  return count;
}

async function parsedCsv(file: string): Promise<number> {
  let count = 0;
  const rows = createReadStream(file).pipe(parse({ from_line: 2 })) as AsyncIterable<readonly string[]>;
  for await (const [, , , , written = ''] of rows) if (isObject(JSON.parse(written))) count += 1;
  return count;
}

const isObject = (value: unknown): boolean => typeof value === 'object';

/**
 * Megabytes. What is read is made while it is read: ten thousand records over and over, each time with other ids and of
 * other objects.
 */
async function peakOf(size: number): Promise<number> {
  const block = [...asJsonLines(recordsOf(10e6))].join('\n');
  const child = spawn(process.execPath, [join(import.meta.dirname, '../replay-memory.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const printed = text(child.stdout);
  for (let at = 0; at < size / 10; at += 1) {
    const ids = `"Id":"${at.toString(16).padStart(4, '0')}`;
    const named = block
      .replaceAll(/"Id":"..../g, ids)
      .replaceAll(/(?:Exception|Footer|Refused) \d/g, (name) => `${name} of ${at}`);
    if (!child.stdin.write(`${named}\n`)) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  return Number(await printed);
}
