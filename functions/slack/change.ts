/** What changed, from the trail: the newest event that put the question, and how the settings differ from before. */
import { difference } from '#risk/difference.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { text } from '#risk/settings.ts';
import { kindOf, type Kind } from '#kinds/registry.ts';
import { clip } from './escape.ts';
import type { Event, ExceptionChanged, ExceptionOpened, ExceptionReopened } from '#lifecycle/events.ts';
import type { Line } from './lines.ts';
import type { Settings } from '#risk/settings.ts';

type Posed = ExceptionOpened | ExceptionChanged | ExceptionReopened;

const posed = (event: Event): event is Posed =>
  event.type === 'ExceptionOpened' || event.type === 'ExceptionChanged' || event.type === 'ExceptionReopened';

/** A card shows no more lines than this; the rest is in the tenant. */
const most = 6;

export interface ChangeDescription {
  /** All settings that count, one a line, where it is new; else what differs, in words, in one line. */
  readonly settings: readonly Line[];
  /** How many more there are. */
  readonly more: number;
}

export function describeChange(history: readonly Event[], kind: Kind): ChangeDescription | undefined {
  const looks = history.filter(posed);
  const now = looks.at(-1);
  if (!now) return undefined;
  const before = looks.at(-2);
  // Against a look that saw only part of the settings, everything would seem new.
  const compared = before?.complete && now.complete;
  const parts = compared
    ? difference(before.settings, now.settings, addressed(kind, now.settings)).map(({ text }) =>
        clip(text, 160),
      )
    : listed(now.settings);
  const shown = parts.slice(0, most);
  return {
    settings: compared ? (shown.length === 0 ? [] : [[shown.join('; ')]]) : shown.map((part) => [part]),
    more: parts.length - shown.length,
  };
}

const addressed = (kind: Kind, settings: Settings): readonly string[] =>
  kindOf(kind).breadth.counted(settings).addresses;

/** The names of settings that count, as Exchange writes them. */
function names(settings: Settings): readonly string[] {
  const counted = new Set(
    fingerprint({ settings })
      .split('\n')
      .map((line) => line.slice(0, line.indexOf('='))),
  );
  return Object.keys(settings).filter((name) => counted.has(name.toLowerCase()));
}

const listed = (settings: Settings): readonly string[] =>
  names(settings).map((name) => `${clip(name, 80)}: ${clip(text(settings, name) ?? 'not set', 160)}`);
