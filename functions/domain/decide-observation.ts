/** What a change in the tenant means for an exception. The log may be late, repeat itself and come in any order. */
import { assess, rank } from './assess.ts';
import { fingerprint } from './fingerprint.ts';
import { earliest, plus } from './instant.ts';
import { ownerOf } from './owner.ts';
import { domainName } from './settings.ts';
import type { Assessment } from './assess.ts';
import type { Command, Observation } from './commands.ts';
import type { Context } from './context.ts';
import type { Assessed, Event, Seen } from './events.ts';
import type { Actor, Author, Disabled, Exception, Settings } from './exception.ts';

type Observe = Extract<Command, { type: 'Observe' }>;

export function observe(state: Exception | undefined, command: Observe, context: Context): readonly Event[] {
  const { observation } = command;
  if (!state) return open(command, context);
  if (state.state === 'removed') {
    // A change older than the removal is late news; a newer one means it was made again.
    return observation.changedAt > state.removedAt
      ? open(command, context, note(observation, context))
      : [note(observation, context)];
  }

  const view = look(state, observation);
  if (state.state === 'disabled') return observeDisabled(state, observation, view, context);
  if (switchesOff(state, observation, view) && state.state !== 'disabling')
    return [{ type: 'ExceptionSwitchedOff', at: context.now, ...seen(observation), ...named(observation) }];
  if (view.stale) return [note(observation, context)];
  if (view.findings.length === 0 && state.state !== 'disabling')
    return [
      {
        type: 'ExceptionRemoved',
        at: context.now,
        ...seen(observation),
        ...named(observation),
        harmless: true,
      },
    ];
  if (!view.different && !view.completes) return [note(observation, context)];
  return [changed(state, observation, view, context)];
}

export function observeRemoval(
  state: Exception,
  observation: Observation,
  context: Context,
): readonly Event[] {
  if (state.state === 'removed' || observation.changedAt < state.changedAt)
    return [note(observation, context)];
  return [{ type: 'ExceptionRemoved', at: context.now, ...seen(observation) }];
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
    operation: observation.operation,
    passed: observation.passed,
    known,
    ownDomains: domainsOf(observation.changedBy, state.changedBy),
  });
  const fills = !state.complete && observation.complete;
  const riskier =
    assessment.findings.some((finding) => !known.includes(finding.id)) ||
    rank(assessment.risk) > rank(state.risk);
  return {
    ...assessed(settings, observation.complete || state.complete, assessment),
    different: fingerprint({ settings }) !== fingerprint(state) && !(fills && !riskier),
    completes: fills,
    stale,
  };
}

function open({ id, observation, goneAt }: Observe, context: Context, otherwise?: Event): readonly Event[] {
  const { tenant, kind, settings, complete, operation, passed, changedBy, guid } = observation;
  const assessment = assess({ kind, settings, operation, passed, ownDomains: domainsOf(changedBy) });
  if (assessment.findings.length === 0) return otherwise ? [otherwise] : [];
  const gone = goneAt !== undefined && observation.changedAt <= goneAt;
  // A protective rule that is off is exactly the exception; everything else that is off lets nothing past.
  const acts = assessment.remedy === 'escalate' || observation.enabled !== false;
  const opened: Event = {
    type: 'ExceptionOpened',
    at: context.now,
    ...seen(observation),
    id,
    tenant,
    kind,
    name: observation.renamed ?? observation.name,
    ...(guid === undefined ? {} : { guid }),
    ...assessed(settings, complete, assessment),
    owner: ownerOf(changedBy),
    ...(acts && !gone
      ? { confirmBy: plus(context.now, context.policy.risk[assessment.risk].confirmWithin) }
      : {}),
  };
  if (!gone) return [opened];
  return [opened, { type: 'ExceptionRemoved', at: context.now, ...seen(observation), changedAt: goneAt }];
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
    const { confirmWithin, confirmAgainWithin } = context.policy.risk[view.risk];
    return [
      {
        type: 'ExceptionReopened',
        at: context.now,
        ...seen(observation),
        ...pick(view),
        ...named(observation),
        confirmBy: plus(context.now, ours ? confirmAgainWithin : confirmWithin),
        alert: ours,
      },
    ];
  }
  if (view.stale || (!view.different && !view.completes)) return [note(observation, context)];
  return [
    { type: 'ExceptionChanged', at: context.now, ...seen(observation), ...pick(view), ...named(observation) },
  ];
}

function changed(state: Exception, observation: Observation, view: View, context: Context): Event {
  const asksAgain = view.different && (state.state === 'confirmed' || state.state === 'held');
  const within = plus(context.now, context.policy.risk[view.risk].confirmWithin);
  // While the question is open its deadline never moves away, or changing the object would buy time.
  const sooner =
    state.state === 'unconfirmed' && view.different && within < state.confirmBy
      ? earliest(within, state.confirmBy)
      : undefined;
  const confirmBy = asksAgain ? within : sooner;
  return {
    type: 'ExceptionChanged',
    at: context.now,
    ...seen(observation),
    ...pick(view),
    ...named(observation),
    ...(confirmBy === undefined ? {} : { confirmBy }),
  };
}

/** Switched off by somebody else. A protective rule that is off is the exception itself, not its end. */
function switchesOff(state: Exception, observation: Observation, view: View): boolean {
  if (view.remedy === 'escalate' || observation.enabled !== false) return false;
  return observation.complete || observation.changedAt >= state.changedAt;
}

/** Domains that are surely the tenant's own: those of the people who administer it. */
const domainsOf = (...authors: readonly Author[]): readonly string[] =>
  authors
    .filter((author) => author.type === 'person' && author.id.includes('@'))
    .map((author) => domainName(author.id.slice(author.id.lastIndexOf('@') + 1)));

const assessed = (
  settings: Settings,
  complete: boolean,
  { risk, findings, remedy }: Assessment,
): Assessed => ({ settings, complete, risk, findings, remedy });
const pick = ({ settings, complete, risk, findings, remedy }: View): Assessed => ({
  settings,
  complete,
  risk,
  findings,
  remedy,
});

const actorOf = (author: Author): Actor => ({ type: 'administrator', author });

const seen = ({
  record,
  operation,
  changedBy,
  changedAt,
}: Observation): Seen & { readonly actor: Actor } => ({
  record,
  operation,
  changedBy,
  changedAt,
  actor: actorOf(changedBy),
});

const named = ({ guid, renamed }: Observation) => ({
  ...(guid === undefined ? {} : { guid }),
  ...(renamed === undefined ? {} : { name: renamed }),
});

const note = (observation: Observation, { now }: Context): Event => ({
  type: 'ChangeNoted',
  at: now,
  ...seen(observation),
  ...named(observation),
});
