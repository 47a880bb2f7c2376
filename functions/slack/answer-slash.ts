/** `/lapse …`: for looking things up, and for what approvers do that no card offers. */
import { createHash } from 'node:crypto';
import { breakerTypes, releaseBreaker } from '#lifecycle/breaker.ts';
import { duration, inWords, parseDuration, plus } from '#time/instant.ts';
import { classOf } from '#policy/policy.ts';
import {
  isApprover,
  isMember,
  mayApprove,
  maySee,
  maySeeAll,
  mightBeApprover,
  risksToApprove,
} from '#policy/authority.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { admitPerson, groupUnread, describeStranger, turnAway } from './admission.ts';
import { createCard } from './card.ts';
import { clip } from './escape.ts';
import {
  readFirstPage,
  readWhatCanBeRead,
  type Exceptions,
  type FirstPage,
  type ListRow,
} from './exceptions.ts';
import { lateCodes, SlackRefusal, SlackUnreachable } from './failure.ts';
import { whatNext } from './inform.ts';
import { findReachable } from './owner.ts';
import { channelOf } from '#policy/owner.ts';
import { createForm, longestReason } from './form.ts';
import { lineOf, compareUrgency } from './home.ts';
import { describeApprovers, describeRefusal, findRefusal } from './refusal.ts';
import { createParagraph } from './lines.ts';
import { createNote, createWhisper, done } from './reply.ts';
import { standingWords } from './standing.ts';
import { recordMakers } from './makers.ts';
import { nameOf, passedOver, unreadEntries } from './words.ts';
import { isMailAddress } from '#values/mail-address.ts';
import type { Answerer, Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Duration } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';
import type { Slash } from './payloads.ts';
import type { Reply } from './reply.ts';

const usage: readonly Line[] = [
  ['/lapse list: what is open, most urgent first'],
  ['/lapse show ID: one exception'],
  ['/lapse renew ID: renew it before Lapse asks'],
  ['/lapse hold ID P3D reason: do nothing about it for three days (approvers)'],
  ['/lapse restore ID P1D reason: switch it on again for a day (approvers)'],
  ['/lapse reassign ID name@example.com: make somebody else its owner'],
  ['/lapse release: let what the breaker has stopped take effect (approvers)'],
];

/** A message takes about this many lines before Slack folds it. */
const mostListed = 20;

const whisper = (...lines: readonly Line[]): Reply => createWhisper(createNote(...lines));

/** The answers that people type, and the commands they become. */
const verbs: ReadonlyMap<string, 'Hold' | 'Restore' | 'Reassign'> = new Map([
  ['hold', 'Hold'],
  ['restore', 'Restore'],
  ['reassign', 'Reassign'],
]);

/** `sentAt`: the timestamp of the request, as Slack wrote it. */
export async function answerSlash(
  dependencies: AnswerDependencies,
  typed: Slash,
  sentAt: string,
  by: Answerer | undefined,
): Promise<Reply> {
  const { now, exceptions, policy } = dependencies;
  const [verb = 'help', id, argument, ...rest] = typed.text.trim().split(/\s+/).filter(Boolean);
  if (!by) return whisper([describeStranger(by)]);
  const receipt = receiptOf(typed, sentAt, by);

  if (verb === 'list') return list(dependencies, by);
  if (verb === 'release') return release(dependencies, by, receipt);
  const answer = verbs.get(verb);
  const known = verb === 'show' || verb === 'renew' || answer !== undefined;
  if (!known || id === undefined)
    return !isMember(by)
      ? whisper([describeStranger(by)])
      : known
        ? whisper(['Please give the id of the exception, as /lapse list shows it.'], ...usage)
        : whisper(...usage);

  const admitted = await admitPerson(dependencies, id, by, answer && receipt);
  if (admitted.type === 'unknown' || admitted.type === 'nothing') return whisper([admitted.why]);
  if (admitted.type === 'turned away') {
    await turnAway(dependencies, admitted, 'command', answer && { receipt, answer });
    return whisper(...unseen(id, by, policy));
  }
  const { exception } = admitted;
  if (answer === undefined)
    return verb === 'renew'
      ? renew(dependencies, exception, typed.trigger_id)
      : show(dependencies, exception);

  if (answer !== 'Reassign' && mightBeApprover(by, policy, exception)) return whisper([groupUnread]);
  const command =
    answer === 'Reassign'
      ? await reassign(dependencies, by, argument)
      : suspendOrRestore(dependencies, by, answer, argument, rest.join(' '));
  if (!('command' in command)) return whisper(...command.mistake);

  if (answer !== 'Reassign') await recordMakers(dependencies, exception);
  const reaching = findReach(dependencies, command.command);
  const { events, exception: after = exception } = await exceptions.execute({
    id: exception.id,
    receipt,
    now,
    command: command.command,
  });
  const why = findRefusal(events);
  const history = () => readWhatCanBeRead(exceptions, exception.id);
  if (why) return whisper(...refusalOf(why, command.command, after, await history(), policy, by));
  return whisper(...recorded(command.command, after, policy, await reaching));
}

