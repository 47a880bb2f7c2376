import { kindOf } from '#kinds/registry.ts';
import type { Event, EventType, Seen } from '#lifecycle/events.ts';
import type { Actor, Exception, Owner } from '#lifecycle/exception.ts';
import { toPrintable, shorten } from './terminal.ts';
import { formatActor, whyRefused } from './trail-line.ts';

type Subject = Pick<Exception, 'id' | 'name' | 'kind' | 'risk' | 'owner' | 'cards'>;
type Tellers = {
  readonly [Type in EventType]?: (event: Extract<Event, { type: Type }>, of: Subject) => string | undefined;
};

const what = ({ kind, name }: Subject): string => `${kindOf(kind).name} "${shorten(name, 60)}"`;

const named = (owner: Owner): string =>
  owner.type === 'person' ? shorten(owner.address, 80) : (owner.channel ?? 'the fallback channel');

/** Whose name comes from the log, of any length. */
const doer = ({ changedBy }: Seen): string => shorten(changedBy.id, 80);

const who = (actor: Actor): string =>
  'slackUser' in actor || actor.type === 'administrator' ? formatActor(actor) : 'Lapse';

/** What is worth a line on the screen. Notes that change nothing for anybody are left to the trail. */
const tellers: Tellers = {
  ExceptionOpened: (event, of) =>
    `OPENED     ${event.risk.toUpperCase()} ${what(of)} by ${doer(event)}: ${event.findings[0]?.text ?? ''}`,
  ExceptionChanged: (event, of) => `CHANGED    ${what(of)} by ${doer(event)}: now ${event.risk}`,
  ExceptionReopened: (event, of) => `RE-ENABLED ${what(of)} by ${doer(event)}`,
  ExceptionRemoved: (event, of) => `REMOVED    ${what(of)} by ${doer(event)}`,
  ExceptionSwitchedOff: (event, of) => `OFF        ${what(of)} by ${doer(event)}`,
  ExceptionFoundGone: (_event, of) => `GONE       ${what(of)} is no longer in the tenant`,
  ExceptionJoined: (event, of) => `JOINED     ${what(of)} goes on as ${event.into}`,
  OwnerTold: (event, of) =>
    event.besides
      ? `TOLD       ${event.to ?? 'the next'} about ${what(of)}, besides its owner`
      : event.fallback === undefined && of.owner.type === 'person'
        ? `TOLD       ${named(of.owner)} about ${what(of)}`
        : `TOLD       the fallback channel about ${what(of)}${event.fallback === undefined ? '' : `: ${event.fallback}`}`,
  NextAsked: (event, of) => `SILENCE    ${named(event.next)} is asked about ${what(of)} as well`,
  OwnerUnreachable: (event, of) => `UNREACHED  ${named(event.owner)} about ${what(of)}: ${event.why}`,
  ReminderDue: (event, of) => `REMINDING  about ${what(of)}: deadline ${event.deadline}`,
  DeadlinePostponed: (event, of) => `POSTPONED  ${what(of)} to ${event.to}: its owner was not told in time`,
  ExceptionEscalated: (event, of) => `ESCALATED  ${what(of)}: ${event.cause}`,
  ExceptionApproved: (event, of) =>
    `APPROVED   ${what(of)} by ${who(event.actor)} until ${event.approval.expiresAt}`,
  ExceptionRenewed: (event, of) =>
    `RENEWED    ${what(of)} by ${who(event.actor)} until ${event.approval.expiresAt}`,
  ApprovalVoided: (event, of) =>
    `VOID       the ${event.of} of ${what(of)} by ${who(event.by)}: ${event.why === 'chosen' ? 'somebody who made or changed it had named them' : 'it turned out to be their own change'}`,
  ExceptionDeclined: (event, of) => `DECLINED   ${what(of)} by ${who(event.actor)}`,
  ExceptionRevoked: (event, of) => `REVOKED    ${what(of)} by ${who(event.actor)}`,
  ExceptionLapsed: (event, of) => `LAPSED     ${what(of)}: ${event.cause}`,
  LapseObserved: (event, of) =>
    `WOULD HAVE lapsed ${what(of)}: ${event.cause}; ${event.why === 'stopped' ? 'enforcement is stopped' : 'Lapse only observes here'}`,
  DeadlineRestarted: (event, of) => `AFRESH     ${what(of)}: deadline ${event.to}`,
  EnforcementChanged: (event) =>
    `ENFORCE    ${event.again ? 'still ' : ''}${event.to} in the tenant, by ${event.by}${event.why === undefined ? '' : `: ${event.why}`}`,
  DisableOrdered: (event, of) => `ORDERED    to disable ${what(of)}: ${event.cause}`,
  PolicyApplied: (event, of) =>
    event.moved &&
    (event.silence === undefined
      ? `POLICY     moves ${what(of)} from ${event.moved.from} to ${event.moved.to}`
      : `POLICY     now disables ${what(of)} at ${event.moved.to} if nobody answers`),
  BreakerTripped: (event, of) => `BREAKER    holds ${what(of)} and ${event.waiting - 1} more: ${event.why}`,
  BreakerReleased: (event, of) => `RELEASED   ${what(of)} by ${who(event.actor)}`,
  AnswerRefused: (event, of) =>
    `REFUSED    ${event.answer} of ${what(of)} by ${who(event.actor)}: ${whyRefused(event)}`,
  HelpAsked: (event, of) =>
    `ASKED      ${event.colleague === undefined ? 'the approvers' : 'a colleague'} about ${what(of)} for ${who(event.actor)}`,
  ReminderWished: (event, of) =>
    `WISHED     by ${who(event.actor)} to be reminded of ${what(of)} at ${event.remindAt}`,
  ExceptionHeld: (event, of) => `HELD       ${what(of)} by ${who(event.actor)} until ${event.until}`,
  HoldEnded: (_event, of) => `HOLD ENDED ${what(of)}`,
  DisableFailed: (event, of) => `FAILED     to disable ${what(of)}, next try ${event.nextAt}: ${event.why}`,
  ExceptionDisabled: ({ at }, of) => `DISABLED   ${what(of)}: configuration disabled, read back at ${at}`,
  LookFailed: ({ nextAt, why }, of) =>
    `FAILED     to look whether ${what(of)} is still off, next try ${nextAt}: ${why}`,
  StayedDisabled: ({ at }, of) => `STILL OFF  ${what(of)}: configuration disabled, read back at ${at}`,
  ExceptionRestored: (event, of) =>
    `RESTORING  ${what(of)} for ${who(event.actor)} until ${event.approval.expiresAt}`,
  DisableUndone: (event, of) => `UNDOING    the disable of ${what(of)} for ${who(event.actor)}`,
  ActDone: ({ act }, of) =>
    act === 'restore'
      ? `ON AGAIN   ${what(of)}, read back from Exchange`
      : `END SET    of ${what(of)}, read back from Exchange`,
  ActFailed: ({ act, nextAt, why }, of) =>
    `FAILED     ${act === 'restore' ? 'to switch on' : 'to set the end of'} ${what(of)}, next try ${nextAt}: ${why}`,
  QuestionRepeated: (_event, of) => `ASKING     again about ${what(of)}: not everybody has been told`,
};

/** One line about an event, for the terminal; `undefined` for what is not worth one. */
export function narrate(event: Event, of: Subject): string | undefined {
  const tell = tellers[event.type] as ((event: Event, of: Subject) => string | undefined) | undefined;
  const line = tell?.(event, of);
  return line === undefined ? undefined : toPrintable(line);
}
