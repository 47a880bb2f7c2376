/**
 * The access token for the audit log of a tenant: one form POST (OAuth 2.0 client credentials), kept until shortly
 * before it ends. Errors name the tenant and Microsoft's error code, never the secret or the token.
 */
import * as z from 'zod';
import { activityScope } from './clouds.ts';
import { FeedError } from './feed-error.ts';
import { jsonIn, send, textOf } from './network.ts';
import { patient, persist } from './patience.ts';
import { refusalOf } from './refusal.ts';
import type { TenantCredential } from './credentials.ts';
import type { Patience, Setback, Surroundings } from './patience.ts';

export interface TokenRequest {
  /** Set after a token was refused: the kept one is thrown away. */
  readonly fresh?: boolean;
  readonly signal: AbortSignal;
}
/** Throws `FeedError`. */
export type ActivityToken = (request: TokenRequest) => Promise<string>;

interface SignIn extends Surroundings {
  readonly loginUrl: string;
  readonly activityUrl: string;
  readonly credential: TenantCredential;
  readonly patience?: Patience;
}

interface Grant {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const permission = 'ActivityFeed.Read';
/** A token is not used in its last five minutes, so that it does not end between two pages of a list. */
const margin = 5 * 60_000;
const mostBytes = 256 * 1024;

export function createActivityToken(source: SignIn): ActivityToken {
  let kept: Grant | undefined;
  let asking: Promise<Grant> | undefined;
  return async ({ fresh = false, signal }) => {
    if (fresh) kept = undefined;
    if (kept && source.now() < kept.until) return kept.token;
    // Requests that come together share one sign-in.
    asking ??= grant(source, signal).finally(() => (asking = undefined));
    kept = await asking;
    return kept.token;
  };
}

async function grant(source: SignIn, signal: AbortSignal): Promise<Grant> {
  const { credential, patience = patient, now } = source;
  const base = source.loginUrl.replace(/\/+$/, '');
  const url = new URL(`${base}/${encodeURIComponent(credential.tenant)}/oauth2/v2.0/token`);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credential.clientId,
    client_secret: credential.clientSecret,
    scope: activityScope(source.activityUrl),
  }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
  const attempt = async (): Promise<{ readonly value: Grant } | Setback> => {
    try {
      const received = await send(
        source.fetch,
        url,
        { method: 'POST', headers, body },
        { timeout: patience.timeout, signal },
      );
      const text = await textOf(received, mostBytes);
      if (received.status === 200) return { value: granted(text, credential.tenant, now()) };
      return {
        error: refused(received.status, text, credential.tenant),
        retryAfter: received.headers.get('retry-after') ?? undefined,
      };
    } catch (error) {
      if (error instanceof FeedError) return { error };
      throw error;
    }
  };
  return persist(attempt, source, patience, signal);
}

const grantSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().nonnegative().catch(0),
});

function granted(body: string, tenant: string, now: number): Grant {
  const answer = grantSchema.safeParse(jsonIn(body));
  if (!answer.success)
    throw new FeedError(
      'unexpected-answer',
      `The sign-in service answered for tenant ${tenant}, but without a token. Check LOGIN_URL.`,
    );
  const { access_token: token, expires_in: lasts } = answer.data;
  // Microsoft issues a token without the permission as well; saying so here names the cause.
  const roles = rolesOf(token);
  if (roles && !roles.includes(permission))
    throw new FeedError(
      'forbidden',
      `The application signed in to tenant ${tenant}, but lacks the application permission ${permission} ` +
        '(Office 365 Management APIs). Add it to the app registration and give admin consent.',
    );
  return { token, until: now + lasts * 1_000 - margin };
}

function refused(status: number, body: string, tenant: string): FeedError {
  const asked = `signing in to tenant ${tenant}`;
  const general = refusalOf({ status, body, asked, tenant });
  if (general.retryable || general.code === 'no-licence') return general;
  // Of Microsoft's text only the code: the rest may name accounts and repeats what was sent.
  const code = /AADSTS\d{3,9}/.exec(body)?.[0];
  return new FeedError(
    'unauthorised',
    `Signing in to tenant ${tenant} was refused (HTTP ${status}${code === undefined ? '' : `, ${code}`}). ` +
      "Check the tenant's entry in the audit log secret: client id, client secret and its expiry.",
  );
}

/** `undefined` where the token cannot be looked into: then Microsoft will judge it. */
function rolesOf(token: string): readonly unknown[] | undefined {
  const [, claims, signature] = token.split('.');
  if (claims === undefined || signature === undefined) return undefined;
  const parsed = jsonIn(Buffer.from(claims, 'base64url').toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  return 'roles' in parsed && Array.isArray(parsed.roles) ? (parsed.roles as unknown[]) : [];
}
