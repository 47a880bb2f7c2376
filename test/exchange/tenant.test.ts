import { describe, expect, it } from 'vitest';
import { list } from '#risk/settings.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { createTenant } from '#exchange/tenant.ts';
import { recordedWaits, scripted } from './scripted-fetch.ts';
import { auditRecord, inbound, outbound, riskyRule, start, startTenant, tenantId } from './surroundings.ts';
import type { Kind } from '#kinds/registry.ts';
import type { FoundObject } from '#exchange/tenant.ts';
import type { Script } from './scripted-fetch.ts';

type Running = Awaited<ReturnType<typeof startTenant>>;

async function found({ tenant }: Running, kind: Kind, name: string): Promise<FoundObject> {
  const object = await tenant.read({ kind, name });
  if (!object.found) throw new Error(`${name} is not there`);
  return object;
}
function scriptedTenant(...script: Script) {
  const { fetch, sent } = scripted(...script);
  const tenant = createTenant({
    fetch,
    exchangeUrl: 'https://outlook.office365.com',
    tenant: tenantId,
    token: () => Promise.resolve('token'),
    now: () => Date.parse(start),
    random: () => 0,
    wait: recordedWaits().wait,
  });
  return { tenant, sent };
}
const guids = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-1111-4111-a111-111111111111`) as [
  string,
  string,
  string,
];
const rule = (Guid: string, Name: string) => ({ Guid, Name, State: 'Enabled', SetSCL: '-1' });

describe('reading a transport rule', () => {
  it('gives its GUID, whether it is on, and what is set of its 200 properties', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('Past the filter'));

    expect(await found(running, 'transport-rule', 'Past the filter')).toEqual({
      found: true,
      guid: running.standIn.objects('transport-rule')[0]?.guid,
      name: 'Past the filter',
      enabled: true,
      settings: {
        Actions: ['Microsoft.Exchange.MessagingPolicies.Rules.Tasks.SetSCLAction'],
        Conditions: ['Microsoft.Exchange.MessagingPolicies.Rules.Tasks.SenderDomainIsPredicate'],
        CreatedBy: 'ines moreau',
        Description: expect.any(String) as string,
        Mode: 'Enforce',
        Priority: 0,
        RecipientAddressType: 'Resolved',
        RuleErrorAction: 'Ignore',
        RuleSubType: 'None',
        SenderAddressLocation: 'Header',
        SenderDomainIs: ['tailspin.example'],
        SetSCL: '-1',
        State: 'Enabled',
      },
    });
  });

  it('goes by its State, which is text', async () => {
    await using running = await startTenant();
    running.standIn.apply(auditRecord('New-TransportRule', { Name: 'off', SetSCL: '-1', Enabled: 'False' }));
    expect((await found(running, 'transport-rule', 'off')).enabled).toBe(false);
  });

  it('finds it by name in any case of letters', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('Past the Filter'));
    expect((await found(running, 'transport-rule', 'past THE filter')).name).toBe('Past the Filter');
  });
});

describe('an identity that Exchange does not know', () => {
  it('returns every object, and none of them is taken for the one asked for', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('one'));
    running.standIn.apply(riskyRule('two'));
    for (const object of [{ name: 'three' }, { guid: guids[0] }])
      expect(await running.tenant.read({ kind: 'transport-rule', ...object })).toEqual({
        found: false,
        certain: true,
      });
  });

  it('is looked for on every page', async () => {
    await using running = await startTenant({ pageSize: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) running.standIn.apply(riskyRule(name));
    expect(await running.tenant.read({ kind: 'transport-rule', name: 'f' })).toMatchObject({ certain: true });
    expect((await found(running, 'transport-rule', 'e')).name).toBe('e');
  });

  it('in an empty list is not proof of absence, but "not found" is', async () => {
    await using running = await startTenant();
    expect(await running.tenant.read({ kind: 'transport-rule', name: 'any' })).toEqual({
      found: false,
      certain: false,
    });
    const { tenant } = scriptedTenant({
      status: 404,
      body: {
        error: {
          code: 'NotFound',
          message: 'x',
          details: [{ message: 'Ex|Some.ManagementObjectNotFoundException|No such object.' }],
        },
      },
    });
    expect(await tenant.read({ kind: 'transport-rule', name: 'any' })).toEqual({
      found: false,
      certain: true,
    });
  });

  it('that is empty is never sent: it would name everything', async () => {
    const { tenant, sent } = scriptedTenant({ body: { value: [rule(guids[0], 'one')] } });
    await expect(tenant.read({ kind: 'transport-rule', name: '' })).rejects.toThrow(RangeError);
    await expect(tenant.read({ kind: 'transport-rule' })).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
  });
});

describe('selecting from an answer', () => {
  it('by GUID ignores the name, and the case of letters', async () => {
    const { tenant } = scriptedTenant({
      body: { value: [rule(guids[0], 'wanted'), rule(guids[1].toUpperCase(), 'other')] },
    });
    expect(await tenant.read({ kind: 'transport-rule', guid: guids[1], name: 'wanted' })).toMatchObject({
      guid: guids[1],
      name: 'other',
    });
  });

  it('by name prefers the exact case of letters', async () => {
    const { tenant } = scriptedTenant({
      body: { value: [rule(guids[0], 'Relay'), rule(guids[1], 'relay')] },
    });
    expect(await tenant.read({ kind: 'transport-rule', name: 'relay' })).toMatchObject({ guid: guids[1] });
  });

  it('by name never takes a name that only begins alike', async () => {
    const { tenant } = scriptedTenant({
      body: { value: [rule(guids[0], 'relay 2'), rule(guids[1], 'relay*')] },
    });
    expect(await tenant.read({ kind: 'transport-rule', name: 'relay' })).toMatchObject({ found: false });
  });

  it('by name refuses to choose between several', async () => {
    const { tenant } = scriptedTenant({
      body: { value: [rule(guids[0], 'RELAY'), rule(guids[1], 'Relay')] },
    });
    const error: unknown = await tenant
      .read({ kind: 'transport-rule', name: 'relay' })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ExchangeError);
    expect(error).toMatchObject({ code: 'ambiguous', retryable: false });
  });

  it('takes the same object twice for one', async () => {
    const { tenant } = scriptedTenant({
      body: { value: [rule(guids[0], 'relay'), rule(guids[0], 'relay')] },
    });
    expect(await tenant.read({ kind: 'transport-rule', name: 'relay' })).toMatchObject({ guid: guids[0] });
  });

  it('passes over what has no GUID: nothing could be done to it safely', async () => {
    const { tenant } = scriptedTenant({ body: { value: [{ Name: 'relay', State: 'Enabled' }] } });
    expect(await tenant.read({ kind: 'transport-rule', name: 'relay' })).toMatchObject({ found: false });
  });

  it('takes true and "True" alike, and no third answer', async () => {
    const connector = (Enabled: unknown) => ({ body: { value: [{ Guid: guids[0], Name: 'c', Enabled }] } });
    const read = (enabled: unknown) =>
      scriptedTenant(connector(enabled)).tenant.read({ kind: 'inbound-connector', name: 'c' });
    expect(await read('True')).toMatchObject({ enabled: true });
    expect(await read('false')).toMatchObject({ enabled: false });
    await expect(read(null)).rejects.toMatchObject({ code: 'unexpected-answer' });
    // A rule's State must not be looked for on a connector.
    await expect(read('Enabled')).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});

describe('reading connectors', () => {
  it('gives domains as they were passed, not with address type and cost', async () => {
    await using running = await startTenant();
    running.standIn.apply(inbound('gateway'));
    const { settings, enabled } = await found(running, 'inbound-connector', 'gateway');
    expect(enabled).toBe(true);
    expect(list(settings, 'SenderDomains')).toEqual(['*']);
    expect(list(settings, 'SenderIPAddresses')).toEqual(['198.51.100.7', '198.51.100.8']);
    expect(settings['RequireTls']).toBe(false);
    expect(Object.keys(settings).filter((name) => name.includes('@'))).toEqual([]);
  });

  it('sees outbound connectors that the plain call hides', async () => {
    await using running = await startTenant();
    running.standIn.apply(outbound('plain'));
    running.standIn.apply(outbound('scoped', { IsTransportRuleScoped: 'True' }));
    running.standIn.apply(outbound('trial', { TestMode: 'True' }));
    running.standIn.apply(outbound('both', { IsTransportRuleScoped: 'True', TestMode: 'True' }));
    for (const name of ['plain', 'scoped', 'trial', 'both']) {
      const { guid } = await found(running, 'outbound-connector', name);
      expect(await running.tenant.read({ kind: 'outbound-connector', guid })).toMatchObject({ name });
    }
  });

  it('believes an outbound connector absent only if every class could be read', async () => {
    const { tenant } = scriptedTenant({ body: { value: [] } }, { body: { value: [] } }, { status: 403 });
    await expect(tenant.read({ kind: 'outbound-connector', name: 'any' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

it('what Exchange refuses to list may need a licence: then it says what to do without one', async () => {
  const { tenant } = scriptedTenant({ status: 403 }, { status: 403 });
  const licence = /A tenant without Defender for Office 365 has none: then name this kind under "without"/;
  expect((await tenant.list('safe-links-rule')).why).toMatch(licence);
  expect((await tenant.list('anti-spam-rule')).why).not.toMatch(licence);
});

describe('switching off and on', () => {
  it.each([
    ['transport-rule', riskyRule('x')],
    ['inbound-connector', inbound('x')],
    ['outbound-connector', outbound('x', { IsTransportRuleScoped: 'True' })],
  ] as const)('a %s takes, and keeps the rest of its settings', async (kind, record) => {
    await using running = await startTenant();
    running.standIn.apply(record);
    const before = await found(running, kind, 'x');

    await running.tenant.disable(kind, { guid: before.guid, settings: {} });
    const off = await found(running, kind, 'x');
    expect(off.enabled).toBe(false);

    await running.tenant.enable(kind, { guid: before.guid, settings: {} });
    const on = await found(running, kind, 'x');
    expect(on).toEqual(before);
  });

  it('an object that is gone is an error', async () => {
    await using running = await startTenant();
    for (const kind of ['transport-rule', 'inbound-connector', 'outbound-connector'] as const)
      await expect(running.tenant.disable(kind, { guid: guids[0], settings: {} })).rejects.toMatchObject({
        code: 'not-found',
      });
  });
});

describe('against the stand-in', () => {
  it('waits as it is told when throttled', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('x'));
    running.standIn.fault({ kind: '429', times: 2 });
    await found(running, 'transport-rule', 'x');
    expect(running.waits).toEqual([1_500, 1_500]);
  });

  it('outlives a cut connection', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('x'));
    running.standIn.fault({ kind: 'down', times: 1 });
    await found(running, 'transport-rule', 'x');
  });

  it('survives a refusal whose NUL bytes are labelled gzip', async () => {
    await using running = await startTenant();
    running.standIn.fault({ kind: '403-nul', times: 1 });
    await expect(running.tenant.read({ kind: 'transport-rule', name: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('gets a new token when the old one has ended there', async () => {
    await using running = await startTenant();
    running.standIn.apply(riskyRule('x'));
    await found(running, 'transport-rule', 'x');
    running.advance(3 * 24 * 3_600_000);
    await found(running, 'transport-rule', 'x');
  });

  it('reaches no tenant that the secret has no entry for', async () => {
    await using running = await startTenant();
    const { fetch, sent } = scripted({});
    const { createTenants } = await import('#exchange/tenants.ts');
    const tenants = createTenants({
      fetch,
      exchangeUrl: running.standIn.url,
      loginUrl: running.standIn.loginUrl,
      secret: () => Promise.resolve('{}'),
      newId: () => 'id',
      now: running.now,
      random: () => 0,
      wait: running.wait,
    });
    await expect(tenants(tenantId)).rejects.toMatchObject({ code: 'no-credential' });
    expect(sent).toEqual([]);
  });
});

describe('an entry that is in no list', () => {
  it.each([
    ['ip-allow', [], false],
    ['ip-allow', [{ Name: 'Default', IPAllowList: ['198.51.100.7'] }], true],
    // Of these most tenants have none at all.
    ['arc-sealer', [], true],
  ] as const)('of kind %s where Exchange lists %j is surely gone: %s', async (kind, value, certain) => {
    const { tenant } = scriptedTenant({ body: { value } });
    expect(await tenant.read({ kind, name: '203.0.113.9' })).toEqual({ found: false, certain });
  });
});
