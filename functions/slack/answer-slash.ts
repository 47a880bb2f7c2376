/** `/lapse …`: for looking things up, and for what approvers do that no card offers. */
import { createHash } from 'node:crypto';
import { released } from '#domain/breaker.ts';
import { duration, inWords, parseDuration, plus } from '#domain/instant.ts';
import { classOf } from '#domain/policy.ts';
import { card } from './card.ts';
import { clip } from './escape.ts';
import { historyOf } from './exceptions.ts';
import { SlackRefusal } from './failure.ts';
import { longestReason } from './form.ts';
import { lineOf, urgentFirst } from './home.ts';
import { refusal, refusalIn } from './refusal.ts';
import { note, refused, whispered } from './reply.ts';
import { knowMakers } from './makers.ts';
import { nameOf } from './words.ts';
import type { Answerer, Command } from '#domain/commands.ts';
import type { Exception } from '#domain/exception.ts';
import type { Duration } from '#domain/instant.ts';
import type { AnswerDependencies } from './answer.ts';
import type { Line } from './lines.ts';
import type { Slash } from './payloads.ts';
import type { Reply } from './reply.ts';

const usage: readonly Line[] = [
  ['/lapse list: what is open, most urgent first'],
  ['/lapse show ID: one exception'],
  ['/lapse hold ID P3D reason: do nothing about it for three days (approvers)'],
  ['/lapse restore ID P1D reason: switch it on again for a day (approvers)'],
  ['/lapse reassign ID name@example.com: make somebody else its owner'],
  ['/lapse release: let lapse what the breaker has stopped (approvers)'],
];

/** A message takes about this many lines before Slack folds it. */
const mostListed = 20;

const tell = (...lines: readonly Line[]): Reply => whispered(note(...lines));

/** `sentAt`: the timestamp of the request, as Slack wrote it. */
export async function slash(dependencies: AnswerDependencies, typed: Slash, sentAt: string): Promise<Reply> {
  const slackTeam = typed.enterprise_id ?? typed.team_id;
  if (!slackTeam) return refused(400, 'The command names neither organisation nor workspace.');
  const by: Answerer = { slackUser: typed.user_id, slackTeam, standing: 'member' };
  const [verb = 'help', id, argument, ...rest] = typed.text.trim().split(/\s+/).filter(Boolean);

  if (verb === 'list') return list(dependencies);
  if (verb === 'release') return release(dependencies, by, receiptOf(typed, slackTeam, sentAt));
  if (!['show', 'hold', 'restore', 'reassign'].includes(verb)) return tell(...usage);
  if (id === undefined) return tell(['Please name the exception by its id, as in /lapse list.'], ...usage);
  const exception = /^[\w-]{1,64}$/.test(id) ? await dependencies.exceptions.load(id) : undefined;
  if (!exception) return tell([`There is no exception ${clip(id, 64)}. /lapse list shows those there are.`]);
  if (verb === 'show') return show(dependencies, exception);

  const command =
    verb === 'reassign'
      ? await reassign(dependencies, by, argument)
      : suspendOrRestore(dependencies, by, verb === 'hold' ? 'Hold' : 'Restore', argument, rest.join(' '));
  if (!('command' in command)) return tell(...command.mistake);

  const { now, exceptions } = dependencies;
  if (verb !== 'reassign') await knowMakers(dependencies, exception);
  const { events, exception: after = exception } = await exceptions.execute({
    id: exception.id,
    receipt: receiptOf(typed, slackTeam, sentAt),
    now,
    command: command.command,
  });
  const why = refusalIn(events);
  if (why) return tell(...refusalOf(why, command.command, after, dependencies.policy, by));
  return tell(...recorded(command.command, after));
}

/** The trigger is unique to the command; without one, the same words of the same person at the same second are one. */
function receiptOf({ trigger_id, user_id, text }: Slash, slackTeam: string, sentAt: string): string {
  const words = JSON.stringify([slackTeam, user_id, text, sentAt]);
  return `slack#${trigger_id ?? createHash('sha256').update(words).digest('base64url')}`;
}

/** Every tenant's breaker that is open. Each release stands in the trail of the exception in which the stop stands. */
async function release(
  { exceptions, breakers, policy, now }: AnswerDependencies,
  by: Answerer,
  receipt: string,
): Promise<Reply> {
  const tenants = new Set<string>();
  for await (const { tenant } of exceptions.list()) tenants.add(tenant);
  const lines: Line[] = [];
  for (const tenant of tenants) {
    const { breaker, revision } = await breakers.load(tenant);
    const { tripped } = breaker;
    if (!tripped) continue;
    const { events } = await exceptions.execute({
      id: tripped.on,
      receipt: `${receipt}#${tenant}`,
      now,
      command: { type: 'ReleaseBreaker', by },
    });
    if (refusalIn(events)) return tell(['Only approvers may do that. Your attempt is in the trail.']);
    const done = await breakers.save(tenant, released(by.slackUser, now, policy), revision);
    lines.push([
      done
        ? `Released: ${tripped.waiting} exceptions of tenant ${clip(tenant, 80)} lapse from the next sweep on.`
        : `Somebody else was at it for tenant ${clip(tenant, 80)}: please try again.`,
    ]);
  }
  return tell(...(lines.length === 0 ? [['Nothing is held back.']] : lines));
}

