import { describeProgress, progressOf } from '#lifecycle/import-progress.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { refusePositionals, readArguments } from './arguments.ts';
import { openReader, readerHelp, readerOptions, storedIn } from './read-register.ts';
import { printUnreadable } from './register-table.ts';

const help = `usage: lapse progress [options]

How far people have come with what was there before Lapse, by tenant.

${readerHelp}`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, readerOptions, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  refusePositionals(positionals, 'progress');
  const { exceptions, unreadable } = await (await openReader(values)).all();
  const rows = [...Map.groupBy(storedIn(exceptions), ({ tenant }) => tenant)]
    .map(([tenant, all]) => ({ tenant, ...progressOf(all) }))
    .filter(({ total }) => total > 0);
  if (values.json) console.log(JSON.stringify(rows, undefined, 2));
  else if (rows.length === 0) console.log('Nothing on record was there before Lapse.');
  else for (const row of rows) console.log(toPrintable(`${row.tenant}: ${describeProgress(row)}.`));
  printUnreadable(unreadable);
  return 0;
}
