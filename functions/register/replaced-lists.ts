/**
 * Records that rewrote a whole list. One may arrive before the record that named an entry it left out: so it is
 * remembered, and ends that entry as soon as it is known.
 */
import { compareMoments } from '#time/moment.ts';
import { foldName } from '#kinds/fold-name.ts';
import { momentOf } from '#lifecycle/logged-changes.ts';
import { addRemembered } from './remembered.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Instant } from '#time/instant.ts';
import type { Register } from './contract.ts';
import type { ObjectRef } from './identity.ts';

export interface Replacement {
  /** What the record says about each entry it left out, except the name. */
  readonly removal: Observation;
  readonly entries: readonly string[];
  /** Whose list it is, if there are several. */
  readonly policy: string | undefined;
}

const mostTries = 5;

/** No entry has this name: none contains a space. */
const listOf = ({ tenant, kind }: Observation, policy = ''): ObjectRef => ({
  tenant,
  kind,
  name: `the list ${foldName(policy)}`,
});

export async function keepReplacement(
  register: Register,
  { removal, entries, policy }: Replacement,
  receipt: string,
  now: Instant,
): Promise<readonly string[]> {
  const of = listOf(removal, policy);
  const observation = { ...removal, settings: { Entries: entries.map(foldName) } };
  for (let tries = mostTries; tries > 0; tries -= 1) {
    const kept = await register.remembered(of);
    const { forgotten, ...more } = addRemembered(kept, { observation, receipt });
    if (more.records.length === kept.records.length && forgotten.length === 0) return [];
    if ((await register.remember([{ ...kept, ...more, of }], now)) === 'remembered') return forgotten;
  }
  throw new Error('Lapse could not keep the record of a replaced list: other writers kept changing it.');
}

/** The first later record that left the entry out, as a removal of it. */
export async function findReplacement(
  register: Register,
  entry: Observation,
  policy: string | undefined,
): Promise<Observation | undefined> {
  const { records } = await register.remembered(listOf(entry, policy));
  const first = records.find(
    ({ observation }) =>
      compareMoments(momentOf(observation), momentOf(entry)) > 0 &&
      !entriesOf(observation).has(foldName(entry.name)),
  );
  return first && { ...first.observation, settings: {}, name: entry.name };
}

const entriesOf = ({ settings }: Observation): ReadonlySet<unknown> =>
  new Set(Array.isArray(settings['Entries']) ? settings['Entries'] : []);
