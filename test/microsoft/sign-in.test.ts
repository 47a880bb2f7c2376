import { describe, expect, it } from 'vitest';
import { assertionOf } from '#microsoft/assertion.ts';
import { addressOf, clouds, scopeAt } from '#microsoft/clouds.ts';
import { findCredential, findMisspelt, tenantsIn } from '#microsoft/credential.ts';
import { createSignIn, type AccessTo } from '#microsoft/sign-in.ts';
import { recordedWaits, scripted } from '../exchange/scripted-fetch.ts';
import { secret, start, startTenant, tenantId } from '../exchange/surroundings.ts';
import { selfSigned } from '#lib/standin/self-signed.ts';
import type { MicrosoftService } from '#microsoft/clouds.ts';
import type { StandInTenantOptions } from '#lib/standin/tenant/standin-tenant.ts';

const other = '5d6e3a10-0c4b-4f8e-9a77-2b1c3d4e5f60';
const pair = selfSigned();
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = Date.parse(start) / 1_000;

/** What the security token service of AWS would give. */
const identity = (alg = 'RS256') =>
  [
    part({ alg, typ: 'JWT' }),
    part({
      aud: 'api://AzureADTokenExchange',
      iss: 'https://0a1b2c3d.tokens.sts.global.api.aws',
      sub: 'arn:aws:iam::111122223333:role/lapse-enforce',
      exp: seconds + 300,
    }),
    'signature',
  ].join('.');

const tokenFor = async (access: AccessTo, tenant: string, resource: MicrosoftService): Promise<string> =>
  (await access(tenant, resource)).token();

let serial = 0;

/** Signs in to a stand-in over HTTP with one entry of the secret for all tenants. */
async function startSignIn(
  entry: object,
  {
    webIdentityToken,
    ...options
  }: Partial<StandInTenantOptions> & { readonly webIdentityToken?: () => Promise<string> } = {},
) {
  const running = await startTenant(options);
  const access = createSignIn({
    fetch: globalThis.fetch,
    loginUrl: running.standIn.loginUrl,
    resourceUrls: { exchange: running.standIn.url, activity: running.standIn.url },
    secret: () => Promise.resolve(JSON.stringify({ '*': { clientId: 'lapse', ...entry } })),
    newId: () => `assertion ${(serial += 1)}`,
    now: running.now,
    random: () => 0.5,
    wait: running.wait,
    ...(webIdentityToken && { webIdentityToken }),
  });
  return { access, [Symbol.asyncDispose]: () => running.standIn.close() };
}
const claims = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

describe('an assertion', () => {
  it('is good from a minute ago, for ten minutes, and for the service it was made out to', () => {
    const now = Date.parse(start);
    const audience = 'https://login.microsoftonline.com/x/oauth2/v2.0/token';
    expect(claims(assertionOf({ ...pair, clientId: 'lapse', audience, now, id: 'once' }))).toEqual({
      ...{ aud: audience, iss: 'lapse', sub: 'lapse', jti: 'once' },
      ...{ iat: seconds, nbf: seconds - 60, exp: seconds + 600 },
    });
  });
});

