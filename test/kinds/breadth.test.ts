import { describe, expect, it } from 'vitest';
import { breadthOf } from '#kinds/assess.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Settings } from '#risk/settings.ts';

describe('the breadth of an exception', () => {
  it.each<[Kind, Settings, string]>([
    ['transport-rule', { SetSCL: -1 }, 'all mail'],
    ['transport-rule', { SenderIpRanges: ['0.0.0.0/0'] }, 'all mail; the whole internet'],
    [
      'transport-rule',
      {
        SenderDomainIs: ['a.example', 'A.example', 'b.example'],
        SenderIpRanges: ['8.8.8.0/24'],
        SentTo: 'ann@contoso.com',
      },
      '256 addresses, 2 senders, 1 recipient',
    ],
    ['transport-rule', { SubjectContainsWords: ['x'] }, 'not counted'],
    ['inbound-connector', { SenderDomains: ['smtp:*;1'] }, 'all mail'],
    ['inbound-connector', { SenderDomains: ['smtp:*;1'], SenderIPAddresses: ['8.8.8.8'] }, '1 address'],
    ['outbound-connector', { RecipientDomains: ['*'] }, 'all outgoing mail'],
    ['outbound-connector', { RecipientDomains: ['a.example', 'b.example'] }, '2 domains'],
    ['ip-allow', { Entry: '8.8.8.0/26' }, '64 addresses'],
    ['tenant-allow', { ListType: 'IP', Entry: '2a00:1450::1' }, '1 IPv6 network'],
    ['tenant-allow', { ListType: 'Sender', Entry: 'a.example' }, '1 entry'],
    ['phishing-simulation', { Domains: ['a.example'], SenderIpRanges: ['8.8.8.8'] }, '1 address, 1 domain'],
    ['secops-mailbox', { Entry: 'soc@contoso.com' }, '1 recipient'],
    ['direct-send', { RejectDirectSend: false }, 'all mail that claims to be from the organisation'],
    ['direct-send', { RejectDirectSend: true }, 'not counted'],
    ['safe-list', { EnableSafeList: true }, 'not counted'],
  ])('of %s %j is "%3$s"', (kind, settings, said) => {
    expect(breadthOf({ kind, settings }).text).toBe(said);
  });
});
