import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { createTenants } from '#exchange/tenants.ts';
import { newRule, record, tenant } from '#test/journeys/records.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'lapse.mjs');

/** Starts the command, hands over its address and stops it. */
async function withTenant<T>(
  args: readonly string[],
  use: (url: string, said: readonly string[]) => Promise<T>,
) {
  const child = spawn(process.execPath, [launcher, 'tenant', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const said: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      const url = /http:\/\/\S+/.exec(line)?.[0];
      if (url !== undefined)
        return { result: await use(url, said), exited, stop: () => child.kill('SIGTERM') };
    }
    throw new Error(`it ended: ${said.join('\n')}`);
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

describe('the stand-in tenant, started alone', () => {
  it('is as its seed tells, over HTTP', async () => {
    const seed = join(temporaryFolder(), 'export.jsonl');
    const at = new Date('2026-11-20T08:00:00Z');
    writeFileSync(
      seed,
      [
        newRule('Past the filter', at),
        record('Set-HostedConnectionFilterPolicy', at, { Identity: 'Default', IPAllowList: '203.0.113.7' }),
      ]
        .map((one) => JSON.stringify(one))
        .join('\n'),
    );
    const { result } = await withTenant(['--seed', seed, '--delay', '0'], async (url, said) => {
      expect(said[0]).toContain('2 records');
      const tenants = createTenants({
        fetch: globalThis.fetch,
        exchangeUrl: url,
        loginUrl: url,
        secret: () =>
          Promise.resolve(JSON.stringify({ '*': { clientId: 'anybody', clientSecret: 'anything' } })),
        newId: () => 'id',
        now: () => 0,
        random: () => 0,
        wait: () => Promise.resolve(),
      });
      const one = await tenants(tenant);
      const token = await fetch(`${url}/${tenant}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: 'anybody',
          client_secret: 'anything',
          scope: 'https://manage.office.com/.default',
        }),
      });
      const { access_token: bearer } = (await token.json()) as { access_token: string };
      const subscriptions = await fetch(
        `${url}/api/v1.0/${tenant}/activity/feed/subscriptions/list?PublisherIdentifier=${tenant}`,
        { headers: { Authorization: `Bearer ${bearer}` } },
      );
      return {
        rules: (await one.list('transport-rule')).objects.map(({ name }) => name),
        allowed: (await one.list('ip-allow')).objects.map(({ name }) => name),
        log: subscriptions.status,
      };
    });
    expect(result).toEqual({ rules: ['Past the filter'], allowed: ['203.0.113.7'], log: 200 });
  });

  it.each([
    [['--port', 'many'], 2],
    [['--seed', '/does/not/exist'], 1],
    [['more'], 2],
  ])('refuses %j', async (args, code) => {
    const child = spawn(process.execPath, [launcher, 'tenant', ...args], { stdio: 'ignore' });
    expect((await once(child, 'exit'))[0]).toBe(code);
  });
});
