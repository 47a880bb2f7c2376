import { noMore, readArguments } from './arguments.ts';
import { openReader, readerHelp, readerOptions } from './read-register.ts';
import { registerTable, printUnreadable } from './register-table.ts';

const help = `usage: lapse list [options]

Prints the exceptions in the register, most dangerous first.

${readerHelp}`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, readerOptions, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  noMore(positionals, 'list');
  const { exceptions, unreadable } = await (await openReader(values)).list();
  console.log(values.json ? JSON.stringify(exceptions, undefined, 2) : registerTable(exceptions));
  printUnreadable(unreadable);
  return 0;
}