type Asked = { readonly command: Command } | { readonly mistake: readonly Line[] };

async function reassign(
  { slack }: AnswerDependencies,
  by: Answerer,
  whom: string | undefined,
): Promise<Asked> {
  const address = /^<mailto:([^|>]+)(?:\|[^>]*)?>$/.exec(whom ?? '')?.[1] ?? whom ?? '';
  if (/^[^@\s<>]+@[^@\s<>]+$/.test(address) && address.length <= 254)
    return { command: { type: 'Reassign', by, address: address.toLowerCase() } };
  const user = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(address)?.[1];
  if (user === undefined)
    return { mistake: [['Please name the new owner by their address: /lapse reassign ID name@example.com']] };
  try {
    const person = await slack.person(user);
    if (person.address !== undefined)
      return { command: { type: 'Reassign', by, address: person.address.toLowerCase() } };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
  }
  return {
    mistake: [
      ['Slack does not tell the address of ', { user }, '. Please name the new owner by their address.'],
    ],
  };
}

function suspendOrRestore(
  { now }: AnswerDependencies,
  by: Answerer,
  type: 'Hold' | 'Restore',
  length: string | undefined,
  reason: string,
): Asked {
  const spelled = lengthIn(length ?? '');
  if (!spelled)
    return {
      mistake: [['Please say for how long: P3D or 3d for three days, PT12H or 12h for twelve hours.']],
    };
  if (reason === '' || reason.length > longestReason)
    return { mistake: [[`Please give a reason of up to ${longestReason} characters after the time.`]] };
  const until = plus(now, spelled);
  return {
    command: type === 'Hold' ? { type, by, until, reason } : { type, by, expiresAt: until, reason },
  };
}

/** ISO 8601, or how people write it: 3d, 12h. More than ten years is a slip of the finger. */
function lengthIn(text: string): Duration | undefined {
  const short = /^(\d{1,4})([dh])$/i.exec(text);
  const iso = short
    ? short[2]?.toLowerCase() === 'd'
      ? `P${short[1] ?? ''}D`
      : `PT${short[1] ?? ''}H`
    : text.toUpperCase();
  const ms = parseDuration(iso);
  return ms !== undefined && ms > 0 && ms < 315_360_000_000 ? duration(iso) : undefined;
}

function refusalOf(
  why: NonNullable<ReturnType<typeof refusalIn>>,
  command: Command,
  exception: Exception,
  policy: AnswerDependencies['policy'],
  by: Answerer,
): readonly Line[] {
  const { restoreFor, longestTerm } = classOf(policy, exception);
  if (why === 'not-allowed' && (command.type === 'Hold' || command.type === 'Restore'))
    return [['Only approvers may do that. Your attempt is in the trail.']];
  if (why === 'bad-term')
    return [
      [
        command.type === 'Restore'
          ? `For ${exception.risk} risk a restore may last ${inWords(restoreFor)} at most.`
          : `For ${exception.risk} risk a hold may last ${inWords(longestTerm)} at most.`,
      ],
    ];
  return refusal(why, exception, policy, by);
}

function recorded(command: Command, exception: Exception): readonly Line[] {
  const name = `“${nameOf(exception)}”`;
  switch (command.type) {
    case 'Hold':
      return [[`Lapse does nothing about ${name} until `, { at: command.until }, '.']];
    case 'Restore':
      return [[`Lapse switches ${name} on again. It may stay until `, { at: command.expiresAt }, '.']];
    case 'Reassign':
      return [[`${clip(command.address, 254)} now owns ${name} and is asked.`]];
    default:
      return [[`Recorded for ${name}.`]];
  }
}

async function list({ exceptions }: AnswerDependencies): Promise<Reply> {
  const open: Exception[] = [];
  for await (const exception of exceptions.list())
    if (exception.state !== 'removed' && exception.state !== 'disabled') open.push(exception);
  if (open.length === 0) return tell(['Nothing is open.']);
  const lines = urgentFirst(open).slice(0, mostListed).map(lineOf);
  return tell(...lines, ...(open.length > mostListed ? [[`… and ${open.length - mostListed} more`]] : []));
}

async function show({ exceptions, policy, now }: AnswerDependencies, exception: Exception): Promise<Reply> {
  const history = await historyOf(exceptions, exception.id);
  const { text, blocks } = card({ exception, history, policy, now });
  // Without buttons: only the posted message is updated once somebody answers.
  return whispered({ text, blocks: blocks.filter(({ type }) => type !== 'actions') });
}
