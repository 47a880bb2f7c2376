import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { isObject } from '#kinds/form.ts';
import { protects } from '#kinds/protection.ts';
import { kindOf, kinds, type Kind } from '#kinds/registry.ts';
import { createTenant } from '#exchange/tenant.ts';
import { recordedWaits, scripted } from '../exchange/scripted-fetch.ts';
import {
  auditRecord,
  inbound,
  outbound,
  riskyRule,
  start,
  startTenant,
  tenantId,
} from '../exchange/surroundings.ts';
import type { Shown } from '#kinds/shown.ts';
import { examples } from './examples.ts';
import type { Script } from '../exchange/scripted-fetch.ts';

type Running = Awaited<ReturnType<typeof startTenant>>;

async function listed({ tenant }: Running, kind: Kind): Promise<readonly Shown[]> {
  const { objects, complete, why } = await tenant.list(kind);
  expect({ complete, why }).toEqual({ complete: true, why: undefined });
  return objects;
}
const namesOf = (objects: readonly Shown[]): readonly string[] =>
  objects.filter(({ enabled }) => enabled).map(({ name }) => name);

describe.each(kinds)('%s', (kind) => {
  const { made, name, beside, settings } = examples[kind];
  const begun = async (): Promise<Running> => {
    const running = await startTenant();
    for (const record of made) running.standIn.apply(record);
    return running;
  };

  it('is listed with what its findings look at', async () => {
    await using running = await begun();
    const objects = await listed(running, kind);
    expect(namesOf(objects)).toEqual([name, ...beside]);
    const found = objects.find((object) => object.name === name);
    if (isObject(kind)) expect(found?.settings).toMatchObject(settings);
    else expect(found?.settings).toEqual(settings);
    expect(assess({ kind, settings }).findings).not.toEqual([]);
  });

  it('is read by its name and by its id, which stays the same', async () => {
    await using running = await begun();
    const byName = await running.tenant.read({ kind, name });
    expect(byName).toMatchObject({ found: true, name, enabled: true });
    if (!byName.found) return;
    const ours = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
    // An object has Exchange's own; of what has none, it is made of the name.
    if (!isObject(kind)) expect(byName.guid).toMatch(ours);
    expect(await running.tenant.read({ kind, guid: byName.guid })).toEqual(byName);
    expect(await running.tenant.read({ kind, name: name.toUpperCase() })).toEqual(byName);
  });

  const stays = !isObject(kind) && protects({ kind, settings });

  it.runIf(stays)('protects, so it stays as it is even if somebody asks to disable it', async () => {
    await using running = await begun();
    const before = await listed(running, kind);
    const found = before.find((object) => object.name === name);
    if (!found) throw new Error('not listed');
    await running.tenant.disable(kind, found);
    await running.tenant.enable(kind, { ...found, guid: 'ffffffff-0000-4000-8000-000000000000' });
    expect(await listed(running, kind)).toEqual(before);
  });

  it.skipIf(stays)(
    'can be disabled, which leaves everything beside it alone, and restored as it was',
    async () => {
      await using running = await begun();
      const before = await listed(running, kind);
      const found = before.find((object) => object.name === name);
      if (!found) throw new Error('not listed');

      await running.tenant.disable(kind, found);
      expect(namesOf((await running.tenant.list(kind)).objects)).toEqual(beside);
      // Again: nothing more is done.
      await running.tenant.disable(kind, found);
      expect(namesOf((await running.tenant.list(kind)).objects)).toEqual(beside);

      await running.tenant.enable(kind, found);
      await running.tenant.enable(kind, found);
      const after = await listed(running, kind);
      expect(namesOf(after).toSorted()).toEqual([name, ...beside].toSorted());
      const again = after.find((object) => object.guid === found.guid);
      expect(again).toEqual(found);
    },
  );
});

describe('a spoof pair', () => {
  it('is taken away by the id that only a read tells, and made again', async () => {
    await using running = await startTenant();
    for (const record of examples['tenant-allow'].made) running.standIn.apply(record);
    const name = 'fabrikam.example from 198.51.100.0/24 (Spoof)';
    const pair = await running.tenant.read({ kind: 'tenant-allow', name });
    if (!pair.found) throw new Error('not there');
    await running.tenant.disable('tenant-allow', pair);
    expect(await running.tenant.read({ kind: 'tenant-allow', name })).toEqual({
      found: false,
      certain: true,
    });
    await running.tenant.enable('tenant-allow', pair);
    expect(await running.tenant.read({ kind: 'tenant-allow', name })).toEqual(pair);
  });
});

