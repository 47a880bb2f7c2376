/**
 * The promises, checked on what really happened: what the tenant was told to do, what Slack showed, what the trail
 * holds. Nothing here asks `decide`; where a number of policy counts, it is read from the policy that the worker had.
 */
import { isDeepStrictEqual } from 'node:util';
import { evolveAll } from '#lifecycle/evolve.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { absentIsOff } from '#kinds/form.ts';
import { classOf, type Policy } from '#policy/policy.ts';
import { noticeEndOf } from '#policy/working-hours.ts';
import { verifyTrail } from '#register/trail-chain.ts';
import { fromMillis, toMillis } from '#time/instant.ts';
import { isJson, listOf, type PostedMessage } from '#lib/standin/slack/shapes.ts';
import type { StoredObject } from '#lib/standin/tenant/history.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Mode } from '#policy/enforcement-mode.ts';
import type { Commit, CommitResult, Register } from '#register/contract.ts';
import type { FoundObject, NotFound, TenantObject } from '#exchange/tenant.ts';
import type { Worker } from './boundary.ts';
import type { Ordered } from './exchange.ts';

export const promises = {
  once: 'each change in the tenant is one entry of the trail, once',
  deadline: 'nothing stays enabled past its deadline without an alarm',
  notice: 'nothing is disabled that its owner was not told of in time, nor where Lapse may not act',
  look: 'the object is read before it is switched, and "disabled" is said only after a read-back',
  answer: 'every answer is by somebody who may give it',
  trail: 'the state is the fold of the trail, the chain is intact, a receipt counts once',
  undo: 'a restore puts back what was there',
  nearer: 'no running deadline comes nearer than full notice',
  stranger: 'a stranger changes nothing',
  end: 'once all is well, nothing fails, waits for ever or stays unheard',
} as const;
export type PromiseName = keyof typeof promises;

export interface Violation {
  readonly promise: PromiseName;
  readonly what: string;
  readonly at: string;
  readonly exception?: string;
}

/** Who sends an answer, as they really are. */
export interface Person {
  readonly user: string;
  readonly address: string;
  readonly isMember: boolean;
}

export interface WatchNeeds {
  readonly register: Register;
  readonly now: () => number;
  readonly tolerance: number;
  readonly policyOf: (worker: Worker) => Policy;
  readonly senderOf: (worker: Worker) => Person | undefined;
  readonly modeNow: (of: { readonly tenant: string; readonly kind: string }) => Mode;
  readonly personWith: (slackUser: string) => Person | undefined;
  /** Absent where nobody wants to read it. */
  readonly story?: (line: string, exception?: string) => void;
}

interface Told {
  readonly at: number;
  readonly channel: string;
  /** Milliseconds since 1970. */
  readonly deadlines: readonly number[];
  readonly ofDisable: boolean;
}

/** What a worker has seen and done of one object. */
interface Hands {
  look?: { readonly found: boolean; readonly enabled: boolean; readonly guid: string | undefined };
  switching?: { readonly what: 'off' | 'on' | 'expiry'; readonly guid: string };
  mode?: Mode['type'];
}

interface Known {
  state: Exception | undefined;
  readonly events: Event[];
  readonly told: Told[];
}

