/** Corrects events whose result differs from what all records in order amount to. */
import { isSame } from './same.ts';
import { evolve, evolveAll } from './evolve.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { latest } from '#time/instant.ts';
import { isSameOwner } from '#policy/owner.ts';
import { mergeMakers } from '#policy/makers.ts';
import type { Context } from './context.ts';
import type { Corrected, Event, Seen } from './events.ts';
import type { Assessed, Exception } from './exception.ts';

type Observed = Extract<Event, Seen>;

const facts = ['complete', 'risk', 'findings', 'remedy', 'evidence', 'breadth'] as const;
const provenance = ['made', 'changed', 'changedBy', 'changedAt'] as const;

export function correctEvents(
  before: Exception | undefined,
  said: readonly Event[],
  target: Exception,
  context: Context,
): readonly Event[] {
  const index = said.findLastIndex((event) => 'record' in event);
  const event = said[index];
  const after = evolveAll(before, said);
  if (!event || !isObserved(event) || !after || !isOfTenant(after) || !isOfTenant(target)) return said;
  if (index !== said.length - 1) return said;
  const since = evolveAll(before, said.slice(0, index));
  const asks = (['risk', 'findings', 'remedy'] as const).some((name) => !isSame(after[name], target[name]));
  const isOther = asks || fingerprint(after) !== fingerprint(target);
  const right =
    after.state !== target.state || (isOther && event.type === 'ChangeNoted')
      ? instead(since, event, target, context)
      : event;
  if (!right) return said;
  const owned = withOwner(since, right, target);
  const corrected = correction(evolve(since, owned), target, before);
  return [...said.slice(0, index), corrected ? { ...owned, corrected } : owned];
}

const isObserved = (event: Event): event is Observed => 'record' in event;

/** Neither people nor Lapse have decided anything about it yet. */
const isOfTenant = (state: Exception): boolean =>
  state.state === 'unconfirmed' ||
  state.state === 'removed' ||
  (state.state === 'disabled' && state.cause === 'at source');

/** The event that turns the state into what the tenant made of it. */
function instead(
  since: Exception | undefined,
  event: Observed,
  target: Exception,
  context: Context,
): Observed | undefined {
  const { guid, name } = 'name' in event || 'guid' in event ? event : {};
  const seen = {
    at: event.at,
    actor: event.actor,
    ...seenIn(event),
    ...(guid === undefined ? {} : { guid }),
    ...(name === undefined ? {} : { name }),
  };
  const shown = assessedIn(target);
  if (!since || since.state === 'removed') {
    if (since && target.state === 'removed') return { type: 'ExceptionChanged', ...seen, ...shown };
    const { id, tenant, kind, owner, ladder, note } = target;
    const end = target.state === 'removed' && !target.harmless ? target.changed : undefined;
    return {
      type: 'ExceptionOpened',
      ...seen,
      ...shown,
      ...{ id, tenant, kind, owner, name: name ?? since?.name ?? target.name },
      ...(ladder && { ladder }),
      ...(note && { note }),
      ...(end && { end }),
      ...(target.state === 'removed' && target.harmless && { harmless: true }),
      ...(target.state === 'unconfirmed' && { confirmBy: target.confirmBy }),
      ...(target.state === 'disabled' && { offSince: target.disabledAt }),
    };
  }
  switch (target.state) {
    case 'removed':
      return {
        type: 'ExceptionRemoved',
        ...seen,
        ...(target.harmless && { harmless: true }),
        became: shown,
      };
    case 'disabled':
      return since.state === 'disabled'
        ? { type: 'ExceptionChanged', ...seen, ...shown }
        : { type: 'ExceptionSwitchedOff', ...seen, became: shown };
    case 'unconfirmed':
      return since.state === 'disabled'
        ? {
            type: 'ExceptionReopened',
            ...seen,
            ...shown,
            confirmBy: latest(target.confirmBy, context.now),
            alert: false,
          }
        : { type: 'ExceptionChanged', ...seen, ...shown };
    default:
      return undefined;
  }
}

