import { getSecret } from '@aws-lambda-powertools/parameters/secrets';

/** Seconds. A rotated secret is in use this soon; until then the old one must still be accepted. */
const maxAge = 300;

/** The text of a secret, kept for five minutes. Throws where it is absent, empty or may not be read. */
export async function readSecret(id: string): Promise<string> {
  const text = await getSecret(id, { maxAge });
  if (typeof text !== 'string' || text === '')
    throw new Error(`secret ${id} holds no text: put its value into Secrets Manager`);
  return text;
}
