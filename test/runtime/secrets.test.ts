import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, it, vi } from 'vitest';
import { findCredential } from '#microsoft/credential.ts';
import { readSecret, SecretNotSet } from '#runtime/secrets.ts';
import { readTenantSecret } from '#runtime/tenant-secret.ts';
import type { AddressInfo } from 'node:net';

const [one, two, three, four, five] = ['1', '2', '3', '4', '5'].map(
  (digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`,
) as [string, string, string, string, string];
const entry = (clientId: string) => ({ clientId, clientSecret: 'S3cr3t' });
const arn = (name: string): string => `arn:aws:secretsmanager:local-1:000000000000:secret:${name}-AbCdEf`;
const absent = (message: string) => [400, { __type: 'ResourceNotFoundException', message }] as const;
const answers: Readonly<Record<string, readonly [number, object]>> = {
  set: [200, { SecretString: 'a value' }],
  empty: [200, { SecretString: '' }],
  'never-set': absent("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"),
  gone: absent("Secrets Manager can't find the specified secret."),
  [arn('shared')]: [200, { SecretString: JSON.stringify({ [one]: entry('shared'), '*': entry('any') }) }],
  [`shared/${one}`]: [200, { SecretString: JSON.stringify(entry('own')) }],
  [`shared/${two}`]: [200, { SecretString: JSON.stringify(entry('own')) }],
  [`shared/${three}`]: absent("Secrets Manager can't find the specified secret."),
  [`shared/${four}`]: [200, { SecretString: '{"clientId": "lapse", ' }],
  [`shared/${five}`]: [400, { __type: 'AccessDeniedException', message: 'no' }],
  [arn('unset')]: absent(
    "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  ),
  [`unset/${two}`]: [200, { SecretString: JSON.stringify(entry('own')) }],
  [`unset/${three}`]: absent("Secrets Manager can't find the specified secret."),
  [arn('broken')]: [200, { SecretString: '{' }],
  [`broken/${two}`]: [200, { SecretString: JSON.stringify(entry('own')) }],
};

beforeAll(async () => {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { SecretId } = JSON.parse(body) as { SecretId: string };
      const [status, answer] = answers[SecretId] ?? [500, {}];
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_REGION', 'local-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv(
    'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  );
  return () => {
    vi.unstubAllEnvs();
    server.close();
  };
});

it('a secret is read', async () => {
  expect(await readSecret('set')).toBe('a value');
});

it.each(['empty', 'never-set'])('a secret that was never given a value is one that is %s', async (id) => {
  await expect(readSecret(id)).rejects.toThrow(SecretNotSet);
});

it('a secret that is gone is not one that was never set', async () => {
  await expect(readSecret('gone')).rejects.not.toThrow(SecretNotSet);
});

const signsInAs = async (shared: string, tenant: string): Promise<string | undefined> =>
  findCredential(await readTenantSecret(arn(shared), tenant), tenant)?.clientId;

it.each([
  ['the entry in the secret for all, where it has one', 'shared', one, 'shared'],
  ['a secret of its own', 'shared', two, 'own'],
  ['a secret of its own, however its id is written', 'shared', two.toUpperCase(), 'own'],
  ['the entry for any, where it has neither', 'shared', three, 'any'],
  ['a secret of its own, where the one for all was never set', 'unset', two, 'own'],
  ['a secret of its own, where the one for all cannot be read', 'broken', two, 'own'],
])('a tenant is signed in to with %s', async (_, shared, tenant, by) => {
  expect(await signsInAs(shared, tenant)).toBe(by);
});

it('a secret of its own that cannot be read stops that tenant, although there is an entry for any', async () => {
  await expect(signsInAs('shared', four)).rejects.toThrow(`entry for tenant ${four} cannot be read`);
  // Whoever follows the advice for the secret for all would break it again.
  await expect(signsInAs('shared', four)).rejects.not.toThrow('<tenant GUID>');
  await expect(signsInAs('shared', five)).rejects.toThrow('no');
});

it('nothing at all is set up where neither secret has a value', async () => {
  await expect(signsInAs('unset', three)).rejects.toThrow(SecretNotSet);
});
