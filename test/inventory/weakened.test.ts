/** What the inventory notices of protection that became less since its last look, by kind of protection and of step. */
import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { inventory } from '#lifecycle/inventory.ts';
import { watchedKinds, type WatchedKind } from '#kinds/protection.ts';
import { noteOf, findVanished, findWeakened } from '#inventory/protection.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Settings } from '#risk/settings.ts';

const guid = '0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d11';
const digest = (text: string): string => `#${text}`;
const listed = (settings: Settings, enabled = true) => ({ guid, name: 'L', enabled, settings });
const watched = (kind: Kind): WatchedKind => {
  const found = watchedKinds.find((one) => one.kind === kind);
  if (!found) throw new Error(`${kind} is not watched`);
  return found;
};
const look = (kind: Kind, before: Settings, after: Settings, enabled = true) => {
  const one = watched(kind);
  return findWeakened(one, [listed(after, enabled)], { [guid]: noteOf(one, listed(before), digest) }, digest);
};

const lock = {
  ConnectorType: 'Partner',
  SenderDomains: ['smtp:contoso.com;1'],
  SenderIPAddresses: ['192.0.2.0/24'],
  RestrictDomainsToIPAddresses: true,
  RequireTls: true,
};
const both = { ...lock, TlsSenderCertificateName: '*.gw.example', RestrictDomainsToCertificate: true };
const behind = { ...lock, RestrictDomainsToIPAddresses: false, EFSkipLastIP: true };
const reject = { RejectMessageReasonText: 'no', FromScope: 'NotInOrganization', Mode: 'Enforce' };

describe('the next inventory', () => {
  it.each<[string, Kind, Settings, Settings]>([
    ['a lock made a server of one’s own', 'inbound-connector', lock, { ConnectorType: 'OnPremises' }],
    ['a lock that refuses no more', 'inbound-connector', lock, { RestrictDomainsToIPAddresses: false }],
    [
      'a lock emptied',
      'inbound-connector',
      lock,
      { RestrictDomainsToIPAddresses: false, SenderIPAddresses: [], SenderDomains: ['smtp:x.example;1'] },
    ],
    ['one of two locks', 'inbound-connector', both, { RestrictDomainsToCertificate: false }],
    ['the encryption of a lock', 'inbound-connector', lock, { RequireTls: false }],
    ['whom a lock trusts', 'inbound-connector', lock, { TrustedOrganizations: ['evil.example'] }],
    ['a filter that looks behind', 'inbound-connector', behind, { EFSkipLastIP: false }],
    ['a filter that trusts now', 'inbound-connector', behind, { TreatMessagesAsInternal: true }],
    [
      'encryption by a partner',
      'inbound-connector',
      { SenderDomains: ['smtp:p.example;1'], RequireTls: true },
      { RequireTls: false },
    ],
    ['a rule emptied', 'transport-rule', reject, { RejectMessageReasonText: null, PrependSubject: 'x' }],
    ['a further condition', 'transport-rule', reject, { SubjectContainsWords: ['qwertyuiop'] }],
    ['an end', 'transport-rule', reject, { ExpiryDate: '2020-01-01T00:00:00' }],
    ['a beginning', 'transport-rule', reject, { ActivationDate: '2099-01-01T00:00:00' }],
    [
      'a way around',
      'transport-rule',
      { ...reject, ExceptIfFrom: ['a@x'] },
      { ExceptIfFrom: ['a@x', 'b@y'] },
    ],
    ['a rule that only watches', 'transport-rule', { DeleteMessage: true }, { Mode: 'Audit' }],
    ['a lower score', 'transport-rule', { SetSCL: '9' }, { SetSCL: '1' }],
    ['no score', 'transport-rule', { SetSCL: '9' }, { SetSCL: null }],
    ['a bypass', 'transport-rule', { SetSCL: '9' }, { SetSCL: '-1' }],
    [
      'a filter elsewhere',
      'transport-rule',
      { FromScope: 'NotInOrganization', RouteMessageOutboundConnector: 'to the filter' },
      { RouteMessageOutboundConnector: null },
    ],
  ])('calls people for %s', (_, kind, before, step) => {
    const settings = { ...before, ...step };
    const [seen] = look(kind, before, settings);
    expect(seen).toBeDefined();
    const passed = seen?.passed ?? [];
    expect(assess({ kind, settings, enabled: true, operation: inventory, passed })).toMatchObject({
      remedy: 'escalate',
    });
  });

  it.each<[string, Kind, Settings]>([
    ['a lock', 'inbound-connector', lock],
    ['a filter that looks behind', 'inbound-connector', behind],
    ['a rule that deletes', 'transport-rule', { DeleteMessage: true }],
    ['a rule that rejects', 'transport-rule', reject],
  ])('calls people for %s that is off now, and for one that is gone', (_, kind, settings) => {
    const [seen] = look(kind, settings, settings, false);
    const passed = seen?.passed ?? [];
    expect(assess({ kind, settings, enabled: false, operation: inventory, passed })).toMatchObject({
      remedy: 'escalate',
    });
    const notes = { [guid]: noteOf(watched(kind), listed(settings), digest) };
    expect(findVanished({ objects: [], complete: true }, notes)).toEqual([{ guid, name: 'L' }]);
  });

  it.each<[string, Kind, Settings, Settings]>([
    ['a lock', 'inbound-connector', lock, { Comment: 'x' }],
    ['more of a lock', 'inbound-connector', lock, { RestrictDomainsToCertificate: true }],
    ['a rule for more mail', 'transport-rule', reject, { FromScope: null }],
    ['a rule that does more', 'transport-rule', reject, { SetSCL: '9' }],
    [
      'a rule that protects nothing',
      'transport-rule',
      { PrependSubject: 'x' },
      { SubjectContainsWords: ['x'] },
    ],
  ])('calls nobody for %s', (_, kind, before, step) => {
    expect(look(kind, before, { ...before, ...step })).toEqual([]);
  });

  it('calls nobody where a release that noted less had left its notes', () => {
    const { ways, off, name } = noteOf(watched('transport-rule'), listed(reject), digest);
    const old = { ways, off, name };
    expect(findWeakened(watched('transport-rule'), [listed(reject)], { [guid]: old }, digest)).toEqual([]);
  });
});
