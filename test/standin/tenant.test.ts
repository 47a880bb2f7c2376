import { once } from 'node:events';
import { request } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shelves } from '#lib/standin/tenant/shelf.ts';
import {
  auditRecord,
  inbound,
  outbound,
  riskyRule,
  startTenant,
  tenantId,
} from '../exchange/surroundings.ts';
import type { IncomingMessage } from 'node:http';
import type { AuditRecord } from '#audit-log/record.ts';
import type { KeyValue } from '#lib/standin/key-value.ts';

const at = (minute: number) => ({ CreationTime: `2026-11-20T07:${String(minute).padStart(2, '0')}:00` });
const named = (Identity: string) => ({ Identity });

function memory(): KeyValue {
  const kept = new Map<string, string>();
  return {
    get: (key) => {
      const text = kept.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    set: (key, value) => void kept.set(key, JSON.stringify(value)),
  };
}

async function objectsAfter(records: readonly AuditRecord[]) {
  await using running = await startTenant();
  for (const record of records) running.standIn.apply(record);
  return shelves.map((kind) => running.standIn.objects(kind).toSorted((a, b) => (a.guid < b.guid ? -1 : 1)));
}

const life = [
  riskyRule('first', at(1)),
  auditRecord('Set-TransportRule', { Identity: 'first', Name: 'second', Mode: 'Audit' }, at(2)),
  auditRecord('Disable-TransportRule', named('second'), at(3)),
  riskyRule('first', at(4)),
  auditRecord('Remove-TransportRule', named('first'), at(5)),
  riskyRule('first', at(6)),
  auditRecord('Enable-TransportRule', named('second'), at(7)),
  inbound('gateway', at(8)),
  auditRecord('Set-InboundConnector', { Identity: 'gateway', Enabled: 'False' }, at(9)),
  auditRecord('Set-OutboundConnector', { Identity: 'older than the log', Comment: 'x' }, at(10)),
];

describe('what an audit record tells of happens in the stand-in tenant', () => {
  it('by the order of events', async () => {
    const [rules, inbounds, outbounds] = await objectsAfter(life);
    expect(rules?.map(({ name, enabled }) => [name, enabled]).toSorted()).toEqual([
      ['first', true],
      ['second', true],
    ]);
    expect(rules?.find(({ name }) => name === 'second')?.parameters).toMatchObject({
      Mode: 'Audit',
      SetSCL: '-1',
    });
    expect(inbounds).toMatchObject([{ name: 'gateway', enabled: false }]);
    expect(outbounds).toMatchObject([{ name: 'older than the log', enabled: true }]);
  });

  it('the same whatever the order and however often the records arrive', async () => {
    const straight = await objectsAfter(life);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...life, ...life], { minLength: 2 * life.length }),
        async (records) => {
          expect(await objectsAfter(records)).toEqual(straight);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('with a GUID of its own for each life of a name, the same on every start', async () => {
    const [rules] = await objectsAfter(life);
    const [first] = await objectsAfter(life.slice(0, 1));
    expect(rules?.find(({ name }) => name === 'second')?.guid).toBe(first?.[0]?.guid);
    expect(new Set(rules?.map(({ guid }) => guid)).size).toBe(2);
  });

  it('for each tenant apart', async () => {
    await using running = await startTenant();
    const other = '6a1d2f0e-93b7-4d5c-8e21-0f4b7a9c3d58';
    running.standIn.apply(riskyRule('mine'));
    running.standIn.apply(riskyRule('theirs', { OrganizationId: other }));
    expect(running.standIn.objects('transport-rule', tenantId).map(({ name }) => name)).toEqual(['mine']);
    expect(
      await (await running.tenants(other)).read({ kind: 'transport-rule', name: 'theirs' }),
    ).toMatchObject({
      found: true,
    });
    expect(await running.tenant.read({ kind: 'transport-rule', name: 'theirs' })).toMatchObject({
      found: false,
    });
  });

  it('except for the operations of services and those that failed', async () => {
    const [rules] = await objectsAfter([
      riskyRule('a', { UserId: 'NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)', UserType: 3 }),
      riskyRule('b', { ResultStatus: 'False' }),
    ]);
    expect(rules).toEqual([]);
  });

  it('and is remembered over a restart, with what its own cmdlets did', async () => {
    const storage = memory();
    {
      await using running = await startTenant({ storage });
      running.standIn.apply(riskyRule('x'));
      const [object] = running.standIn.objects('transport-rule');
      await running.tenant.disable('transport-rule', { guid: object?.guid ?? '', settings: {} });
    }
    await using again = await startTenant({ storage });
    expect(again.standIn.objects('transport-rule')).toMatchObject([{ name: 'x', enabled: false }]);
  });
});

describe('a cmdlet run here', () => {
  it('comes after all that is known, also where the log is ahead of the clock', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('x', { CreationTime: '2026-11-27T00:00:00' }));
    const [object] = running.standIn.objects('transport-rule');
    await running.tenant.disable('transport-rule', { guid: object?.guid ?? '', settings: {} });
    expect(running.standIn.objects('transport-rule')).toMatchObject([{ enabled: false }]);
    await running.tenant.enable('transport-rule', { guid: object?.guid ?? '', settings: {} });
    expect(running.standIn.objects('transport-rule')).toMatchObject([{ enabled: true }]);
  });

  it('is not undone by news of what happened before it, but by what happened after', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('x'));
    const [object] = running.standIn.objects('transport-rule');
    await running.tenant.disable('transport-rule', { guid: object?.guid ?? '', settings: {} });

    running.standIn.apply(
      auditRecord('Enable-TransportRule', named('x'), { CreationTime: '2026-11-20T08:30:00' }),
    );
    expect(running.standIn.objects('transport-rule')).toMatchObject([{ enabled: false }]);
    running.standIn.apply(
      auditRecord('Enable-TransportRule', named('x'), { CreationTime: '2026-11-20T09:30:00' }),
    );
    expect(running.standIn.objects('transport-rule')).toMatchObject([{ enabled: true }]);
  });

  it('that Exchange does not have, or this stand-in does not, is forbidden without a word', async () => {
    await using running = await startTenant();
    const { createInvokeCommand } = await import('#exchange/invoke-command.ts');
    const { createToken } = await import('#microsoft/token.ts');
    const shared = {
      fetch: globalThis.fetch,
      exchangeUrl: running.standIn.url,
      tenant: tenantId,
      now: running.now,
      random: () => 0,
      wait: running.wait,
    };
    const invoke = createInvokeCommand({
      ...shared,
      token: createToken({
        ...shared,
        loginUrl: running.standIn.loginUrl,
        resource: 'exchange',
        resourceUrl: running.standIn.url,
        newId: () => 'id',
        credential: { clientId: 'a', clientSecret: 'b' },
      }),
    });
    await expect(invoke({ cmdlet: 'Remove-Mailbox', parameters: {} })).rejects.toMatchObject({
      code: 'forbidden',
    });

    // A rule cannot be switched off the way a connector can.
    running.standIn.apply(riskyRule('x'));
    await expect(
      invoke({ cmdlet: 'Set-TransportRule', parameters: { Identity: 'x', Enabled: false } }),
    ).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining("'Enabled'") as string });
  });
});

