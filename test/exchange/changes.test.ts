/** Which commands go to Exchange, by what its lists show the moment before. */
import { describe, expect, it } from 'vitest';
import { standInId } from '#exchange/entries.ts';
import { tenantAllow } from '#exchange/tenant-allow-list.ts';
import { createTenant } from '#exchange/tenant.ts';
import { recordedWaits, scripted } from './scripted-fetch.ts';
import { start, tenantId } from './surroundings.ts';
import type { ScriptedReply } from './scripted-fetch.ts';

function tenantOf(...script: readonly ScriptedReply[]) {
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
  const commands = (): readonly string[] => sent.map(({ headers }) => headers.get('X-CmdletName') ?? '');
  return { tenant, commands };
}
const filter = (IPAllowList: readonly string[]) => ({ body: { value: [{ Name: 'Default', IPAllowList }] } });
const safeList = (EnableSafeList: boolean) => ({ body: { value: [{ Name: 'Default', EnableSafeList }] } });
const target = (kind: 'ip-allow' | 'safe-list', name: string) => ({
  guid: standInId(kind, name),
  settings: { Entry: name, Policy: 'Default' },
});

describe('an entry', () => {
  it('that is off already is left as it is', async () => {
    const { tenant, commands } = tenantOf(safeList(false));
    await tenant.disable('safe-list', target('safe-list', 'Default'));
    expect(commands()).toEqual(['Get-HostedConnectionFilterPolicy']);
  });

  it('that is there already is not added again', async () => {
    const there = tenantOf(filter(['203.0.113.7']));
    await there.tenant.enable('ip-allow', target('ip-allow', '203.0.113.7'));
    expect(there.commands()).toEqual(['Get-HostedConnectionFilterPolicy']);
    const gone = tenantOf(filter([]));
    await gone.tenant.enable('ip-allow', target('ip-allow', '203.0.113.7'));
    expect(gone.commands()).toContain('Set-HostedConnectionFilterPolicy');
  });
});

describe('a listing', () => {
  it('of objects without a GUID is not complete: nothing could be done to them', async () => {
    const { tenant } = tenantOf({ body: { value: [{ Name: 'a', State: 'Enabled' }] } });
    expect(await tenant.list('transport-rule')).toMatchObject({
      objects: [],
      complete: false,
      why: expect.stringContaining('without a GUID') as string,
    });
  });
});

describe('the Tenant Allow/Block List', () => {
  const [senders] = tenantAllow.calls;
  const pair = { Entry: 'a.example', ListType: 'Spoof', SendingInfrastructure: '203.0.113.0/24' };
  const shown = (SpoofedUser: string, Identity: string, more: object = {}) => ({
    SpoofedUser,
    Identity,
    SendingInfrastructure: '203.0.113.0/24',
    ...more,
  });

  it('shows blocks that are taken for none of the allows', () => {
    if (!senders) throw new Error('there is no call for senders');
    const objects = [
      { Value: 'good.example', Action: 'Allow' },
      { Value: 'bad.example', Action: 'Block' },
    ];
    expect(tenantAllow.entries({ call: senders, objects }).map(({ settings }) => settings['Entry'])).toEqual([
      'good.example',
    ]);
  });

  it('loses the pair that is meant, and neither another sender’s nor a block', () => {
    const present = [
      shown('a.example', 'mine'),
      shown('b.example', 'of another sender'),
      shown('a.example', 'a block', { Block: true }),
    ];
    expect(tenantAllow.disable(pair, present)).toMatchObject([{ parameters: { Ids: ['mine'] } }]);
  });

  it('gets an entry back with the end it had, unless that has passed', () => {
    const until = (ExpirationDate: string) =>
      tenantAllow.enable({ Entry: 'a.example', ListType: 'Sender', ExpirationDate }, [], start)[0]
        ?.parameters;
    expect(until('2027-01-01T00:00:00Z')).toMatchObject({ ExpirationDate: '2027-01-01T00:00:00Z' });
    expect(until('2026-01-01T00:00:00Z')).not.toHaveProperty('ExpirationDate');
  });
});
