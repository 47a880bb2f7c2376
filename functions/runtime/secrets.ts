import { getSecret } from '@aws-lambda-powertools/parameters/secrets';

/** Seconds. A rotated secret is in use this soon; until then the old one must still be accepted. */
const maxAge = 300;

/** Nobody has stored a value yet since the secret was made: Lapse is not set up, which is no fault. */
export class SecretNotSet extends Error {
  override readonly name = 'SecretNotSet';
}

/** The text of a secret, kept for five minutes. Throws where it is absent or may not be read; `SecretNotSet` if empty. */
export async function readSecret(id: string): Promise<string> {
  const text = await getSecret(id, { maxAge }).catch((error: unknown) => {
    if (wasNeverSet(error)) return '';
    throw error;
  });
  if (typeof text !== 'string' || text === '')
    throw new SecretNotSet(`secret ${id} holds no text: put its value into Secrets Manager`);
  return text;
}

/** The same; `undefined` where there is no such secret. For five minutes it stays so. */
export async function findSecret(id: string): Promise<string | undefined> {
  if ((absentUntil.get(id) ?? 0) > Date.now()) return undefined;
  try {
    return await readSecret(id);
  } catch (error) {
    if (causeOf(error)?.name !== 'ResourceNotFoundException') throw error;
    absentUntil.set(id, Date.now() + maxAge * 1_000);
    return undefined;
  }
}

const absentUntil = new Map<string, number>();

/** AWS speaks of the label of a value where the secret is there without one. A secret that is gone is another error. */
function wasNeverSet(error: unknown): boolean {
  const cause = causeOf(error);
  return cause?.name === 'ResourceNotFoundException' && cause.message.includes('staging label: AWSCURRENT');
}

function causeOf(error: unknown): Error | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause : undefined;
}
