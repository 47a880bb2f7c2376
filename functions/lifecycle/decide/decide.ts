/**
 * decide(state, command, { now, policy }) → events: what to record, or [] if there is nothing to say. It states facts
 * and causes nothing; a person's refused attempt is a fact too. The full state × command table is in
 * docs/architecture.md and in test/lifecycle/table.test.ts.
 */
import { alertsOnly, checkDue, restartOf } from './due-now.ts';
import { isOfLapse } from './observation.ts';
import { observe, observeRemoval } from './place-observation.ts';
import { decideAnswer, createRefusal } from './answer.ts';
import { actorOf, mayAnswer, needsApprovers } from '#policy/authority.ts';
import { isApprovable } from '#lifecycle/asked.ts';
import { applyPolicy } from '#lifecycle/apply-policy.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { endsTooSoon, movesEnd, nativeEndOf } from '#lifecycle/native-expiry.ts';
import { modeOf } from '#policy/enforcement-mode.ts';
import { isSameOwner, findNextRung, nextToAsk, ownerKey } from '#policy/owner.ts';
import { createActFailed, createDisableFailed, createLookFailed, reportDueAt } from '#lifecycle/retry.ts';
import { addVoiding } from '#lifecycle/voiding.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Context } from '#lifecycle/context.ts';
import type { Event, MakersIdentified, OwnerTold } from '#lifecycle/events.ts';
import type { Disabled, Exception, Looking } from '#lifecycle/exception.ts';

export const decide = (state: Exception | undefined, command: Command, context: Context): readonly Event[] =>
  withEnds(state, addVoiding(state, decided(state, command, context), context), context).map((event) =>
    context.policy.hash !== undefined && asks(event) ? { ...event, policy: context.policy.hash } : event,
  );

/** If a policy is withdrawn before it was in force, it must be known what was asked and answered under it. */
function asks(event: Event): boolean {
  switch (event.type) {
    case 'ExceptionOpened':
    case 'ExceptionChanged':
      return event.confirmBy !== undefined;
    case 'ExceptionReopened':
    case 'ApprovalVoided':
    case 'ExceptionApproved':
    case 'ExceptionRenewed':
    case 'ExceptionRestored':
      return true;
    default:
      return false;
  }
}

/** If policy has the end of an approval written into the object, each event that moves the end says by when. */
function withEnds(
  state: Exception | undefined,
  events: readonly Event[],
  context: Context,
): readonly Event[] {
  let present = state;
  return events.map((event) => {
    const after = evolve(present, event);
    // Where Lapse only observes, nothing is written into Exchange; going live moves every end.
    const isWanted =
      context.policy.nativeExpiry &&
      modeOf(context.policy, after).type !== 'observing' &&
      movesEnd(event) &&
      nativeEndOf(after) !== undefined;
    const said = isWanted || endsTooSoon(event, after) ? { ...event, expireBy: reportDueAt(context) } : event;
    present = evolve(present, said);
    return said;
  });
}

