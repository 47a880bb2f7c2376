/** Outbound connectors, by Exchange's own settings. */
import { anybodySends, countAddresses } from '#risk/addresses.ts';
import { identity, nameOnly, network, nothing } from '#risk/evidence.ts';
import { restsOf } from '#risk/finding-row.ts';
import { flag, isSet } from '#risk/settings.ts';
import { plainDomains, settingsOf, isSwitchedOn } from '../object-answer.ts';
import {
  carriesToFilter,
  everyRecipient,
  forcesTls,
  outboundConnectorFindings,
  smartHosts,
  tlsOf,
} from './findings.ts';
import type { Evidence } from '#risk/evidence.ts';
import type { Settings } from '#risk/settings.ts';
import type { ExchangeObject } from '../call.ts';
import type { ObjectKind, SavedAnswers } from '../kind.ts';

/**
 * The plain call leaves out connectors that only rules use, and those in test mode; each switch shows its own class
 * and nothing else (Microsoft's reference of Get-OutboundConnector). That both switches together are needed for a
 * connector of both classes is an inference: without it such a connector might never be seen.
 */
const classes: readonly Readonly<Record<string, boolean>>[] = [
  {},
  { IsTransportRuleScoped: true },
  { IncludeTestModeConnectors: true },
  { IsTransportRuleScoped: true, IncludeTestModeConnectors: true },
];
const list = classes.map((only) => ({ cmdlet: 'Get-OutboundConnector', parameters: only }));

function answersIn(objects: readonly ExchangeObject[]): SavedAnswers {
  const isOf = (object: ExchangeObject, only: Readonly<Record<string, unknown>>): boolean =>
    (flag(object, 'IsTransportRuleScoped') === true) === (only['IsTransportRuleScoped'] === true) &&
    (flag(object, 'TestMode') === true) === (only['IncludeTestModeConnectors'] === true);
  return {
    answers: list.flatMap((call) => {
      const given = objects.filter((object) => isOf(object, call.parameters));
      return given.length === 0 ? [] : [{ call, objects: given }];
    }),
    untold: [],
  };
}

function evidence(settings: Settings): Evidence {
  const tls = tlsOf(settings);
  if (tls === 'name') return identity('The receiving server must show a certificate for its name.');
  const hosts = smartHosts(settings);
  const count = countAddresses(hosts);
  if (hosts.length > 0 && count.unread === 0)
    return anybodySends(count)
      ? nothing('The receiving server is at an address that many share.')
      : network('The receiving server is known by its network address.');
  if (hosts.length > 0)
    return nameOnly('The receiving server is known only by name: DNS decides where mail goes.');
  if (flag(settings, 'IsTransportRuleScoped') === true && !isSet(settings, 'RecipientDomains'))
    return nothing('Rules decide where mail goes.');
  return nameOnly('The recipient’s DNS decides where mail goes.');
}

const set = (guid: string, enabled: boolean) => ({
  cmdlet: 'Set-OutboundConnector',
  parameters: { Identity: guid, Enabled: enabled, Confirm: false },
});

export const outboundConnector: ObjectKind = {
  name: 'outbound connector',
  plural: 'outbound connectors',
  licence: undefined,
  form: 'object',
  log: {
    operations: ['New-OutboundConnector', 'Set-OutboundConnector', 'Remove-OutboundConnector'],
    replacedBy: [],
    madeOfNameAlone: true,
    nullClearsFlags: false,
    madeOn: true,
  },
  exchange: {
    list,
    enabled: (connector) => isSwitchedOn(connector, 'Enabled', 'true', 'false'),
    settings: (connector) => plainDomains(settingsOf(connector), 'RecipientDomains'),
    disable: (guid) => set(guid, false),
    enable: (guid) => set(guid, true),
    expire: undefined,
  },
  ownSettings: ['SmartHosts', 'RecipientDomains'],
  findings: outboundConnectorFindings,
  evidence: ({ settings }) => evidence(settings),
  breadth: {
    counted: () => ({ addresses: [], domains: ['RecipientDomains'], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: ({ settings }) => everyRecipient(settings),
    everything: 'all outgoing mail',
  },
  whenOff: () => ({
    mayStop: true,
    text: 'Mail through it leaves the usual way: a receiver that takes mail only from there may refuse it. What a rule sends through it may not leave at all.',
  }),
  traces: { by: 'outbound connector' },
  protection: {
    protects: (settings) => forcesTls(settings) || carriesToFilter(settings),
    mayProtect: () => false,
    guards: (settings) => ['TlsSettings', 'IsTransportRuleScoped'].filter((name) => isSet(settings, name)),
    removed: 'LAPSE-OC-008',
    watched: undefined,
  },
  saved: {
    answers: answersIn,
    telling: [['ConnectorType', 'SmartHosts']],
    revealing: ['SmartHosts', 'IsTransportRuleScoped'],
    whole: [
      'Name',
      'Enabled',
      'RecipientDomains',
      'UseMXRecord',
      'TlsDomain',
      ...restsOf(outboundConnectorFindings),
    ],
  },
};
