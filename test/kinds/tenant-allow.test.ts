import { describe, expect, it } from 'vitest';
import { tenantAllow } from '#kinds/tenant-allow/tenant-allow.ts';

const now = '2026-11-20T09:00:00Z';

describe('the Tenant Allow/Block List', () => {
  const { list, entries, disable, enable } = tenantAllow.exchange;
  const [senders] = list;
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
    expect(entries({ call: senders, objects }).map(({ settings }) => settings['Entry'])).toEqual([
      'good.example',
    ]);
  });

  it('loses the pair that is meant, and neither another sender’s nor a block', () => {
    const present = [
      shown('a.example', 'mine'),
      shown('b.example', 'of another sender'),
      shown('a.example', 'a block', { Block: true }),
    ];
    expect(disable(pair, present)).toMatchObject([{ parameters: { Ids: ['mine'] } }]);
  });

  it('gets an entry back with the end it had, unless that has passed', () => {
    const until = (ExpirationDate: string) =>
      enable({ Entry: 'a.example', ListType: 'Sender', ExpirationDate }, [], now)[0]?.parameters;
    expect(until('2027-01-01T00:00:00Z')).toMatchObject({ ExpirationDate: '2027-01-01T00:00:00Z' });
    expect(until('2026-01-01T00:00:00Z')).not.toHaveProperty('ExpirationDate');
  });
});
