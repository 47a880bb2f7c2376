/**
 * The secret with which Lapse signs in: which application, and how it proves to be it, tenant by tenant. Best is
 * `federated`, which holds no secret at all: the role of the Lambda function is what Microsoft trusts.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { clouds } from './clouds.ts';
import { tryParseJson } from '#values/json.ts';
import { SignInError } from './sign-in-error.ts';
import type { Cloud } from './clouds.ts';

export type Credential = { readonly clientId: string; readonly cloud?: Cloud | undefined } & (
  | { readonly federated: true }
  /** PEM both; the private key unencrypted. */
  | { readonly certificate: string; readonly privateKey: string }
  | { readonly clientSecret: string }
);

const present = z.string().min(1);
const base = { clientId: present, cloud: z.enum(Object.keys(clouds) as [Cloud, ...Cloud[]]).optional() };
/** In order of preference: where an entry offers several ways, the first one counts. */
const credentialSchema = z.union([
  z.object({ ...base, federated: z.literal(true) }),
  z.object({ ...base, certificate: present, privateKey: present }).refine(isPair, {
    error: 'the private key does not belong to the certificate',
  }),
  z.object({ ...base, clientSecret: present }),
]);

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const credentialForm = '{ "clientId": "…", "federated": true }';
const choices =
  'with "certificate" and "privateKey" (PEM), or "clientSecret", in the place of "federated"; ' +
  '"cloud" may be worldwide, gcc, gcchigh or dod';

/**
 * The credential of a tenant; the entry "*" serves every tenant without one of its own, `undefined` where none fits.
 * Throws `no-credential` where the secret, or this tenant's entry, cannot be read, without quoting it.
 */
export function findCredential(secret: string, tenant: string): Credential | undefined {
  const entries = entriesIn(secret);
  const own = entries.find(([key]) => key.toLowerCase() === tenant.toLowerCase());
  const entry = own ?? entries.find(([key]) => key === '*');
  if (!entry) return undefined;
  const parsed = credentialSchema.safeParse(entry[1]);
  if (parsed.success) return parsed.data;
  throw new SignInError(
    'no-credential',
    `The secret's entry for tenant ${tenant} cannot be read. It must be JSON: ${credentialForm}, ${choices}.`,
  );
}

/** GUIDs of the tenants that the secret names, in lower case; not those that only "*" would serve. */
export const tenantsIn = (secret: string): readonly string[] => [
  ...new Set(
    entriesIn(secret)
      .map(([key]) => key.toLowerCase())
      .filter((key) => guid.test(key)),
  ),
];

/** Whether its entry "*" serves every tenant that it does not name. */
export const servesAny = (secret: string): boolean => entriesIn(secret).some(([key]) => key === '*');

/** Which entries, counted from 1, serve no tenant, because their key is neither a GUID nor "*". */
export const findMisspelt = (secret: string): readonly number[] =>
  entriesIn(secret).flatMap(([key], position) => (key === '*' || guid.test(key) ? [] : [position + 1]));

/** A tenant's own secret, which holds its credential and nothing else, in the form of one that names tenants. */
export const ofTenant = (tenant: string, own: string): string =>
  JSON.stringify({ [tenant.toLowerCase()]: tryParseJson(own) ?? null });

function entriesIn(secret: string): readonly (readonly [string, unknown])[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(secret);
  } catch {
    parsed = undefined;
  }
  const entries = z.record(z.string(), z.unknown()).safeParse(parsed);
  if (!entries.success)
    throw new SignInError(
      'no-credential',
      `The secret cannot be read. It must be JSON: { "<tenant GUID>": ${credentialForm} }, ${choices}.`,
    );
  return Object.entries(entries.data);
}

function isPair(pair: { readonly certificate: string; readonly privateKey: string }): boolean {
  try {
    return new X509Certificate(pair.certificate).checkPrivateKey(createPrivateKey(pair.privateKey));
  } catch {
    return false;
  }
}
