/** What a change in the tenant means for an exception. The log may be late, repeat itself and come in any order. */
import { assess, rank } from './assess.ts';
import { rowOf } from './catalogue.ts';
import { fingerprint } from './fingerprint.ts';
import { noteIn } from './comment.ts';
import { duration, earliest, latest, millis, minus } from './instant.ts';
import { isObject } from './entry.ts';
import { inventory } from './inventory.ts';
import { newlyNamed } from './chosen.ts';
import { changeIn, earlier, firstChange, isSameOwner, ladderAfter, ladderOf } from './owner.ts';
import { isOwn } from './own-change.ts';
import { isFoundGone, protects } from './protection.ts';
import { classOf } from './policy.ts';
import { reportBy } from './retry.ts';
import { domainName } from './settings.ts';
import { deadlineAfter } from './working-hours.ts';
import type { Assessment } from './assess.ts';
import type { Was } from './finding-row.ts';
import type { Command, Observation } from './commands.ts';
import type { Context } from './context.ts';
import type { Assessed, Event, ExceptionOpened, Seen } from './events.ts';
import type { Actor, Author, Disabled, Exception, Note, Settings } from './exception.ts';
import type { Instant } from './instant.ts';
import type { Classified } from './policy.ts';

type Observe = Extract<Command, { type: 'Observe' }>;

export function observe(state: Exception | undefined, command: Observe, context: Context): readonly Event[] {
  const { observation } = command;
  if (isOvertaken(state, observation)) return [];
  if (!state) return open(command, context);
  if (isOwn(state, observation)) return [ours(observation, context)];
  const noted = note(state, observation, context);
  if (state.state === 'removed') {
    // A change older than the removal is late news; a newer one means it was made again, or is risky again.
    return observation.changedAt > state.removedAt
      ? open(command, context, {
          noted,
          was: wasOf(state),
          resumes: state.harmless === true && !creates(observation),
        })
      : [noted];
  }

  const view = look(state, observation);
  if (state.state === 'disabled') return observeDisabled(state, observation, view, context);
  if (switchesOff(state, observation, view) && state.state !== 'disabling')
    return [
      {
        type: 'ExceptionSwitchedOff',
        at: context.now,
        ...seen(observation, state, context),
        ...named(observation),
      },
    ];
  if (view.stale) return [noted];
  if (view.findings.length === 0 && state.state !== 'disabling')
    return [
      {
        type: 'ExceptionRemoved',
        at: context.now,
        ...seen(observation, state, context),
        ...named(observation),
        harmless: true,
      },
    ];
  if (!view.different && !view.completes) return [noted];
  return [changed(state, observation, view, context)];
}

export function observeRemoval(
  state: Exception,
  observation: Observation,
  context: Context,
): readonly Event[] {
  if (isOvertaken(state, observation)) return [];
  if (isOwn(state, observation)) return [ours(observation, context)];
  if (state.state === 'removed' || observation.changedAt < state.changedAt)
    return [note(state, observation, context)];
  if (isFoundGone(state))
    return observation.operation === inventory ? [] : [note(state, observation, context)];
  if (state.state !== 'disabled' && (state.remedy === 'escalate' || protects(state)))
    return [changed(state, observation, lookBack(state), context)];
  return [{ type: 'ExceptionRemoved', at: context.now, ...seen(observation, state, context) }];
}

/** What protected is gone: that does not end what people have to see to. */
function lookBack(state: Exception): View {
  const { kind, settings, complete, findings } = state;
  const known = findings.map(({ id }) => id);
  const ownDomains = domainsOf(state.changedBy);
  const assessment = assess({
    kind,
    settings,
    complete: isWhole(state),
    gone: true,
    enabled: false,
    known,
    ownDomains,
  });
  return {
    ...assessed(settings, complete, assessment),
    different: true,
    completes: false,
    stale: false,
  };
}

interface View extends Assessed {
  /** The settings are not those known: an approval was for something else. */
  readonly different: boolean;
  /** Exchange was read for the first time, and what it shows is no riskier than what the log told. */
  readonly completes: boolean;
  /** Older than what is known, and only from the log. */
  readonly stale: boolean;
}

