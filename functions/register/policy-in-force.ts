/** The policy that everything on record goes by. Another one comes into force exception by exception. */
import * as z from 'zod';
import type { Standing } from './standing.ts';

const noteSchema = z.object({ hash: z.string(), policy: z.unknown() });

export interface InForce {
  readonly hash: string;
  /** As it was written then: whoever uses it must parse it. */
  readonly policy: unknown;
  readonly revision: number;
}

const name = 'POLICY';

export async function policyInForce(standing: Standing): Promise<InForce | undefined> {
  const noted = await standing.read(name);
  return noted && { ...noteSchema.parse(noted.value), revision: noted.revision };
}

/** False: another sweep was faster. */
export const putInForce = (
  standing: Standing,
  hash: string,
  policy: unknown,
  revision: number,
): Promise<boolean> => standing.write(name, { hash, policy }, revision);
