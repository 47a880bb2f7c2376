/** Remote domains whose mail is trusted: `{ TrustedMailInboundEnabled: true, Policy: 'Partner', DomainName: 'partner.example' }`. */
import { claimedName } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import { isAnybodysDomain } from '#risk/open-provider.ts';
import { flag, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { trust } from './list-entry.ts';
import { createPolicySetting } from './policy-setting.ts';
import { domain, isForAll } from './remote-domain.ts';
import { filteredAsUsual } from './off-effects.ts';
import type { EntryKind } from './kind.ts';

const findings: Rows = [
  {
    id: 'LAPSE-RT-001',
    title: 'Mail from a remote domain is trusted',
    shows: ({ settings }) => flag(settings, 'TrustedMailInboundEnabled') === true,
    weighs: [
      { risk: 'critical', if: 'any domain', holds: isForAll },
      {
        risk: 'critical',
        if: 'a domain where anybody can open a mailbox',
        holds: ({ settings }) => isAnybodysDomain(text(settings, 'DomainName') ?? '-'),
      },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: (object) =>
      `Mail that claims to be from ${domain(object)} is considered safe and skips filtering, and anybody can write that on a message.`,
    // Microsoft's reference of Set-RemoteDomain says so of Exchange Online too.
    engineer: () =>
      'TrustedMailInboundEnabled of the remote domain: inbound mail from its senders skips content filtering and recipient filtering. The set-up of a hybrid organisation may have switched it on.',
    rests: ['TrustedMailInboundEnabled', 'DomainName'],
    narrow:
      'Switch it off; for a partner or servers of your own, use a connector that requires a certificate.',
    checks: [],
    frameworks: [...trust, to.impersonation],
  },
];

export const trustedRemoteDomain: EntryKind = {
  name: 'trusted remote domain',
  plural: 'trusted remote domains',
  licence: undefined,
  ...createPolicySetting({
    noun: 'RemoteDomain',
    policy: 'remote domain',
    property: 'TrustedMailInboundEnabled',
    on: true,
    off: false,
    madeOn: false,
    beside: ['DomainName'],
    verbs: ['New', 'Set', 'Remove'],
  }),
  findings,
  evidence: () => claimedName,
  breadth: {
    counted: () => ({ addresses: [], domains: ['DomainName'], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: isForAll,
    everything: 'all mail',
  },
  whenOff: filteredAsUsual,
  protection: undefined,
};