function look(state: Exception, observation: Observation): View {
  const stale = !observation.complete && observation.changedAt < state.changedAt;
  const settings: Settings = observation.complete
    ? observation.settings
    : stale
      ? state.settings
      : { ...state.settings, ...observation.settings };
  const known = state.findings.map((finding) => finding.id);
  const assessment = assess({
    kind: state.kind,
    settings,
    ...(observation.enabled === undefined || stale ? {} : { enabled: observation.enabled }),
    was: wasOf(state),
    complete: observation.complete || isWhole(state) || creates(observation),
    operation: observation.operation,
    passed: observation.passed,
    known,
    ownDomains: [...(observation.ownDomains ?? []), ...domainsOf(observation.changedBy, state.changedBy)],
  });
  const fills = !state.complete && observation.complete;
  const found = assessment.findings.filter(({ id }) => !known.includes(id));
  const riskier = found.length > 0 || rank(assessment.risk) > rank(state.risk);
  // What a change made of it may show in no setting: that it was passed, or that it is off now.
  const weakened = assessment.remedy !== state.remedy || found.some(({ id }) => rowOf(id)?.escalate);
  return {
    ...assessed(settings, observation.complete || state.complete, assessment),
    different: (weakened || fingerprint({ settings }) !== fingerprint(state)) && !(fills && !riskier),
    completes: fills,
    stale,
  };
}

interface Before {
  readonly noted: Event;
  /** It was never gone, only harmless. */
  readonly resumes: boolean;
  readonly was: Was;
}

function open({ id, observation, goneAt }: Observe, context: Context, before?: Before): readonly Event[] {
  const { tenant, kind, settings, complete, enabled, operation, passed, changedBy, guid } = observation;
  const ownDomains = [...(observation.ownDomains ?? []), ...domainsOf(changedBy)];
  const assessment = assess({
    kind,
    settings,
    ...(enabled !== undefined && { enabled }),
    complete: complete || creates(observation),
    ...(before?.resumes && { was: before.was }),
    operation,
    passed,
    ownDomains,
  });
  if (assessment.findings.length === 0) return before ? [before.noted] : [];
  const gone = goneAt !== undefined && observation.changedAt <= goneAt;
  // A protective rule that is off is exactly the exception; everything else that is off lets nothing past.
  const acts = assessment.remedy === 'escalate' || observation.enabled !== false;
  const name = observation.renamed ?? observation.name;
  const [first, ...others] = ladderOf({ tenant, kind, name, settings, changedBy }, context.policy);
  const owner = first?.owner ?? { type: 'team', why: 'nobody is known to own it' };
  const note = noteIn(settings);
  const opened: ExceptionOpened = {
    type: 'ExceptionOpened',
    at: context.now,
    ...seen(observation, undefined, context),
    id,
    tenant,
    kind,
    name,
    ...(guid === undefined ? {} : { guid }),
    ...assessed(settings, complete, assessment),
    owner,
    ...(first && { ladder: [first, ...others] }),
    ...noted(note),
    ...(before?.resumes && { resumes: true }),
    ...(observation.imported === undefined ? {} : { imported: true }),
    ...(acts && !gone ? { confirmBy: firstDeadline(observation, { ...assessment, kind }, context) } : {}),
  };
  if (!gone) return [opened, ...disableFirst(opened, context)];
  return [
    opened,
    {
      type: 'ExceptionRemoved',
      at: context.now,
      ...seen(observation, undefined, context),
      changedAt: goneAt,
    },
  ];
}

/**
 * What was there before Lapse: its people get policy's grace, and nothing is cut off unheard. The places in the queue
 * spread the deadlines over as long again, so that they are asked about by and by and not all on one morning.
 */
