/**
 * One object, two exceptions: as long as Exchange is out of reach, one may be opened under a name and another under a
 * GUID. Whoever sees both on one object joins them here: one goes on, with everything that was told of the other, so
 * that whoever changed the object under either is one of its makers.
 */
import { foldName } from '#kinds/fold-name.ts';
import { isOfLapse } from '#lifecycle/decide/observation.ts';
import { touchedBeside } from '#lifecycle/in-order.ts';
import { loggedChangesIn } from '#lifecycle/logged-changes.ts';
import { execute } from './execute.ts';
import { copyTrail } from './names.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Reading, Register } from './contract.ts';
import type { ObjectRef } from './identity.ts';

interface Seen extends ObjectRef {
  readonly guid: string;
}

/** Two exceptions of one object. */
export interface Twins {
  readonly byGuid: Exception;
  readonly byName: Exception;
}

/** The exceptions under the name and under the GUID of an object, where they are two, also where the former is over. */
export async function findTwins(
  reading: Pick<Reading, 'find' | 'load'>,
  { guid, ...named }: Seen,
): Promise<Twins | undefined> {
  if (foldName(named.name) === foldName(guid)) return undefined;
  const [one, other] = await Promise.all([reading.find({ ...named, guid }), reading.find(named)]);
  if (one === undefined || other === undefined || one === other) return undefined;
  const [byGuid, byName] = await Promise.all([reading.load(one), reading.load(other)]);
  const isSame = byName?.guid === undefined || byName.guid.toLowerCase() === guid.toLowerCase();
  return byGuid && byName && isSame ? { byGuid, byName } : undefined;
}

/**
 * One of the two goes on: the one under the GUID, unless Lapse is switching the other one off, or has. What is told of
 * the one that ends is kept for whatever is recorded next of the object. Safe to repeat. Answers the id of the one that
 * goes on.
 */
export async function join(
  register: Register,
  { byGuid, byName }: Twins,
  object: Seen,
  { now, policy }: { readonly now: Instant; readonly policy: Policy },
): Promise<string> {
  const [ends, goesOn] = isOfLapse(byName) ? [byGuid, byName] : [byName, byGuid];
  const trail = await Array.fromAsync(register.trail(ends.id));
  await copyTrail(
    register,
    object,
    { before: trail.flatMap(loggedChangesIn), touched: touchedBeside(trail) },
    now,
  );
  const command = { type: 'Join', into: goesOn.id } as const;
  await execute(register, { id: ends.id, receipt: `join#${ends.id}#${goesOn.id}`, command, now, policy });
  return goesOn.id;
}
