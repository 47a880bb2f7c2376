/** Which commands go to Exchange, by what its lists show the moment before. */
import { describe, expect, it } from 'vitest';
import { madeUpId } from '#exchange/made-up-id.ts';
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
  guid: madeUpId(kind, name),
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
