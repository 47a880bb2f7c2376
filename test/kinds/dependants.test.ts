/** What rests on an exception, told before it is switched off. */
import { describe, expect, it } from 'vitest';
import { findDependants, kindsThatDepend, type Peer } from '#kinds/dependants.ts';

const describeDependants = (of: Peer, peers: readonly Peer[]): readonly string[] =>
  findDependants(of, peers).map(({ says }) => says);
const peer = (kind: Peer['kind'], name: string, settings: Peer['settings']): Peer => ({
  kind,
  name,
  settings,
});

describe('an outbound connector', () => {
  const connector = peer('outbound-connector', 'To the archive', { SmartHosts: ['relay.tailspin.example'] });

  it('is rested on by each rule that names it, however it is spelt', () => {
    const peers = [
      peer('transport-rule', 'Archive all', { RouteMessageOutboundConnector: 'to the ARCHIVE' }),
      peer('transport-rule', 'Another way', { RouteMessageOutboundConnector: 'To the printer' }),
      peer('transport-rule', 'No way', { SetSCL: '-1' }),
    ];
    expect(describeDependants(connector, peers)).toEqual([
      'Transport rule "Archive all" sends mail through it.',
    ]);
  });
});

describe('an inbound connector', () => {
  const restricted = peer('inbound-connector', 'From the gateway', {
    SenderDomains: ['smtp:tailspin.example;1'],
    SenderIPAddresses: ['198.51.100.0/24'],
    RestrictDomainsToIPAddresses: true,
  });

  it('shares its servers with what lets the same addresses past', () => {
    const peers = [
      peer('ip-allow', '198.51.100.7', { Entry: '198.51.100.7', Policy: 'Default' }),
      peer('ip-allow', '203.0.113.7', { Entry: '203.0.113.7', Policy: 'Default' }),
    ];
    expect(describeDependants(restricted, peers)).toEqual([
      'IP allow list entry "198.51.100.7" lets past mail from the same servers, and goes on doing so.',
    ]);
  });

  const named = [
    peer('allowed-domain', 'tailspin.example', { Entry: 'tailspin.example', Policy: 'Default' }),
    peer('allowed-domain', 'wingtip.example', { Entry: 'wingtip.example', Policy: 'Default' }),
  ];

  it('is what makes a trusted name safe, where it says who may use that name', () => {
    expect(describeDependants(restricted, named)).toEqual([
      expect.stringMatching(/"tailspin\.example" trusts the name tailspin\.example, and this connector/),
    ]);
  });

  it('makes no name safe where it restricts nothing', () => {
    const settings = { ...restricted.settings, RestrictDomainsToIPAddresses: false };
    expect(describeDependants({ ...restricted, settings }, named)).toEqual([]);
  });

  it('is the only one for any name where it is for all', () => {
    const all = { ...restricted, settings: { ...restricted.settings, SenderDomains: ['smtp:*;1'] } };
    expect(describeDependants(all, named)).toHaveLength(2);
  });
});

describe('an entry of a list', () => {
  it('leaves the others of that list, and those of no other', () => {
    const entry = (name: string, Policy: string) => peer('allowed-domain', name, { Entry: name, Policy });
    const peers = [entry('b.example', 'Sales'), entry('c.example', 'default'), entry('d.example', 'Sales')];
    expect(describeDependants(entry('a.example', 'Sales'), peers)).toEqual([
      '2 other entries of the same list stay.',
    ]);
    expect(describeDependants(entry('a.example', 'Default'), peers)).toEqual([
      '1 other entry of the same list stays.',
    ]);
  });
});

it.each(['transport-rule', 'arc-sealer', 'auto-forwarding'] as const)('nothing rests on %s', (kind) => {
  expect(kindsThatDepend(kind)).toEqual([]);
  const one = peer(kind, 'One', { Policy: 'Default' });
  expect(describeDependants(one, [{ ...one, name: 'Two' }])).toEqual([]);
});
