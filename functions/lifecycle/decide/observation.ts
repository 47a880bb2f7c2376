/** What a change in the tenant means for an exception. The log may be late, repeat itself and be out of order. */
import { assess } from '#kinds/assess.ts';
import { rowOf } from '#kinds/catalogue.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { noteIn } from '#policy/comment.ts';
import { duration, earliest, latest, minus, plus } from '#time/instant.ts';
import { withinGrace } from '#lifecycle/grace.ts';
import { inventory } from '#lifecycle/inventory.ts';
import { findNewlyNamed } from '#policy/chosen.ts';
import { isSameOwner, ladderAfter, ladderOf } from '#policy/owner.ts';
import { createChange, earlierChange, firstChange } from '../changes.ts';
import { isFoundGone, protects } from '#kinds/protection.ts';
import { modeOf } from '#policy/enforcement-mode.ts';
import { classOf } from '#policy/policy.ts';
import { domainsOf } from '#lifecycle/own-domains.ts';
import { reportDueAt } from '#lifecycle/retry.ts';
import { isCreation, momentOf, tellingOf } from '#lifecycle/logged-changes.ts';
import { isSince } from '#time/moment.ts';
import { createDeadline } from '#policy/working-hours.ts';
import { rank } from '#risk/finding.ts';
import type { Assessment } from '#kinds/assess.ts';
import type { Was } from '#risk/finding-row.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Context } from '#lifecycle/context.ts';
import type { ChangeNoted, Event, ExceptionOpened, Seen } from '#lifecycle/events.ts';
import type { Actor, Assessed, Author, Change, Disabled, Exception, Note } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Classified } from '#policy/policy.ts';
import type { Settings } from '#risk/settings.ts';

/** What is known besides the change at hand. */
export interface ObservationPlacement {
  /** Including what it adds. */
  readonly settings: Settings;
  /** Nobody is known to have switched it off later. */
  readonly isSinceOff: boolean;
  /** Since when it is off, if it is. */
  readonly offSince: Instant | undefined;
  /** All changes to the object, if news shows that others were made to another object. */
  readonly life: readonly Change[] | undefined;
  /** What all records amount to, if no look has shown more. */
  readonly assessment: Assessment | undefined;
}

/** A change to an object whose exception is not over. */
export function observePresent(
  state: Exception,
  observation: Observation,
  placement: ObservationPlacement,
  context: Context,
): readonly Event[] {
  const view = look(state, observation, placement);
  const { life } = placement;
  const noted = { ...noteChange(state, observation, context, life), ...besides(state, observation, view) };
  const isOver = view.findings.length === 0 && !isOfLapse(state);
  if (state.state === 'disabled' && !isOver)
    return observeDisabled(state, observation, { view, noted, placement }, context);
  if (switchesOff(state, observation, view) && !isOver && state.state !== 'disabling')
    return [
      {
        type: 'ExceptionSwitchedOff',
        at: context.now,
        ...seen(observation, state, context),
        ...named(observation),
        ...('settings' in besides(state, observation, view) && { became: pick(view) }),
        ...owned(state, observation, view, context, life),
      },
    ];
  if (isOver)
    return [
      {
        type: 'ExceptionRemoved',
        at: context.now,
        ...seen(observation, state, context),
        ...named(observation),
        harmless: true,
        became: pick(view),
        ...owned(state, observation, view, context, life),
      },
    ];
  if (!view.different && !view.completes) return [noted];
  return [changed(state, observation, view, context, life)];
}

/** Late news about an object that is gone: how it was in the end. */
export function observePast(
  state: Exception,
  observation: Observation,
  placement: ObservationPlacement,
  context: Context,
): Event {
  const { life } = placement;
  const view = look(state, observation, placement);
  return view.different
    ? {
        type: 'ExceptionChanged',
        at: context.now,
        ...seen(observation, state, context),
        ...pick(view),
        ...named(observation),
        ...owned(state, observation, view, context, life),
      }
    : { ...noteChange(state, observation, context, life), ...besides(state, observation, view) };
}

/** Irrelevant changes to the settings. A look is not recorded: it always differs in something. */
function besides({ settings }: Exception, { complete }: Observation, view: View) {
  const isSame = (name: string): boolean =>
    JSON.stringify(settings[name]) === JSON.stringify(view.settings[name]);
  const names = [...Object.keys(settings), ...Object.keys(view.settings)];
  return complete || names.every(isSame) ? {} : { settings: view.settings };
}

