/** Microsoft's sign-in service, as far as an application with a secret needs it. */
import { createHmac, randomBytes } from 'node:crypto';
import { json } from './replies.ts';
import type { Reply } from './replies.ts';

export interface SignIn {
  readonly issue: (tenant: string, form: URLSearchParams) => Reply;
  readonly accepts: (tenant: string, authorization: string | undefined) => boolean;
}

/** Seconds a token lasts. */
const lasts = 3_599;

/** Tokens in the shape of Microsoft's: three parts, with the application's roles among the claims. */
export function createSignIn(now: () => Date, roles: readonly string[]): SignIn {
  const key = randomBytes(32);
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const seconds = (): number => Math.floor(now().getTime() / 1_000);

  return {
    issue: (tenant, form) => {
      const client = form.get('client_id') ?? '';
      const scope = form.get('scope') ?? '';
      if (
        form.get('grant_type') !== 'client_credentials' ||
        client === '' ||
        (form.get('client_secret') ?? '') === ''
      )
        return refused(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
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

const refused = (status: number, error: string, description: string): Reply =>
  json(status, { error, error_description: description });
