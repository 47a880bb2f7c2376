/** What is still to happen outside: what Exchange has not confirmed, and what nobody has been told of. */
import { react } from './react.ts';
import type { Event } from './events.ts';
import type { Act, Acting, Exception, Unheard } from './exception.ts';
import type { Instant } from './instant.ts';

/** What `event` leaves under way of what was, and what it begins; `after` is the state it makes. */
export function underWay(before: Exception | undefined, event: Event, after: Exception): Exception {
  const acting = actingAfter(before?.acting, event, after);
  const unheard = unheardAfter(event, after);
  if (acting === after.acting && unheard === after.unheard) return after;
  const others = Object.entries(after).filter(([name]) => name !== 'acting' && name !== 'unheard');
  return {
    ...(Object.fromEntries(others) as unknown as Exception),
    ...(acting && { acting }),
    ...(unheard && { unheard }),
  };
}

/** Whoever answers anew, or undoes it in the tenant, overtakes it; only a longer or shorter term does not. */
function actingAfter(present: Acting | undefined, event: Event, after: Exception): Acting | undefined {
  if (after.state !== 'unconfirmed' && after.state !== 'confirmed' && after.state !== 'held')
    return undefined;
  const begun = (act: Act, reportBy: Instant): Acting => ({
    act,
    of: after.version,
    attempt: 1,
    phase: 'running',
    nextAt: reportBy,
  });
  if (event.type === 'ActFailed')
    return present && { ...present, phase: 'waiting', nextAt: event.nextAt, failure: event.why };
  if (event.type === 'ActRetried')
    return present && { ...present, phase: 'running', attempt: event.attempt, nextAt: event.reportBy };
  if ('restoreBy' in event) return begun('restore', event.restoreBy);
  const left = event.type === 'ActDone' ? undefined : present;
  // Its end is written once it is on.
  return left?.act !== 'restore' && 'expireBy' in event ? begun('expiry', event.expireBy) : left;
}

function unheardAfter(event: Event, after: Exception): Unheard | undefined {
  const present = after.unheard;
  if (event.type === 'QuestionRepeated')
    return present && { ...present, at: event.at, repeated: present.repeated + 1 };
  if (event.type === 'OwnerTold') return present && event.of < present.of ? present : undefined;
  for (const effect of react(event, after)) {
    if (effect.type === 'ask') return { of: after.version, at: event.at, repeated: 0 };
    if (effect.type === 'remind')
      return { of: after.version, at: event.at, repeated: 0, deadline: effect.deadline };
  }
  return present;
}
