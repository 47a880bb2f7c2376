/** The Exchange secret: which application Lapse signs in with, tenant by tenant. */
import * as z from 'zod';
import { ExchangeError } from './exchange-error.ts';

export interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

const credentialsSchema = z.record(
  z.string(),
  z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
);

/**
 * `{ "<tenant GUID>": { "clientId", "clientSecret" } }`; the entry "*" serves every tenant without one of its own.
 * `undefined` where none fits. Throws `no-credential` where the secret cannot be read, without quoting it.
 */
export function credentialFor(secret: string, tenant: string): Credential | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(secret);
  } catch {
    parsed = undefined;
  }
  const credentials = credentialsSchema.safeParse(parsed);
  if (!credentials.success)
    throw new ExchangeError(
      'no-credential',
      'The Exchange secret cannot be read. It must be JSON: { "<tenant GUID>": { "clientId": "…", "clientSecret": "…" } }.',
    );
  const entries = Object.entries(credentials.data);
  const own = entries.find(([key]) => key.toLowerCase() === tenant.toLowerCase());
  return (own ?? entries.find(([key]) => key === '*'))?.[1];
}
