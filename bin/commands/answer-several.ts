/** `lapse approve` and its like: one answer to several exceptions, each of which is decided and recorded by itself. */
import { randomUUID } from 'node:crypto';
import { text as readText } from 'node:stream/consumers';
import { expiryOf } from '#policy/forms.ts';
import { findDeadline } from '#slack/words.ts';
import { formatTable, shorten, toPrintable } from '#lib/local/terminal.ts';
import { lengthIn } from '#slack/query.ts';
import { mailAddress } from '#values/mail-address.ts';
import { parseInstant, plus, type Instant } from '#time/instant.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { readArguments, unusable } from './arguments.ts';
import { openAnswerDesk, type AnswerDesk } from './answer-desk.ts';
import { chooseExceptions, filterHelp, filterOptions } from './choose-exceptions.ts';
import { openReader, readerHelp, readerOptions } from './read-register.ts';
import { printUnreadable } from './register-table.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Outcome } from '#lib/local/answer-one.ts';
import type { Wish, WishType } from '#lifecycle/wish.ts';

const options = {
  ...readerOptions,
  ...filterOptions,
  reason: { type: 'string' },
  until: { type: 'string' },
  for: { type: 'string' },
  to: { type: 'string' },
  apply: { type: 'boolean', default: false },
  run: { type: 'string' },
  as: { type: 'string' },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

const about: Readonly<Record<WishType, string>> = {
  approve: 'Approves what waits for a first answer. A term is never longer than policy allows for each.',
  renew: 'Renews what was approved. A term is never longer than policy allows for each.',
  revoke: 'Has each disabled in Exchange. Mail that relies on it may be stopped or filtered.',
  reassign: 'Names another owner, who is asked from then on.',
  hold: 'Keeps each from being disabled until then. Only an approver may.',
};
const takesTerm = (type: WishType): boolean => type === 'approve' || type === 'renew' || type === 'hold';

const helpOf = (
  type: WishType,
): string => `usage: lapse ${type} [ID… | -] [FILTER…] --reason TEXT${takesTerm(type) ? ' (--until DATE | --for LENGTH)' : ''}${type === 'reassign' ? ' --to ADDRESS' : ''} [--apply] [options]

${about[type]}

Without --apply it shows what would become of each, and changes nothing. Each is an answer of its own, under the rules that
hold in Slack: who you are is what AWS says, and whom policy names for that (people, aws). An answer that is refused is on
record, too.

  -               reads IDs from standard input
${filterHelp}
  --reason TEXT   why, for the trail of each
${takesTerm(type) ? '  --until DATE    the end of that day (2026-12-31)\n  --for LENGTH    from now on, such as 30d\n' : ''}${type === 'reassign' ? '  --to ADDRESS    a mail address\n' : ''}  --apply         do it. Exits with 1 if anything was not done
  --run ID        goes on with a run that was interrupted: what it has done is not done again
  --as USER       who answers, a Slack user ID: on this machine only, with made-up data
${readerHelp}`;

/** How many are worked on side by side: enough that a thousand take minutes, and no load to speak of. */
const atOnce = 5;
const tellEvery = 50;

export const answering = (type: WishType) => ({
  run: (args: readonly string[]): Promise<number> => answerSeveral(type, args),
});

async function answerSeveral(type: WishType, args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, helpOf(type));
  if (values.help) {
    console.log(helpOf(type));
    return 0;
  }
  if (values.run !== undefined && !/^[\w-]{8,64}$/.test(values.run))
    throw new Refusal('--run cannot be used', 'it is the ID that a run printed', 'copy it', unusable);
  const ids = positionals.includes('-')
    ? [...positionals.filter((one) => one !== '-'), ...(await readText(process.stdin)).split(/[\s,]+/)]
    : positionals;
  const desk = await openAnswerDesk(values);
  const reader = await openReader(values);
  const wish = wishOf(type, values, await reader.now(), desk.timeZone);
  const { exceptions, unreadable } = await reader.all();
  printUnreadable(unreadable);
  const { chosen, missing } = chooseExceptions(exceptions, ids, values, desk.tenants);
  const run = values.apply ? (values.run ?? randomUUID()) : undefined;
  if (run !== undefined && chosen.length > 0)
    console.error(`Run ${run}: if it is interrupted, give the same command again with --run ${run}.`);
  const outcomes = [
    ...(await answerAll(desk, wish, chosen, run)),
    ...missing.map((id): Answered => ({
      id,
      outcome: { outcome: 'refused', why: 'there is no such exception' },
    })),
  ];
  if (values.json) console.log(JSON.stringify(printed(desk, run, outcomes), undefined, 2));
  else console.log(describe(desk, outcomes, values.apply));
  const isWhole = unreadable.length === 0 && outcomes.every(({ outcome }) => !('why' in outcome));
  return values.apply && !isWhole ? 1 : 0;
}

