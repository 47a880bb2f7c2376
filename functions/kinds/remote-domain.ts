/** Domains to which mail may be forwarded automatically: `{ AutoForwardEnabled: true, Policy: 'Default', DomainName: '*' }`. */
import { nameOnly, nothing } from '#risk/evidence.ts';
import { always, type Assessable, type Rows } from '#risk/finding-row.ts';
import { isAnybodysDomain } from '#risk/open-provider.ts';
import { flag, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { isUsual, policyOf } from './list-entry.ts';
import { createPolicySetting } from './policy-setting.ts';
import type { EntryKind } from './kind.ts';

/** "Default" is the one for every domain that has none of its own. */
export const isForAll = ({ settings }: Assessable): boolean =>
  (text(settings, 'DomainName') ?? (isUsual(policyOf(settings)) ? '*' : '')) === '*';
export const domain = (object: Assessable): string =>
  isForAll(object) ? 'any domain' : (text(object.settings, 'DomainName') ?? 'the domain it names');

const findings: Rows = [
  {
    id: 'LAPSE-RD-001',
    title: 'Mail may be forwarded automatically',
    shows: ({ settings }) => flag(settings, 'AutoForwardEnabled') === true,
    weighs: [
      {
        risk: 'high',
        if: 'to a domain where anybody can open a mailbox',
        holds: (object) => !isForAll(object) && isAnybodysDomain(text(object.settings, 'DomainName') ?? '-'),
      },
      {
        risk: 'medium',
        if: 'otherwise; the outbound spam policy must let mail be forwarded too',
        holds: always,
      },
    ],
    text: (object) =>
      `Mailboxes may forward their mail automatically to ${domain(object)}, if an outbound spam policy lets them as well.`,
    engineer: () =>
      'AutoForwardEnabled of the remote domain. Of two remote domains, the more specific one counts; the AutoForwardingMode of the outbound spam policy must allow it as well.',
    rests: ['AutoForwardEnabled', 'DomainName'],
    narrow:
      'Switch it off for the default remote domain, and make one of its own for each partner to whom mail must be forwarded.',
    checks: [to.scuba('MS.EXO.1.1v2'), to.cis('6.2.1')],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.forwarding],
  },
];

export const remoteDomain: EntryKind = {
  name: 'remote domain with forwarding',
  plural: 'remote domains with forwarding',
  licence: undefined,
  ...createPolicySetting({
    noun: 'RemoteDomain',
    policy: 'remote domain',
    property: 'AutoForwardEnabled',
    on: true,
    off: false,
    // Microsoft's reference of New-RemoteDomain and Set-RemoteDomain: it is on unless it is switched off.
    madeOn: true,
    beside: ['DomainName'],
    verbs: ['New', 'Set', 'Remove'],
  }),
  findings,
  evidence: (object) =>
    isForAll(object)
      ? nothing('Nothing narrows to whom mail is forwarded.')
      : nameOnly('The recipient’s domain alone decides, whoever it is there.'),
  breadth: {
    counted: () => ({ addresses: [], domains: ['DomainName'], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: isForAll,
    everything: 'all forwarded mail',
  },
  whenOff: () => ({
    mayStop: true,
    text: 'Mail that is forwarded automatically to that domain is not sent on from then on, and stays in the mailboxes.',
  }),
  protection: undefined,
  shipped: (settings) => isUsual(policyOf(settings)),
};
