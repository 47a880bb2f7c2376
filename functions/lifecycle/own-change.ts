/**
 * Lapse's own acts come back in the audit log an hour later. They are recognised by their author (an application; and
 * once Lapse has acted on the object, exactly the application it acted as) and by having been expected. No real
 * record of an app-only caller has been seen: the ids are taken from wherever the documentation puts them (AppId,
 * ClientAppId, UserId).
 */
import { absentIsOff } from '#kinds/form.ts';
import type { Observation } from './commands.ts';
import type { Exception } from './exception.ts';

/** The changes that Lapse itself makes. */
type Act = 'off' | 'on' | 'switch' | 'expiry';

export function isOwnChange(state: Exception, observation: Observation): boolean {
  const act = actIn(observation);
  return act !== undefined && isLapse(state, observation) && expected(act, state, observation);
}

function isLapse({ application }: Exception, { changedBy, applications = [] }: Observation): boolean {
  return application === undefined
    ? changedBy.type === 'application'
    : applications.includes(application.toLowerCase());
}

function actIn({ kind, change, passed }: Observation): Act | undefined {
  const only = (name: string): boolean =>
    passed.length > 0 && passed.every((one) => one.toLowerCase() === name.toLowerCase());
  switch (change) {
    case 'disable':
      return 'off';
    case 'enable':
      return 'on';
    case 'remove':
      return absentIsOff(kind) ? 'off' : undefined;
    case 'create':
      return absentIsOff(kind) ? 'on' : undefined;
    case 'alter':
      // The operation's name does not say which way a connector was switched, and a look shows only how it is now.
      return only('Enabled') ? 'switch' : only('ExpiryDate') ? 'expiry' : undefined;
  }
}

function expected(act: Act, state: Exception, { enabled, changedAt }: Observation): boolean {
  const disabled = state.state === 'disabled' && state.cause !== 'at source';
  // Found on after Lapse had switched it off: whoever did that, with whatever credentials, undid it.
  if (disabled && enabled === true && changedAt > state.disabledAt) return false;
  const restored = state.approval !== undefined && state.application !== undefined;
  const undone = state.undoneAt !== undefined;
  const switchedOff = disabled || state.state === 'disabling' || restored || undone;
  switch (act) {
    case 'off':
      return switchedOff;
    case 'on':
      return disabled || restored || undone || state.answered?.answer === 'restored';
    case 'switch':
      return switchedOff || state.answered?.answer === 'restored';
    case 'expiry':
      return state.approval !== undefined;
  }
}
