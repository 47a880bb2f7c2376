/**
 * The access token of Lapse's own application in a tenant: one form POST (OAuth 2.0 client credentials), kept until
 * shortly before it ends. Errors name the tenant and Microsoft's error code, never the secret or the token.
 */
import * as z from 'zod';
import { ExchangeError } from './exchange-error.ts';
import { post } from './post.ts';
import { patient, persist } from './retry.ts';
import type { Credential } from './credentials.ts';
import type { Patience, Surroundings, Try } from './retry.ts';

export interface TokenRequest {
  /** Set after a token was refused: the kept one is thrown away. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal | undefined;
}
export type Token = (request?: TokenRequest) => Promise<string>;

export interface TokenSource extends Surroundings {
  readonly loginUrl: string;
  readonly exchangeUrl: string;
  readonly tenant: string;
  readonly credential: Credential;
  readonly patience?: Patience;
}

const permission = 'Exchange.ManageAsApp';

/** A token is not used in its last five minutes, so that it does not end between two pages of an answer. */
const margin = 5 * 60_000;

const grantSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().nonnegative().catch(0),
});

/** Throws `ExchangeError`: `unauthorised`, `forbidden`, or one that passes. */
export function createToken(source: TokenSource): Token {
  let kept: { readonly token: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;

  return async ({ fresh = false, signal } = {}) => {
    if (fresh) kept = undefined;
    if (kept && source.now() < kept.until) return kept.token;
    // Calls that come together share one request.
    asking ??= grant(source, signal)
      .then(({ token, lasts }) => {
        kept = { token, until: source.now() + lasts - margin };
        return token;
      })
      .finally(() => (asking = undefined));
    return asking;
  };
}

async function grant(
  source: TokenSource,
  signal: AbortSignal | undefined,
): Promise<{ token: string; lasts: number }> {
  const { tenant, credential, patience = patient } = source;
  const url = new URL(
    `${source.loginUrl.replace(/\/+$/, '')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
  );
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credential.clientId,
    client_secret: credential.clientSecret,
    scope: scopeOf(source.exchangeUrl),
  });
  const attempt = async (): Promise<Try<{ token: string; lasts: number }>> => {
    const sent = await post(
      source.fetch,
      {
        url,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
        body: form.toString(),
      },
      { who: 'The sign-in service', timeout: patience.timeout, signal },
    );
    if ('error' in sent) return sent;
    const { status, headers, body } = sent.reply;
    if (status === 200) return { value: granted(body, tenant) };
    return { error: refusal(status, body, tenant), retryAfter: headers.get('retry-after') ?? undefined };
  };
  return persist(attempt, source, patience, signal);
}

function granted(body: string, tenant: string): { token: string; lasts: number } {
  const answer = grantSchema.safeParse(json(body));
  if (!answer.success)
    throw new ExchangeError(
      'unexpected-answer',
      `The sign-in service answered for tenant ${tenant}, but without a token. Check LOGIN_URL.`,
    );
  const token = answer.data.access_token;
  const roles = rolesOf(token);
  // Microsoft issues a token also without the permission: it then carries no roles, and every command fails with a
  // bare 403. Saying so here names the cause.
  if (roles && !roles.includes(permission))
    throw new ExchangeError(
      'forbidden',
      `The application signed in to tenant ${tenant}, but lacks the application permission ${permission} ` +
        '(Office 365 Exchange Online). Add it to the app registration and give admin consent.',
    );
  return { token, lasts: answer.data.expires_in * 1_000 };
}

function refusal(status: number, body: string, tenant: string): ExchangeError {
  if (status === 429) return new ExchangeError('throttled', 'The sign-in service asked Lapse to slow down.');
  if (status >= 500) return new ExchangeError('unavailable', `The sign-in service failed (HTTP ${status}).`);
  if (![400, 401, 403].includes(status))
    return new ExchangeError(
      'unexpected-answer',
      `The sign-in service answered for tenant ${tenant} with HTTP ${status}. Check LOGIN_URL.`,
    );
  // Of Microsoft's error text only the codes: the rest may name accounts and repeats what was sent.
  const why = [/"error"\s*:\s*"([a-z_]{3,40})"/.exec(body)?.[1], /AADSTS\d{3,9}/.exec(body)?.[0]].filter(
    (part) => part !== undefined,
  );
  return new ExchangeError(
    'unauthorised',
    `Signing in to tenant ${tenant} was refused (${['HTTP ' + String(status), ...why].join(', ')}). ` +
      "Check the tenant's entry in the Exchange secret: client id, client secret and its expiry.",
  );
}

/** The permission scope belongs to the cloud, not to the host that serves the tenant. */
export function scopeOf(exchangeUrl: string): string {
  const { hostname } = new URL(exchangeUrl);
  for (const cloud of ['outlook.office365.us', 'outlook-dod.office365.us'])
    if (hostname === cloud || hostname.endsWith(`.${cloud}`)) return `https://${cloud}/.default`;
  return 'https://outlook.office365.com/.default';
}

/**
 * The roles a token carries; `undefined` where it cannot be looked into. Microsoft calls access tokens opaque to
 * whom they are not for, so one that is no JWT is accepted: Exchange will judge it.
 */
function rolesOf(token: string): readonly unknown[] | undefined {
  const parts = token.split('.');
  const claims =
    parts.length === 3 ? json(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8')) : undefined;
  if (typeof claims !== 'object' || claims === null) return undefined;
  return 'roles' in claims && Array.isArray(claims.roles) ? (claims.roles as unknown[]) : [];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
