/**
 * `lapse assess`: which exceptions are in the settings that an administrator saved? No database, no network.
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assessObjects } from '#configuration/assess-objects.ts';
import { findObjects } from '#configuration/find-objects.ts';
import { readValues } from '#configuration/read-values.ts';
import { UnreadableFile } from '#configuration/unreadable-file.ts';
import { rank, risks } from '#risk/finding.ts';
import { fromMillis } from '#time/instant.ts';
import { messageOf } from '#lib/local/refusal.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { readArguments, readDomains } from './arguments.ts';
import { formatFound, readUseOf, type FoundUse } from './evidence-files.ts';
import { assessable, formatAssessed, formatNotLookedAt, formatRemarks, formatSums } from './assess-table.ts';
import { formatNotRead, startNotRead } from './not-read.ts';
import { describeReadingFailure } from './read-file.ts';
import type { Traced } from '#behaviour/match.ts';
import type { Assessed, AssessedException, FoundIn } from '#configuration/assess-objects.ts';
import type { Risk } from '#risk/finding.ts';
import type { Instant } from '#time/instant.ts';
import type { Unread, UnreadPlace } from './not-read.ts';

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}
export interface AssessStreams {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array>;
}

const help = `usage: lapse assess FILE… [--evidence FILE]… [--fail-on RISK] [--json]

Reads settings of Exchange Online that were saved in files and prints the
exceptions in them, most dangerous first: why each is dangerous, and how to narrow
it. Nothing leaves this machine. - is standard input; of a folder, all files in it
and below are read, but for those whose names begin with a dot.

Understood, plain or gzipped, in UTF-8 or UTF-16: the JSON of any of the cmdlets
below, the CSV of Export-Csv as far as no list was lost in it, and any JSON that
holds their answers, such as ScubaGear's ProviderSettingsExport.json. Objects are
known by their properties, whatever the files are called. To save them:

  Get-TransportRule | ConvertTo-Json -Depth 10 | Out-File rules.json -Encoding utf8

${assessable()}
and Get-AcceptedDomain, so that the tenant's own domains are known.

  --domains D,…   the tenant's own domains, where no file holds them
  --evidence FILE mail statistics of the tenant: whether
                  each exception is used, by whom, and what came through it; may be
                  given several times
  --fail-on RISK  exit with 3 if an exception that is switched on is at least that
                  dangerous: low, medium, high or critical
  --json          print JSON instead of a table
  --help          this text

What could not be read is listed at the end, since it may hold exceptions too, and
so is what no file holds.
Exit code 0: everything in the files was read. 1: only part of it was read, and
printed. 2: nothing could be read, or the arguments cannot be used. 3: see
--fail-on; it comes before 1.
`;

/** For the command line: the streams are those of the process. */
export const run = (args: readonly string[]): Promise<number> =>
  assessFiles(
    args,
    { stdout: process.stdout, stderr: process.stderr, stdin: process.stdin },
    fromMillis(Date.now()),
  );

/** Returns the exit code; all output goes to the streams. */
export async function assessFiles(argv: readonly string[], io: AssessStreams, now: Instant): Promise<number> {
  const wanted = argumentsOf(argv);
  if ('refusal' in wanted) {
    io.stderr.write(`lapse assess: ${wanted.refusal}\nSee lapse assess --help.\n`);
    return 2;
  }
  if (wanted.help) {
    io.stdout.write(help);
    return 0;
  }

  const notRead = startNotRead();
  const files: FoundIn[] = [];
  for (const path of wanted.files)
    for (const { name, open } of await inputsOf(path, io)) {
      const file = toPrintable(name);
      try {
        const { values, unread } = await readValues(open());
        const found = findObjects(values);
        files.push({ file, found });
        for (const place of [...unread, ...found.unread])
          notRead.add({ file, ...place, reason: toPrintable(place.reason) });
      } catch (error) {
        notRead.add({ file, reason: whyNot(error) });
      }
    }

  const ownDomains = [...new Set([...files.flatMap(({ found }) => found.domains), ...wanted.domains])].sort();
  const assessed = assessObjects(files, ownDomains, now);
  for (const place of assessed.notRead) notRead.add({ ...place, reason: toPrintable(place.reason) });
  const found =
    wanted.evidence.length > 0
      ? await readUse(assessed.exceptions, { ...wanted, ownDomains, now, io, notRead: notRead.add })
      : undefined;
  const isAnything = assessed.judged > 0 || files.some(({ found }) => found.domains.length > 0);
  if (wanted.json) {
    io.stderr.write(formatNotRead(notRead));
    io.stdout.write(asJson(assessed, ownDomains, notRead, found));
  } else if (isAnything) io.stdout.write(asTable(assessed, ownDomains, notRead, io.stdout, found));
  else io.stderr.write(formatNotRead(notRead));
  if (!isAnything) return 2;
  if (isAsDangerous(assessed, wanted.failOn)) return 3;
  return notRead.count === 0 ? 0 : 1;
}

