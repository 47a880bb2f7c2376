/**
 * Finds the object that a record means by a name. Names pass from one object to another, and the record of a rename
 * may be late like any other: so what is known about renames is kept under the old name, and what a record calls by
 * it is looked up under the name it has had since.
 */
import { compareMoments } from '#time/moment.ts';
import { foldName } from '#kinds/fold-name.ts';
import { observationsOf } from '#lifecycle/in-order.ts';
import { inventory } from '#lifecycle/inventory.ts';
import { momentOf } from '#lifecycle/logged-changes.ts';
import { addRemembered, mergeTouched, type Remembered, type RememberedRecord } from './remembered.ts';
import type { Change } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Moment } from '#time/moment.ts';
import type { LoggedChange } from '#lifecycle/logged-changes.ts';
import type { ObjectRef } from './identity.ts';
import type { Reading, Register } from './contract.ts';

/** Later than every record. */
export const ever: Moment = { at: '9999-12-31T23:59:59.999Z' as Instant, record: '' };

/** More successive names than any real object has. */
const mostNames = 8;
const mostTries = 5;

/**
 * The present name of what was called `name` at that moment, as far as renames are known. Something may have the GUID
 * of something else for a name: only a record that identifies its object by GUID means the object with that GUID.
 */
export async function findPresentName(
  register: Pick<Register, 'remembered'>,
  { tenant, kind, name, guid }: ObjectRef,
  moment: Moment,
): Promise<string> {
  const isGuid = (text: string): boolean => text.toLowerCase() === guid?.toLowerCase();
  let present = name;
  for (let hop = 0; hop < mostNames; hop += 1) {
    const { renames } = await register.remembered({ tenant, kind, name: present });
    const next = renames.find(
      ({ until }) => compareMoments(moment, until) <= 0 && (until.at !== ever.at || isGuid(present)),
    );
    if (next === undefined || foldName(next.to) === foldName(present)) return present;
    present = next.to;
  }
  return present;
}

/**
 * From now on, what had the name up to `until` is known by another. What was remembered about it moves along. The first
 * try goes by `reading`.
 */
export async function keepRename(
  register: Register,
  from: ObjectRef,
  { to, until }: { readonly to: string; readonly until: Moment },
  now: Instant,
  reading: Pick<Reading, 'remembered'> = register,
): Promise<void> {
  if (foldName(from.name) === foldName(to)) return;
  const target = { ...from, name: to };
  for (let tries = mostTries; tries > 0; tries -= 1) {
    const source = tries === mostTries ? reading : register;
    const [old, other] = await Promise.all([source.remembered(from), source.remembered(target)]);
    if (old.renames.some(({ until: known }) => compareMoments(known, until) === 0)) return;
    const leaves = ({ observation }: RememberedRecord): boolean =>
      compareMoments(momentOf(observation), until) <= 0;
    const leaving = old.records
      .filter(leaves)
      .map((one) => ({ ...one, observation: { ...one.observation, name: to } }));
    const isBefore = (change: Change): boolean => compareMoments(change, until) <= 0;
    const changes = [
      {
        ...old,
        of: from,
        records: old.records.filter((one) => !leaves(one)),
        touched: old.touched.filter((one) => !isBefore(one)),
        renames: [...old.renames, { to, until }]
          .toSorted((a, b) => compareMoments(a.until, b.until))
          .slice(-mostNames),
      },
      ...(leaving.length === 0 && !old.touched.some(isBefore)
        ? []
        : [{ ...other, of: target, ...joined(other, leaving, old.touched.filter(isBefore)) }]),
    ];
    if ((await register.remember(changes, now)) === 'remembered') return;
  }
  throw new Error(
    `Lapse could not record that ${from.kind} "${from.name}" is now called "${to}": other writers kept changing it.`,
  );
}

function joined(
  other: Remembered,
  leaving: readonly RememberedRecord[],
  touched: readonly Change[],
): Pick<Remembered, 'records' | 'touched'> {
  const { records, touched: known } = addRemembered(other, ...leaving);
  return { records, touched: mergeTouched(known, touched) };
}

/**
 * What a trail says about an object up to its rename is remembered under the new name: the next thing recorded under
 * that takes it along. It has receipts of its own, since it is in the other trail as well.
 */
export async function copyTrail(
  register: Register,
  target: ObjectRef,
  { before, touched }: { readonly before: readonly LoggedChange[]; readonly touched: readonly Change[] },
  now: Instant,
): Promise<void> {
  const { tenant, kind, name } = target;
  const all = observationsOf(
    before.filter((one) => one.operation !== '' && one.operation !== inventory),
    [],
    { tenant, kind, name },
  ).map((observation) => ({
    observation,
    receipt: `audit#${tenant}#${observation.record}#${foldName(name)}`,
  }));
  // Some may have moved with an earlier rename to the same name.
  const placed = await register.carriedOutAmong(all.map(({ receipt }) => receipt));
  const records = all.filter(({ receipt }) => !placed.has(receipt));
  if (records.length === 0 && touched.length === 0) return;
  for (let tries = mostTries; tries > 0; tries -= 1) {
    const kept = await register.remembered(target);
    if (
      (await register.remember([{ ...kept, of: target, ...joined(kept, records, touched) }], now)) ===
      'remembered'
    )
      return;
  }
  throw new Error(
    `Lapse could not keep what was reported of ${kind} "${name}": other writers kept changing it.`,
  );
}
