/** What changed, from the trail: the newest event that put the question, and how the settings differ from before. */
import { fingerprint } from '#domain/fingerprint.ts';
import { text } from '#domain/settings.ts';
import { clip } from './escape.ts';
import type { Event, ExceptionChanged, ExceptionOpened, ExceptionReopened } from '#domain/events.ts';
import type { Settings } from '#domain/exception.ts';
import type { Line } from './lines.ts';

type Posed = ExceptionOpened | ExceptionChanged | ExceptionReopened;

const posed = (event: Event): event is Posed =>
  event.type === 'ExceptionOpened' || event.type === 'ExceptionChanged' || event.type === 'ExceptionReopened';

/** More lines than this are in the tenant, not on a card. */
const most = 6;

export interface Change {
  /** The cmdlet that did it, or `Inventory`. */
  readonly operation: string;
  /** Settings, one a line: all that count where it is new, else those that differ. */
  readonly settings: readonly Line[];
  /** How many more there are. */
  readonly more: number;
}

export function changeIn(history: readonly Event[]): Change | undefined {
  const looks = history.filter(posed);
  const now = looks.at(-1);
  if (!now) return undefined;
  const before = looks.at(-2);
  // Against a look that saw only part of the settings, everything would seem new.
  const lines =
    before?.complete && now.complete ? differences(before.settings, now.settings) : listed(now.settings);
  return {
    operation: clip(now.operation, 80),
    settings: lines.slice(0, most),
    more: Math.max(0, lines.length - most),
  };
}

/** The names of settings that count, as Exchange writes them. */
function names(settings: Settings): readonly string[] {
  const counted = new Set(
    fingerprint({ settings })
      .split('\n')
      .map((line) => line.slice(0, line.indexOf('='))),
  );
  return Object.keys(settings).filter((name) => counted.has(name.toLowerCase()));
}

const shown = (settings: Settings, name: string): string => clip(text(settings, name) ?? 'not set', 160);

const listed = (settings: Settings): readonly Line[] =>
  names(settings).map((name) => [`${clip(name, 80)}: ${shown(settings, name)}`]);

const differences = (before: Settings, now: Settings): readonly Line[] =>
  [...new Set([...names(before), ...names(now)])]
    .filter((name) => text(before, name) !== text(now, name))
    .map((name) => [`${clip(name, 80)}: ${shown(before, name)} → ${shown(now, name)}`]);