describe('signing in', () => {
  it('as the role the code runs as, with no secret at all', async () => {
    await using service = await startSignIn(
      { federated: true },
      { webIdentityToken: () => Promise.resolve(identity()) },
    );
    const token = await tokenFor(service.access, tenantId, 'exchange');
    expect(claims(token)).toMatchObject({ appid: 'lapse', tid: tenantId });
  });

  it('as a role with a token of another algorithm is refused, and what to check is named', async () => {
    await using service = await startSignIn(
      { federated: true },
      { webIdentityToken: () => Promise.resolve(identity('ES384')) },
    );
    await expect(tokenFor(service.access, tenantId, 'exchange')).rejects.toMatchObject({
      code: 'unauthorised',
      message: expect.stringMatching(/AADSTS700213.*federated credential.*subject/s) as string,
    });
  });

  it('as a role outside AWS says that this cannot be', async () => {
    await using service = await startSignIn({ federated: true });
    await expect(tokenFor(service.access, tenantId, 'exchange')).rejects.toMatchObject({
      code: 'no-credential',
      message: expect.stringContaining('AWS') as string,
    });
  });

  it('with a certificate, which the service checks', async () => {
    await using service = await startSignIn(pair, { certificate: pair.certificate });
    const { token } = await service.access(tenantId, 'exchange');
    expect(claims(await token())).toMatchObject({ appid: 'lapse' });
    // A new assertion each time: a replay is refused.
    expect(claims(await token({ fresh: true }))).toMatchObject({ appid: 'lapse' });
  });

  it('with a certificate that is not registered is refused, without a word of the key', async () => {
    await using service = await startSignIn(pair, { certificate: selfSigned().certificate });
    const error: unknown = await tokenFor(service.access, tenantId, 'exchange').catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'unauthorised' });
    expect(String(error)).toContain('AADSTS700027');
    expect(String(error)).not.toContain(pair.privateKey.slice(40, 80));
  });

  it('with a client secret', async () => {
    await using service = await startSignIn({ clientSecret: secret });
    expect(claims(await tokenFor(service.access, tenantId, 'exchange'))).toMatchObject({ appid: 'lapse' });
  });

  it('prefers the role to the certificate, and the certificate to the secret', () => {
    const all = { clientId: 'a', clientSecret: secret, ...pair, federated: true };
    expect(findCredential(JSON.stringify({ '*': all }), tenantId)).toEqual({
      clientId: 'a',
      federated: true,
    });
    const two = { clientId: 'a', clientSecret: secret, ...pair };
    expect(findCredential(JSON.stringify({ '*': two }), tenantId)).toEqual({ clientId: 'a', ...pair });
  });
});

describe('a token without the permission', () => {
  it.each([
    ['exchange', 'Exchange.ManageAsApp', 'Office 365 Exchange Online', ['ActivityFeed.Read']],
    ['activity', 'ActivityFeed.Read', 'Office 365 Management APIs', ['Exchange.ManageAsApp']],
  ] as const)(
    'for %s says that %s of %s is missing, and how it is granted',
    async (resource, role, api, roles) => {
      await using service = await startSignIn({ clientSecret: secret }, { roles });
      await expect(tokenFor(service.access, tenantId, resource)).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringMatching(new RegExp(`${role}.*${api}.*admin consent`)) as string,
      });
    },
  );

  it('for one thing does not keep the other from working', async () => {
    await using service = await startSignIn({ clientSecret: secret }, { roles: ['ActivityFeed.Read'] });
    expect(await tokenFor(service.access, tenantId, 'activity')).not.toBe('');
  });
});

describe('several tenants in one deployment', () => {
  const worldwide = { clientId: 'one', clientSecret: secret };
  const government = { clientId: 'two', clientSecret: secret, cloud: 'gcchigh' };
  const granted = { body: { access_token: 'opaque', expires_in: 3_600 } };

  function signIn(entries: object) {
    const { fetch, sent } = scripted(granted);
    const access = createSignIn({
      fetch,
      loginUrl: clouds.worldwide.login,
      resourceUrls: { exchange: clouds.worldwide.exchange },
      secret: () => Promise.resolve(JSON.stringify(entries)),
      newId: () => 'id',
      now: () => Date.parse(start),
      random: () => 0,
      wait: recordedWaits().wait,
    });
    return { access, sent };
  }

  it('each sign in with their own application, in their own cloud', async () => {
    const { access, sent } = signIn({ [tenantId]: worldwide, [other]: government });
    expect((await access(tenantId, 'exchange')).address).toBe('https://outlook.office365.com');
    expect((await access(other, 'exchange')).address).toBe('https://outlook.office365.us');
    expect((await access(other, 'activity')).address).toBe('https://manage.office365.us');
    await tokenFor(access, tenantId, 'exchange');
    await tokenFor(access, other, 'exchange');
    await tokenFor(access, other, 'activity');
    expect(
      sent.map(({ url, body }) => [
        url,
        new URLSearchParams(body).get('client_id'),
        new URLSearchParams(body).get('scope'),
      ]),
    ).toEqual([
      [
        `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
        'one',
        'https://outlook.office365.com/.default',
      ],
      [
        `https://login.microsoftonline.us/${other}/oauth2/v2.0/token`,
        'two',
        'https://outlook.office365.us/.default',
      ],
      [
        `https://login.microsoftonline.us/${other}/oauth2/v2.0/token`,
        'two',
        'https://manage.office365.us/.default',
      ],
    ]);
  });

  it('keep their tokens apart, and a rotated secret gets a new one', async () => {
    const entries: Record<string, object> = { [tenantId]: worldwide };
    const { access, sent } = signIn(entries);
    await tokenFor(access, tenantId, 'exchange');
    await tokenFor(access, tenantId, 'exchange');
    expect(sent).toHaveLength(1);
    entries[tenantId] = { ...worldwide, clientSecret: 'rotated' };
    await tokenFor(access, tenantId, 'exchange');
    expect(sent).toHaveLength(2);
  });

  it('do not suffer from a neighbour whose entry is misspelt', () => {
    const text = JSON.stringify({ [tenantId]: worldwide, [other]: { clientid: 'x' } });
    expect(findCredential(text, tenantId)).toEqual(worldwide);
    expect(() => findCredential(text, other)).toThrow(other);
    expect(tenantsIn(text)).toEqual([tenantId, other]);
  });
});