interface Answered {
  readonly id: string;
  readonly before?: Exception;
  readonly outcome: Outcome;
}

async function answerAll(
  desk: AnswerDesk,
  wish: Wish,
  chosen: readonly Exception[],
  run: string | undefined,
): Promise<readonly Answered[]> {
  const outcomes: Answered[] = [];
  for (let from = 0; from < chosen.length; from += atOnce) {
    const some = chosen.slice(from, from + atOnce).map(async (before): Promise<Answered> => {
      const { id, asOf: seen } = before;
      return {
        id,
        before,
        outcome: await desk.answer({ id, seen, wish, ...(run !== undefined && { run }) }),
      };
    });
    outcomes.push(...(await Promise.all(some)));
    if (run !== undefined && outcomes.length % tellEvery === 0 && outcomes.length < chosen.length)
      console.error(`${outcomes.length} of ${chosen.length}`);
  }
  return outcomes;
}

function wishOf(type: WishType, values: Values, now: Instant, timeZone: string): Wish {
  const { reason, to } = values;
  if (reason === undefined)
    throw new Refusal(
      `lapse ${type} was given no reason`,
      'whoever reads the trail must know why',
      'add --reason "checked with the suppliers team"',
      unusable,
    );
  switch (type) {
    case 'approve':
    case 'renew':
    case 'hold':
      return { type, reason, until: untilOf(type, values, now, timeZone) };
    case 'revoke':
      return { type, reason };
    case 'reassign':
      if (to !== undefined && new RegExp(`^${mailAddress}$`).test(to)) return { type, reason, to };
      throw new Refusal(
        'lapse reassign was given no new owner',
        to === undefined ? '--to is missing' : `${toPrintable(to)} is no mail address`,
        'add --to ann@example.com',
        unusable,
      );
  }
}

function untilOf(type: WishType, values: Values, now: Instant, timeZone: string): Instant {
  const given = [values.until, values.for].filter((one) => one !== undefined);
  const length = values.for === undefined ? undefined : lengthIn(values.for);
  const until =
    values.until === undefined
      ? length && plus(now, length)
      : (expiryOf(values.until, timeZone) ?? parseInstant(values.until));
  if (given.length === 1 && until !== undefined && until > now) return until;
  throw new Refusal(
    `until when to ${type} is not known`,
    given.length === 2 ? '--until and --for are both given' : 'it takes a date to come, or a length of time',
    'add --until 2026-12-31 or --for 30d',
    unusable,
  );
}

const printed = (desk: AnswerDesk, run: string | undefined, outcomes: readonly Answered[]) => ({
  ...(run !== undefined && { run }),
  by: desk.who,
  answers: outcomes.map(({ id, before, outcome }) => {
    const after = 'exception' in outcome ? outcome.exception : undefined;
    return {
      id,
      ...(before && { name: before.name, owner: ownerIn(before), state: before.state }),
      outcome: outcome.outcome,
      ...('why' in outcome && { why: outcome.why }),
      ...(after && { then: after.state, until: findDeadline(after) }),
    };
  }),
});

function describe(desk: AnswerDesk, outcomes: readonly Answered[], applied: boolean): string {
  if (outcomes.length === 0) return 'None of that kind is on record.';
  const rows = outcomes.map(({ id, before, outcome }) => [
    id,
    before?.risk ?? '',
    before?.kind ?? '',
    shorten(before?.name ?? '', 40),
    shorten(before ? ownerIn(before) : '', 30),
    before ? standing(before) : '',
    'why' in outcome
      ? `${outcome.outcome}: ${shorten(outcome.why, 90)}`
      : `${outcome.outcome}: ${outcome.exception ? standing(outcome.exception) : ''}`,
  ]);
  const fine = outcomes.filter(({ outcome }) => !('why' in outcome)).length;
  return [
    formatTable(['ID', 'RISK', 'KIND', 'NAME', 'OWNER', 'NOW', applied ? 'OUTCOME' : 'THEN'], rows),
    '',
    toPrintable(`By ${desk.who}.`),
    applied
      ? `${fine} of ${outcomes.length} done.`
      : `${fine} of ${outcomes.length} would be done. Nothing was changed. To do it, add --apply.`,
  ].join('\n');
}

function standing(exception: Exception): string {
  const until = findDeadline(exception);
  return `${exception.state}${until === undefined ? '' : ` until ${until.slice(0, 16)}Z`}${
    exception.owner.type === 'person' ? '' : ', a team'
  }`;
}

const ownerIn = ({ owner }: Exception): string =>
  owner.type === 'person' ? owner.address : (owner.channel ?? 'a team');