/** Neither whether it exists nor what it is. */
function unseen(id: string, by: Answerer, policy: Policy): readonly Line[] {
  if (!isMember(by)) return [[describeStranger(by)]];
  const none = [`There is no exception ${clip(id, 64)} that you may see. /lapse list shows those you may.`];
  return isApprover(by, policy) ? [none] : [none, describeApprovers(policy.approvers)];
}

/** The trigger is unique to the command; without one, the same words of the same person at the same second are one. */
function receiptOf({ trigger_id, text }: Slash, sentAt: string, { slackTeam, slackUser }: Answerer): string {
  const words = JSON.stringify([slackTeam, slackUser, text, sentAt]);
  return `slack#${trigger_id ?? createHash('sha256').update(words).digest('base64url')}`;
}

/** Every tenant's tripped breakers. Each release is recorded in the trail of the exception that records the stop. */
async function release(
  { exceptions, breakers, policy, now, log }: AnswerDependencies,
  by: Answerer,
  receipt: string,
): Promise<Reply> {
  if (mightBeApprover(by, policy)) return whisper([groupUnread]);
  const lines: Line[] = [];
  const named = policy.tenants.map(({ id }) => id);
  const tenants = [...new Set([...(await breakers.tenants()), ...named])];
  const all = await Promise.all(
    tenants.flatMap((tenant) =>
      breakerTypes.map(async (of) => ({ tenant, of, ...(await breakers.load(tenant, of)) })),
    ),
  );
  for (const { tenant, of, breaker, revision } of all) {
    const { tripped } = breaker;
    if (!tripped) continue;
    // The exception whose trail records the stop may have become unreadable: any other of the tenant will do.
    const on = (await readReadable(exceptions, tripped.on)) ?? (await anyReadable(exceptions, tenant));
    if (!on) continue;
    const { events } = await exceptions.execute({
      id: on.id,
      receipt: `${receipt}#${tenant}#${of}`,
      now,
      command: {
        type: 'ReleaseBreaker',
        by,
        ...(tripped.policy !== undefined && { policy: tripped.policy }),
      },
    });
    if (findRefusal(events)) {
      lines.push([`You may not release tenant ${clip(tenant, 80)}. Your attempt is in the trail.`]);
      continue;
    }
    const done = await breakers.save(
      tenant,
      of,
      releaseBreaker(breaker, by.slackUser, now, policy),
      revision,
    );
    lines.push([
      done
        ? of === 'lapses'
          ? `Released: ${tripped.waiting} exceptions of tenant ${clip(tenant, 80)} will lapse at the next sweep.`
          : `Released: ${tripped.waiting} deadlines of tenant ${clip(tenant, 80)} will be brought forward at the next sweep, and their owners told.`
        : `Somebody else changed this for tenant ${clip(tenant, 80)} at the same time. Please try again.`,
    ]);
  }
  if (!isApprover(by, policy)) {
    log('release refused', { standing: by.standing });
    // They may not know whether anything is held back.
    return isMember(by)
      ? whisper(['Only approvers may do that. Attempts are recorded.'], describeApprovers(policy.approvers))
      : whisper([describeStranger(by)]);
  }
  return whisper(...(lines.length === 0 ? [['Nothing is held back.']] : lines));
}

async function anyReadable(exceptions: Exceptions, tenant: string): Promise<Exception | undefined> {
  const { found } = await readFirstPage(exceptions, exceptions.rows({ tenant }), () => true, 1);
  return found[0];
}

async function readReadable(exceptions: Exceptions, id: string): Promise<Exception | undefined> {
  const [one] = await exceptions.states([id]);
  return one instanceof UnreadableState ? undefined : one;
}

type Asked = { readonly command: Command } | { readonly mistake: readonly Line[] };

async function reassign(
  { slack }: AnswerDependencies,
  by: Answerer,
  whom: string | undefined,
): Promise<Asked> {
  const address = /^<mailto:([^|>]+)(?:\|[^>]*)?>$/.exec(whom ?? '')?.[1] ?? whom ?? '';
  if (isMailAddress(address) && address.length <= 254)
    return { command: { type: 'Reassign', by, address: address.toLowerCase() } };
  const user = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(address)?.[1];
  if (user === undefined)
    return { mistake: [['Please name the new owner by their address: /lapse reassign ID name@example.com']] };
  try {
    const person = await slack.person(user);
    if (person.standing !== 'member')
      return {
        mistake: [
          [
            'Only a full member of this workspace can own an exception, and Slack says that ',
            { user },
            ` is ${standingWords[person.standing]}.`,
          ],
        ],
      };
    if (person.address !== undefined)
      return { command: { type: 'Reassign', by, address: person.address.toLowerCase() } };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
  }
  return {
    mistake: [
      ['Slack does not reveal the address of ', { user }, '. Please name the new owner by their address.'],
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
  why: NonNullable<ReturnType<typeof findRefusal>>,
  command: Command,
  exception: Exception,
  history: readonly Event[],
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
          ? `For ${exception.risk} risk, a restore may last ${inWords(restoreFor)} at most.`
          : `For ${exception.risk} risk, a hold may last ${inWords(longestTerm)} at most.`,
      ],
    ];
  return describeRefusal(why, exception, history, policy, by);
}

