/**
 * A day of a busy tenant, from its audit log to the register, counted exactly: `npm run soak`. Not part of the tests,
 * because it takes minutes. Ends with 1 where any figure is not what it must be.
 *
 *   npm run soak -- [--records 200000] [--exceptions 300] [--hours 24]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditRecordSchema } from '#audit-log/record.ts';
import { fromMillis, toMillis } from '#time/instant.ts';
import { startLocal } from '#lib/local/deployment.ts';
import { policy } from '#test/policy/fixture.ts';
import { tenant } from '#test/journeys/records.ts';
import { synthesize } from '../../bin/app.ts';
import { tenantLog } from './tenant-log.ts';
import type { Blob } from './tenant-log.ts';

const minute = 60_000;
/** How often the collector runs: what happens in the tenant happens between two runs. */
const step = 5 * minute;
/** After the last blob: late ones come into view, and half a day is looked at once more within four hours after its end. */
const after = 17 * 60 * minute;

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '200000' },
    exceptions: { type: 'string', default: '300' },
    hours: { type: 'string', default: '24' },
  },
});
const begun = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'lapse-soak-'));
const mismatches: string[] = [];

function check(what: string, found: number, expected: number): void {
  const right = found === expected;
  console.log(
    `${right ? 'ok      ' : 'MISMATCH'} ${what}: ${found}${right ? '' : ` (expected ${expected})`}`,
  );
  if (!right) mismatches.push(what);
}

function* bytes(blob: Blob): Iterable<Uint8Array> {
  let first = true;
  for (const record of blob.records()) {
    yield Buffer.from(`${first ? '[' : ','}${JSON.stringify(record)}`);
    first = false;
  }
  yield Buffer.from(first ? '[]' : ']');
}

interface Line {
  readonly level?: string;
  readonly message?: string;
  readonly [field: string]: unknown;
}
async function linesOf(name: string): Promise<readonly Line[]> {
  const text = await readFile(join(folder, 'state', 'logs', `${name}.log`), 'utf8');
  return text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
}

const assembly = join(folder, 'assembly');
synthesize({ policy, outdir: assembly, checked: false });
const local = await startLocal({
  assembly,
  state: join(folder, 'state'),
  collectFrom: [tenant],
  complain: console.error,
});
try {
  const { auditLog, tenant: standIn, register } = local;
  if (!auditLog || !standIn) throw new Error('the stand-ins are not there');
  let onTheBus = 0;
  const ids = new Set<string>();
  local.subscribe((event) => {
    if (event['detail-type'] !== 'Audit Record') return;
    onTheBus += 1;
    ids.add((event.detail as { metadata: { event_id: string } }).metadata.event_id);
  });

  // The subscription must be there: what was before it is in no blob.
  await local.advance(fromMillis(toMillis(local.now()) + 2 * step));
  const start = toMillis(local.now()) + step;
  const length = Number(values.hours) * 60 * minute;
  const log = tenantLog(Number(values.records), Number(values.exceptions), length, start);
  const coming = log.blobs.toSorted((a, b) => a.at - b.at).values();
  let next = coming.next();
  let unsettled = 0;
  const end = start + length + after;
  for (let now = start - step; now < end; now += step) {
    for (; next.done !== true && start + next.value.at < now + step; next = coming.next()) {
      const blob = next.value;
      for (const change of blob.changes) standIn.apply(auditRecordSchema.parse(change));
      auditLog.addContent(() => bytes(blob), {
        tenant,
        contentType: blob.contentType,
        after: Math.max(0, start + blob.at - toMillis(local.now())),
        unlisted: blob.unlisted,
      });
    }
    const { settled } = await local.advance(fromMillis(now + step));
    if (!settled) unsettled += 1;
  }
  await local.settled();

  const reports = (await linesOf('collect-audit-log')).filter(
    ({ message }) => message === 'the audit log was collected',
  );
  const sum = (field: string): number => reports.reduce((total, line) => total + Number(line[field]), 0);
  const blobs = log.blobs.length;
  console.log(
    `\n${log.distinct} distinct records in ${blobs} blobs, over ${values.hours} hours of local time:`,
  );
  check('records in the feed, copies included', sum('read'), log.total);
  check('blobs read', sum('fetched'), blobs);
  check('blobs lost', sum('lost'), 0);
  check('records unreadable', sum('failed'), 0);
  check('records published', sum('published'), log.ofInterest);
  check('records on the bus', onTheBus, log.ofInterest);
  check('duplicates on the bus', onTheBus - ids.size, log.ofInterest - log.ofInterestDistinct);
  const last = new Map(reports.map((line) => [String(line['contentType']), line]));
  for (const contentType of ['Audit.Exchange', 'Audit.General'])
    check(`hours of ${contentType} in no fetched window`, Number(last.get(contentType)?.['gapHours']), 0);

  let [found, others, twice, untold, byLog] = [0, 0, 0, 0, 0];
  for await (const { id, name, kind } of register.list()) {
    const expected = log.exceptions.get(name);
    if (expected) found += 1;
    // Every tenant takes Direct Send unless it was told not to: the inventory finds that by itself.
    else if (kind !== 'direct-send') others += 1;
    const times = new Map<string, number>();
    for await (const entry of register.trail(id)) {
      if (!('record' in entry) || typeof entry.record !== 'string') continue;
      times.set(entry.record, (times.get(entry.record) ?? 0) + 1);
      if (entry.type === 'ExceptionOpened' && expected?.includes(entry.record) === true) byLog += 1;
    }
    twice += [...times.values()].filter((count) => count > 1).length;
    untold += (expected ?? []).filter((record) => !times.has(record)).length;
  }
  check('exceptions found', found, log.exceptions.size);
  check('exceptions nobody expected', others, 0);
  check('records with more than one trail entry', twice, 0);
  check('records of exceptions in no trail', untold, 0);
  const { waiting, dead } = local.unfinished();
  check('messages waiting', waiting, 0);
  check('messages given up', dead, 0);
  check('steps of the clock that did not settle', unsettled, 0);
  const seconds = Math.round((performance.now() - begun) / 1_000);
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `\n${byLog} opened by the log itself, the others by the inventory before it; ${seconds} s, ${mebibytes} MiB at most`,
  );
} finally {
  await local.close();
  await rm(folder, { recursive: true, force: true });
}
if (mismatches.length > 0) process.exitCode = 1;
