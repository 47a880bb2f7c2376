import { describe, expect, it } from 'vitest';
import { tenantAllow as kind } from '#kinds/tenant-allow/tenant-allow.ts';
import { start } from './surroundings.ts';

const tenantAllow = kind.exchange;
const pairs = { cmdlet: 'Get-TenantAllowBlockListSpoofItems', parameters: { Action: 'Allow' } };
const links = { cmdlet: 'Get-TenantAllowBlockListItems', parameters: { ListType: 'Url', Allow: true } };
const simulated = { ...links, parameters: { ...links.parameters, ListSubType: 'AdvancedDelivery' } };
const namesIn = (...answer: Parameters<typeof tenantAllow.entries>) =>
  tenantAllow.entries(...answer).map(({ settings }) => settings['Entry']);

describe('an answer about the Tenant Allow/Block List', () => {
  it('may hold blocks, which are no exceptions', () => {
    const pair = (SpoofedUser: string, Action: string) => ({
      SpoofedUser,
      SendingInfrastructure: '*',
      Action,
    });
    expect(
      namesIn({ call: pairs, objects: [pair('a.example', 'Allow'), pair('b.example', 'Block')] }),
    ).toEqual(['a.example']);
  });

  it('may hold links of phishing simulations and others together: each counts once', () => {
    const objects = [
      { Value: 'a.example/*', ListSubType: 'Tenant' },
      { Value: 'campaign.example/*', ListSubType: 'AdvancedDelivery' },
    ];
    expect(namesIn({ call: links, objects })).toEqual(['a.example/*']);
    expect(namesIn({ call: simulated, objects })).toEqual(['campaign.example/*']);
  });
});

describe('what is taken away or brought back', () => {
  it('is the pair from where it was recorded, and no other of the same sender', () => {
    const pair = (Identity: string, SendingInfrastructure: string) => ({
      ...{ Identity, SpoofedUser: 'a.example', SendingInfrastructure, Action: 'Allow' },
    });
    const settings = { Entry: 'A.example', ListType: 'Spoof', SendingInfrastructure: '198.51.100.0/24' };
    const [call] = tenantAllow.disable(settings, [pair('1', '198.51.100.0/24'), pair('2', '203.0.113.0/24')]);
    expect(call?.parameters['Ids']).toEqual(['1']);
  });

  it('lasts as it did: an address without an end', () => {
    const [call] = tenantAllow.enable({ Entry: '2001:db8::7', ListType: 'IP' }, [], start);
    expect(call?.parameters).toMatchObject({ NoExpiration: true });
    const [sender] = tenantAllow.enable({ Entry: 'a.example', ListType: 'Sender' }, [], start);
    expect(sender?.parameters).not.toHaveProperty('NoExpiration');
  });
});
