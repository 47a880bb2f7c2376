/** Outbound spam policies that let mail be forwarded automatically: `{ AutoForwardingMode: 'On', Policy }`. */
import { nothing } from '#risk/evidence.ts';
import { always, type Assessable, type Rows } from '#risk/finding-row.ts';
import { text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { isUsual, policyOf } from './list-entry.ts';
import { createPolicySetting } from './policy-setting.ts';
import type { EntryKind } from './kind.ts';

const isForAll = ({ settings }: Assessable): boolean => isUsual(policyOf(settings));

const findings: Rows = [
  {
    id: 'LAPSE-AF-001',
    title: 'Mailboxes may forward mail to anybody',
    shows: ({ settings }) => /^on$/i.test(text(settings, 'AutoForwardingMode') ?? ''),
    weighs: [
      { risk: 'high', if: 'for every mailbox (the default policy)', holds: isForAll },
      { risk: 'medium', if: 'for the mailboxes of the policy’s rule', holds: always },
    ],
    text: (object) =>
      `${isForAll(object) ? 'Every mailbox may forward its' : 'The mailboxes of this policy may forward their'} mail to any address outside, even if an intruder set that up.`,
    // Microsoft's reference: for organisations that relied on Automatic before 2021, it can still mean On.
    engineer: () =>
      'AutoForwardingMode is On: inbox rules and mailbox forwarding reach outside recipients. Off blocks them. So does Automatic in most organisations, but not in all that are older than 2021.',
    rests: ['AutoForwardingMode'],
    narrow: 'Give the mailboxes that must forward a policy of their own, and set the default policy to Off.',
    checks: [to.cis('6.2.1')],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.forwarding],
  },
];

export const autoForwarding: EntryKind = {
  name: 'permission to forward',
  plural: 'permissions to forward',
  licence: undefined,
  ...createPolicySetting({
    noun: 'HostedOutboundSpamFilterPolicy',
    policy: 'outbound spam policy',
    property: 'AutoForwardingMode',
    on: 'On',
    off: 'Off',
    madeOn: false,
    beside: [],
    verbs: ['New', 'Set', 'Remove'],
  }),
  findings,
  evidence: () => nothing('Any of the mailboxes can forward, to any address.'),
  breadth: {
    counted: () => ({ addresses: [], domains: [], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: isForAll,
    everything: 'mail of every mailbox',
  },
  whenOff: () => ({
    mayStop: true,
    text: 'Mail that is forwarded automatically to addresses outside is refused from then on, and stays in the mailboxes.',
  }),
  protection: undefined,
};
