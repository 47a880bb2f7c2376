/** The policy that applies to everything on record. A new one comes into force exception by exception. */
import * as z from 'zod';
import { noteNames } from './partitions.ts';
import type { VersionedValues } from './versioned-values.ts';

/** Additional fields of a newer release are kept. */
const named = z.looseObject({ hash: z.string(), policy: z.unknown() });
const noteSchema = z.looseObject({
  ...named.shape,
  underway: z
    .looseObject({ tried: z.array(named), whole: z.boolean(), waiting: z.array(z.string()) })
    .exactOptional(),
});

/** As it was written then: parse it before use. */
interface Named {
  readonly hash: string;
  readonly policy: unknown;
}

/** Another policy on its way into force. */
export interface Underway {
  /** Policies that may apply to some of the exceptions since, oldest first. The last one is on its way. */
  readonly tried: readonly Named[];
  /** All that is left to do for it is what waits. */
  readonly whole: boolean;
  /** Tenants whose breaker holds back the deadlines that it brings nearer. */
  readonly waiting: readonly string[];
}

export interface InForce extends Named {
  readonly underway?: Underway | undefined;
  /** Of what was read; 0 if nothing was there. */
  readonly revision: number;
}

const name = noteNames.policy;

export async function readPolicyInForce(values: VersionedValues): Promise<InForce | undefined> {
  const noted = await values.read(name);
  return noted && { ...noteSchema.parse(noted.value), revision: noted.revision };
}

/** False: another sweep was faster. */
export const putInForce = (
  values: VersionedValues,
  { revision, underway, ...note }: InForce,
): Promise<boolean> => values.write(name, { ...note, ...(underway && { underway }) }, revision);
