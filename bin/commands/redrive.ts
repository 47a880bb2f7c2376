import { Refusal } from '#lib/local/refusal.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { readLocalAddress, askLocal } from './ask-local.ts';
import { readArguments, unusable, parseWebAddress } from './arguments.ts';
import { createDeadLettersOfStack } from './dead-letters-of-stack.ts';
import type { DeadLetterOffice, DeadLetters, Redriven } from '#lib/local/dead-letters.ts';

const help = `usage: lapse redrive [FUNCTION…] [options]

Lists what each function gave up on after repeated tries, its dead letters, and why it is safe to send them again. With
the name of a function, or --all, sends them again. First fix what made them fail, or they will come back.

  --all         those of every function
  --stack NAME  the dead-letter queues of that stack on AWS, found through the usual AWS variables and profiles
  --url URL     a local deployment other than the one running in this folder
  --json        for programs`;

const options = {
  all: { type: 'boolean', default: false },
  stack: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Why receiving the same message twice does no harm, by function. */
const safety: Readonly<Record<string, string>> = {
  'record-changes': 'every audit record has a receipt: what is already recorded changes nothing',
  'ask-owners': 'a card shows what is on record now; at worst somebody reads the same message twice',
  enforce: 'the object and the exception are read again first: what is no longer wanted is left alone',
  'publish-events':
    'every event may arrive twice: each function recognises by its ID what it has already done',
};

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals: named } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  if (values.all && named.length > 0)
    throw new Refusal(
      `--all and ${named.join(' ')} are both given`,
      'one says everything',
      'give one',
      unusable,
    );
  if (values.stack !== undefined && values.url !== undefined)
    throw new Refusal('--stack and --url are both given', 'one deployment at a time', 'give one', unusable);
  const office =
    values.stack === undefined
      ? overHttp(values.url === undefined ? readLocalAddress() : parseWebAddress('--url', values.url))
      : createDeadLettersOfStack(values.stack);

  const dead = await office.list();
  if (!values.all && named.length === 0) {
    console.log(values.json ? JSON.stringify(dead, undefined, 2) : listed(dead));
    return 0;
  }
  const redriven = await office.redrive(chosen(dead, named));
  console.log(values.json ? JSON.stringify(redriven, undefined, 2) : said(redriven));
  return redriven.some(({ left }) => left > 0) ? 1 : 0;
}

/**
 * Everything that can be sent again, or only what is named. Throws a `Refusal` for functions without dead letters.
 */
function chosen(dead: readonly DeadLetters[], named: readonly string[]): readonly string[] {
  const possible = dead.filter(({ again }) => again).map((one) => one.function);
  const wrong = named.find((name) => !possible.includes(name));
  if (wrong === undefined) return named.length === 0 ? possible : named;
  throw new Refusal(
    `${wrong} has no dead letters to send again`,
    possible.length === 0 ? 'nothing was given up on' : `dead letters are with: ${possible.join(', ')}`,
    'lapse redrive lists them',
  );
}

function listed(dead: readonly DeadLetters[]): string {
  if (dead.length === 0) return 'nothing was given up on';
  const lines = dead.flatMap(({ function: name, count, oldest, kinds, again }) => [
    `${name}: ${letters(count)}${oldest === undefined ? '' : `, the oldest of ${oldest}`}`,
    ...Object.entries(kinds).map(([kind, n]) => `  ${n} × ${toPrintable(kind)}`),
    again
      ? `  safe to send again: ${safety[name] ?? 'every message may arrive twice'}`
      : '  nothing to send again: these are past ticks of a schedule, whose work the next run does',
  ]);
  return [...lines, '', 'lapse redrive FUNCTION, or --all, sends them again.'].join('\n');
}

function said(redriven: readonly Redriven[]): string {
  if (redriven.length === 0) return 'nothing was given up on';
  return redriven
    .map(
      ({ function: name, sent, left }) =>
        `${name}: ${sent} sent again${left === 0 ? '' : `, ${left} failed once more: see its log`}`,
    )
    .join('\n');
}

const letters = (count: number): string => (count === 1 ? '1 dead letter' : `${count} dead letters`);

/** The deployment does it itself: only it has its queues open. */
function overHttp(url: string): DeadLetterOffice {
  return {
    list: async () => (await askLocal(url, '/dead-letters')) as readonly DeadLetters[],
    redrive: async (functions) =>
      (await askLocal(url, '/dead-letters', { redrive: functions })) as readonly Redriven[],
  };
}
