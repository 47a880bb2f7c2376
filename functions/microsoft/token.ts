/**
 * The access token of Lapse's own application in a tenant: one form POST (OAuth 2.0 client credentials), kept until
 * shortly before it ends. Errors name the tenant and Microsoft's error code, never a secret, a key or a token.
 */
import * as z from 'zod';
import { ask } from './request.ts';
import { patient, retry } from './retry.ts';
import { assertionOf } from './assertion.ts';
import { addressOf, permissions, scopeAt } from './clouds.ts';
import { SignInError } from './sign-in-error.ts';
import { tryParseJson } from '#values/json.ts';
import type { Patience, Surroundings, Try } from './retry.ts';
import type { MicrosoftService } from './clouds.ts';
import type { Credential } from './credential.ts';

export interface TokenRequest {
  /** Set after a token was refused: the kept one is thrown away. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal | undefined;
}
export type Token = (request?: TokenRequest) => Promise<string>;

export interface SignIn extends Surroundings {
  /** Where to sign in, unless the tenant's cloud says otherwise. */
  readonly loginUrl: string;
  /** Where the token is to be used, unless the tenant's cloud says otherwise. */
  readonly resourceUrl: string;
  readonly resource: MicrosoftService;
  readonly tenant: string;
  readonly credential: Credential;
  /**
   * The identity of the role this code runs as, as a token made out to `api://AzureADTokenExchange` and signed with
   * RS256, which is the only algorithm Microsoft says it supports. Only federated credentials ask for it.
   */
  readonly webIdentityToken?: () => Promise<string>;
  /** A new id for each assertion. */
  readonly newId: () => string;
  readonly patience?: Patience;
}

/** A token is not used in its last five minutes, so that it does not end between two pages of an answer. */
const margin = 5 * 60_000;

const grantSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().nonnegative().catch(0),
});

interface Grant {
  readonly token: string;
  /** Milliseconds. */
  readonly lasts: number;
}

/** Throws `SignInError`. */
export function createToken(source: SignIn): Token {
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

async function grant(source: SignIn, signal: AbortSignal | undefined): Promise<Grant> {
  const { tenant, credential, resource, patience = patient } = source;
  const login = addressOf('login', credential.cloud, source.loginUrl).replace(/\/+$/, '');
  const url = new URL(`${login}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`);
  const scope = scopeAt(resource, addressOf(resource, credential.cloud, source.resourceUrl));

  const attempt = async (): Promise<Try<Grant, SignInError>> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credential.clientId,
      ...(await proof(source, url.href)),
      scope,
    });
    const sent = await ask(
      source.fetch,
      {
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
        body: form.toString(),
      },
      { who: 'The sign-in service', timeout: patience.timeout, signal, Failure: SignInError },
    );
    if ('error' in sent) return sent;
    const { status, headers, body } = sent.reply;
    if (status === 200) return { value: granted(body, tenant, resource) };
    return {
      error: refusal(status, body, source),
      retryAfter: headers.get('retry-after') ?? undefined,
    };
  };
  return retry(attempt, source, patience, signal);
}

const bearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** How the application proves its identity. Created for each try, because an assertion can be used only once. */
async function proof(source: SignIn, audience: string): Promise<Readonly<Record<string, string>>> {
  const { credential, tenant } = source;
  if ('federated' in credential) {
    if (!source.webIdentityToken)
      throw new SignInError(
        'no-credential',
        `The entry for tenant ${tenant} says to sign in as the function's own role, which needs an AWS role: outside AWS, use a certificate.`,
      );
    return { client_assertion_type: bearer, client_assertion: await source.webIdentityToken() };
  }
  if ('certificate' in credential)
    return {
      client_assertion_type: bearer,
      client_assertion: assertionOf({ ...credential, audience, now: source.now(), id: source.newId() }),
    };
  return { client_secret: credential.clientSecret };
}

function granted(body: string, tenant: string, resource: MicrosoftService): Grant {
  const answer = grantSchema.safeParse(tryParseJson(body));
  if (!answer.success)
    throw new SignInError(
      'unexpected-answer',
      `The sign-in service answered for tenant ${tenant}, but without a token. Check LOGIN_URL.`,
    );
  const token = answer.data.access_token;
  const { role, api } = permissions[resource];
  const roles = rolesOf(token);
  // Microsoft issues a token also without the permission: it then carries no roles, and every use of it fails with a
  // bare refusal. Saying so here names the cause.
  if (roles && !roles.includes(role))
    throw new SignInError(
      'forbidden',
      `The application signed in to tenant ${tenant}, but lacks the application permission ${role} (${api}). ` +
        'Add it to the app registration, under API permissions, and give admin consent.',
    );
  return { token, lasts: answer.data.expires_in * 1_000 };
}

/** What most often is wrong, by how the application signs in. */
function advice(credential: Credential): string {
  if ('federated' in credential)
    return "the federated credential of the app registration: issuer (this AWS account's), subject (the ARN of the function's role, to the letter) and audience (api://AzureADTokenExchange)";
  if ('certificate' in credential)
    return 'that the certificate is among those of the app registration and has not expired';
  return 'client id, client secret and its expiry';
}

function refusal(status: number, body: string, { tenant, credential, resource }: SignIn): SignInError {
  if (status === 429) return new SignInError('throttled', 'The sign-in service asked Lapse to slow down.');
  if (status >= 500) return new SignInError('unavailable', `The sign-in service failed (HTTP ${status}).`);
  if (![400, 401, 403].includes(status))
    return new SignInError(
      'unexpected-answer',
      `The sign-in service answered for tenant ${tenant} with HTTP ${status}. Check LOGIN_URL.`,
    );
  // "The service principal for resource … is disabled": the application is right, the tenant is not.
  if (/AADSTS500014\b/.test(body))
    return new SignInError(
      'no-licence',
      `Tenant ${tenant} does not have the service ${permissions[resource].api} (HTTP ${status}, AADSTS500014); usually it has no Exchange Online licence. Assign one, or take the tenant out of the secret.`,
    );
  // Only the codes of Microsoft's error text: the rest may name accounts and repeats what was sent.
  const why = [/"error"\s*:\s*"([a-z_]{3,40})"/.exec(body)?.[1], /AADSTS\d{3,9}/.exec(body)?.[0]].filter(
    (part) => part !== undefined,
  );
  return new SignInError(
    'unauthorised',
    `Signing in to tenant ${tenant} was refused (${['HTTP ' + String(status), ...why].join(', ')}). ` +
      `Check the tenant's entry in the secret: ${advice(credential)}.`,
  );
}

/**
 * The roles a token carries; `undefined` if it cannot be inspected. Microsoft says that access tokens are opaque to all
 * but their audience, so one that is not a JWT is accepted: its audience will judge it.
 */
function rolesOf(token: string): readonly unknown[] | undefined {
  const parts = token.split('.');
  const claims =
    parts.length === 3 ? tryParseJson(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8')) : undefined;
  if (typeof claims !== 'object' || claims === null) return undefined;
  return 'roles' in claims && Array.isArray(claims.roles) ? (claims.roles as unknown[]) : [];
}
