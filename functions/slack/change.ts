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
  /** In words. */
  readonly differs: string;
  /** How many more differences there are. */
  readonly more: number;
}

/** How it differs from before; `undefined` if nothing was there before, or one of both looks saw only a part. */
export function describeChange(history: readonly Event[], kind: Kind): ChangeDescription | undefined {
  const [before, now] = history.filter(posed).slice(-2);
  // Against a look that saw only part of the settings, everything would seem new.
  if (!before?.complete || !now?.complete) return undefined;
  const parts = difference(before.settings, now.settings, addressed(kind, now.settings)).map(({ text }) =>
    clip(text, 160),
  );
  const shown = parts.slice(0, most);
  return shown.length === 0 ? undefined : { differs: shown.join('; '), more: parts.length - shown.length };
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

/** All that count, in words: "sender domain is: partner.example". */
export const settingsInWords = (settings: Settings): readonly Line[] =>
  names(settings).map((name) => [
    `${clip(inWords(name), 80)}: ${clip(text(settings, name) ?? 'not set', 160)}`,
  ]);

/** "SenderDomainIs" → "sender domain is", "SetSCL" → "set SCL" */
const inWords = (name: string): string =>
  name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .split(' ')
    .map((word) => (/^[A-Z][a-z0-9]*$/.test(word) ? word.toLowerCase() : word))
    .join(' ');