describe('what the stand-in answers', () => {
  async function raw(running: Awaited<ReturnType<typeof startTenant>>, cmdlet: string, parameters: object) {
    const grant = await fetch(`${running.standIn.loginUrl}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'a',
        client_secret: 'b',
        scope: 'https://outlook.office365.com/.default',
      }),
    });
    const { access_token: token } = (await grant.json()) as { access_token: string };
    return fetch(`${running.standIn.url}/adminapi/beta/${tenantId}/InvokeCommand`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
    });
  }
  const listed = async (response: Response) =>
    ((await response.json()) as { value: Record<string, unknown>[] }).value;

  it('has all properties of the real objects, annotated, with lists and dates in their forms', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('x'));
    running.standIn.apply(inbound('x'));
    const [rule = {}] = await listed(await raw(running, 'Get-TransportRule', {}));
    const [connector = {}] = await listed(await raw(running, 'Get-InboundConnector', {}));

    expect(Object.keys(rule).filter((name) => !name.includes('@'))).toHaveLength(200);
    expect(Object.keys(connector).filter((name) => !name.includes('@'))).toHaveLength(42);
    expect(rule).toMatchObject({
      State: 'Enabled',
      'DeleteMessage@data.type': 'System.Boolean',
      'SenderDomainIs@odata.type': '#Collection(String)',
      From: null,
      WhenChanged: '2026-11-20T08:00:00.0000000+00:00',
    });
    expect(rule).not.toHaveProperty('Enabled');
    expect(connector).toMatchObject({ Enabled: true, SenderDomains: ['smtp:*;1'], EFUsers: [] });
  });

  it('to a change is an empty body', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('x'));
    const response = await raw(running, 'Disable-TransportRule', { Identity: 'x' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('to a plain Get-OutboundConnector leaves out two classes, and a switch shows its class alone', async () => {
    await using running = await startTenant();
    running.standIn.apply(outbound('plain'));
    running.standIn.apply(outbound('scoped', { IsTransportRuleScoped: 'True' }));
    running.standIn.apply(outbound('trial', { TestMode: 'True' }));
    const names = async (parameters: object) =>
      (await listed(await raw(running, 'Get-OutboundConnector', parameters))).map((object) => object['Name']);
    expect(await names({})).toEqual(['plain']);
    expect(await names({ IsTransportRuleScoped: true })).toEqual(['scoped']);
    expect(await names({ IncludeTestModeConnectors: true })).toEqual(['trial']);
  });
});

describe('a tenant that lives on a host of its own', () => {
  /** Asks this machine under any name, as DNS would have it; `fetch` itself writes its own Host header. */
  const byName: typeof fetch = async (input, init) => {
    const { host, port, pathname, search } = new URL(input instanceof Request ? input.url : input);
    const headers = { ...Object.fromEntries(new Headers(init?.headers)), host };
    const asked = request({ port, path: `${pathname}${search}`, method: init?.method ?? 'GET', headers });
    asked.end(init?.body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const body = Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>));
    return new Response(body, {
      status: answer.statusCode ?? 0,
      headers: answer.headers.location === undefined ? {} : { location: answer.headers.location },
    });
  };

  it('is found there, and the token goes to no other place', async () => {
    await using running = await startTenant({ prefix: 'eur01' });
    running.standIn.apply(riskyRule('x'));
    const { createTenants } = await import('#exchange/tenants.ts');
    const asked: string[] = [];
    const tenants = createTenants({
      fetch: (input, init) => {
        asked.push(new URL(input instanceof Request ? input.url : input).hostname);
        return byName(input, init);
      },
      exchangeUrl: running.standIn.url.replace('127.0.0.1', 'tenant.test'),
      loginUrl: running.standIn.loginUrl,
      secret: () => Promise.resolve(JSON.stringify({ '*': { clientId: 'lapse', clientSecret: 'x' } })),
      newId: () => 'id',
      now: running.now,
      random: () => 0,
      wait: running.wait,
    });
    for (const name of ['x', 'X'])
      expect(await (await tenants(tenantId)).read({ kind: 'transport-rule', name })).toMatchObject({
        found: true,
      });
    expect(asked).toEqual([
      '127.0.0.1',
      'tenant.test',
      'tenant.test',
      'eur01.tenant.test',
      // Known from then on.
      'eur01.tenant.test',
    ]);
  });
});

describe('a list cmdlet of the stand-in', () => {
  const call = async (cmdlet: string, parameters: Readonly<Record<string, unknown>>) => {
    await using running = await startTenant();
    const { createInvokeCommand } = await import('#exchange/invoke-command.ts');
    const { createSignIn } = await import('#microsoft/sign-in.ts');
    const shared = { fetch: globalThis.fetch, now: running.now, random: () => 0, wait: running.wait };
    const access = await createSignIn({
      ...shared,
      loginUrl: running.standIn.loginUrl,
      resourceUrls: { exchange: running.standIn.url },
      secret: () => Promise.resolve(JSON.stringify({ '*': { clientId: 'lapse', clientSecret: 'x' } })),
      newId: () => 'id',
    })(tenantId, 'exchange');
    const invoke = createInvokeCommand({
      ...shared,
      exchangeUrl: access.address,
      tenant: tenantId,
      token: access.token,
    });
    return await invoke({ cmdlet, parameters });
  };

  it.each([
    [
      'a hashtable without its annotation',
      'Set-HostedConnectionFilterPolicy',
      { Identity: 'Default', IPAllowList: { Add: ['203.0.113.7'] } },
    ],
    [
      'a hashtable for a list that is written whole',
      'Set-ArcConfig',
      {
        Identity: 'Default',
        ArcTrustedSealers: { '@odata.type': '#Exchange.GenericHashTable', Add: ['a.example'] },
      },
    ],
    [
      'an allow for a sender without an end',
      'New-TenantAllowBlockListItems',
      { ListType: 'Sender', Entries: ['a.example'], Allow: true, NoExpiration: true },
    ],
    ['a parameter it does not have', 'Set-OrganizationConfig', { RejectDirectSends: true }],
  ])('refuses %s', async (_what, cmdlet, parameters) => {
    await expect(call(cmdlet, parameters)).rejects.toMatchObject({ code: 'refused' });
  });

  it('says when what is to be taken away is not there', async () => {
    await expect(
      call('Remove-TenantAllowBlockListItems', { ListType: 'Sender', Entries: ['a.example'] }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});
