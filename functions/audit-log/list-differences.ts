/**
 * A change to a list, the list as it is now, and what the register knows of it → one observation for each entry that
 * the change is about. Two people may edit a list within a minute, and both their records are read after both edits:
 * so where a record names entries, only those are taken for its author's; what else is different is the business of
 * another record, or of the inventory.
 */
import { foldName } from '#kinds/fold-name.ts';
import { absentIsOff, isObject } from '#kinds/form.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { compareMoments } from '#time/moment.ts';
import { text } from '#risk/settings.ts';
import { momentOf } from '#lifecycle/logged-changes.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Disabled, Exception } from '#lifecycle/exception.ts';
import type { Listing, Shown } from '#kinds/shown.ts';
import type { ListChange, ListTold } from './list-change.ts';

/**
 * `known`: the exceptions of that tenant and kind. `seen` is absent where the list could not be read: then the
 * record alone speaks. An observation of a `remove` is a removal; nothing is returned twice for one entry.
 */
export function differences(
  change: ListChange,
  told: ListTold,
  known: readonly Exception[],
  seen: Pick<Listing, 'objects' | 'complete'> | undefined,
): readonly Observation[] {
  const { kind } = told;
  const settingsTold = new Map(told.present.map((entry) => [foldName(entry.name), entry.settings]));
  const takenAway = new Set(told.absent.map((entry) => foldName(entry.name)));
  const alteredTo = new Map(told.altered.map((entry) => [foldName(entry.name), entry.settings]));
  const named = (name: string): boolean => settingsTold.has(foldName(name)) || takenAway.has(foldName(name));
  const exceptions = new Map(known.map((exception) => [foldName(exception.name), exception]));
  const guids = new Set(seen?.objects.map(({ guid }) => guid));
  /** An entry is its name. An object stays the same under any name, and another object may have the same name. */
  const isSeen = (exception: Exception): boolean =>
    isObject(kind) && exception.guid !== undefined
      ? guids.has(exception.guid.toLowerCase())
      : present.has(foldName(exception.name));
  const knownAs = ({ guid, name }: Shown): Exception | undefined =>
    isObject(kind)
      ? known.find((one) =>
          one.guid === undefined ? foldName(one.name) === foldName(name) : one.guid.toLowerCase() === guid,
        )
      : exceptions.get(foldName(name));
  const { record, operation, tenant, changedBy, applications, ownDomains, changedAt, order } = change;
  const observed = (
    name: string,
    what: Pick<Observation, 'change' | 'settings' | 'complete'> & Partial<Observation>,
  ): Observation => ({
    record,
    operation,
    tenant,
    kind,
    name,
    passed: Object.keys(change.passed),
    changedBy,
    changedAt,
    ...(order === undefined ? {} : { order }),
    ...(applications.length === 0 ? {} : { applications }),
    ...(ownDomains.length === 0 ? {} : { ownDomains }),
    ...what,
  });
  /** Says only that it is off: a restore needs the earlier settings. */
  const off = (name: string): Observation =>
    observed(name, { change: 'disable', settings: {}, complete: false, enabled: false });
  const noted = (name: string): Observation =>
    takenAway.has(foldName(name))
      ? off(name)
      : observed(name, {
          change: 'alter',
          settings: {},
          complete: false,
          ...(named(name) && { enabled: true }),
        });
  const gone = (name: string, exception: Exception | undefined): Observation =>
    !isObject(kind) &&
    (!absentIsOff(kind) || exception?.state === 'disabled' || exception?.state === 'disabling')
      ? off(name)
      : observed(name, {
          change: 'remove',
          settings: {},
          complete: false,
          // Another object may have its name by now.
          ...(isObject(kind) && exception?.guid !== undefined && { guid: exception.guid }),
        });

  const present = new Set(seen?.objects.map((entry) => foldName(entry.name)));
  const results: Observation[] = [];
  for (const shown of seen?.objects ?? []) {
    const { guid, name, enabled, settings } = shown;
    const exception = knownAs(shown);
    if (told.form !== 'unread' && !named(name)) continue;
    const look = { settings, complete: true, enabled, guid };
    if (exception === undefined || exception.state === 'removed') {
      if (enabled) results.push(observed(name, { change: 'create', ...look }));
    } else if (!enabled) {
      results.push(off(name));
    } else if (exception.state === 'disabled') {
      if (isSince(exception, change)) results.push(observed(name, { change: 'enable', ...look }));
      else if (named(name)) results.push(noted(name));
    } else if (named(name) || !exception.complete || fingerprint({ settings }) !== fingerprint(exception)) {
      results.push(observed(name, { change: 'alter', ...look }));
    }
  }

  for (const [name, exception] of exceptions) {
    if (isSeen(exception) || settingsTold.has(name)) continue;
    // Approved or restored since: an older record cannot end that, a look at the tenant can.
    if (
      exception.approval !== undefined &&
      exception.approval.at > changedAt &&
      exception.state === 'confirmed'
    )
      continue;
    const altered = alteredTo.get(name);
    if (altered && seen === undefined && isLiving(exception))
      results.push(observed(exception.name, { change: 'alter', settings: altered, complete: false }));
    const isOver =
      takenAway.has(name) ||
      (told.form === 'whole' && isOfList(exception, told)) ||
      (told.form === 'unread' && seen?.complete === true && isLiving(exception));
    if (isOver) results.push(gone(exception.name, exception));
  }

  for (const { name, settings } of told.present) {
    if (present.has(foldName(name))) continue;
    const exception = exceptions.get(foldName(name));
    if (exception === undefined || exception.state === 'removed')
      results.push(observed(name, { change: 'create', settings, complete: false, enabled: true }));
    else if (seen === undefined && exception.state === 'disabled' && isSince(exception, change))
      results.push(observed(name, { change: 'enable', settings, complete: false, enabled: true }));
    else
      results.push(
        seen === undefined ? observed(name, { change: 'alter', settings, complete: false }) : noted(name),
      );
  }
  for (const { name } of told.absent)
    // Not known yet: the record of its creation may still be on its way.
    if (!present.has(foldName(name)) && !exceptions.has(foldName(name)) && absentIsOff(kind))
      results.push(gone(name, undefined));
  return results;
}

/**
 * Whether the change came after it was switched off. At the same instant, the record that switched it off decides.
 */
const isSince = ({ disabledAt, changed }: Disabled, change: ListChange): boolean =>
  changed?.at === disabledAt ? compareMoments(momentOf(change), changed) > 0 : change.changedAt > disabledAt;

const isLiving = ({ state }: Exception): boolean =>
  state === 'unconfirmed' || state === 'confirmed' || state === 'held';

/** Whether an entry is in the list that the record rewrote. */
const isOfList = (exception: Exception, { policy }: ListTold): boolean =>
  isLiving(exception) &&
  (policy === undefined || text(exception.settings, 'Policy')?.toLowerCase() === policy.toLowerCase());
