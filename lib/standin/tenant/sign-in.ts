/** Microsoft's sign-in service, as far as an application needs it that signs in by itself. */
import { constants, createHash, createHmac, randomBytes, verify, X509Certificate } from 'node:crypto';
import { json } from './replies.ts';
import type { TenantReply } from './replies.ts';

export interface StandInSignIn {
  readonly issue: (tenant: string, form: URLSearchParams) => TenantReply;
  readonly accepts: (tenant: string, authorization: string | undefined) => boolean;
}

/** Seconds a token lasts. */
const lasts = 3_599;

/** Tokens in the shape of Microsoft's: three parts, with the application's roles among the claims. */
export function createStandInSignIn(
  now: () => Date,
  roles: readonly string[],
  certificate?: string,
): StandInSignIn {
  const used = new Set<string>();
  const key = randomBytes(32);
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const seconds = (): number => Math.floor(now().getTime() / 1_000);

  return {
    issue: (tenant, form) => {
      const client = form.get('client_id') ?? '';
      const scope = form.get('scope') ?? '';
      const assertion = form.get('client_assertion');
      if (form.get('grant_type') !== 'client_credentials' || client === '')
        return refused(400, 'invalid_request', 'AADSTS900144: The request body must contain more.');
      if (assertion === null && (form.get('client_secret') ?? '') === '')
        return refused(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
      const wrong =
        assertion === null
          ? undefined
          : wrongWith(assertion, form, { tenant, client, at: seconds(), certificate, used });
      if (wrong !== undefined) return refused(401, 'invalid_client', wrong);
      if (!scope.endsWith('/.default'))
        return refused(400, 'invalid_scope', 'AADSTS1002012: The provided scope is not valid.');
      const claims = {
        aud: scope.replace(/\/\.default$/, ''),
        appid: client,
        tid: tenant.toLowerCase(),
        iat: seconds(),
        exp: seconds() + lasts,
        // A token comes also without the permission; it then says nothing of roles.
        ...(roles.length > 0 ? { roles } : {}),
      };
      const unsigned = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
      return json(200, {
        token_type: 'Bearer',
        expires_in: lasts,
        ext_expires_in: lasts,
        access_token: `${unsigned}.${sign(unsigned)}`,
      });
    },
    accepts: (tenant, authorization) => {
      const [head = '', claims = '', signature = ''] = (authorization ?? '')
        .replace(/^Bearer /, '')
        .split('.');
      if (signature === '' || sign(`${head}.${claims}`) !== signature) return false;
      const { tid, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
        tid: string;
        exp: number;
      };
      return tid === tenant.toLowerCase() && seconds() < exp;
    },
  };
}

interface Expected {
  readonly tenant: string;
  readonly client: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** That of the app registration; without one, any is taken. */
  readonly certificate: string | undefined;
  readonly used: Set<string>;
}

/** What is wrong with an assertion: of a certificate's owner, or of an identity elsewhere that is trusted. */
function wrongWith(assertion: string, form: URLSearchParams, expected: Expected): string | undefined {
  if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    return 'AADSTS50027: The client assertion type is not supported.';
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const header = claimsIn(head);
  const claims = claimsIn(body);
  const { at } = expected;
  if (signature === '' || Number(claims['exp'] ?? 0) <= at || Number(claims['nbf'] ?? 0) > at)
    return 'AADSTS700024: Client assertion is not within its valid time range.';
  if (claims['aud'] === 'api://AzureADTokenExchange')
    return header['alg'] === 'RS256'
      ? undefined
      : 'AADSTS700213: No matching federated identity record found for presented assertion.';

  const { pathname } = new URL(String(claims['aud']), 'http://none.invalid');
  if (pathname.toLowerCase() !== `/${expected.tenant.toLowerCase()}/oauth2/v2.0/token`)
    return 'AADSTS700212: No matching federated identity record found for presented assertion audience.';
  if (claims['iss'] !== expected.client || claims['sub'] !== expected.client)
    return 'AADSTS700021: Client assertion application identifier does not match.';
  const id = typeof claims['jti'] === 'string' ? claims['jti'] : '';
  if (id === '' || expected.used.has(id)) return 'AADSTS700026: Client assertion was replayed.';
  expected.used.add(id);
  if (expected.certificate === undefined) return undefined;
  const certificate = new X509Certificate(expected.certificate);
  const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    {
      key: certificate.publicKey,
      ...(header['alg'] === 'PS256' && {
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }),
    },
    Buffer.from(signature, 'base64url'),
  );
  return header['x5t#S256'] === thumbprint && signed
    ? undefined
    : 'AADSTS700027: The certificate used to sign the client assertion is not registered.';
}

function claimsIn(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const refused = (status: number, error: string, description: string): TenantReply =>
  json(status, { error, error_description: description });
