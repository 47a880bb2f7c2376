/** How a transport rule keeps mail out, encrypts it or has it inspected, and how it comes to do less of that. */
import { addsAddresses, holdsAddresses } from '#risk/addresses.ts';
import {
  addsTo,
  altered,
  differs,
  foundByInventory,
  isCompared,
  isKnown,
  lost,
  mayWeaken,
} from '#risk/finding-row.ts';
import { entries, isSet, text } from '#risk/settings.ts';
import { conditions } from './conditions.ts';
import type { Assessable } from '#risk/finding-row.ts';
import type { Settings } from '#risk/settings.ts';
import type { Protection } from '../kind.ts';

export const scl = (settings: Settings): number => Number(text(settings, 'SetSCL') ?? NaN);

/** It is for incoming mail, which a filter hosted elsewhere inspects before it comes back. */
const sendsToFilter = (settings: Settings): boolean =>
  isSet(settings, 'RouteMessageOutboundConnector') &&
  (/^notinorganization$/i.test(text(settings, 'FromScope') ?? '') ||
    /^inorganization$/i.test(text(settings, 'SentToScope') ?? ''));
const simple = [
  'RejectMessageReasonText',
  'RejectMessageEnhancedStatusCode',
  'SmtpRejectMessageRejectText',
  'SmtpRejectMessageRejectStatusCode',
  'Quarantine',
  'ModerateMessageByUser',
  'ModerateMessageByManager',
  'DeleteMessage',
  'ApplyOME',
] as const;
/** The actions by which the rule stops, holds back or encrypts mail, or has it inspected. */
export const guardingActions = (settings: Settings): readonly string[] => [
  ...simple.filter((name) => isSet(settings, name)),
  ...(scl(settings) >= 5 ? ['SetSCL'] : []),
  ...(sendsToFilter(settings) ? ['RouteMessageOutboundConnector'] : []),
];
/** Without the rule more would get in, or be read on its way. A rule that only watches does nothing, but is one click from it. */
export const guardsMail = (settings: Settings): boolean => guardingActions(settings).length > 0;
export const guarded = ({ settings, was }: Assessable): boolean =>
  guardsMail(settings) || (was !== undefined && guardsMail(was.settings));

/** An action that protected is gone. A bypass that is taken back, or set, looks the same where nothing is known of before. */
export const stopsLess = (object: Assessable): boolean => {
  const { settings, was } = object;
  const now = guardingActions(settings);
  if (was && guardingActions(was.settings).some((name) => !now.includes(name))) return true;
  if (isCompared(object)) return false;
  return [...simple, 'SetSCL', 'RouteMessageOutboundConnector'].some(
    (name) =>
      !now.includes(name) &&
      altered(object, new RegExp(`^${name}$`, 'i')) &&
      (name === 'SetSCL'
        ? (was === undefined && scl(settings) >= 0) || foundByInventory(object)
        : name !== 'RouteMessageOutboundConnector' || !isSet(settings, name)),
  );
};
export const appliesWithin: readonly string[] = [...conditions, 'ActivationDate', 'ExpiryDate'];
const dateIn = ([date = '']: readonly string[]): number => Date.parse(date);
/** It applies to less mail, or for less time. Where it is not known how it was, each condition may be a new one. */
export const appliesLess = (object: Assessable): boolean =>
  guardsMail(object.settings) &&
  (!isCompared(object) || !object.was || guardsMail(object.was.settings)) &&
  appliesWithin.some((name) => {
    if (!isSet(object.settings, name)) return false;
    if (!isCompared(object) || !object.was) return altered(object, new RegExp(`^${name}$`, 'i'));
    const [before, now] = [entries(object.was.settings, name), entries(object.settings, name)];
    if (before.length === 0) return true;
    if (holdsAddresses(name)) return addsAddresses(before, now);
    // A date that cannot be read compares to nothing, and so is in doubt less.
    if (name === 'ExpiryDate') return !(dateIn(now) >= dateIn(before));
    if (name === 'ActivationDate') return !(dateIn(now) <= dateIn(before));
    return addsTo(before, now);
  });

export const exceptIfs = (settings: Settings): readonly string[] =>
  Object.keys(settings)
    .filter((name) => name.startsWith('ExceptIf') && isSet(settings, name))
    .sort();
/** Each way around it was there before: exceptions, and what one of them names, are alternatives. */
const hasFewerExceptIfs = (now: Settings, before: Settings): boolean => {
  const names = [...new Set([...exceptIfs(now), ...exceptIfs(before)])];
  return (
    differs(now, before, names) && names.every((name) => !addsTo(entries(now, name), entries(before, name)))
  );
};
export const addsExceptIf = (object: Assessable): boolean =>
  isKnown(object, 'LAPSE-TR-008') || mayWeaken(object, /^exceptif/i, guardsMail, hasFewerExceptIfs);

const watches = (settings: Settings): boolean => /^audit/i.test(text(settings, 'Mode') ?? '');
export const onlyWatches = (object: Assessable): boolean =>
  watches(object.settings) &&
  (isKnown(object, 'LAPSE-TR-009') || lost(object, /^mode$/i, (settings) => !watches(settings)));

export const ruleProtection: Protection = {
  protects: guardsMail,
  mayProtect: () => false,
  guards: guardingActions,
  removed: 'LAPSE-TR-014',
  watched: {
    notedAs: 'rules',
    offBy: ({ settings, enabled }) => (!enabled ? 'State' : watches(settings) ? 'Mode' : undefined),
    ways: (settings) =>
      Object.keys(settings)
        .filter((name) => name.startsWith('ExceptIf'))
        .sort(),
    bounds: appliesWithin,
    refuses: () => false,
    refusal: [],
    trusts: [],
  },
};