function decided(state: Exception | undefined, command: Command, context: Context): readonly Event[] {
  if (command.type === 'Observe') return observe(state, command, context);
  if (!state) return [];
  const { now, policy } = context;
  switch (command.type) {
    case 'ObserveRemoval':
      return observeRemoval(state, command, context);
    case 'ReportTold': {
      const { of, card, addressee, digest, deadline, fallback, makers, owner = state.owner } = command;
      const { slackUser } = command;
      const isBesides =
        !isSameOwner(state.owner, owner) &&
        (state.alsoAsked ?? []).some((one) => isSameOwner(one.owner, owner));
      const told: OwnerTold = {
        type: 'OwnerTold',
        at: now,
        actor: { type: 'messenger' },
        of,
        card,
        ...(addressee === undefined ? {} : { addressee }),
        ...(digest === undefined ? {} : { digest }),
        to: ownerKey(owner),
        ...(isBesides && { besides: true as const }),
        ...(deadline === undefined ? {} : { deadline }),
        ...(deadline !== undefined && alertsOnly(state, policy) && { alertsOnly: true }),
        ...(slackUser === undefined ? {} : { slackUser }),
        ...(fallback === undefined ? {} : { fallback }),
        ...(makers === undefined ? {} : { makers }),
      };
      const alone = state.unheard !== undefined && needsApprovers(evolve(state, told), policy);
      return [{ ...told, ...(alone && { approvers: true }) }];
    }
    case 'ReportApproversTold': {
      const { of, card, addressee, digest, makers } = command;
      const told = {
        of,
        card,
        ...(addressee === undefined ? {} : { addressee }),
        ...(digest === undefined ? {} : { digest }),
        ...(makers === undefined ? {} : { makers }),
      };
      return [{ type: 'ApproversTold', at: now, actor: { type: 'messenger' }, ...told }];
    }
    case 'ReportMakers': {
      const { makers } = command;
      const found: MakersIdentified = {
        type: 'MakersIdentified',
        at: now,
        actor: { type: 'messenger' },
        makers,
      };
      const alone = isAskedAlone(state) && needsApprovers(evolve(state, found), policy);
      return [{ ...found, ...(alone && { approvers: true }) }];
    }
    case 'ReportUnreachable': {
      // Somebody may have handed it over meanwhile: then they are no longer the owner.
      if (!isSameOwner(state.owner, command.owner)) return [];
      const next = findNextRung(state, command.why);
      if (!next) return [];
      const { owner, why } = command;
      const passed = { owner, why, next: next.owner, rung: next.rung };
      return [{ type: 'OwnerUnreachable', at: now, actor: { type: 'messenger' }, ...passed }];
    }
    case 'AskNext': {
      const { rung, why } = command;
      // Whoever reports it again, or after the question was answered, asks nobody.
      if (state.state !== 'unconfirmed' || state.alsoAsked?.at(-1)?.rung !== rung) return [];
      const next = nextToAsk(state);
      return next ? [{ type: 'NextAsked', at: now, actor: { type: 'messenger' }, ...next, why }] : [];
    }
    case 'Approve':
    case 'Renew':
    case 'Decline':
    case 'Revoke':
    case 'Reassign':
    case 'Hold':
    case 'Restore':
    case 'Undo':
    case 'AskForHelp':
    case 'WishReminder':
      return decideAnswer(state, command, context);
    case 'CheckDue':
      return checkDue(state, context);
    case 'ApplyPolicy': {
      const { before, hash } = command;
      const applied = applyPolicy(state, { before, after: policy, hash, now });
      return applied ? [applied] : [];
    }
    case 'RestartDeadline': {
      const restarted = restartOf(state, context, command);
      return restarted ? [restarted] : [];
    }
    case 'ReportEnforcement':
      return [{ ...command, type: 'EnforcementChanged', at: now, actor: { type: 'schedule' } }];
    case 'TripBreaker': {
      return [{ ...command, type: 'BreakerTripped', at: now, actor: { type: 'schedule' } }];
    }
    case 'ReleaseBreaker': {
      const actor = actorOf(state, command.by, policy);
      return mayAnswer(command.type, actor)
        ? [
            {
              type: 'BreakerReleased',
              at: now,
              actor,
              ...(command.policy !== undefined && { policy: command.policy }),
              ...(command.picked && { picked: command.picked }),
              ...(command.left !== undefined && { left: command.left }),
            },
          ]
        : [createRefusal(state, command.by, command.type, 'not-allowed', context)];
    }
    case 'TurnAway':
      return [createRefusal(state, command.by, command.answer, 'not-allowed', context)];
    case 'ReportFound': {
      const { attempt, guid, settings } = command;
      // Once it is off, what is left of it says nothing about how it was.
      if (state.state !== 'disabling' || state.attempt !== attempt) return [];
      return [{ type: 'SettingsKept', at: now, actor: { type: 'enforcement' }, attempt, guid, settings }];
    }
    case 'ReportDisabled':
      // Whichever attempt did it: Exchange was read back and it is off.
      if (state.state !== 'disabling') return [];
      return [
        {
          type: 'ExceptionDisabled',
          at: now,
          actor: { type: 'enforcement' },
          guid: command.guid,
          before: command.before,
          ...actingAs(command),
        },
      ];
    case 'ReportDisableFailed':
      if (state.state !== 'disabling' || state.phase !== 'running' || state.attempt !== command.attempt)
        return [];
      return [{ ...createDisableFailed(state, command.why, context), ...actingAs(command) }];
    case 'ReportStayedDisabled': {
      // After the hour, that is no news.
      if (!isLooking(state, command.attempt) || state.looking.after === 'hour') return [];
      const { attempt } = command;
      return [{ type: 'StayedDisabled', at: now, actor: { type: 'enforcement' }, attempt }];
    }
    case 'ReportSeen': {
      if (!isLooking(state, command.attempt)) return [];
      // Whatever was noted meanwhile, it is still what was to be looked at.
      const observation = { ...command.observation, compared: state.version };
      return observation.change === 'remove'
        ? observeRemoval(state, { type: 'ObserveRemoval', observation }, context)
        : observe(state, { type: 'Observe', id: state.id, observation }, context);
    }
    case 'ReportLookFailed':
      return isLooking(state, command.attempt) ? [createLookFailed(state.looking, command.why, context)] : [];
    case 'ReportActDone': {
      const { act, of, attempt, until, unlike } = command;
      // Whichever attempt did it: Exchange was read back.
      if (state.acting?.act !== act || state.acting.of !== of) return [];
      const actor = { type: 'enforcement' } as const;
      const shown = { ...(until !== undefined && { until }), ...(unlike && { unlike }) };
      return [{ type: 'ActDone', at: now, actor, act, attempt, ...shown, ...actingAs(command) }];
    }
    case 'ReportActFailed': {
      const { acting } = state;
      if (acting?.act !== command.act || acting.of !== command.of) return [];
      if (acting.phase !== 'running' || acting.attempt !== command.attempt) return [];
      return [{ ...createActFailed(acting, command.why, context), ...actingAs(command) }];
    }
    case 'Join':
      // What Lapse is switching off, or has, is worked through where it began; what is over only gives its GUID up.
      return isOfLapse(state) || (state.state === 'removed' && state.guid === undefined)
        ? []
        : [{ type: 'ExceptionJoined', at: now, actor: { type: 'inventory' }, into: command.into }];
    case 'ReportGone':
      if (command.of === undefined ? state.state !== 'disabling' : state.acting?.of !== command.of) return [];
      return [{ type: 'ExceptionFoundGone', at: now, actor: { type: 'enforcement' } }];
  }
}

/** Its owner was asked to approve it, and nobody else so far. */
const isAskedAlone = (state: Exception): boolean =>
  isApprovable(state) &&
  state.cards.length > 0 &&
  (state.unheard === undefined || state.unheard.approvers === true) &&
  (state.approversTold ?? 0) < state.asOf;

/** That look is what was last ordered. */
const isLooking = (state: Exception, attempt: number): state is Disabled & { readonly looking: Looking } =>
  state.state === 'disabled' && state.looking?.phase === 'running' && state.looking.attempt === attempt;

const actingAs = ({ application }: { readonly application?: string }) =>
  application === undefined ? {} : { application };