describe('an allow whose end has passed', () => {
  it('is restored with the end Microsoft gives by itself, since a past one is refused', async () => {
    await using running = await startTenant();
    running.standIn.apply(
      auditRecord('New-TenantAllowBlockListItems', {
        ListType: 'Sender',
        Entries: 'tailspin.example',
        Allow: 'True',
        ExpirationDate: '2026-11-20T08:30:00Z',
      }),
    );
    const name = 'tailspin.example (Sender)';
    const found = await running.tenant.read({ kind: 'tenant-allow', name });
    if (!found.found) throw new Error('not there');
    await running.tenant.disable('tenant-allow', found);
    await running.tenant.enable('tenant-allow', found);
    expect(await running.tenant.read({ kind: 'tenant-allow', name })).toMatchObject({
      settings: { Entry: 'tailspin.example', ListType: 'Sender' },
    });
  });
});

describe('an override that is being deleted', () => {
  it('is not taken for the one that is in force', async () => {
    await using running = await startTenant();
    running.standIn.apply(
      auditRecord('New-ExoPhishSimOverrideRule', {
        Policy: 'PhishSimOverridePolicy',
        Domains: 'old.example',
        Mode: 'PendingDeletion',
      }),
    );
    expect(await listed(running, 'phishing-simulation')).toEqual([]);
  });
});

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

describe('the override of a policy', () => {
  const rule = (Guid: string, Policy: string, more = {}) => ({
    ...{ Guid, Policy, Name: `rule of ${Policy}`, Domains: ['campaign.example'], SenderIpRanges: [] },
    ...more,
  });

  it('that is off is not in force', async () => {
    const { tenant } = scriptedTenant({
      body: { value: [rule('7d1f0a52-0000-4000-8000-000000000001', 'Ours', { State: 'Disabled' })] },
    });
    expect((await tenant.list('phishing-simulation')).objects).toEqual([]);
  });

  it('goes alone, whatever other policies have', async () => {
    const [ours, theirs] = ['7d1f0a52-0000-4000-8000-000000000001', '7d1f0a52-0000-4000-8000-000000000002'];
    const both = { body: { value: [rule(ours, 'Ours'), rule(theirs, 'Theirs')] } };
    const { tenant, sent } = scriptedTenant(both, both, {});
    const { objects } = await tenant.list('phishing-simulation');
    const one = objects.find(({ settings }) => settings['Policy'] === 'Ours');
    if (!one) throw new Error('not there');
    await tenant.disable('phishing-simulation', one);
    expect(sent.slice(2).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      {
        CmdletInput: {
          CmdletName: 'Remove-ExoPhishSimOverrideRule',
          Parameters: { Identity: ours, Confirm: false },
        },
      },
    ]);
  });
});

it('an entry is taken away as it is spelled now', async () => {
  const list = { body: { value: [{ Name: 'Default', AllowedSenderDomains: ['Tailspin.Example'] }] } };
  const { tenant, sent } = scriptedTenant(list, list, {});
  const [one] = (await tenant.list('allowed-domain')).objects;
  if (!one) throw new Error('not there');
  await tenant.disable('allowed-domain', {
    ...one,
    settings: { Entry: 'tailspin.example', Policy: 'Default' },
  });
  expect(sent.at(-1)?.body).toContain('"Remove":["Tailspin.Example"]');
});

it('a tenant whose domains may not be read is one without known domains', async () => {
  const { tenant } = scriptedTenant({ status: 403 });
  expect(await tenant.domains()).toEqual([]);
});

describe('entries in the other shapes in which they were seen', () => {
  it.each([
    ['objects', [{ Domain: 'tailspin.example' }]],
    ['texts', ['tailspin.example']],
    ['one text', 'tailspin.example'],
  ])('as %s', async (_shape, AllowedSenderDomains) => {
    const { tenant } = scriptedTenant({ body: { value: [{ Name: 'Default', AllowedSenderDomains }] } });
    expect((await tenant.list('allowed-domain')).objects.map(({ name }) => name)).toEqual([
      'tailspin.example',
    ]);
  });

  it('a sender within an object within an object', async () => {
    const { tenant } = scriptedTenant({
      body: {
        value: [{ Name: 'Default', AllowedSenders: [{ Sender: { Address: 'ann@tailspin.example' } }] }],
      },
    });
    expect((await tenant.list('allowed-sender')).objects.map(({ name }) => name)).toEqual([
      'ann@tailspin.example',
    ]);
  });

  it('null is an empty list, but a list that is not there at all is no answer', async () => {
    const empty = scriptedTenant({ body: { value: [{ Name: 'Default', IPAllowList: null }] } });
    expect(await empty.tenant.list('ip-allow')).toEqual({ objects: [], complete: true });
    const broken = scriptedTenant({ body: { value: [{ Name: 'Default' }] } });
    expect(await broken.tenant.list('ip-allow')).toMatchObject({ objects: [], complete: false });
    await expect(broken.tenant.read({ kind: 'ip-allow', name: '203.0.113.7' })).rejects.toMatchObject({
      code: 'unexpected-answer',
    });
  });
});

