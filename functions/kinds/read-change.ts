/** What an audit record tells of the entries of a list, and the readings of it that several kinds share. */
import { readListValue } from '#risk/list-value.ts';
import type { Split } from '#risk/list-value.ts';
import type { Settings } from '#risk/settings.ts';
import type { Operation } from './operation.ts';

/** What a record passed to its cmdlet. */
export interface Passed {
  readonly operation: Operation;
  /** What the cmdlet was run on, or made. */
  readonly identity: string | undefined;
  /** By name, as the log has them. */
  readonly parameters: Settings;
}

export interface EntriesTold {
  /** Settings of the entries that are named as there, or switched on. */
  readonly present: readonly Settings[];
  /** Of those named as taken away, or switched off. */
  readonly absent: readonly Settings[];
  /** What is told of entries that may stand in another list, blocks for instance: it counts for those that are known. */
  readonly altered?: readonly Settings[];
  /** `whole`: what is not in `present` is not there. `edit`: it says nothing of others. `unread`: it names none. */
  readonly form: 'whole' | 'edit' | 'unread';
  /** For `whole`: the policy whose list it is, where entries stand in several. */
  readonly policy?: string;
}

/** Only the list itself tells. */
export const untold: EntriesTold = { present: [], absent: [], form: 'unread' };

/** What was done to the list in `parameter`; `undefined` where it was not passed. */
export function readListChange(
  { parameters }: Passed,
  parameter: string,
  settings: (entry: string) => Settings,
  split?: Split,
): EntriesTold | undefined {
  if (!Object.hasOwn(parameters, parameter)) return undefined;
  const value = readListValue(parameters[parameter], split);
  if (value.type === 'whole') return { present: value.entries.map(settings), absent: [], form: 'whole' };
  if (value.add.length + value.remove.length === 0) return untold;
  return { present: value.add.map(settings), absent: value.remove.map(settings), form: 'edit' };
}

/** The entries that `parameter` names, whether as a whole list or as added to one. */
export function readEntries({ parameters }: Passed, parameter: string, split?: Split): readonly string[] {
  const value = readListValue(parameters[parameter], split);
  return value.type === 'whole' ? value.entries : value.add;
}

export const readSwitchChange = (isOn: boolean, settings: Settings): EntriesTold =>
  isOn
    ? { present: [settings], absent: [], form: 'edit' }
    : { present: [], absent: [settings], form: 'edit' };
