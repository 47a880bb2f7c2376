/** `lapse evidence import`: mail statistics from files into the register, as counts for each exception and day. */
import { createMatcher, facetOf, type Traced } from '#behaviour/match.ts';
import { spanOf } from '#behaviour/coverage.ts';
import { describeUse } from '#behaviour/usage-words.ts';
import { useOf } from '#behaviour/use.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { isUnreadEntry } from '#register/shown-trail.ts';
import { createUsageHash } from '#register/usage-hash.ts';
import { fromMillis, millis } from '#time/instant.ts';
import { policyOf } from './named-tenant.ts';
import { readArguments, unusable } from './arguments.ts';
import { readEvidenceFiles } from './evidence-files.ts';
import { formatNotRead, startNotRead, type Unread } from './not-read.ts';
import { openReader, readerHelp, readerOptions, type RegisterReader } from './read-register.ts';
import { openUsageDesk } from './usage-desk.ts';
import type { Collected } from '#evidence/collect-usage.ts';
import type { ExceptionView } from '#lib/local/views.ts';
import type { Policy } from '#policy/policy.ts';

const help = `usage: lapse evidence import FILE… [--tenant GUID] [--dry-run] [options]

Reads mail statistics that were exported from Microsoft 365 and keeps, for each
exception and day, how much mail went through it: counts, domains and networks, never
subjects or recipients. The same file a second time changes nothing. - is standard input.

Understood, plain or gzipped: EmailEvents as the CSV of the Defender portal, as JSON Lines
of the streaming API or as the answer to a hunting query; and the reports of a message
trace that Exchange offers for download, extended or enhanced summary. Any tenant can make
these: Exchange admin center, Mail flow, Message trace, "Extended report".

  --tenant GUID  whose mail it is, where the register knows several tenants
  --dry-run      show what the files say, and keep nothing
  --policy FILE  the policy that says for how long it is kept (usage.keptFor). Without it,
                 the one that environments.yaml names for the stack, or else policy.yaml
${readerHelp.replaceAll(/^(  --\w+(?: [A-Z]+)?) +/gm, (_, option: string) => option.padEnd(17))}

What could not be read is listed at the end. Exit code 0: everything was read. 1: only part
of it. 2: nothing could be read, or the arguments cannot be used.`;

const options = {
  ...readerOptions,
  tenant: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  policy: { type: 'string' },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  const [verb, ...files] = positionals;
  if (verb !== 'import' || files.length === 0)
    throw new Refusal(
      verb === 'import' ? 'no file was given' : `lapse evidence ${positionals.join(' ')} cannot be used`,
      'it takes: import and one or more files, or - for standard input',
      'see --help',
      unusable,
    );
  const reader = await openReader(values);
  const now = await reader.now();
  const days = keptDays(policyOf(values));
  const desk = await openUsageDesk(values, () => ({
    keptFor: policyOf(values).usage.keptFor,
    since: fromMillis(Date.parse(now) - days * day).slice(0, 10),
  }));
  const { exceptions } = await reader.all();
  const tenant = tenantIn(values.tenant, exceptions);
  const traced = await tracedIn(reader, exceptions, tenant);
  const notRead = startNotRead();
  const collected = await readEvidenceFiles({
    files,
    match: createMatcher(traced, await desk.domains(tenant)),
    hash: createUsageHash(await desk.key()),
    days,
    stdin: process.stdin,
    stderr: process.stderr,
    now,
    clock: () => fromMillis(Date.now()),
    notRead: notRead.add,
  });
  let kept = 0;
  if (!values['dry-run'] && collected.rows > 0) {
    for (const [id, ofOne] of collected.usage) kept += await desk.keep(id, ofOne);
    await desk.cover(tenant, collected.coverage);
  }
  console.log(
    values.json
      ? JSON.stringify(forPrograms(collected, traced, notRead), undefined, 2)
      : text(collected, traced, notRead, values['dry-run'] ? undefined : kept),
  );
  if (notRead.count === 0) return 0;
  return collected.rows > 0 ? 1 : 2;
}

