/** A rule that is switched on and does nothing at present: one that only watches, has ended or has not begun. */
import { momentInWords, parseInstant, type Instant } from '#time/instant.ts';
import { text } from '#risk/settings.ts';
import type { Settings } from '#risk/settings.ts';

const soOn = 'it counts as on, since one setting makes it act';

export function idle(settings: Settings, now: Instant): readonly string[] {
  const mode = text(settings, 'Mode') ?? '';
  return [
    ...(/^audit/i.test(mode)
      ? [
          `It only watches (Mode ${mode}): it lets nothing past until somebody sets Mode to Enforce. Yet ${soOn}.`,
        ]
      : []),
    ...dated(settings, 'ExpiryDate', (at) =>
      at <= now
        ? `It ended on ${momentInWords(at)} (ExpiryDate): it lets nothing past until somebody moves that date. Yet ${soOn}.`
        : undefined,
    ),
    ...dated(settings, 'ActivationDate', (at) =>
      at > now
        ? `It begins on ${momentInWords(at)} (ActivationDate): it lets nothing past until then. Yet ${soOn}.`
        : undefined,
    ),
  ];
}

function dated(
  settings: Settings,
  name: string,
  say: (at: Instant) => string | undefined,
): readonly string[] {
  const written = text(settings, name);
  if (written === undefined) return [];
  const at = momentOf(written);
  if (at === undefined)
    return [
      `Its ${name} is written as ${written}, in a form of some region: nothing tells whether that moment has come.`,
    ];
  return [say(at)].filter((sentence) => sentence !== undefined);
}

/** ISO 8601, or milliseconds since 1970 as Windows PowerShell writes them. Other forms mean another day elsewhere. */
function momentOf(written: string): Instant | undefined {
  const millis = /^\/Date\((\d+)\)\/$/.exec(written)?.[1];
  if (millis !== undefined) return parseInstant(Number(millis));
  if (!/^\d{4}-\d\d-\d\dT/.test(written)) return undefined;
  // Without a zone it is UTC, as everything that Exchange gives.
  return parseInstant(/(?:z|[+-]\d\d:?\d\d)$/i.test(written) ? written : `${written}Z`);
}
