import { readArguments } from './arguments.ts';
import { openReader, readerHelp, readerOptions } from './read-register.ts';
import { registerTable, tellUnreadable } from './register-table.ts';

const help = `usage: lapse list [options]

Prints the exceptions in the register, most dangerous first.

${readerHelp}`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, readerOptions, help);
  if (values.help || positionals.length > 0) {
    (values.help ? console.log : console.error)(help);
    return values.help ? 0 : 2;
  }
  const { exceptions, unreadable } = await (await openReader(values)).list();
  console.log(values.json ? JSON.stringify(exceptions, undefined, 2) : registerTable(exceptions));
  tellUnreadable(unreadable);
  return 0;
}
