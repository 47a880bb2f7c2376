/**
 * decide(state, command, { now, policy }) → events: what is to be recorded, or [] where there is nothing to say.
 * It states facts and calls for nothing; a person's refused attempt is a fact too. The full state × command table
 * is in docs/architecture.md and in test/domain/table.test.ts.
 */
import { check } from './decide-due.ts';
import { observe, observeRemoval } from './decide-observation.ts';
import { answer } from './decide-answer.ts';
import { disableFailed } from './retry.ts';
import type { Command } from './commands.ts';
import type { Context } from './context.ts';
import type { Event } from './events.ts';
import type { Exception } from './exception.ts';

export function decide(state: Exception | undefined, command: Command, context: Context): readonly Event[] {
  if (command.type === 'Observe') return observe(state, command, context);
  if (!state) return [];
  const { now } = context;
  switch (command.type) {
    case 'ObserveRemoval':
      return observeRemoval(state, command.observation, context);
    case 'ReportTold': {
      const { of, card, deadline, slackUser, fallback } = command;
      return [
        {
          type: 'OwnerTold',
          at: now,
          actor: { type: 'messenger' },
          of,
          card,
          ...(deadline === undefined ? {} : { deadline }),
          ...(slackUser === undefined ? {} : { slackUser }),
          ...(fallback === undefined ? {} : { fallback }),
        },
      ];
    }
    case 'Approve':
    case 'Renew':
    case 'Decline':
    case 'Revoke':
    case 'Reassign':
    case 'Hold':
    case 'Restore':
      return answer(state, command, context);
    case 'CheckDue':
      return check(state, context);
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
        },
      ];
    case 'ReportDisableFailed':
      if (state.state !== 'disabling' || state.phase !== 'running' || state.attempt !== command.attempt)
        return [];
      return [disableFailed(state, command.why, context)];
    case 'ReportGone':
      if (state.state !== 'disabling') return [];
      return [{ type: 'ExceptionFoundGone', at: now, actor: { type: 'enforcement' } }];
  }
}