export function createWatch(needs: WatchNeeds) {
  const { register, now, tolerance, policyOf, senderOf, personWith, story } = needs;
  const violations: Violation[] = [];
  const all = new Map<string, Known>();
  const receipts = new Map<string, string>();
  const eventTypes = new Map<string, number>();
  const hands = new Map<Worker, Hands>();
  const cards = new Map<string, readonly string[]>();
  /** What was there before Lapse switched it off, by tenant, shelf and GUID. */
  const before = new Map<string, { readonly object: StoredObject; readonly at: number }>();

  const known = (id: string): Known => {
    const found = all.get(id) ?? { state: undefined, events: [], told: [] };
    all.set(id, found);
    return found;
  };
  const handsOf = (worker: Worker): Hands => {
    const found = hands.get(worker) ?? {};
    hands.set(worker, found);
    return found;
  };
  function broken(promise: PromiseName, what: string, exception?: string): void {
    const at = fromMillis(now());
    story?.(`VIOLATION (${promise}): ${what}`, exception);
    if (violations.length < 50)
      violations.push({ promise, what, at, ...(exception !== undefined && { exception }) });
  }

  async function committed(worker: Worker, commit: Commit, result: CommitResult): Promise<void> {
    if (result !== 'committed') return;
    const { id, receipt, events } = commit;
    const one = known(id);
    const other = receipts.get(receipt);
    if (other !== undefined) broken('trail', `the receipt ${receipt} counted twice (${other})`, id);
    receipts.set(receipt, id);
    const { state: was } = one;
    const folded = evolveAll(was, events);
    const stored = await register.load(id);
    if (!isDeepStrictEqual(folded, stored) && !isDeepStrictEqual(plain(folded), plain(stored)))
      broken('trail', 'the stored state is not the fold of the trail', id);
    if (stored && stored.version !== one.events.length + events.length)
      broken(
        'trail',
        `version ${String(stored.version)} after ${String(one.events.length + events.length)} events`,
        id,
      );
    let state = was;
    for (const event of events) {
      eventTypes.set(event.type, (eventTypes.get(event.type) ?? 0) + 1);
      story?.(`  ${worker.job}: ${event.type}${describe(event)}`, id);
      const after = evolveAll(state, [event]);
      if (state) checkEvent(worker, state, event, after ?? state, one);
      else if (event.type !== 'ExceptionOpened') broken('trail', `begins with ${event.type}`, id);
      state = after;
      one.events.push(event);
    }
    one.state = state;
  }

  function checkEvent(worker: Worker, state: Exception, event: Event, after: Exception, one: Known): void {
    const policy = policyOf(worker);
    checkAnswer(worker, state, event, policy, one);
    checkNearer(state, event, after, policy);
    if (event.type === 'ExceptionLapsed') checkNotice(state, policy, one);
    if (event.type === 'ExceptionDisabled' || event.type === 'ActDone') checkReadBack(worker, state, event);
  }

  const answers: ReadonlySet<string> = new Set([
    'ExceptionApproved',
    'ExceptionRenewed',
    'ExceptionDeclined',
    'ExceptionRevoked',
    'ExceptionHeld',
    'ExceptionRestored',
    'OwnerReassigned',
    'BreakerReleased',
    'HelpAsked',
    'ReminderWished',
  ]);
  const keeping: ReadonlySet<string> = new Set([
    'ExceptionApproved',
    'ExceptionRenewed',
    'ExceptionHeld',
    'ExceptionRestored',
  ]);
  const approversOnly: ReadonlySet<string> = new Set([
    'ExceptionHeld',
    'ExceptionRestored',
    'BreakerReleased',
  ]);

  function checkAnswer(worker: Worker, state: Exception, event: Event, policy: Policy, one: Known): void {
    const sender = senderOf(worker);
    if (sender && !answers.has(event.type)) {
      const harmless =
        event.type === 'AnswerRefused' ||
        event.type === 'MakersIdentified' ||
        event.type === 'ApprovalVoided';
      if (!harmless) broken('stranger', `an answer led to ${event.type}`, state.id);
      return;
    }
    if (!answers.has(event.type)) return;
    if (!('slackUser' in event.actor) || !sender) {
      broken('answer', `${event.type} is nobody's: it came from ${worker.job}`, state.id);
      return;
    }
    const { slackUser } = event.actor;
    if (slackUser !== sender.user)
      broken('answer', `${event.type} is said to be by ${slackUser}, and ${sender.user} sent it`, state.id);
    const isApprover = approversIn(policy, state).includes(sender.user);
    const isOwner = [state.owner, ...(state.alsoAsked ?? []).map(({ owner }) => owner)].some(
      (owner) => owner.type === 'person' && owner.slackUser === sender.user,
    );
    if (!sender.isMember || !(isApprover || isOwner))
      broken('stranger', `${event.type} by ${sender.user}, who is nobody here`, state.id);
    else if (approversOnly.has(event.type) && !isApprover)
      broken('answer', `${event.type} by ${sender.user}, who is no approver`, state.id);
    if (!keeping.has(event.type) || !policy.fourEyes.includes(state.risk)) return;
    if (makersIn(one.events).has(sender.address))
      broken('answer', `${event.type} by ${sender.address}, who had changed it`, state.id);
    if (state.risk === 'critical' && !isApprover)
      broken('answer', `${event.type} of something critical by ${sender.user} alone`, state.id);
  }

  /** By a person, or a new question, a deadline may come as near as policy lets it: but never nearer than full notice. */
  function checkNearer(state: Exception, event: Event, after: Exception, policy: Policy): void {
    if (!isOpen(state) || !isOpen(after) || answers.has(event.type)) return;
    const [old, now_] = [presentDeadlineOf(state), presentDeadlineOf(after)];
    if (now_ >= old) return;
    const full = toMillis(noticeEndOf(event.at, after, policy));
    if (toMillis(now_) < full - tolerance)
      broken(
        'nearer',
        `${event.type} at ${event.at} brought the deadline from ${old} to ${now_}, nearer than full notice`,
        state.id,
      );
  }

  function checkNotice(state: Exception, policy: Policy, one: Known): void {
    if (!isOpen(state)) {
      broken('notice', `it lapsed from ${state.state}`, state.id);
      return;
    }
    const at = now();
    if (toMillis(presentDeadlineOf(state)) > at + tolerance)
      broken('notice', `it lapsed before its deadline ${presentDeadlineOf(state)}`, state.id);
    const { owner } = state;
    const silence = classOf(policy, state).onSilence;
    if (silence === 'escalate') broken('notice', 'it lapsed although policy only escalates', state.id);
    const where =
      owner.type === 'person'
        ? owner.slackUser === undefined
          ? []
          : [`D${owner.slackUser.slice(1)}`]
        : undefined;
    const isInTime = (told: number): boolean =>
      toMillis(noticeEndOf(fromMillis(Math.max(0, told)), state, policy)) <= at + tolerance;
    const told = one.told.some(
      (message) =>
        (where === undefined ? message.channel.startsWith('C') : where.includes(message.channel)) &&
        message.ofDisable &&
        message.deadlines.some(
          (deadline) => deadline <= at + tolerance + 60_000 && deadline > message.at - tolerance,
        ) &&
        isInTime(message.at),
    );
    const { approval } = state;
    const chose = state.state === 'confirmed' && approval !== undefined && isInTime(toMillis(approval.at));
    if (!told && !chose)
      broken(
        'notice',
        `it lapsed, and ${owner.type === 'person' ? owner.address : 'its channel'} was not told in time (${one.told.map((message) => `${fromMillis(message.at)} in ${message.channel}${message.ofDisable ? '' : ' (no disable)'}: ${message.deadlines.map(fromMillis).join(', ')}`).join('; ') || 'never'})`,
        state.id,
      );
  }

  function checkReadBack(worker: Worker, state: Exception, event: Event): void {
    const { look } = handsOf(worker);
    const wanted =
      event.type === 'ExceptionDisabled'
        ? false
        : event.type === 'ActDone' && event.act === 'restore'
          ? true
          : undefined;
    if (wanted === undefined) return;
    if (!look) broken('look', `${event.type} was said without a look at the object`, state.id);
    else if (look.found ? look.enabled !== wanted : wanted || !absentIsOff(state.kind))
      broken(
        'look',
        `${event.type} was said, and the last look showed it ${look.found ? (look.enabled ? 'on' : 'off') : 'absent'}`,
        state.id,
      );
  }

  /** A worker read the object. */
  function looked(worker: Worker, _ref: TenantObject, seen: FoundObject | NotFound): void {
    const { switching } = handsOf(worker);
    const rest = switching && { switching };
    handsOf(worker).look = seen.found
      ? { found: true, enabled: seen.enabled, guid: seen.guid, ...rest }
      : { found: false, enabled: false, guid: undefined };
  }

  /** A worker is about to switch something. */
  function switching(
    worker: Worker,
    what: 'off' | 'on' | 'expiry',
    kind: Exception['kind'],
    guid: string,
  ): void {
    const own = handsOf(worker);
    own.switching = { what, guid };
    if (!own.look) broken('look', `${what === 'off' ? 'switched off' : 'changed'} without a look before`);
    const state = [...all.values()].find(
      ({ state: one }) => one?.kind === kind && one.guid?.toLowerCase() === guid.toLowerCase(),
    )?.state;
    if (own.look?.found && own.look.guid?.toLowerCase() !== guid.toLowerCase())
      broken(
        'look',
        `the object that was read is ${own.look.guid ?? ''}, the one that is switched ${guid}`,
        state?.id,
      );
  }

  /** The tenant carried out a command. */
  function ordered(worker: Worker, { tenant, cmdlet, shelf, before: was, after }: Ordered): void {
    story?.(`  ${worker.job}: ${cmdlet}${was === after ? ' (nothing changed)' : ''}`);
    const own = handsOf(worker);
    if (worker.job !== 'enforce' || !own.switching) {
      broken('look', `${worker.job} sent ${cmdlet}`);
      return;
    }
    delete own.look;
    // An end that moves away takes nothing from anybody.
    if (own.switching.what === 'off') {
      if (own.mode === undefined) broken('notice', `${cmdlet} was sent without asking whether Lapse may act`);
      else if (own.mode !== 'live') broken('notice', `${cmdlet} was sent where Lapse is ${own.mode}`);
    }
    for (const object of was) {
      const later = after.find(({ guid }) => guid === object.guid);
      if (later === object) continue;
      const key = `${tenant} ${shelf} ${object.guid}`;
      if (own.switching.what === 'off') before.set(key, { object, at: now() });
      if (own.switching.what !== 'on') continue;
      const kept = before.get(key);
      if (!kept || !later || object.changedAt > fromMillis(kept.at + 1_000)) continue;
      if (!isDeepStrictEqual(relevant(kept.object), relevant(later)))
        broken(
          'undo',
          `${object.name} was ${JSON.stringify(relevant(kept.object))} and is ${JSON.stringify(relevant(later))}`,
        );
    }
  }

  /** A worker asked where Lapse may act: what it was told then. */
  function askedMode(
    worker: Worker,
    mode: (of: { readonly tenant: string; readonly kind: string }) => Mode,
    of: Exception | undefined,
  ): void {
    if (of) handsOf(worker).mode = mode(of).type;
  }

  /** A message is in Slack, or changed there. */
  function posted(
    { channel, ts, thread, blocks, text }: PostedMessage,
    exception: string | undefined,
    isNew: boolean,
  ): void {
    const ids =
      exception === undefined
        ? thread === undefined
          ? []
          : (cards.get(`${channel} ${thread}`) ?? [])
        : [exception];
    if (thread === undefined && ids.length > 0) cards.set(`${channel} ${ts}`, ids);
    if (!isNew) return;
    for (const id of ids) tell(id, channel, `${flat(blocks)} ${text}`);
  }

  /** A digest names them. */
  function digested(channel: string, ids: readonly string[], message: PostedMessage | undefined): void {
    if (!message) return;
    for (const id of ids) {
      const name = known(id).state?.name ?? '';
      const row = flat(message.blocks)
        .split('\n')
        .find((line) => line.includes(` · ${name} · `) || line.includes(` · ${name.slice(0, 59)}`));
      tell(id, channel, row ?? '');
    }
  }

  function tell(id: string, channel: string, said: string): void {
    const deadlines = [...said.matchAll(/\{(\d+)\}/g)].map(([, seconds]) => Number(seconds) * 1000);
    const ofDisable = /\boff \{|switched off|renew by|answer by|Disable now/.test(said);
    known(id).told.push({ at: now(), channel, deadlines, ofDisable });
    story?.(`  Slack: ${channel} reads ${said.replaceAll('\n', ' / ').slice(0, 160)}`, id);
  }

  /** A sweep ended well and said that nothing is wrong. */
  function swept(began: number, at: number, alarms: number): void {
    if (alarms > 0) return;
    for (const { state } of all.values()) {
      if (!state || !isOpen(state)) continue;
      const deadline = toMillis(presentDeadlineOf(state));
      const touched = toMillis(known(state.id).events.at(-1)?.at ?? state.openedAt);
      if (deadline < at - 600_000 - tolerance && touched < began - tolerance)
        broken('deadline', `its deadline was ${fromMillis(deadline)}, and no sweep said so`, state.id);
    }
  }

  async function finish(): Promise<void> {
    for (const [id, { state }] of all) {
      if (!state) continue;
      const verdict = await verifyTrail(id, register.trailAsWritten(id), state.version);
      if (!verdict.ok)
        broken('trail', `the chain breaks at version ${String(verdict.version)}: ${verdict.why}`, id);
    }
  }

  return {
    violations,
    all,
    eventTypes,
    broken,
    committed,
    looked,
    switching,
    ordered,
    askedMode,
    posted,
    digested,
    swept,
    finish,
    personWith,
  };
}

const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

const isOpen = (state: Exception): state is Extract<Exception, { state: 'unconfirmed' | 'confirmed' }> =>
  state.state === 'unconfirmed' || state.state === 'confirmed';

const approversIn = (policy: Policy, state: Exception): readonly string[] =>
  classOf(policy, state).approvers ?? policy.approvers;

/** Everybody who had changed it since it was made, as the trail tells. */
function makersIn(events: readonly Event[]): ReadonlySet<string> {
  const makers = new Set<string>();
  for (const event of events) {
    if (event.type === 'ExceptionOpened' && !event.resumes) makers.clear();
    if (!('changedBy' in event) || 'ours' in event || 'another' in event) continue;
    if (event.type === 'ExceptionRemoved' && !event.harmless) continue;
    if (event.changedBy.type === 'person') makers.add(event.changedBy.id.toLowerCase());
  }
  return makers;
}

/** Whether a connector is on stands in `enabled`. */
const relevant = ({ name, enabled, parameters }: StoredObject) => ({
  name,
  enabled,
  parameters: { ...parameters, Enabled: undefined },
});

/** As it is read, with each moment as `{seconds}`. */
function flat(blocks: unknown): string {
  if (Array.isArray(blocks)) return blocks.map(flat).join('\n');
  if (!isJson(blocks)) return '';
  switch (blocks['type']) {
    case 'header':
    case 'section':
      return flat(blocks['text']);
    case 'plain_text':
    case 'mrkdwn':
    case 'text':
      return String(blocks['text']);
    case 'rich_text':
    case 'rich_text_list':
      return listOf(blocks['elements']).map(flat).join('\n');
    case 'rich_text_section':
      return listOf(blocks['elements']).map(flat).join('');
    case 'date':
      return `{${String(blocks['timestamp'])}}`;
    default:
      return '';
  }
}

const describe = (event: Event): string => {
  const said = Object.entries(event).filter(([name]) =>
    [
      'cause',
      'deadline',
      'to',
      'from',
      'confirmBy',
      'why',
      'attempt',
      'of',
      'operation',
      'record',
      'nextAt',
      'next',
      'until',
      'act',
      'answer',
    ].includes(name),
  );
  const by = 'slackUser' in event.actor ? ` by ${event.actor.slackUser}` : '';
  return `${by} ${JSON.stringify(Object.fromEntries(said))}`;
};