const day = 86_400_000;
const keptDays = ({ usage }: Policy): number => Math.ceil(millis(usage.keptFor) / day);

function tenantIn(given: string | undefined, exceptions: readonly ExceptionView[]): string {
  if (given !== undefined) return given.toLowerCase();
  const [tenant, ...more] = new Set(exceptions.map((one) => one.tenant));
  if (tenant !== undefined && more.length === 0) return tenant;
  throw new Refusal(
    tenant === undefined
      ? 'the register holds no exception'
      : 'the register holds exceptions of several tenants',
    'whose mail the files are about is not known',
    'add --tenant with its GUID',
    unusable,
  );
}

/** Names are looked up in the trail where mail is known by them. */
async function tracedIn(
  reader: RegisterReader,
  exceptions: readonly ExceptionView[],
  tenant: string,
): Promise<readonly Traced[]> {
  const traced: Traced[] = [];
  for (const one of exceptions.filter((each) => each.tenant.toLowerCase() === tenant.toLowerCase())) {
    const { id, kind, name, guid, settings } = one;
    const facet = facetOf(kind);
    const shown = facet === 'rules' || facet === 'connectors' ? await reader.show(id) : undefined;
    const names = (shown?.trail ?? []).flatMap((entry) =>
      !isUnreadEntry(entry) && 'name' in entry && typeof entry.name === 'string' ? [entry.name] : [],
    );
    traced.push({
      ...{ id, kind, name, settings },
      ...(guid !== null && { guid }),
      formerNames: names.filter((former) => former !== name),
    });
  }
  return traced;
}

const number = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string): string => `${number(count)} ${one}${count === 1 ? '' : 's'}`;

function text(
  collected: Collected,
  traced: readonly Traced[],
  notRead: Unread,
  kept: number | undefined,
): string {
  const { rows, others, messages, unmatched, old, usage, possible, coverage } = collected;
  const used = traced.filter(({ id }) => usage.has(id) || possible.has(id));
  const span = spanOf(coverage);
  const lines = used.flatMap((one) => [
    `${one.id}  ${one.kind} "${one.name}"`,
    ...describeUse(useOf(one, usage.get(one.id) ?? [], coverage, possible.get(one.id))).map(
      (line) => `  ${line}`,
    ),
  ]);
  const days = [...usage.values()].reduce((sum, ofOne) => sum + ofOne.length, 0);
  return [
    ...lines.map(toPrintable),
    ...(lines.length > 0 ? [''] : []),
    `${plural(rows, 'row')} read: ${plural(messages, 'message')}, ${number(messages - unmatched - old)} through an exception on record, ${number(unmatched)} through none${old > 0 ? `, ${number(old)} too old to be kept` : ''}.`,
    ...(others > 0 ? [`${plural(others, 'row')} of other tables left aside.`] : []),
    span
      ? `Known in full or in part: ${span.first} to ${span.last}. A day on which a file begins or ends is known in part.`
      : 'No day is known.',
    kept === undefined
      ? `Nothing was kept (--dry-run); ${plural(days, 'day')} of exceptions would be.`
      : `${plural(days, 'day')} of exceptions, of which ${number(kept)} are new or tell more than before.`,
    formatNotRead(notRead).trimEnd(),
  ]
    .filter((line, at, all) => line !== '' || at < all.length - 1)
    .join('\n');
}

function forPrograms(collected: Collected, traced: readonly Traced[], { count, places }: Unread): unknown {
  const { rows, others, messages, unmatched, old, usage, possible, coverage } = collected;
  return {
    ...{ rows, others, messages, unmatched, old },
    days: spanOf(coverage) ?? null,
    exceptions: traced
      .filter(({ id }) => usage.has(id) || possible.has(id))
      .map((one) => ({
        ...{ id: one.id, kind: one.kind, name: one.name },
        use: useOf(one, usage.get(one.id) ?? [], coverage, possible.get(one.id)),
      })),
    notRead: { count, places },
  };
}
