/** `lapse behaviour ID`: what is usual for the mail through an exception, and what departed from it, with the numbers. */
import { describeBaseline } from '#behaviour/baseline-words.ts';
import { limitsOf, lookAt, sensitivities, type Looked, type Sensitivity } from '#behaviour/departures.ts';
import { historyOf } from '#behaviour/history.ts';
import { formatTable, toPrintable } from '#lib/local/terminal.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { readArguments, unusable } from './arguments.ts';
import { openReader, readerHelp, readerOptions } from './read-register.ts';
import type { ExceptionView } from '#lib/local/views.ts';

const help = `usage: lapse behaviour ID [--days N] [--sensitivity low|usual|high] [--json] [options]

What is usual for the mail through an exception, and what departed from it, from
what lapse evidence import has kept. docs/behaviour.md says how that is found.

  --days N         so many of the days known last (30)
  --sensitivity S  from when on something counts (usual)
${readerHelp}`;

const options = {
  ...readerOptions,
  days: { type: 'string', default: '30' },
  sensitivity: { type: 'string', default: 'usual' },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0)
    throw new Refusal(
      `lapse behaviour was given ${positionals.length} ids`,
      'it explains one exception',
      'lapse list prints their ids',
      unusable,
    );
  const sensitivity = sensitivityOf(values.sensitivity);
  const days = daysOf(values.days);
  const reader = await openReader(values);
  const found = await reader.show(id);
  if (!found)
    throw new Refusal(
      `there is no exception ${id}`,
      'the register does not contain it',
      'lapse list prints those it does',
    );
  const { exception } = found;
  const kept = await reader.usage(exception);
  const { why, ...history } = historyOf(exception, kept.days, kept.coverage);
  if (why !== undefined) {
    console.log(
      values.json
        ? JSON.stringify({ id, unknown: why }, undefined, 2)
        : `${toPrintable(titleOf(exception))}\n  It is unknown what is usual for it: ${toPrintable(why)}.`,
    );
    return 0;
  }
  const limits = limitsOf[sensitivity];
  const looked = history.known.slice(-days).map((date) => lookAt(date, history, { limits }));
  console.log(
    values.json
      ? JSON.stringify({ id, sensitivity, days: looked }, undefined, 2)
      : text(exception, looked, limits.score),
  );
  return 0;
}

const titleOf = ({ id, risk, kind, name }: ExceptionView): string => `${id}  ${risk} ${kind} "${name}"`;

function text(exception: ExceptionView, looked: readonly Looked[], score: number): string {
  const last = looked.at(-1);
  const lines = last ? describeBaseline(last.baseline, last.date, score) : [];
  const departed = looked.flatMap(({ date, level, departures }) =>
    departures.map((one, at) => [
      at === 0 ? date : '',
      at === 0 ? level : '',
      `${one.signal}${one.weight === 'strong' ? ' (strong)' : ''}`,
      one.text,
    ]),
  );
  return [
    titleOf(exception),
    ...lines.map(([label, said]) => `  ${label.padEnd(9)} ${said}`),
    '',
    departed.length === 0
      ? `Nothing departed from it on the ${looked.length} days known last.`
      : formatTable(['DAY', 'LEVEL', 'SIGN', 'WHAT'], departed),
  ]
    .flatMap((part) => part.split('\n'))
    .map(toPrintable)
    .join('\n');
}

function sensitivityOf(word: string): Sensitivity {
  const found = sensitivities.find((one) => one === word);
  if (found) return found;
  throw new Refusal(
    `--sensitivity ${word} cannot be used`,
    `it is one of ${sensitivities.join(', ')}`,
    'see --help',
    unusable,
  );
}

function daysOf(text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days >= 1) return days;
  throw new Refusal(
    `--days ${text} cannot be used`,
    'it is a number of days from 1 to 999',
    'see --help',
    unusable,
  );
}