describe('a removal from a list', () => {
  it('names the one entry in a hashtable, and never the list as a whole', async () => {
    const list = { body: { value: [{ Name: 'Default', IPAllowList: ['203.0.113.7', '198.51.100.0/24'] }] } };
    const { tenant, sent } = scriptedTenant(list, list, { body: '' });
    const found = await tenant.read({ kind: 'ip-allow', name: '203.0.113.7' });
    if (!found.found) throw new Error('not there');
    await tenant.disable('ip-allow', found);
    expect(JSON.parse(sent[2]?.body ?? '')).toEqual({
      CmdletInput: {
        CmdletName: 'Set-HostedConnectionFilterPolicy',
        Parameters: {
          Identity: 'Default',
          IPAllowList: { '@odata.type': '#Exchange.GenericHashTable', Remove: ['203.0.113.7'] },
        },
      },
    });
  });

  it('looks at the list the moment before it writes it as a whole, where there is no other way', async () => {
    await using running = await startTenant();
    for (const record of examples['arc-sealer'].made) running.standIn.apply(record);
    const found = await running.tenant.read({ kind: 'arc-sealer', name: 'gateway.example' });
    if (!found.found) throw new Error('not there');
    // Somebody adds one after it was read.
    running.standIn.apply(
      auditRecord('Set-ArcConfig', {
        Identity: 'Default',
        ArcTrustedSealers: 'gateway.example,lists.example,new.example',
      }),
    );
    await running.tenant.disable('arc-sealer', found);
    expect(namesOf((await running.tenant.list('arc-sealer')).objects)).toEqual([
      'lists.example',
      'new.example',
    ]);
  });
});

describe('listing everything of a kind', () => {
  it('shows every rule, connector and entry of a tenant, and says that it is complete', async () => {
    await using running = await startTenant({ pageSize: 2 });
    for (const name of ['a', 'b', 'c']) running.standIn.apply(riskyRule(name));
    running.standIn.apply(inbound('in'));
    running.standIn.apply(outbound('plain'));
    running.standIn.apply(outbound('scoped', { IsTransportRuleScoped: 'True' }));
    running.standIn.apply(outbound('tested', { TestMode: 'True' }));
    expect(namesOf(await listed(running, 'transport-rule'))).toEqual(['a', 'b', 'c']);
    expect(namesOf(await listed(running, 'inbound-connector'))).toEqual(['in']);
    expect(namesOf(await listed(running, 'outbound-connector'))).toEqual(['plain', 'scoped', 'tested']);
  });

  it('with a part that failed shows the rest, and concludes nothing from it', async () => {
    const one = { Guid: '11111111-1111-4111-a111-111111111111', Name: 'plain', Enabled: true };
    const { tenant } = scriptedTenant({ body: { value: [one] } }, { status: 403 });
    const listing = await tenant.list('outbound-connector');
    expect(listing.objects.map(({ name }) => name)).toEqual(['plain']);
    expect(listing.complete).toBe(false);
    expect(listing.why).toContain('HTTP 403');
  });

  const emptyIsUsual = (kind: Kind): boolean => {
    const one = kindOf(kind);
    return one.form !== 'object' && one.exchange.everyTenantHas === undefined;
  };

  it.each(kinds.filter((kind) => !emptyIsUsual(kind)))(
    '%s: an answer without a single object proves nothing',
    async (kind) => {
      const { tenant } = scriptedTenant({ body: { value: [] } });
      expect(await tenant.list(kind)).toMatchObject({
        objects: [],
        complete: false,
        why: expect.stringContaining('the request may have failed without an error') as string,
      });
    },
  );

  it.each(kinds.filter(emptyIsUsual))(
    '%s: none is the usual case, so a second empty answer is believed',
    async (kind) => {
      const { tenant, sent } = scriptedTenant({ body: { value: [null] } });
      expect(await tenant.list(kind)).toEqual({ objects: [], complete: true });
      expect(sent.length).toBeGreaterThan(1);
    },
  );

  it('hears a warning that the list was cut short', async () => {
    const { tenant } = scriptedTenant({
      body: {
        '@adminapi.warnings': ['There are more results available than are currently displayed.'],
        value: [{ Guid: '11111111-1111-4111-a111-111111111111', Name: 'a', State: 'Enabled' }],
      },
    });
    expect(await tenant.list('transport-rule')).toMatchObject({
      complete: false,
      why: expect.stringContaining('cut short') as string,
    });
  });

  it('leaves out an object that does not say whether it is on, and says so', async () => {
    const { tenant } = scriptedTenant({
      body: {
        value: [
          { Guid: '11111111-1111-4111-a111-111111111111', Name: 'a', State: 'Enabled' },
          { Guid: '22222222-1111-4111-a111-111111111111', Name: 'b' },
        ],
      },
    });
    const listing = await tenant.list('transport-rule');
    expect(namesOf(listing.objects)).toEqual(['a']);
    expect(listing.complete).toBe(false);
  });
});
