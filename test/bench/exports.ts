/**
 * Exports of the audit log of a busy tenant: almost all of it is no mail flow. One record in three thousand is, and takes
 * a replay one to two milliseconds, whatever is around it.
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { tenantLog } from '../soak/tenant-log.ts';

const day = 86_400_000;
const start = Date.parse('2026-11-01T00:00:00Z');
/** Of the records that `tenantLog` makes, with copies. */
const perMegabyte = 1_170;

/** Records of about so many bytes as JSON, all in all. */
export function* recordsOf(bytes: number): Generator<object> {
  const count = Math.ceil((bytes / 1e6) * perMegabyte);
  // An exception brings six or seven records of interest with it, copies included.
  const { blobs } = tenantLog(count, Math.ceil(count / 20_000), day, start);
  let written = 0;
  for (const blob of blobs)
    for (const record of blob.records()) {
      written += JSON.stringify(record).length + 1;
      if (written > bytes) return;
      yield record;
    }
}

export async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const out = createWriteStream(file, { highWaterMark: 1 << 20 });
  let gathered: string[] = [];
  for (const line of lines) {
    gathered.push(line, '\n');
    if (gathered.length < 2_000) continue;
    if (!out.write(gathered.join(''))) await once(out, 'drain');
    gathered = [];
  }
  out.end(gathered.join(''));
  await once(out, 'close');
}

export function* asJsonLines(records: Iterable<object>): Generator<string> {
  for (const record of records) yield JSON.stringify(record);
}

/** As `Search-UnifiedAuditLog … | Export-Csv` writes them. */
export function* asCsv(records: Iterable<object>): Generator<string> {
  yield '"RecordType","CreationDate","UserIds","Operations","AuditData","ResultIndex","ResultCount","Identity","IsValid","ObjectState"';
  let index = 0;
  for (const record of records) {
    const { CreationTime, UserId, Operation, Id } = record as Readonly<Record<string, string>>;
    index += 1;
    const cells = [
      'ExchangeAdmin',
      CreationTime,
      UserId,
      Operation,
      JSON.stringify(record),
      index,
      50_000,
      Id,
    ];
    yield [...cells, 'True', 'Unchanged'].map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',');
  }
}
