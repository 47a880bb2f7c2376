import { describe, expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { SignInError } from '#microsoft/sign-in-error.ts';
import { createToken } from '#microsoft/token.ts';
import { recordedWaits, scripted } from '../exchange/scripted-fetch.ts';
import { secret, start, startTenant, tenantId } from '../exchange/surroundings.ts';
import type { Script, ScriptedReply } from '../exchange/scripted-fetch.ts';

const jwt = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
const good = jwt({ roles: ['Exchange.ManageAsApp'] });
const granted = (token: string, lasts: unknown = 3_600): ScriptedReply => ({
  body: { token_type: 'Bearer', expires_in: lasts, access_token: token },
});

function source(...script: Script) {
  const { fetch, sent } = scripted(...script);
  const { wait, waits } = recordedWaits();
  let now = Date.parse(start);
  const token = createToken({
    fetch,
    wait,
    now: () => now,
    random: () => 0,
    loginUrl: 'https://login.example/',
    resource: 'exchange',
    resourceUrl: 'https://outlook.office365.com',
    newId: () => 'id',
    tenant: tenantId,
    credential: { clientId: 'client', clientSecret: secret },
  });
  return { token, sent, waits, advance: (minutes: number) => (now += minutes * 60_000) };
}

const failure = async (asking: Promise<unknown>): Promise<SignInError> => {
  const error: unknown = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SignInError);
  return error as SignInError;
};

describe('the access token', () => {
  it('is asked for once, as a form, for the scope of the cloud', async () => {
    const { token, sent } = source(granted(good));

    expect(await token()).toBe(good);
    expect(sent[0]?.url).toBe(`https://login.example/${tenantId}/oauth2/v2.0/token`);
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: secret,
      scope: 'https://outlook.office365.com/.default',
    });
    expect(sent[0]?.redirect).toBe('manual');
  });

  it('is kept until five minutes before it ends', async () => {
    const { token, sent, advance } = source(granted(good));
    await token();
    advance(54);
    await token();
    expect(sent).toHaveLength(1);
    advance(2);
    await token();
    expect(sent).toHaveLength(2);
  });

  it('is asked for once by calls that come together', async () => {
    const { token, sent } = source(granted(good));
    await Promise.all([token(), token(), token()]);
    expect(sent).toHaveLength(1);
  });

  it('is asked for again after Exchange refused it', async () => {
    const { token, sent } = source(granted(good));
    await token();
    await token({ fresh: true });
    expect(sent).toHaveLength(2);
  });

  it('without the permission is refused here, with the permission by name', async () => {
    for (const claims of [{}, { roles: [] }, { roles: ['Mail.Read'] }]) {
      const error = await failure(source(granted(jwt(claims))).token());
      expect(error.code).toBe('forbidden');
      expect(error.message).toContain('Exchange.ManageAsApp');
    }
  });

  it('that cannot be looked into is accepted', async () => {
    expect(await source(granted('opaque')).token()).toBe('opaque');
    expect(await source(granted('not.base64url-json.token')).token()).toBe('not.base64url-json.token');
  });

  it('is asked for again after a pause when the service is busy', async () => {
    const { token, waits } = source(
      { status: 429, headers: { 'Retry-After': '3' } },
      { status: 503 },
      granted(good),
    );
    expect(await token()).toBe(good);
    expect(waits).toEqual([3_000, 1_000]);
  });

  it('for a service that the tenant does not have says so', async () => {
    const error = await failure(
      source({
        status: 400,
        body: {
          error: 'invalid_resource',
          error_description: "AADSTS500014: The service principal for resource 'x' is disabled.",
        },
      }).token(),
    );
    expect(error.code).toBe('no-licence');
    expect(error.message).toMatch(/does not have the service Office 365 Exchange Online.*AADSTS500014/);
  });

  it('is not asked for again when the credential is wrong, and the error tells the code but no secret', async () => {
    const { token, sent } = source({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: `AADSTS7000215: Invalid client secret ${secret} provided for app of ines@fabrikam.example`,
      },
    });
    const error = await failure(token());
    expect(error.code).toBe('unauthorised');
    expect(error.message).toContain('HTTP 401, invalid_client, AADSTS7000215');
    expect(error.message).not.toContain(secret);
    expect(error.message).not.toContain('ines@');
    expect(sent).toHaveLength(1);
  });

  it('is not asked for at another address: a redirect of the sign-in is an error', async () => {
    const { token, sent } = source({ status: 307, headers: { Location: 'https://elsewhere.example/' } });
    const error = await failure(token());
    expect(error.code).toBe('unexpected-answer');
    expect(error.message).toContain('LOGIN_URL');
    expect(sent).toHaveLength(1);
  });

  it('is not found in an answer that holds none', async () => {
    for (const body of ['', '<html>', { access_token: '' }, { expires_in: 3_600 }])
      expect((await failure(source({ body }).token())).code).toBe('unexpected-answer');
  });

  it('names only the network error code when the service cannot be reached', async () => {
    const { token, waits } = source(() => {
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error(`connect to ${secret}`), { code: 'ECONNREFUSED' }),
      });
    });
    const error = await failure(token());
    expect(error.code).toBe('unavailable');
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).not.toContain(secret);
    expect(waits).toHaveLength(2);
  });

  it('comes from the stand-in, and one without roles is told apart there too', async () => {
    await using bare = await startTenant({ roles: [] });
    const error: unknown = await bare.tenant
      .read({ kind: 'transport-rule', name: 'any' })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ExchangeError);
    expect(error).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('Exchange.ManageAsApp') as string,
    });
  });
});