/** What protected is gone: that does not end what people have to deal with. */
function lookBack(state: Exception, settings: Settings): View {
  const { kind, complete, findings } = state;
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
  };
}

interface View extends Assessed {
  /** The settings are not the known ones: an approval was for something else. */
  readonly different: boolean;
  /** Exchange was read for the first time, and what it shows is no riskier than what the log said. */
  readonly completes: boolean;
}

function look(
  state: Exception,
  observation: Observation,
  { settings, assessment: told }: ObservationPlacement,
): View {
  const known = state.findings.map((finding) => finding.id);
  const shown = (): Assessment =>
    assess({
      kind: state.kind,
      settings,
      ...(observation.enabled === undefined ? {} : { enabled: observation.enabled }),
      was: wasOf(state),
      complete: observation.complete || isWhole(state) || isCreation(observation),
      operation: observation.operation,
      passed: observation.passed,
      known,
      ownDomains: [...(observation.ownDomains ?? []), ...domainsOf(observation.changedBy, state.changedBy)],
    });
  const assessment = observation.complete ? shown() : (told ?? shown());
  const fills = !state.complete && observation.complete;
  const found = assessment.findings.filter(({ id }) => !known.includes(id));
  const riskier = found.length > 0 || rank(assessment.risk) > rank(state.risk);
  // The effect of a change may show in no setting: that it was passed, or that it is off now.
  const weakened = assessment.remedy !== state.remedy || found.some(({ id }) => rowOf(id)?.escalate);
  return {
    ...assessed(settings, observation.complete || state.complete, assessment),
    different: (weakened || fingerprint({ settings }) !== fingerprint(state)) && !(fills && !riskier),
    completes: fills,
  };
}

/** What is known about an object when it opens an exception. */
interface Before {
  /** Other changes to it that are in the trail. */
  readonly earlier?: readonly Change[];
  readonly offSince?: Instant | undefined;
  /** Its removal. */
  readonly end?: Change | undefined;
  /** It let something past for a while, whatever it does now. */
  readonly wasOne?: boolean;
  /** How it was while it was harmless, if it was never gone. */
  readonly was?: Was;
  /** What all records amount to. */
  readonly assessment?: Assessment | undefined;
}

/** `undefined`: it lets nothing past. */
export function openException(
  id: string,
  observation: Observation,
  before: Before,
  context: Context,
): readonly Event[] | undefined {
  const { tenant, kind, settings, complete, enabled, operation, passed, changedBy, guid } = observation;
  const { earlier: others = [], was, offSince, end } = before;
  const shown = (): Assessment =>
    assess({
      kind,
      settings,
      ...(enabled !== undefined && { enabled }),
      complete: complete || isCreation(observation),
      ...(was && { was }),
      operation,
      passed,
      ownDomains: [...(observation.ownDomains ?? []), ...domainsOf(changedBy)],
    });
  const assessment = complete ? shown() : (before.assessment ?? shown());
  const isHarmless = assessment.findings.length === 0;
  if (isHarmless && before.wasOne !== true) return undefined;
  // A protective rule that is off is exactly the exception; anything else that is off lets nothing past.
  const acts = assessment.remedy === 'escalate' || observation.enabled !== false;
  const name = observation.renamed ?? observation.name;
  const made = others.reduce(earlierChange, createChange(dated(observation)));
  const [first, ...rest] = ladderOf({ tenant, kind, name, settings, changedBy: made.by }, context.policy);
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
    ...(first && { ladder: [first, ...rest] }),
    ...noted(note),
    ...(was && { resumes: true }),
    ...(others.length > 0 && { earlier: others }),
    ...(observation.imported === undefined
      ? {}
      : { imported: true, graceUntil: plus(context.now, context.policy.graceOnImport) }),
    ...(end && { end }),
    ...(isHarmless && { harmless: true }),
    ...(acts && !end && !isHarmless
      ? { confirmBy: firstDeadline(observation, { ...assessment, kind }, context) }
      : offSince !== undefined && offSince !== observation.changedAt && { offSince }),
  };
  return [opened, ...disableFirst(opened, context)];
}

/** What was there before Lapse: people get policy's grace, and nothing is disabled without being asked about. */
function firstDeadline(
  { imported }: Pick<Observation, 'imported'>,
  exception: Classified,
  { now, policy }: Context,
): Instant {
  const within = createDeadline(now, classOf(policy, exception).confirmWithin, exception, policy);
  if (imported === undefined) return within;
  return latest(within, createDeadline(now, policy.graceOnImport, exception, policy), imported);
}

