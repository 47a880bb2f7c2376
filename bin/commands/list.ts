import { refusePositionals, readArguments } from './arguments.ts';
import { compareForReview, isToReview } from '#lifecycle/review.ts';
import { openReader, readerHelp, readerOptions, storedIn, type ListedExceptions } from './read-register.ts';
import { describeBarred, withEnforcement } from './where-it-acts.ts';
import { formatInOrder, formatRegister, printUnreadable } from './register-table.ts';

const help = `usage: lapse list [options]

Prints the exceptions in the register that are not removed, most dangerous first: the first hundred or so. Says of how
many nothing would be disabled, because Lapse only observes there or somebody has stopped it.

  --all         every one, including those that are removed
  --review      what nobody has vouched for yet, in the order to look at it: the most dangerous first, then what is for
                everybody's mail, what rests on the weakest evidence, and what ends first. "lapse review" is the same
${readerHelp}`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(
    args,
    {
      ...readerOptions,
      all: { type: 'boolean', default: false },
      review: { type: 'boolean', default: false },
    },
    help,
  );
  if (values.help) {
    console.log(help);
    return 0;
  }
  refusePositionals(positionals, 'list');
  const reader = await openReader(values);
  if (values.review) return review(await reader.all(), values.json);
  const { exceptions: found, unreadable, more } = await (values.all ? reader.all() : reader.first());
  const exceptions = await withEnforcement(reader, found);
  console.log(values.json ? JSON.stringify(exceptions, undefined, 2) : formatRegister(exceptions));
  if (!values.json) for (const line of describeBarred(exceptions)) console.log(line);
  printUnreadable(unreadable);
  if (more) console.error('There are more: lapse list --all prints every one.');
  return 0;
}

function review({ exceptions, unreadable }: ListedExceptions, json: boolean): number {
  const places = storedIn(exceptions)
    .filter(isToReview)
    .toSorted(compareForReview)
    .map(({ id }) => id);
  const inOrder = places.flatMap((id) => exceptions.find((one) => one.id === id) ?? []);
  console.log(
    json
      ? JSON.stringify(inOrder, undefined, 2)
      : inOrder.length === 0
        ? 'Nothing waits to be reviewed.'
        : formatInOrder(inOrder),
  );
  printUnreadable(unreadable);
  return 0;
}