/** Why Slack does not reach a new owner; `undefined` if it does, or does not say. */
async function findReach({ slack, log }: AnswerDependencies, command: Command): Promise<string | undefined> {
  if (command.type !== 'Reassign') return undefined;
  try {
    const reached = await findReachable(slack, { type: 'person', address: command.address }, log);
    return reached.type === 'nobody' ? reached.why : undefined;
  } catch (error) {
    // Only a sentence depends on it: whoever asks the new owner finds out for good.
    if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
    return undefined;
  }
}

function recorded(
  command: Command,
  exception: Exception,
  policy: Policy,
  unreachable: string | undefined,
): readonly Line[] {
  const name = `“${nameOf(exception)}”`;
  switch (command.type) {
    case 'Hold':
      return [[`Lapse does nothing about ${name} until `, { at: command.until }, '.']];
    case 'Restore':
      return [[`Lapse switches ${name} on again. It may stay until `, { at: command.expiresAt }, '.']];
    case 'Reassign':
      return reassigned(exception, clip(command.address, 254), policy, unreachable);
    default:
      return [[`Recorded for ${name}.`]];
  }
}

function reassigned(
  exception: Exception,
  address: string,
  policy: Policy,
  unreachable: string | undefined,
): readonly Line[] {
  const name = `“${nameOf(exception)}”`;
  if (unreachable !== undefined)
    return [
      [
        `${address} is on record as the owner of ${name}, but ${unreachable}. Lapse asks their backup or else the people in `,
        { channel: channelOf(policy, exception) },
        '.',
      ],
      [`To name somebody else: /lapse reassign ${exception.id} name@example.com`],
    ];
  return exception.state === 'unconfirmed'
    ? [[`${address} now owns ${name}. Lapse asks them now.`]]
    : [[`${address} now owns ${name} and is told so. `, ...whatNext(exception)]];
}

async function list({ exceptions, policy, log }: AnswerDependencies, by: Answerer): Promise<Reply> {
  if (!isMember(by)) {
    log('look refused', { at: 'list', standing: by.standing });
    return whisper([describeStranger(by)]);
  }
  const first = (rows: AsyncIterable<ListRow>): Promise<FirstPage> =>
    readFirstPage(
      exceptions,
      rows,
      (exception) => exception.state !== 'disabled' && maySee(exception, by, policy),
      mostListed,
    );
  const lists = [
    ...(isApprover(by, policy) ? [await first(approvable(exceptions, by, policy))] : []),
    ...(maySeeAll(by, policy) ? [] : [await first(exceptions.rows({ owner: by.slackUser, by: 'urgency' }))]),
  ];
  const open = new Map(lists.flatMap(({ found }) => found).map((one) => [one.id, one]));
  const lines = compareUrgency([...open.values()])
    .slice(0, mostListed)
    .map(lineOf);
  const isCut = open.size > mostListed || lists.some(({ more }) => more);
  const unreadable = lists.reduce((sum, one) => sum + one.unreadable, 0);
  const none = isApprover(by, policy)
    ? [['No exceptions are open.']]
    : mightBeApprover(by, policy)
      ? [[groupUnread]]
      : [['You own none of the open exceptions.'], describeApprovers(policy.approvers)];
  const rest = isCut ? [['… and more that are less urgent']] : [];
  return whisper(...(open.size === 0 ? none : [...lines, ...rest]), ...passedOver(unreadable));
}

async function* approvable(exceptions: Exceptions, by: Answerer, policy: Policy): AsyncGenerator<ListRow> {
  const rows = exceptions.rows({ by: 'urgency', risks: risksToApprove(by, policy) });
  for await (const row of rows) if (mayApprove(row, by, policy)) yield row;
}

/** Opens the form: whether they may renew it is checked when it is sent. */
async function renew(
  { slack, policy, now }: AnswerDependencies,
  exception: Exception,
  trigger: string | undefined,
): Promise<Reply> {
  if (exception.state !== 'confirmed')
    return whisper([`“${nameOf(exception)}” is not approved now, so there is nothing to renew.`]);
  const late = whisper(['The form could not be opened in time. Please type that again.']);
  if (trigger === undefined) return late;
  try {
    await slack.openForm(trigger, createForm('renew', exception, policy, now));
    return done;
  } catch (error) {
    if (!(error instanceof SlackRefusal) || !lateCodes.has(error.code)) throw error;
    return late;
  }
}

async function show({ exceptions, policy, now }: AnswerDependencies, exception: Exception): Promise<Reply> {
  const unread: number[] = [];
  const history = await Array.fromAsync(
    exceptions.trail(exception.id, ({ version }) => unread.push(version)),
  );
  const { text, blocks } = createCard({ exception, history, policy, now });
  // Without buttons: only the posted message is updated once somebody answers.
  const shown = blocks.filter(({ type }) => type !== 'actions');
  return createWhisper({
    text,
    blocks: [...shown, ...unreadEntries(unread).map((line) => createParagraph(line))],
  });
}