function seenIn(event: Observed): Seen {
  const { record, operation, changedBy, changedAt, created, names, order, told, life } = event;
  return {
    ...{ record, operation, changedBy, changedAt },
    ...(created && { created }),
    ...(names && { names }),
    ...(order === undefined ? {} : { order }),
    ...(told && { told }),
    ...(life && { life }),
  };
}

function assessedIn({ settings, complete, risk, findings, remedy, evidence, breadth }: Assessed): Assessed {
  const scope = { ...(evidence && { evidence }), ...(breadth && { breadth }) };
  return { settings, complete, risk, findings, remedy, ...scope };
}

/** Whom to ask, if the maker is not who the event says. */
function withOwner(since: Exception | undefined, event: Observed, target: Exception): Observed {
  const after = evolve(since, event);
  const isMistaken = after.made?.by.id !== target.made?.by.id || !isLadderOf(after);
  if (!isMistaken || !target.ladder || after.ladder?.[0]?.from === 'reassigned') return event;
  const owner = target.ladder[0]?.owner;
  if (
    !owner ||
    after.ladder?.every((rung, at) => isSameOwner(rung.owner, target.ladder?.[at]?.owner ?? rung.owner))
  )
    return event;
  const { ladder } = target;
  return event.type === 'ExceptionOpened'
    ? { ...event, ladder, owner }
    : event.type === 'ChangeNoted' && !isSameOwner(owner, after.owner)
      ? { ...event, ladder, owner }
      : { ...event, ladder };
}

const isLadderOf = ({ ladder, made }: Exception): boolean =>
  ladder?.[0]?.from !== 'maker' ||
  (ladder[0].owner.type === 'person' && ladder[0].owner.address === made?.by.id.toLowerCase());

function correction(
  after: Exception,
  target: Exception,
  before: Exception | undefined,
): Corrected | undefined {
  const fields = [...facts, ...provenance].filter((name) => !isSame(after[name], target[name]));
  const settings = isSameSettings(after, target) ? {} : { settings: target.settings };
  const people = after.makers?.map(({ id }) => id);
  const makers = target.makers ?? [];
  const isDifferent = !isSame(
    people,
    makers.map(({ id }) => id),
  );
  const kept = after.makers?.filter(({ id }) => makers.some((one) => one.id === id)) ?? [];
  const corrected = {
    ...Object.fromEntries(fields.map((name) => [name, target[name]])),
    ...settings,
    ...(isDifferent && { makers: mergeMakers(makers, kept) }),
    ...timesIn(after, target, before),
  } as Corrected;
  return Object.keys(corrected).length === 0 ? undefined : corrected;
}

/** Two looks at an object always differ in something irrelevant. */
const isSameSettings = (after: Exception, target: Exception): boolean =>
  after.complete && target.complete
    ? fingerprint(after) === fingerprint(target)
    : isSame(after.settings, target.settings);

function timesIn(after: Exception, target: Exception, before: Exception | undefined): Corrected {
  if (after.state === 'removed' && target.state === 'removed')
    return {
      ...(after.removedAt !== target.removedAt && { removedAt: target.removedAt }),
      ...(after.harmless !== target.harmless && { harmless: target.harmless === true }),
    };
  if (after.state === 'disabled' && target.state === 'disabled')
    return after.disabledAt === target.disabledAt ? {} : { disabledAt: target.disabledAt };
  if (after.state === 'unconfirmed' && target.state === 'unconfirmed') {
    // Only if the risk was mistaken, and policy alone made the deadline: nobody buys time with a change.
    const isMistaken =
      before?.state === 'unconfirmed' && before.risk !== target.risk && before.byPolicy === before.confirmBy;
    const { confirmBy, byPolicy } = target;
    const isLater =
      confirmBy > after.confirmBy || (confirmBy === after.confirmBy && byPolicy !== after.byPolicy);
    // It was postponed because nobody had looked; whoever was told of the later deadline keeps it.
    const isSooner = confirmBy < after.confirmBy && !after.complete && after.told.length === 0;
    return {
      ...(((isMistaken && isLater) || isSooner) && {
        confirmBy,
        ...(byPolicy !== undefined && { byPolicy }),
      }),
      ...(after.question !== target.question && { question: target.question }),
    };
  }
  return {};
}
