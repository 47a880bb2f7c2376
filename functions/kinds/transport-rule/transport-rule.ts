/** Transport rules, by Exchange's own settings. Whether one is on is the text `State`, never a boolean `Enabled`. */
import { identity, claimedName, nameOnly, network, nothing, openNetwork } from '#risk/evidence.ts';
import { restsOf } from '#risk/finding-row.ts';
import { settingsOf, isSwitchedOn } from '../object-answer.ts';
import { claims, conditions, coversAll, scopeOf } from './conditions.ts';
import { transportRuleFindings } from './findings.ts';
import { idle } from './idle.ts';
import { ruleWhenOff } from './when-off.ts';
import { byRule } from '../traces.ts';
import { ruleProtection } from './protection.ts';
import type { Evidence } from '#risk/evidence.ts';
import type { ObjectKind } from '../kind.ts';
import type { Scope } from './conditions.ts';

const evidence: Readonly<Record<Scope, Evidence>> = {
  'sender proved': identity('The sender’s domain must have passed DMARC or composite authentication.'),
  inside: identity('Only mail that was sent by somebody signed in to the tenant counts as inside.'),
  'sender and addresses': network(
    'A sender’s name, from certain network addresses: the last hop, not always the sender.',
  ),
  addresses: network('Certain network addresses: the last hop, not always the sender.'),
  'sender half proved': nameOnly('A sender’s name, with a check that mail of others can pass too.'),
  'sender claimed': claimedName,
  'own sender': nameOnly('The tenant’s own name alone, which anybody can write on a message.'),
  'sender and content': nameOnly(
    'The sender’s name, which anybody can write on a message, with recipients or content that match.',
  ),
  'shared addresses': openNetwork,
  'any proved sender': nothing('The check must pass, but for no sender in particular.'),
  content: nothing('Recipients or content decide, and nothing shows who sent it.'),
  all: nothing('Nothing narrows whose mail it is for.'),
};

export const transportRule: ObjectKind = {
  name: 'transport rule',
  plural: 'transport rules',
  licence: undefined,
  form: 'object',
  log: {
    operations: [
      'New-TransportRule',
      'Set-TransportRule',
      'Enable-TransportRule',
      'Disable-TransportRule',
      'Remove-TransportRule',
    ],
    replacedBy: ['Import-TransportRuleCollection'],
    madeOfNameAlone: false,
    nullClearsFlags: true,
    madeOn: true,
  },
  exchange: {
    list: [{ cmdlet: 'Get-TransportRule', parameters: {} }],
    enabled: (rule) => isSwitchedOn(rule, 'State', 'enabled', 'disabled'),
    // A rule carries some thirty switches that are false unless somebody set them.
    settings: (rule) =>
      Object.fromEntries(
        Object.entries(settingsOf(rule)).filter(
          ([name, value]) => value !== false && !(name === 'DlpPolicyId' && /^[0-]+$/.test(String(value))),
        ),
      ),
    // Set-TransportRule has no parameter that switches a rule off.
    disable: (guid) => ({ cmdlet: 'Disable-TransportRule', parameters: { Identity: guid, Confirm: false } }),
    // Without `Mode` the rule keeps the one it had.
    enable: (guid) => ({ cmdlet: 'Enable-TransportRule', parameters: { Identity: guid, Confirm: false } }),
    // Past that date a rule does nothing, while its State stays "Enabled" (no page says otherwise). Without a zone the
    // date would be read in the caller's regional form; that UTC with its letter is taken as UTC is an inference, so it
    // is read back.
    expire: (guid, until) => ({
      cmdlet: 'Set-TransportRule',
      parameters: { Identity: guid, ExpiryDate: until, Confirm: false },
    }),
  },
  // Settings that come without their kind are taken for a rule's, unless another kind's own are among them.
  ownSettings: [],
  idle,
  findings: transportRuleFindings,
  evidence: ({ settings, ownDomains }) => evidence[scopeOf(settings, ownDomains)],
  breadth: {
    counted: () => ({
      addresses: ['SenderIpRanges'],
      domains: claims,
      recipients: [
        'SentTo',
        'SentToMemberOf',
        'RecipientDomainIs',
        'AnyOfToHeader',
        'AnyOfCcHeader',
        'AnyOfToCcHeader',
        'AnyOfToHeaderMemberOf',
        'AnyOfCcHeaderMemberOf',
        'AnyOfToCcHeaderMemberOf',
      ],
    }),
    noun: ['sender', 'senders'],
    everyone: ({ settings, ownDomains }) => coversAll(scopeOf(settings, ownDomains)),
    everything: 'all mail',
  },
  whenOff: ruleWhenOff,
  traces: byRule,
  protection: ruleProtection,
  saved: {
    telling: [['SenderAddressLocation', 'RecipientAddressType']],
    whole: ['Name', 'State', ...restsOf(transportRuleFindings), ...conditions],
    revealing: [
      'SetSCL',
      'SetHeaderName',
      'RouteMessageOutboundConnector',
      'RedirectMessageTo',
      'BlindCopyTo',
    ],
  },
};