describe('the hosts of a cloud', () => {
  it.each([
    ['worldwide', 'login.microsoftonline.com', 'outlook.office365.com', 'manage.office.com'],
    ['gcc', 'login.microsoftonline.com', 'outlook.office365.com', 'manage-gcc.office.com'],
    ['gcchigh', 'login.microsoftonline.us', 'outlook.office365.us', 'manage.office365.us'],
    ['dod', 'login.microsoftonline.us', 'outlook-dod.office365.us', 'manage.protection.apps.mil'],
  ] as const)('%s: %s, %s, %s', (cloud, login, exchange, activity) => {
    expect(addressOf('login', cloud)).toBe(`https://${login}`);
    expect(addressOf('exchange', cloud, clouds.worldwide.exchange)).toBe(`https://${exchange}`);
    expect(addressOf('activity', cloud)).toBe(`https://${activity}`);
    expect(scopeAt('exchange', `https://${exchange}/`)).toBe(`https://${exchange}/.default`);
    expect(scopeAt('activity', `https://${activity}`)).toBe(`https://${activity}/.default`);
  });

  it('give way to an address that was set, and the scope follows the cloud and not the host in it', () => {
    expect(addressOf('exchange', 'dod', 'http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
    expect(scopeAt('exchange', 'https://eur01.outlook.office365.com/')).toBe(
      'https://outlook.office365.com/.default',
    );
    expect(scopeAt('exchange', 'https://notoutlook.office365.us/')).toBe(
      'https://outlook.office365.com/.default',
    );
    expect(scopeAt('exchange', 'http://127.0.0.1:8080')).toBe('https://outlook.office365.com/.default');
  });
});

describe('the secret', () => {
  const one = { clientId: 'one', clientSecret: 'x' };
  const any = { clientId: 'any', clientSecret: 'y' };

  it("gives a tenant's own entry, in any case of letters, before the one for all", () => {
    const text = JSON.stringify({ '*': any, [tenantId.toUpperCase()]: one });
    expect(findCredential(text, tenantId)).toEqual(one);
    expect(findCredential(text, other)).toEqual(any);
    expect(tenantsIn(text)).toEqual([tenantId]);
  });

  it('names each tenant once, and tells which entries name none', () => {
    const text = JSON.stringify({ [tenantId]: one, contoso: one, '*': any, [tenantId.toUpperCase()]: one });
    expect(tenantsIn(text)).toEqual([tenantId]);
    expect(findMisspelt(text)).toEqual([2]);
  });

  it('gives nothing for a tenant without an entry', () => {
    expect(findCredential(JSON.stringify({ [tenantId]: one }), other)).toBeUndefined();
  });

  it.each([
    ['is no JSON', `{"*": "${secret}"`],
    ['lacks the client', JSON.stringify({ '*': { clientSecret: secret } })],
    [
      'has a key of another certificate',
      JSON.stringify({ '*': { clientId: 'a', ...pair, certificate: selfSigned().certificate } }),
    ],
    ['names no such cloud', JSON.stringify({ '*': { ...one, clientSecret: secret, cloud: 'moon' } })],
  ])('that %s is an error that does not quote it', (_what, text) => {
    expect(() => findCredential(text, tenantId)).toThrow(/must be JSON/);
    expect(() => findCredential(text, tenantId)).not.toThrow(secret);
    expect(() => findCredential(text, tenantId)).not.toThrow(pair.privateKey.slice(40, 80));
  });
});
