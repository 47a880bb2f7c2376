import { refusePositionals, readArguments } from './arguments.ts';
import { openReader, readerHelp, readerOptions } from './read-register.ts';
import { formatRegister, printUnreadable } from './register-table.ts';

const help = `usage: lapse list [options]

Prints the exceptions in the register that are not removed, most dangerous first: the first hundred or so.

  --all         every one, including those that are removed
${readerHelp}`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(
    args,
    { ...readerOptions, all: { type: 'boolean', default: false } },
    help,
  );
  if (values.help) {
    console.log(help);
    return 0;
  }
  refusePositionals(positionals, 'list');
  const reader = await openReader(values);
  const { exceptions, unreadable, more } = await (values.all ? reader.all() : reader.first());
  console.log(values.json ? JSON.stringify(exceptions, undefined, 2) : formatRegister(exceptions));
  printUnreadable(unreadable);
  if (more) console.error('There are more: lapse list --all prints every one.');
  return 0;
}
