/**
 * `npm run bench:behaviour`: how many campaigns through an exception are found within a day, how soon, and how many false
 * alarms one exception gives in a year, on made-up mail whose truth is known.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { limitsOf, sensitivities, type Sensitivity } from '#behaviour/departures.ts';
import { createExceptions, measure, seesAll, seesNoChecks, type Measured } from './measure.ts';

const help = `usage: npm run bench:behaviour -- [--seed N] [--exceptions N] [--why] [--write]

  --seed N        another seed makes other mail (1)
  --exceptions N  every second one gets a campaign (240)
  --why           what the false alarms were about
  --write         put the tables into docs/behaviour.md`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    exceptions: { type: 'string', default: '240' },
    why: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const [seed, count] = [Number(values.seed), Number(values.exceptions)];

const sources = [
  ['advanced hunting (who passed which check, and what was a threat)', seesAll],
  ['message trace (neither)', seesNoChecks],
] as const;

const quantile = (sorted: readonly number[], share: number): string =>
  String(sorted[Math.floor(sorted.length * share)] ?? '–');
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

const rows: string[] = [];
const kinds: string[] = [];
for (const [source, blind] of sources) {
  console.error(`${source}: ${count} exceptions are made …`);
  const exceptions = createExceptions(seed, count, blind);
  for (const sensitivity of sensitivities) {
    console.error(`  sensitivity ${sensitivity} …`);
    const result = measure(exceptions, limitsOf[sensitivity]);
    rows.push(rowOf(source, sensitivity, result));
    if (sensitivity === 'usual')
      for (const [name, { of, found }] of result.byCampaign)
        kinds.push(`| ${source} | ${name} | ${found} of ${of} |`);
    if (values.why)
      for (const [why, times] of [...result.byFlow].sort((a, b) => b[1] - a[1]).slice(0, 30))
        console.error(`    ${times}× ${why}`);
  }
}

function rowOf(source: string, sensitivity: Sensitivity, result: Measured): string {
  const { campaigns, found, noted, hours, falseAlarms, notes } = result;
  return (
    `| ${source} | ${sensitivity} | ${percent(found, campaigns)} | ${quantile(hours, 0.5)} h, ${quantile(hours, 0.9)} h ` +
    `| ${falseAlarms.toFixed(2)} | ${percent(noted, campaigns)} | ${(falseAlarms + notes).toFixed(1)} |`
  );
}

const tables = [
  `Seed ${seed}, ${count} exceptions over 460 days, ${Math.ceil(count / 2)} campaigns (\`npm run bench:behaviour -- --seed ${seed} --exceptions ${count}\`):`,
  '',
  '| source | sensitivity | alarm within a day | median, 9 of 10 | false alarms a year | alarm or note within a day | false alarms and notes a year |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...rows,
  '',
  'By campaign, at the usual sensitivity:',
  '',
  '| source | campaign | alarm within a day |',
  '| --- | --- | --- |',
  ...kinds,
].join('\n');
console.log(tables);

if (values.write) {
  const file = join(import.meta.dirname, '../../../docs/behaviour.md');
  const page = await readFile(file, 'utf8');
  const marked = /(<!-- measured -->\n)[^]*(\n<!-- end -->)/;
  await writeFile(
    file,
    page.replace(marked, (_, begin: string, end: string) => `${begin}\n${tables}\n${end}`),
  );
}
