/**
 * `lapse replay`: which exceptions are in audit log exports, as far as the log alone shows? No database, no network.
 */
import { createReadStream } from 'node:fs';
import { readRecordBatches } from '#audit-log/export/read-records.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { readOpenMailboxes } from '#replay/mailboxes.ts';
import { formatMailboxes, mailboxesForPrograms } from './mailbox-table.ts';
import type { LoggedMailboxChange } from '#audit-log/mailbox-change.ts';
import type { OpenMailbox } from '#replay/mailboxes.ts';
import { instant, parseInstant, toMillis } from '#time/instant.ts';
import type { Instant } from '#time/instant.ts';
import { messageOf } from '#lib/local/refusal.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { replayRecords } from '#replay/replay-records.ts';
import type { Replayed } from '#replay/replay-records.ts';
import type { LoggedException } from '#replay/logged-exceptions.ts';
import { startTally } from '#replay/tally.ts';
import type { TallyCounts } from '#replay/tally.ts';
import { readArguments, readDomains } from './arguments.ts';
import { formatFound, readUseOf, type FoundUse } from './evidence-files.ts';
import { describeReadingFailure } from './read-file.ts';
import { observed, sizeOf, startProgress } from './replay-progress.ts';
import { formatNotRead, startNotRead } from './not-read.ts';
import { formatCounts, formatReplay, whyForgotten, whyUnknown } from './replay-table.ts';
import type { Unread, UnreadPlace } from './not-read.ts';

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}
export interface ReplayStreams {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly now: () => Instant;
}

const help = `usage: lapse replay FILE… [--evidence FILE]… [--json] [--at INSTANT]

Reads exports of the Microsoft 365 audit log and prints the exceptions in them,
most dangerous first, as far as the log alone shows. - is standard input.

Understood, plain or gzipped: the JSON array of the Management Activity API, one
record per line (JSONL), Search-UnifiedAuditLog as CSV or JSON, the CSV of the
Purview portal, auditLogRecord answers of Microsoft Graph, and what Sentinel,
Defender, Splunk, Elastic and Wazuh export of these records.

  --domains D,…  domains of the tenant beside those that the records show: mail that
                 is copied there stays inside
  --evidence FILE
                 mail statistics of the tenant: whether
                 each exception is used, by whom, and what came through it; may be
                 given several times
  --json         print JSON instead of a table
  --at INSTANT   leave out records made after this moment (2026-11-20T09:00:00Z;
                 a date means the end of that day in UTC); they count as ignored
  --help         this text

Forwarding, inbox rules and safe senders of single mailboxes are no exceptions:
they are summed up after them. (lapse mailboxes shows those on record.)

What could not be read is listed at the end, since it may hold exceptions too.
Exit code 0: everything was read. 1: only part of it was read, and printed.
2: no record could be read at all, or the arguments cannot be used.
`;

/** For the command line: the streams are those of the process. */
export const run = (args: readonly string[]): Promise<number> =>
  replay(args, {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    now: () => instant(Date.now()),
  });

/** Read at once: each piece is waited for, and Node's usual 64 kB are waited for four times as often. */
const pieceBytes = 256 * 1024;

