/**
 * What an exception would be if all records about its object had arrived in the order in which things happened. A
 * record that arrives late, or with a look at the object, is judged by what was known at the time; afterwards this
 * replaces the result.
 */
import { isObject } from '#kinds/form.ts';
import { inventory } from './inventory.ts';
import { splitIntoLives, newestSettingsOf } from './logged-changes.ts';
import type { Observation } from './commands.ts';
import type { Event, EventType } from './events.ts';
import type { Change } from './exception.ts';
import type { Instant } from '#time/instant.ts';
import type { LoggedChange } from './logged-changes.ts';
import type { Settings } from '#risk/settings.ts';

/** The object as Exchange showed it. */
export interface RecordedLook {
  readonly at: Instant;
  readonly settings: Settings;
  readonly enabled?: boolean;
}

/**
 * Steps after which the state still follows from the log: people's answers and Lapse's own acts are not among them.
 */
const leaves: ReadonlySet<EventType> = new Set<EventType>([
  'ExceptionOpened',
  'ExceptionChanged',
  'ExceptionReopened',
  'ExceptionRemoved',
  'ExceptionSwitchedOff',
  'ChangeNoted',
  'OwnerTold',
  'ApproversTold',
  'MakersIdentified',
  'OwnerUnreachable',
  'NextAsked',
  'ReminderDue',
  'DeadlinePostponed',
  'ExceptionEscalated',
  'PolicyApplied',
  'QuestionRepeated',
]);

/** Whether the exception follows from the log and the looks that came with it, and nothing else. */
export const isOfLog = (kind: Observation['kind'], trail: readonly Event[]): boolean =>
  isObject(kind) &&
  trail.every(
    (event) =>
      leaves.has(event.type) &&
      (!('record' in event) || (event.told !== undefined && event.operation !== inventory)) &&
      !('ours' in event) &&
      !('imported' in event),
  );

export function looksIn(trail: readonly Event[]): readonly RecordedLook[] {
  return trail.flatMap((event) => {
    const shown = 'became' in event ? event.became : 'findings' in event ? event : undefined;
    return shown?.complete ? [{ at: event.at, settings: shown.settings }] : [];
  });
}

/**
 * One observation for each record, oldest first. A look shows the object that existed when it was taken, and what the
 * newest record before it had made of that object.
 */
export function observationsOf(
  all: readonly LoggedChange[],
  looks: readonly RecordedLook[],
  { tenant, kind, name }: Pick<Observation, 'tenant' | 'kind' | 'name'>,
): readonly Observation[] {
  const observed = (
    one: LoggedChange,
    look?: RecordedLook,
    before: readonly LoggedChange[] = [],
  ): Observation => {
    const { record, operation, by, at, order, change, settings, renamed } = one;
    const enabled = look ? (look.enabled ?? newestSettingsOf(before).enabled) : one.enabled;
    return {
      ...{ record, operation, change, tenant, kind, name, passed: Object.keys(settings) },
      ...{ changedBy: by, changedAt: at, settings: look?.settings ?? settings, complete: look !== undefined },
      ...(order === undefined ? {} : { order }),
      ...(renamed === undefined ? {} : { renamed }),
      ...(enabled === undefined ? {} : { enabled }),
      ...(look && {
        told: {
          change,
          settings,
          ...(one.enabled !== undefined && { enabled: one.enabled }),
          ...(renamed !== undefined && { renamed }),
        },
      }),
    };
  };
  const lives = splitIntoLives(all, kind);
  return lives.flatMap(({ changes, end }, index) => {
    const until = end?.at ?? lives[index + 1]?.changes[0]?.at;
    const shown = new Map<number, RecordedLook>();
    for (const look of looks)
      if (until === undefined || look.at < until) {
        const place = changes.findLastIndex(({ at }) => at <= look.at);
        if (place >= 0 || index === 0) shown.set(Math.max(place, 0), look);
      }
    return [
      ...changes.map((one, place) => observed(one, shown.get(place), changes.slice(0, place + 1))),
      ...(end ? [observed(end)] : []),
    ];
  });
}

/** Changes of which only the fact is kept, in the trail or beside it. */
export function touchedBeside(trail: readonly Event[], touched: readonly Change[] = []): readonly Change[] {
  const records = new Set(trail.flatMap((event) => ('record' in event ? [event.record] : [])));
  const all = [
    ...trail.flatMap((event) => (event.type === 'ExceptionOpened' ? (event.earlier ?? []) : [])),
    ...touched,
  ].filter(({ record }) => !records.has(record));
  return [...new Map(all.map((one) => [one.record, one])).values()];
}