function firstDeadline(
  { imported }: Pick<Observation, 'imported'>,
  exception: Classified,
  { now, policy }: Context,
): Instant {
  const within = deadlineAfter(now, classOf(policy, exception).confirmWithin, exception, policy);
  if (imported === undefined) return within;
  const seconds = Math.round((millis(policy.graceOnImport) / 1000) * (1 + imported));
  return latest(within, deadlineAfter(now, duration(`PT${seconds}S`), exception, policy));
}

/** Policy may say for a class: off first, and ask after. */
function disableFirst(opened: ExceptionOpened, context: Context): readonly Event[] {
  const { onSilence } = classOf(context.policy, opened);
  const ordered =
    onSilence === 'disable-first' &&
    opened.remedy === 'disable' &&
    opened.confirmBy !== undefined &&
    opened.imported === undefined;
  return ordered
    ? [
        {
          type: 'DisableOrdered',
          at: context.now,
          actor: { type: 'schedule' },
          cause: 'disable first',
          reportBy: reportBy(context),
        },
      ]
    : [];
}

function observeDisabled(
  state: Disabled,
  observation: Observation,
  view: View,
  context: Context,
): readonly Event[] {
  const newer = observation.changedAt > state.disabledAt;
  // Only what happened after the disable can undo it; an older record, or a read that is not yet consistent with
  // our own act, says nothing new.
  if (newer && observation.change !== 'disable' && observation.enabled === true && view.findings.length > 0) {
    const ours = state.cause !== 'at source';
    const monthAgo = minus(context.now, duration('P30D'));
    const times = 1 + (state.reopened ?? []).filter((at) => at > monthAgo).length;
    const known = { risk: view.risk, kind: state.kind };
    const { confirmWithin, confirmAgainWithin } = classOf(context.policy, known);
    return [
      {
        type: 'ExceptionReopened',
        at: context.now,
        ...seen(observation, state, context),
        ...pick(view),
        ...named(observation),
        confirmBy: deadlineAfter(
          context.now,
          ours ? confirmAgainWithin : confirmWithin,
          known,
          context.policy,
        ),
        alert: ours,
        ...(ours && { times }),
        ...owned(state, observation, view, context),
      },
    ];
  }
  if (view.stale || (!view.different && !view.completes)) return [note(state, observation, context)];
  return [
    {
      type: 'ExceptionChanged',
      at: context.now,
      ...seen(observation, state, context),
      ...pick(view),
      ...named(observation),
      ...(view.different ? {} : { completes: true }),
    },
  ];
}

function changed(state: Exception, observation: Observation, view: View, context: Context): Event {
  // Where it is gone, it is not to be switched off any more.
  const stops = state.state === 'disabling' && observation.change === 'remove';
  const asksAgain = stops || (view.different && (state.state === 'confirmed' || state.state === 'held'));
  const known = { risk: view.risk, kind: state.kind };
  const { confirmWithin } = classOf(context.policy, known);
  const within = deadlineAfter(context.now, confirmWithin, known, context.policy);
  // While the question is open its deadline never moves away, or changing the object would buy time.
  const sooner =
    state.state === 'unconfirmed' && view.different && within < state.confirmBy
      ? earliest(within, state.confirmBy)
      : undefined;
  const confirmBy = asksAgain ? within : sooner;
  return {
    type: 'ExceptionChanged',
    at: context.now,
    ...seen(observation, state, context),
    ...pick(view),
    ...named(observation),
    ...(confirmBy === undefined ? {} : { confirmBy }),
    ...(view.different ? {} : { completes: true }),
    ...owned(state, observation, view, context),
  };
}

/**
 * What the comment says now, and whom to ask where it names somebody else. Only together with a change that counts:
 * editing the comment alone hands nothing over.
 */
function owned(state: Exception, observation: Observation, { settings }: View, { policy }: Context) {
  const note = noteIn(settings);
  const ladder = ladderAfter(state, { note, changedBy: madeBy(state, observation) }, policy);
  return { ...noted(note), ...(ladder && { ladder }) };
}

/** Who made it, now that this is known. */
const madeBy = (state: Exception, observation: Observation): Author =>
  earlier(firstChange(state), changeIn(dated(observation))).by;