/** Returns the exit code; all output goes to the streams. */
export async function replay(argv: readonly string[], io: ReplayStreams): Promise<number> {
  const wanted = argumentsOf(argv);
  if ('refusal' in wanted) {
    io.stderr.write(`lapse replay: ${wanted.refusal}\nSee lapse replay --help.\n`);
    return 2;
  }
  if (wanted.help) {
    io.stdout.write(help);
    return 0;
  }

  const tally = startTally(wanted.at);
  const progress = startProgress(io.stderr, await sizeOf(wanted.files), () => toMillis(io.now()));
  const notRead = startNotRead();
  const records: AuditRecord[] = [];
  const mailboxes: LoggedMailboxChange[] = [];
  const places = new Map<string, Place>();
  let readable = 0;
  for (const file of wanted.files) {
    const name = file === '-' ? 'standard input' : toPrintable(file);
    const bytes = observed(
      file === '-' ? io.stdin : createReadStream(file, { highWaterMark: pieceBytes }),
      (length) => progress.advance(length, tally.counts().read),
    );
    const before = tally.counts().read;
    try {
      for await (const piece of readRecordBatches(bytes, name, { now: io.now(), brief: true }))
        for (const read of piece) {
          const { reason, record, mailbox } = tally.take(read);
          if (mailbox) mailboxes.push(mailbox);
          if (record) {
            records.push(record);
            if (!places.has(record.Id)) places.set(record.Id, { file: name, line: read.line });
          }
          if (reason !== undefined) notRead.add({ file: name, line: read.line, reason });
        }
      readable += 1;
      // A search without hits looks like this, and so does an export that was cut off at its beginning.
      if (tally.counts().read === before)
        notRead.add({ file: name, reason: 'there is no audit record in it' });
    } catch (error) {
      notRead.add({ file: name, reason: whyNot(error) });
    }
  }
  progress.clear();

  const counts = tally.counts();
  const { exceptions, ...others } = await replayRecords(records, wanted.domains);
  for (const place of untoldIn(others, places)) notRead.add(place);
  const open = readOpenMailboxes(mailboxes, wanted.domains);
  const { evidence } = wanted;
  const found =
    evidence.length === 0
      ? undefined
      : await readUseOf(
          exceptions.map(({ traced }) => traced),
          wanted.domains,
          {
            ...{ files: evidence, now: io.now(), notRead: notRead.add },
            ...{ stdin: io.stdin, stderr: io.stderr, clock: io.now },
          },
        );
  const isTable = !wanted.json && (readable > 0 || counts.read > 0);
  if (isTable) io.stdout.write(asTable(exceptions, open, counts, notRead, io.stdout, found));
  else io.stderr.write(formatNotRead(notRead));
  if (wanted.json) io.stdout.write(asJson(exceptions, open, counts, notRead, found));
  if (notRead.count === 0) return 0;
  return counts.read > counts.malformed ? 1 : 2;
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/** What is unknown about the objects of the records, each at the place where it first occurs. */
function untoldIn(
  { unknown, forgotten, untold }: Omit<Replayed, 'exceptions'>,
  places: ReadonlyMap<string, Place>,
): readonly UnreadPlace[] {
  const objects = unknown.flatMap((one) => {
    const place = places.get(one.record);
    return place ? [{ ...place, reason: whyUnknown(one) }] : [];
  });
  const summed = (records: readonly string[], why: (count: number) => string): readonly UnreadPlace[] =>
    [...Map.groupBy(records, (record) => places.get(record)?.file ?? '')].map(([file, { length }]) => ({
      file,
      reason: why(length),
    }));
  return [...summed(untold, onlyTheTenantTells), ...objects, ...summed(forgotten, whyForgotten)];
}

const onlyTheTenantTells = (changes: number): string =>
  `${changes.toLocaleString('en')} ${changes === 1 ? 'change' : 'changes'} cannot be understood without the tenant: ` +
  'the log does not say which entries or rules were changed. Look at them in Exchange.';

interface Wanted {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly at: Instant | undefined;
  /** Files with mail statistics. */
  readonly evidence: readonly string[];
  /** Known to be the tenant's own. */
  readonly domains: readonly string[];
}

const options = {
  json: { type: 'boolean', default: false },
  at: { type: 'string' },
  domains: { type: 'string', multiple: true, default: [] as string[] },
  evidence: { type: 'string', multiple: true, default: [] as string[] },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function argumentsOf(argv: readonly string[]): Wanted | { readonly refusal: string } {
  try {
    const { values, positionals: files } = readArguments(argv, options, help);
    const { json } = values;
    if (values.help) return { files, json, help: true, at: undefined, domains: [], evidence: [] };
    const domains = readDomains(values.domains);
    if ('refusal' in domains) return domains;
    if (files.length === 0)
      return { refusal: 'no file was given; name one or more exports, or - for standard input' };
    const { evidence } = values;
    if ([...files, ...evidence].filter((file) => file === '-').length > 1)
      return { refusal: 'standard input (-) can be read only once' };
    const at = values.at === undefined ? undefined : momentOf(values.at);
    if (values.at !== undefined && at === undefined)
      return { refusal: '--at takes a moment with its zone, like 2026-11-20T09:00:00Z, or a date' };
    return { files, json, help: false, at, evidence, ...domains };
  } catch (error) {
    return { refusal: messageOf(error) };
  }
}

function momentOf(text: string): Instant | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseInstant(`${text}T23:59:59.999Z`);
  // Without a zone it would mean another moment on another machine.
  return /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/i.test(text) ? parseInstant(text) : undefined;
}

function whyNot(error: unknown): string {
  if (error instanceof UnreadableExport) return `${error.message}.`;
  const { why, what } = describeReadingFailure(error);
  return `${why}. ${what.replace(/^./, (first) => first.toUpperCase())}.`;
}

function asTable(
  exceptions: readonly LoggedException[],
  mailboxes: readonly OpenMailbox[],
  counts: TallyCounts,
  unread: Unread,
  out: Output,
  found: FoundUse | undefined,
): string {
  const terminal = out.isTTY === true;
  const noColour = (process.env['NO_COLOR'] ?? '') !== '';
  const look = { width: terminal ? (out.columns ?? 80) : Infinity, colour: terminal && !noColour };
  return `${formatReplay(exceptions, unread.count === 0, look, found?.uses)}${formatMailboxes(mailboxes, look)}\n${formatCounts(exceptions.length, counts)}${found ? formatFound(found) : ''}${formatNotRead(unread)}`;
}

function asJson(
  exceptions: readonly LoggedException[],
  mailboxes: readonly OpenMailbox[],
  records: TallyCounts,
  { count, places }: Unread,
  found: FoundUse | undefined,
): string {
  const shown = exceptions.map(({ made, changed, traced, ...exception }, at) => ({
    ...exception,
    ...(traced.guid !== undefined && { guid: traced.guid }),
    ...(found && { use: found.uses[at] }),
    madeBy: made.by.id,
    ...(made.by.outside && { madeByOutside: made.by.outside }),
    madeAt: made.at,
    changedBy: changed.by.id,
    ...(changed.by.outside && { changedByOutside: changed.by.outside }),
    changedAt: changed.at,
  }));
  return `${JSON.stringify({ exceptions: shown, mailboxes: mailboxesForPrograms(mailboxes), records, notRead: { count, places } }, undefined, 2)}\n`;
}