/** Policy may say for a class: off first, ask afterwards. */
function disableFirst(opened: ExceptionOpened, context: Context): readonly Event[] {
  const { onSilence } = classOf(context.policy, opened);
  const ordered =
    onSilence === 'disable-first' &&
    modeOf(context.policy, opened).type === 'live' &&
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
          reportBy: reportDueAt(context),
        },
      ]
    : [];
}

function observeDisabled(
  state: Disabled,
  observation: Observation,
  {
    view,
    noted,
    placement,
  }: { readonly view: View; readonly noted: Event; readonly placement: ObservationPlacement },
  context: Context,
): readonly Event[] {
  const newer = isSince(momentOf(observation), state.disabledAt) && placement.isSinceOff;
  const { offSince, life } = placement;
  const off =
    state.cause === 'at source' && offSince !== undefined && offSince !== state.disabledAt
      ? { offSince }
      : {};
  // Only what happened after the disable can undo it; an older record, or a read that is not yet consistent with our
  // own act, is no news.
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
        confirmBy: withinGrace(
          state,
          createDeadline(context.now, ours ? confirmAgainWithin : confirmWithin, known, context.policy),
        ),
        alert: ours,
        ...(ours && { times }),
        ...owned(state, observation, view, context, life),
      },
    ];
  }
  if (!view.different && !view.completes) return [{ ...noted, ...off }];
  return [
    {
      type: 'ExceptionChanged',
      at: context.now,
      ...seen(observation, state, context),
      ...pick(view),
      ...named(observation),
      ...off,
      ...owned(state, observation, view, context, life),
      ...(view.different ? {} : { completes: true }),
    },
  ];
}

function changed(
  state: Exception,
  observation: Observation,
  view: View,
  context: Context,
  life: readonly Change[] | undefined,
): Event {
  // Once it is gone, it need not be switched off any more.
  const stops = state.state === 'disabling' && observation.change === 'remove';
  const asksAgain = stops || (view.different && (state.state === 'confirmed' || state.state === 'held'));
  const known = { risk: view.risk, kind: state.kind };
  const { confirmWithin } = classOf(context.policy, known);
  const within = withinGrace(state, createDeadline(context.now, confirmWithin, known, context.policy));
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
    ...owned(state, observation, view, context, life),
  };
}

/**
 * What the comment says now, and whom to ask if it names somebody else. Only together with a change that counts:
 * editing the comment alone hands nothing over.
 */
function owned(
  state: Exception,
  observation: Observation,
  { settings }: View,
  { policy }: Context,
  life: readonly Change[] | undefined,
) {
  const note = noteIn(settings);
  const ladder = ladderAfter(state, { note, changedBy: madeBy(state, observation, life) }, policy);
  return { ...noted(note), ...(ladder && { ladder }), ...(life && { life }) };
}

/** Who made it, now that this is known. */
const madeBy = (state: Exception, observation: Observation, life: readonly Change[] | undefined): Author =>
  (life?.[0]
    ? life.reduce(earlierChange)
    : earlierChange(firstChange(state), createChange(dated(observation)))
  ).by;

/** All of its settings are known: from a look, or from its creation and the changes since. */
const isWhole = ({ complete, made }: Exception): boolean => complete || made?.created === true;

export const wasOf = (state: Exception): Was => ({
  settings: state.settings,
  enabled: state.state !== 'disabled' && state.state !== 'removed',
  // Changes while it was harmless were not followed.
  ...((!isWhole(state) || state.state === 'removed') && { partly: true }),
});

const noted = (note: Note) => (Object.keys(note).length === 0 ? {} : { note });

/** Switched off by somebody else. A protective rule that is off is the exception itself, not its end. */
function switchesOff(state: Exception, observation: Observation, view: View): boolean {
  if (view.remedy === 'escalate' || observation.enabled !== false) return false;
  // It is off because Lapse has not switched it on yet; only switching it off after that order counts.
  return state.acting?.act === 'restore'
    ? observation.change === 'disable' && observation.changedAt > (state.answered?.at ?? state.since)
    : true;
}

const assessed = (settings: Settings, complete: boolean, assessment: Assessment): Assessed => {
  const { risk, findings, remedy, evidence, breadth } = assessment;
  return { settings, complete, risk, findings, remedy, evidence, breadth };
};