const isAsDangerous = ({ exceptions }: Assessed, failOn: Risk | undefined): boolean =>
  failOn !== undefined && exceptions.some(({ state, risk }) => state === 'on' && rank(risk) >= rank(failOn));

interface InputFile {
  readonly name: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** The file, or the files in the folder and below. */
async function inputsOf(path: string, io: AssessStreams): Promise<readonly InputFile[]> {
  if (path === '-') return [{ name: 'standard input', open: () => io.stdin }];
  const asFile = (name: string): InputFile => ({ name, open: () => createReadStream(name) });
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return [asFile(path)];
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((name) => !/(?:^|[\\/])\.[^\\/]/.test(name.slice(path.length)))
    .sort();
  // That it is a folder without any is said of it where it is read.
  return files.length === 0 ? [asFile(path)] : files.map(asFile);
}

interface Wanted {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly failOn: Risk | undefined;
  /** Files with mail statistics. */
  readonly evidence: readonly string[];
  /** Known to be the tenant's own. */
  readonly domains: readonly string[];
}

const options = {
  json: { type: 'boolean', default: false },
  domains: { type: 'string', multiple: true, default: [] as string[] },
  'fail-on': { type: 'string' },
  evidence: { type: 'string', multiple: true, default: [] as string[] },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function argumentsOf(argv: readonly string[]): Wanted | { readonly refusal: string } {
  try {
    const { values, positionals: files } = readArguments(argv, options, help);
    const { json } = values;
    if (values.help) return { files, json, help: true, failOn: undefined, domains: [], evidence: [] };
    const domains = readDomains(values.domains);
    if ('refusal' in domains) return domains;
    const given = values['fail-on'];
    const failOn = risks.find((risk) => risk === given);
    if (given !== undefined && failOn === undefined)
      return { refusal: `--fail-on takes ${risks.join(', ')}; ${toPrintable(given)} is none of them` };
    if (files.length === 0)
      return { refusal: 'no file was given; name one or more files or folders, or - for standard input' };
    const { evidence } = values;
    if ([...files, ...evidence].filter((file) => file === '-').length > 1)
      return { refusal: 'standard input (-) can be read only once' };
    return { files, json, help: false, failOn, evidence, ...domains };
  } catch (error) {
    return { refusal: messageOf(error) };
  }
}

function whyNot(error: unknown): string {
  if (error instanceof UnreadableFile) return `${error.message}.`;
  const { why, what } = describeReadingFailure(error);
  return `${why}; ${what}.`;
}

interface Evidence {
  readonly evidence: readonly string[];
  readonly ownDomains: readonly string[];
  readonly now: Instant;
  readonly io: AssessStreams;
  readonly notRead: (place: UnreadPlace) => void;
}

/** What the statistics say of each exception, in their order. */
async function readUse(
  exceptions: readonly AssessedException[],
  { evidence: files, ownDomains, now, io, notRead }: Evidence,
): Promise<FoundUse> {
  const traced = exceptions.map((one, at): Traced => ({ id: String(at), ...one.traced }));
  return readUseOf(traced, ownDomains, {
    ...{ files, now, notRead },
    stdin: io.stdin,
    stderr: io.stderr,
    clock: () => fromMillis(Date.now()),
  });
}

function asTable(
  assessed: Assessed,
  ownDomains: readonly string[],
  unread: Unread,
  out: Output,
  found: FoundUse | undefined,
): string {
  const terminal = out.isTTY === true;
  const noColour = (process.env['NO_COLOR'] ?? '') !== '';
  const look = { width: terminal ? (out.columns ?? 80) : Infinity, colour: terminal && !noColour };
  return [
    formatAssessed(assessed, unread.count === 0, look, found?.uses),
    '\n',
    formatSums(assessed),
    found ? formatFound(found) : '',
    formatRemarks(assessed),
    ownDomains.length === 0 ? domainsUnknown : '',
    formatNotLookedAt(assessed),
    formatNotRead(unread),
  ].join('');
}

const domainsUnknown =
  'Not judged: what is for the tenant’s own domains, which weighs more, and what leaves them, since no file tells ' +
  'which they are. Save Get-AcceptedDomain as well, or name them with --domains.\n';

const asJson = (
  { exceptions, judged, remarks, notLookedAt }: Assessed,
  ownDomains: readonly string[],
  { count, places }: Unread,
  found: FoundUse | undefined,
): string => {
  const shown = exceptions.map(({ traced, ...exception }, at) => ({
    ...exception,
    ...(traced.guid !== undefined && { guid: traced.guid }),
    ...(found && { use: found.uses[at] }),
  }));
  const json = { exceptions: shown, judged, remarks, ownDomains, notLookedAt, notRead: { count, places } };
  // What steers a terminal or hides itself is escaped, which changes nothing for a program.
  return `${JSON.stringify(json, undefined, 2).replaceAll(/[\p{Cf}\x7f-\x9f\u2028\u2029]/gu, escaped)}\n`;
};

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
