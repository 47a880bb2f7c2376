import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, it, vi } from 'vitest';
import { readSecret, SecretNotSet } from '#runtime/secrets.ts';
import type { AddressInfo } from 'node:net';

const absent = (message: string) => [400, { __type: 'ResourceNotFoundException', message }] as const;
const answers: Readonly<Record<string, readonly [number, object]>> = {
  set: [200, { SecretString: 'a value' }],
  empty: [200, { SecretString: '' }],
  'never-set': absent("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"),
  gone: absent("Secrets Manager can't find the specified secret."),
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