function pick({ settings, complete, risk, findings, remedy, evidence, breadth }: Assessed): Assessed {
  const scope = { ...(evidence && { evidence }), ...(breadth && { breadth }) };
  return { settings, complete, risk, findings, remedy, ...scope };
}

/** The inventory read the tenant after it read this version of the exception: it may contradict what is newer. */
export const isOvertaken = (state: Exception | undefined, { compared }: Observation): boolean =>
  compared !== undefined && compared !== (state?.version ?? 0);

const actorOf = (author: Author, operation: string): Actor =>
  operation === inventory ? { type: 'inventory' } : { type: 'administrator', author };

function seen(
  observation: Observation,
  state: Exception | undefined,
  { policy }: Context,
): Seen & { readonly actor: Actor } {
  // A look shows the present comment; anybody the record named before was chosen all the same.
  const comments = [observation.settings, tellingOf(observation).settings];
  const names = [...new Set(comments.flatMap((settings) => findNewlyNamed(state, settings, policy)))];
  return {
    ...dated(observation),
    ...(names.length > 0 && { names }),
    actor: actorOf(observation.changedBy, observation.operation),
  };
}

function dated(observation: Observation): Seen {
  const { record, operation, changedBy, changedAt, order } = observation;
  return {
    record,
    operation,
    changedBy,
    changedAt,
    ...(order === undefined ? {} : { order }),
    ...(isCreation(observation) && { created: true }),
    ...(operation === inventory ? {} : { told: tellingOf(observation) }),
  };
}

const named = ({ guid, renamed }: Observation) => ({
  ...(guid === undefined ? {} : { guid }),
  ...(renamed === undefined ? {} : { name: renamed }),
});

/** No other settings. Yet it may name an earlier maker than the first known one: then that is who to ask. */
export function noteChange(
  state: Exception,
  observation: Observation,
  context: Context,
  life?: readonly Change[],
): ChangeNoted {
  const { now, policy } = context;
  const ladder = ladderAfter(state, { changedBy: madeBy(state, observation, life) }, policy);
  const owner = ladder?.[0]?.owner;
  return {
    type: 'ChangeNoted',
    at: now,
    ...seen(observation, state, context),
    ...named(observation),
    ...(ladder && { ladder }),
    ...(owner && !isSameOwner(owner, state.owner) && { owner }),
    ...(life && { life }),
  };
}

/** What Lapse did, as reported by the log: neither its name nor its time are news. */
export const noteOwnChange = (observation: Observation, { now }: Context): Event => ({
  type: 'ChangeNoted',
  at: now,
  ...dated(observation),
  actor: actorOf(observation.changedBy, observation.operation),
  ours: true,
});

/** What was done to another object that had or has the name. */
export function noteAnother(
  state: Exception,
  observation: Observation,
  life: readonly Change[] | undefined,
  context: Context,
): Event {
  const { type, at, ladder, owner } = noteChange(state, observation, context, life);
  return {
    type,
    at,
    ...dated(observation),
    actor: actorOf(observation.changedBy, observation.operation),
    ...(life && { life, ...(ladder && { ladder }), ...(owner && { owner }) }),
    another: true,
  };
}

/** Its end does not end what people have to deal with. */
export const isProtective = ({ kind, remedy }: Exception, settings: Settings): boolean =>
  remedy === 'escalate' || protects({ kind, settings });

/** It is gone. */
export function endException(
  state: Exception,
  observation: Observation,
  placement: ObservationPlacement,
  context: Context,
): readonly Event[] {
  const { settings, life } = placement;
  if (isFoundGone(state))
    return observation.operation === inventory ? [] : [noteChange(state, observation, context, life)];
  const isLiving = state.state !== 'disabled' && state.state !== 'removed';
  if (isLiving && isProtective(state, settings))
    return [changed(state, observation, lookBack(state, settings), context, life)];
  const view = look(state, observation, placement);
  return [
    {
      type: 'ExceptionRemoved',
      at: context.now,
      ...seen(observation, state, context),
      ...(('settings' in besides(state, observation, view) || placement.assessment) && {
        became: pick(view),
      }),
      ...(life && owned(state, observation, view, context, life)),
    },
  ];
}

/**
 * What Lapse is about to switch off, or has switched off, is not forgotten because somebody changes it or creates it
 * again.
 */
export const isOfLapse = (state: Exception): boolean =>
  state.state === 'disabling' || (state.state === 'disabled' && state.cause !== 'at source');
