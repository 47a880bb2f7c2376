/**
 * One object, two exceptions: as long as Exchange is out of reach, one may be opened under a name and another under a
 * GUID. Whoever sees both on one object joins them here: the one with the GUID goes on, with everything that was told
 * of the other, so that whoever changed the object under either is one of its makers.
 */
import { foldName } from '#kinds/fold-name.ts';
import { touchedBeside } from '#lifecycle/in-order.ts';
import { toldIn } from '#lifecycle/told.ts';
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

/** What was opened under the name of an object alone, where its GUID has another exception. */
export async function openedByNameAlone(
  reading: Pick<Reading, 'find' | 'load'>,
  { guid, ...named }: Seen,
): Promise<{ readonly alone: Exception; readonly into: string } | undefined> {
  if (foldName(named.name) === foldName(guid)) return undefined;
  const [into, other] = await Promise.all([reading.find({ ...named, guid }), reading.find(named)]);
  if (into === undefined || other === undefined || into === other) return undefined;
  const alone = await reading.load(other);
  return alone && alone.guid === undefined && alone.state !== 'removed' ? { alone, into } : undefined;
}

/** What is told of `alone` is kept for whatever is recorded next of the object, and it ends. Safe to repeat. */
export async function join(
  register: Register,
  { alone, into, object }: { readonly alone: Exception; readonly into: string; readonly object: Seen },
  { now, policy }: { readonly now: Instant; readonly policy: Policy },
): Promise<void> {
  const trail = await Array.fromAsync(register.trail(alone.id));
  await copyTrail(register, object, { before: trail.flatMap(toldIn), touched: touchedBeside(trail) }, now);
  const command = { type: 'Join', into } as const;
  await execute(register, { id: alone.id, receipt: `join#${alone.id}#${into}`, command, now, policy });
}
