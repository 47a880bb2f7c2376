/**
 * What is kept of an object's settings. An item of the table holds 400 KB, and an entry of the trail has the settings
 * twice: as they are, and as a record told them. Real objects are far below that. Of a list that is not, a hundred
 * entries are kept, and beside them those without which the object would be judged less dangerous than it is.
 */
import { cutList } from '#risk/cut-setting.ts';
import { materialSettings } from '#risk/fingerprint.ts';
import { list, plainEntry, type Settings } from '#risk/settings.ts';
import { assess } from './assess.ts';
import type { Kind } from './registry.ts';

/** Characters of all settings together. */
const mostCharacters = 100_000;
/** Entries of a list that is cut, beside those that count, and characters of one of them. */
const mostEntries = 100;
const mostOfEntry = 500;

/** The same settings where they are not too long. `digest`: a hash of a text, as text. */
export function settingsToKeep(kind: Kind, settings: Settings, digest: (text: string) => string): Settings {
  if (lengthOf(settings) <= mostCharacters) return settings;
  const material = materialSettings(settings);
  let kept = settings;
  const longestFirst = Object.keys(settings).sort((a, b) => lengthOf(settings[b]) - lengthOf(settings[a]));
  for (const name of longestFirst) {
    if (lengthOf(kept) <= mostCharacters) break;
    // In one order, and the digest in one spelling, so that a list is cut in the same way whoever shows it.
    const all = [...new Set(list(settings, name).map(plainEntry))].sort();
    const values = material.get(name.toLowerCase())?.values ?? all;
    const first = all.slice(0, mostEntries);
    const short = (entries: readonly string[]): Settings => ({ ...kept, [name]: entries });
    const counting = whatCounts(all.slice(mostEntries), (more) => judge(kind, short([...first, ...more])));
    const entries = fitting([...counting, ...first].map((entry) => entry.slice(0, mostOfEntry)));
    kept = short(cutList(entries, all.length, digest(values.join('\n'))));
  }
  return kept;
}

/**
 * The entries without which something is not found that is found with all of them: single ones, or as many together as
 * it takes where only their number matters.
 */
function whatCounts(
  entries: readonly string[],
  judged: (entries: readonly string[]) => ReadonlySet<string>,
): readonly string[] {
  const kept: string[] = [];
  let found = judged(kept);
  const finds = (part: readonly string[]): boolean =>
    [...judged([...kept, ...part])].some((one) => !found.has(one));
  const seek = (part: readonly string[]): void => {
    if (part.length === 0 || !finds(part)) return;
    const middle = Math.ceil(part.length / 2);
    if (part.length > 1) {
      seek(part.slice(0, middle));
      seek(part.slice(middle));
    }
    const others = part.filter((entry) => !kept.includes(entry));
    if (!finds(others)) return;
    kept.push(...others);
    found = new Set([...found, ...judged(kept)]);
  };
  seek(entries);
  return kept;
}

/** As many of them, in order, as fit. */
function fitting(entries: readonly string[]): readonly string[] {
  let characters = 0;
  return entries.filter((entry) => (characters += entry.length) <= mostCharacters);
}

const judge = (kind: Kind, settings: Settings): ReadonlySet<string> =>
  new Set(assess({ kind, settings }).findings.map(({ id, risk }) => `${id} ${risk}`));

const lengthOf = (value: unknown): number => JSON.stringify([value]).length;