/** All of its settings are known: from a look, or from what made it and what was changed since. */
const isWhole = ({ complete, made }: Exception): boolean => complete || made?.created === true;

const wasOf = (state: Exception): Was => ({
  settings: state.settings,
  enabled: state.state !== 'disabled' && state.state !== 'removed',
  // What was harmless since was not followed.
  ...((!isWhole(state) || state.state === 'removed') && { partly: true }),
});

/** Of lists and switches nobody can tell when an entry was made: the first that is seen of it may be a later change. */
const creates = ({ change, kind }: Observation): boolean => change === 'create' && isObject(kind);

const noted = (note: Note) => (Object.keys(note).length === 0 ? {} : { note });

/** Switched off by somebody else. A protective rule that is off is the exception itself, not its end. */
function switchesOff(state: Exception, observation: Observation, view: View): boolean {
  if (view.remedy === 'escalate' || observation.enabled !== false) return false;
  // It is off because Lapse has not got it on yet; only who switches it off after it was ordered on does that.
  if (state.acting?.act === 'restore')
    return observation.change === 'disable' && observation.changedAt > (state.answered?.at ?? state.since);
  return observation.complete || observation.changedAt >= state.changedAt;
}

/** Domains that are surely the tenant's own: those of the people who administer it. */
const domainsOf = (...authors: readonly Author[]): readonly string[] =>
  authors
    .filter((author) => author.type === 'person' && author.id.includes('@'))
    .map((author) => domainName(author.id.slice(author.id.lastIndexOf('@') + 1)));

const assessed = (settings: Settings, complete: boolean, assessment: Assessment): Assessed => {
  const { risk, findings, remedy, evidence, breadth } = assessment;
  return { settings, complete, risk, findings, remedy, evidence, breadth };
};

function pick({ settings, complete, risk, findings, remedy, evidence, breadth }: Assessed): Assessed {
  const scope = { ...(evidence && { evidence }), ...(breadth && { breadth }) };
  return { settings, complete, risk, findings, remedy, ...scope };
}

/** The inventory read the tenant later than it knew this version of the exception: it may contradict what is newer. */
const isOvertaken = (state: Exception | undefined, { compared }: Observation): boolean =>
  compared !== undefined && compared !== (state?.version ?? 0);

const actorOf = (author: Author, operation: string): Actor =>
  operation === inventory ? { type: 'inventory' } : { type: 'administrator', author };

function seen(
  observation: Observation,
  state: Exception | undefined,
  { policy }: Context,
): Seen & { readonly actor: Actor } {
  const names = newlyNamed(state, observation.settings, policy);
  return {
    ...dated(observation),
    ...(names.length > 0 && { names }),
    actor: actorOf(observation.changedBy, observation.operation),
  };
}

function dated(observation: Observation): Seen {
  const { record, operation, changedBy, changedAt } = observation;
  return { record, operation, changedBy, changedAt, ...(creates(observation) && { created: true }) };
}

const named = ({ guid, renamed }: Observation) => ({
  ...(guid === undefined ? {} : { guid }),
  ...(renamed === undefined ? {} : { name: renamed }),
});

/** No other settings. Yet it may tell of who made it before the first that was known of: then they are who to ask. */
function note(state: Exception, observation: Observation, context: Context): Event {
  const { now, policy } = context;
  const ladder = ladderAfter(state, { changedBy: madeBy(state, observation) }, policy);
  const owner = ladder?.[0]?.owner;
  return {
    type: 'ChangeNoted',
    at: now,
    ...seen(observation, state, context),
    ...named(observation),
    ...(ladder && { ladder }),
    ...(owner && !isSameOwner(owner, state.owner) && { owner }),
  };
}

/** What Lapse did, told by the log: neither name nor time of it are news. */
const ours = (observation: Observation, { now }: Context): Event => ({
  type: 'ChangeNoted',
  at: now,
  ...dated(observation),
  actor: actorOf(observation.changedBy, observation.operation),
  ours: true,
});
