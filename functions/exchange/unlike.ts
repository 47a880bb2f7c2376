/** In what an object that is on again differs from what was kept of it: for people, who must know what did not come back. */
import { toCanonicalJson } from '#values/canonical-json.ts';
import type { Settings } from '#risk/settings.ts';

/** As many as somebody reads; and as much of each. */
const [mostNamed, longestValue] = [8, 60];
/** Whether it is on: that is what a restore changes. */
const switches: ReadonlySet<string> = new Set(['Enabled', 'State']);

/** "Priority is 3, was 0": one for each setting, those of the settings that were kept first. `[]`: exactly as it was. */
export function unlike(kept: Settings, shown: Settings): readonly string[] {
  const names = [...new Set([...Object.keys(kept), ...Object.keys(shown)])].filter(
    (name) =>
      !switches.has(name) && toCanonicalJson(kept[name] ?? null) !== toCanonicalJson(shown[name] ?? null),
  );
  const said = names
    .slice(0, mostNamed)
    .map((name) => `${name} is ${inWords(shown[name])}, was ${inWords(kept[name])}`);
  return names.length > mostNamed ? [...said, `${names.length - mostNamed} more settings`] : said;
}

function inWords(value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const text = parts.map((one) => (typeof one === 'string' ? one : toCanonicalJson(one))).join(', ');
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}
