/** `/lapse …`: for looking things up, and for what approvers do that no card offers. */
import { createHash } from 'node:crypto';
import { inWords, plus } from '#time/instant.ts';
import { classOf } from '#policy/policy.ts';
import { isApprover, isMember, mightBeApprover } from '#policy/authority.ts';
import { admitPerson, groupUnread, describeStranger, makersUnread, turnAway } from './admission.ts';
import { createCard } from './card.ts';
import { clip } from './escape.ts';
import { readWhatCanBeRead } from './exceptions.ts';
import { lateCodes, SlackRefusal, SlackUnreachable } from './failure.ts';
import { findPage, type Page } from './find.ts';
import { whatNext } from './inform.ts';
import { findReachable } from './owner.ts';
import { channelOf } from '#policy/owner.ts';
import { createForm, longestReason } from './form.ts';
import { askGoingLive } from './going-live.ts';
import { describeNone, notAllLooked } from './home.ts';
import { createMenuForm, isOffered } from './menu-forms.ts';
import { isId } from './payloads.ts';
import { isCalled, lengthIn, soon, type Query } from './query.ts';
import { describeApprovers, describeRefusal, findRefusal } from './refusal.ts';
import { createFormOf, findReleasable } from './release.ts';
import { describeStops } from './stopped.ts';
import { tenantIn, throwSwitch } from './switch.ts';
import { createParagraph } from './lines.ts';
import { createNote, createWhisper, done } from './reply.ts';
import { createRow, describeRow } from './row.ts';
import { standingWords } from './standing.ts';
import { areMakersKnown } from './makers.ts';
import { nameOf, passedOver, unreadEntries } from './words.ts';
import { isMailAddress } from '#values/mail-address.ts';
import type { ModalView } from '@slack/types';
import type { Answerer, Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';
import type { Slash } from './payloads.ts';
import type { Reply } from './reply.ts';

const usage: readonly Line[] = [
  ['/lapse list: what is open, most urgent first; list WORDS: only what matches'],
  ['/lapse mine: what you own'],
  ['/lapse expiring 14d: what ends within 14 days'],
  ['/lapse search WORDS: by name, kind, owner or risk, switched off ones too'],
  ['/lapse show NAME: one exception'],
  ['/lapse renew NAME: renew it before Lapse asks'],
  ['/lapse hold NAME: do nothing about it for some days (approvers)'],
  ['/lapse undo NAME: take back that you had it disabled, soon after'],
  ['/lapse restore NAME: switch it on again for some hours or days (approvers)'],
  ['/lapse reassign NAME: make somebody else its owner'],
  ['/lapse stop TENANT reason: disable nothing in it, from this moment on (approvers)'],
  ['/lapse resume TENANT: lift that; what came due meanwhile gets full notice (approvers)'],
  [
    '/lapse live TENANT [KIND]: let Lapse disable what lapses there; shows first what that would be (approvers)',
  ],
  [
    '/lapse observe TENANT [KIND]: disable nothing of that any more, only say what would have been (approvers)',
  ],
  ['/lapse release [TENANT]: review what the breaker holds back, and let some of it lapse (approvers)'],
  ['Instead of a name, its id works everywhere.'],
];

/** Two blocks each, and Slack takes 50 in a message. */
const mostListed = 20;

const whisper = (...lines: readonly Line[]): Reply => createWhisper(createNote(...lines));

/** The answers that people type, and the commands they become. */
const verbs: ReadonlyMap<string, 'Hold' | 'Restore' | 'Reassign'> = new Map([
  ['hold', 'Hold'],
  ['restore', 'Restore'],
  ['reassign', 'Reassign'],
]);

/** What opens where nothing but a name was typed. */
const forms = { Hold: 'hold', Restore: 'restore', Reassign: 'not-mine' } as const;

/** `sentAt`: the timestamp of the request, as Slack wrote it. */
export async function answerSlash(
  dependencies: AnswerDependencies,
  typed: Slash,
  sentAt: string,
  by: Answerer | undefined,
): Promise<Reply> {
  const { now, exceptions, policy } = dependencies;
  const [first = 'help', ...words] = typed.text.trim().split(/\s+/).filter(Boolean);
  // Keyboards of phones begin with a capital.
  const verb = first.toLowerCase();
  if (!by) return whisper([describeStranger(by)]);
  const receipt = receiptOf(typed, sentAt, by);

  const query = queryOf(verb, words);
  if (query) return 'mistake' in query ? whisper(query.mistake) : list(dependencies, by, query);
  if (verb === 'stop' || verb === 'resume')
    return whisper(...(await throwSwitch(dependencies, by, verb, words)));
  if (verb === 'live' || verb === 'observe')
    return askGoingLive(dependencies, by, verb, {
      words,
      open: (form) =>
        typed.trigger_id === undefined
          ? Promise.resolve(
              whisper(['Slack opens no form here. Please use lapse enforce on the command line.']),
            )
          : open(dependencies, form, typed.trigger_id),
    });
  if (verb === 'release') return release(dependencies, by, { receipt, words, trigger: typed.trigger_id });
  const answer = verbs.get(verb);
  const known = verb === 'show' || verb === 'renew' || verb === 'undo' || answer !== undefined;
  const readings = readingsOf(answer, words);
  if (!known || words.length === 0)
    return !isMember(by)
      ? whisper([describeStranger(by)])
      : known
        ? whisper(['Please say which exception: its name, or its id as lapse list shows it.'], ...usage)
        : whisper(...usage);

  const found = await resolve(dependencies, by, readings);
  if ('reply' in found) return found.reply;
  const { id, argument, reason } = found;
  const tried = verb === 'undo' ? 'Undo' : answer;
  const admitted = await admitPerson(dependencies, id, by, tried && receipt);
  if (admitted.type === 'unknown' || admitted.type === 'nothing') return whisper([admitted.why]);
  if (admitted.type === 'turned away') {
    await turnAway(dependencies, admitted, 'command', tried && { receipt, answer: tried });
    return whisper(...unseen(id, by, policy));
  }
  const { exception } = admitted;
  if (verb === 'undo') return undo(dependencies, exception, by, receipt);
  if (answer === undefined)
    return verb === 'renew'
      ? renew(dependencies, exception, typed.trigger_id)
      : show(dependencies, exception);

  if (answer !== 'Reassign' && mightBeApprover(by, policy, exception)) return whisper([groupUnread]);
  const form = forms[answer];
  if (argument === undefined && typed.trigger_id !== undefined && isOffered(form, exception))
    return open(dependencies, createMenuForm(form, exception, policy), typed.trigger_id);
  const command =
    answer === 'Reassign'
      ? await reassign(dependencies, by, argument)
      : suspendOrRestore(dependencies, by, answer, argument, reason);
  if (!('command' in command)) return whisper(...command.mistake);

  if (answer !== 'Reassign' && !(await areMakersKnown(dependencies, exception)))
    return whisper([makersUnread]);
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

/** The form of what is held back; a list where several tenants are stopped. */
async function release(
  dependencies: AnswerDependencies,
  by: Answerer,
  {
    receipt,
    words,
    trigger,
  }: {
    readonly receipt: string;
    readonly words: readonly string[];
    readonly trigger: string | undefined;
  },
): Promise<Reply> {
  const all = await findReleasable(dependencies, by, receipt);
  if ('refused' in all) return whisper(...all.refused);
  const named = tenantIn(words, dependencies.policy)?.tenant;
  const found = all.filter(({ tenant }) => named === undefined || tenant.toLowerCase() === named);
  const [stop, another] = found;
  if (stop === undefined) return whisper(['Nothing is held back.']);
  // What would lapse comes before what a policy brings nearer.
  if ((another === undefined || named !== undefined) && trigger !== undefined)
    return open(dependencies, await createFormOf(dependencies, stop), trigger);
  const text = 'Lapse has stopped itself: please review what it holds back.';
  const stops = await describeStops(dependencies, found);
  return createWhisper({ text, blocks: [createParagraph([text]), ...stops] });
}

/** What a look-up is for; `undefined` if the verb is none. */
function queryOf(verb: string, words: readonly string[]): Query | { readonly mistake: Line } | undefined {
  const text = words.join(' ');
  const search = text === '' ? {} : { words: text };
  switch (verb) {
    case 'list':
      return { scope: 'open', ...search };
    case 'mine':
      return { scope: 'mine', ...search };
    case 'search':
      return text === ''
        ? { mistake: ['Please say what to look for: /lapse search partner'] }
        : { scope: 'all', words: text };
    case 'expiring': {
      const within = text === '' ? soon : lengthIn(text);
      return within === undefined
        ? { mistake: ['Please say how soon: /lapse expiring 14d'] }
        : { scope: 'ending', within };
    }
    default:
      return undefined;
  }
}

interface Subject {
  /** Of an exception, or its id. */
  readonly name: string;
  readonly argument?: string | undefined;
  readonly reason: string;
}

/**
 * What the words can mean, the longest name first: a name may hold what looks like a length of time or an address. An
 * id is one word.
 */
function readingsOf(
  answer: 'Hold' | 'Restore' | 'Reassign' | undefined,
  words: readonly string[],
): readonly [Subject, ...Subject[]] {
  const [first = '', second, ...rest] = words;
  if (looksLikeId(first)) return [{ name: first, argument: second, reason: rest.join(' ') }];
  const whole: Subject = { name: words.join(' '), reason: '' };
  const [, inQuotes, after] = quotedName.exec(whole.name) ?? [];
  if (inQuotes !== undefined) {
    const [argument, ...why] = (after ?? '').split(' ').filter(Boolean);
    return [whole, { name: inQuotes, argument, reason: why.join(' ') }];
  }
  const cuts = words.flatMap((word, at) => (at > 0 && isArgument(answer, words, word, at) ? [at] : []));
  return [
    whole,
    ...cuts.reverse().map((at) => ({
      name: words.slice(0, at).join(' '),
      argument: words[at],
      reason: words.slice(at + 1).join(' '),
    })),
  ];
}

/** As answers show names, and as people copy them. */
const quotedName = /^["“”„«](.+?)["“”»](?: (.*))?$/u;

function isArgument(
  answer: 'Hold' | 'Restore' | 'Reassign' | undefined,
  words: readonly string[],
  word: string,
  at: number,
): boolean {
  if (answer === undefined) return false;
  return answer === 'Reassign' ? at === words.length - 1 && word.includes('@') : lengthIn(word) !== undefined;
}

const looksLikeId = (word: string): boolean => word.startsWith('ex-') && isId(word);

/** The one they mean among those they may see, and what they want with it; else what to tell them. */
async function resolve(
  dependencies: AnswerDependencies,
  by: Answerer,
  readings: readonly [Subject, ...Subject[]],
): Promise<(Subject & { readonly id: string }) | { readonly reply: Reply }> {
  const [longest] = readings;
  if (looksLikeId(longest.name)) return { ...longest, id: longest.name };
  if (!isMember(by)) return { reply: whisper([describeStranger(by)]) };
  // Whatever is called by a longer name is found by a shorter one too.
  const shortest = readings.at(-1) ?? longest;
  const page = await findPage(
    dependencies,
    by,
    { scope: 'all', words: shortest.name },
    { page: 0, size: mostNamed },
  );
  const isWhole = !page.more && !page.cut;
  const calledBy = ({ name }: Subject) => page.found.filter((one) => isCalled(one, name));
  const reading = readings.find((one) => calledBy(one).length > 0);
  const called = reading === undefined ? page.found : calledBy(reading);
  const [one, another] = called;
  // Where not all were looked at, one of a longer name may be meant.
  if (one && !another && (isWhole || reading === longest)) return { ...(reading ?? shortest), id: one.id };
  if (one)
    return {
      reply: whisperPage(dependencies, by, { ...page, found: called }, ['Which one do you mean?']),
    };
  return {
    reply: whisper(
      [
        `There is no exception called “${clip(shortest.name, 100)}” that you may see. /lapse list shows those you may.`,
      ],
      ...(page.cut ? [[notAllLooked]] : []),
      ...(isApprover(by, dependencies.policy) ? [] : [describeApprovers(dependencies.policy.approvers)]),
    ),
  };
}

/** Enough to find the one that is called just so among those that contain its name. */
const mostNamed = 200;

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
    if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
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

async function list(dependencies: AnswerDependencies, by: Answerer, query: Query): Promise<Reply> {
  const { policy, log } = dependencies;
  if (!isMember(by)) {
    log('look refused', { at: 'list', standing: by.standing });
    return whisper([describeStranger(by)]);
  }
  const page = await findPage(dependencies, by, query, { page: 0, size: mostListed });
  if (page.found.length > 0) return whisperPage(dependencies, by, page);
  if (mightBeApprover(by, policy) && query.scope !== 'mine') return whisper([groupUnread]);
  const none =
    query.words !== undefined
      ? [[`None that you may see matches “${clip(query.words, 100)}”.`]]
      : [[describeNone(query.scope, { by, policy })]];
  const others =
    isApprover(by, policy) || query.scope === 'mine' ? [] : [describeApprovers(policy.approvers)];
  return whisper(...none, ...notShown(page), ...others);
}

function whisperPage(
  { policy, now }: AnswerDependencies,
  by: Answerer,
  page: Page,
  ...before: readonly Line[]
): Reply {
  const shown = page.found.slice(0, mostListed);
  const rest = page.more || page.found.length > shown.length ? [moreOnHome] : [];
  const after = [...rest, ...notShown(page)];
  const { text } = createNote(...before, ...shown.map((one) => describeRow(one, { policy, now })), ...after);
  return createWhisper({
    text: clip(text, 3000),
    blocks: [
      ...before.map((line) => createParagraph(line)),
      ...shown.flatMap((exception) => createRow(exception, { by, policy, now })),
      ...after.map((line) => createParagraph(line)),
    ],
  });
}

const moreOnHome: Line = ['There are more: see the home tab of Lapse, or add words to narrow it down.'];

const notShown = ({ unreadable, cut }: Page): readonly Line[] => [
  ...passedOver(unreadable),
  ...(cut ? [[notAllLooked]] : []),
];

/** Opens the form: whether they may renew it is checked when it is sent. */
async function renew(
  dependencies: AnswerDependencies,
  exception: Exception,
  trigger: string | undefined,
): Promise<Reply> {
  const { policy, now } = dependencies;
  if (exception.state !== 'confirmed')
    return whisper([`“${nameOf(exception)}” is not approved now, so there is nothing to renew.`]);
  const form = createForm('renew', exception, policy, now);
  return trigger === undefined ? late : open(dependencies, form, trigger);
}

async function undo(
  { exceptions, policy, now }: AnswerDependencies,
  exception: Exception,
  by: Answerer,
  receipt: string,
): Promise<Reply> {
  const command = { type: 'Undo', by } as const;
  const { events, exception: after = exception } = await exceptions.execute({
    id: exception.id,
    receipt,
    now,
    command,
  });
  const why = findRefusal(events);
  if (why === undefined)
    return whisper([
      `Lapse switches “${nameOf(after)}” on again. Everything is as it was before it was disabled.`,
    ]);
  const history = await readWhatCanBeRead(exceptions, exception.id);
  return whisper(...describeRefusal(why, after, history, policy, by));
}

const late = whisper(['The form could not be opened in time. Please type that again.']);

/** Whether they may answer is checked when it is sent. */
async function open({ slack }: AnswerDependencies, view: ModalView, trigger: string): Promise<Reply> {
  try {
    await slack.openForm(trigger, view);
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
