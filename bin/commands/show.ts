import { cutSettings, describeCut } from '#risk/cut-setting.ts';
import { outsideWords } from '#lifecycle/outside.ts';
import { describeUse } from '#behaviour/usage-words.ts';
import { useOf, type Use } from '#behaviour/use.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { formatTrailLine } from '#lib/local/trail-line.ts';
import { describeMode, describeNextStep } from '#lib/local/views.ts';
import { isUnreadEntry } from '#register/shown-trail.ts';
import { readArguments } from './arguments.ts';
import { withEnforcement } from './where-it-acts.ts';
import { openReader, readerHelp, readerOptions, type ShownException } from './read-register.ts';

const help = `usage: lapse show ID [options]

Prints one exception and its trail. Exits with 1 if the trail is broken: if an entry was changed, is missing or cannot be
read. What can be read is printed.

${readerHelp}`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, readerOptions, help);
  const [id, ...more] = positionals;
  if (values.help) {
    console.log(help);
    return 0;
  }
  if (id === undefined || more.length > 0) {
    const found = id === undefined ? 'no exception is named' : 'one exception at a time';
    console.error(`lapse show: ${found}; lapse list prints their ids\n\n${help}`);
    return 2;
  }
  const reader = await openReader(values);
  const read = await reader.show(id);
  const [exception] = read ? await withEnforcement(reader, [read.exception]) : [];
  const found = read && exception && { ...read, exception };
  if (!found) {
    console.error(
      `there is no exception ${id}\n  the register does not contain it\n  lapse list prints those it does`,
    );
    return 1;
  }
  const { days, coverage } = await reader.usage(found.exception);
  const use = useOf(found.exception, days, coverage);
  console.log(
    values.json
      ? JSON.stringify({ ...found.exception, use, trail: found.trail, trailCheck: found.check }, undefined, 2)
      : text(found, use),
  );
  return !found.check.ok || found.trail.some(isUnreadEntry) ? 1 : 0;
}

function text({ exception: one, trail, check }: ShownException, use: Use): string {
  const barred = one.enforcement && describeMode(one.enforcement);
  const lines = [
    `${one.id}  ${one.risk} ${one.kind} "${one.name}"`,
    `  state     ${one.state}${describeNextStep(one) && `, ${describeNextStep(one)}`}`,
    ...(barred === undefined ? [] : [`  stays on  nothing is disabled here: ${barred}`]),
    `  tenant    ${one.tenant}`,
    `  guid      ${one.guid ?? 'not known yet'}`,
    `  owner     ${one.owner}`,
    `  ${one.creationSeen ? 'made by ' : 'first by'}  ${one.madeBy.id}${outsideWords(one.madeBy)} at ${one.madeAt}`,
    `  changed   ${one.changedBy.id}${outsideWords(one.changedBy)} at ${one.changedAt}`,
    ...(one.reason === null ? [] : [`  reason    ${one.reason}`]),
    ...[one.failure ?? one.acting?.failure].flatMap((why) => (why ? [`  failed    ${why}`] : [])),
    ...one.findings.map(({ id, risk, text: says }) => `  ${id} (${risk}) ${says}`),
    ...describeUse(use).map((line, at) => `  ${at === 0 ? 'mail      ' : '          '}${line}`),
    ...cutSettings(one.settings).map((cut) => `  ${describeCut(cut)}`),
    `  trail     ${check.ok ? `${check.version} ${check.version === 1 ? 'entry' : 'entries'}, unbroken` : `broken at entry ${check.version}: ${check.why}`}`,
    ...trail.map(
      (entry) =>
        `    ${isUnreadEntry(entry) ? `${String(entry.version).padStart(3)}  could not be read: ${entry.unreadable}` : formatTrailLine(entry)}`,
    ),
  ];
  return lines.map(toPrintable).join('\n');
}
