/** What the cmdlets call the stand-in's shelves, and what each of them takes. */
import { readListValue } from '#risk/list-value.ts';
import { shelves } from './shelf.ts';
import { asText, isOn } from './text.ts';
import type { TenantOperation } from './history.ts';
import type { Shelf } from './shelf.ts';

export type CmdletVerb = 'get' | 'new' | 'set' | 'enable' | 'disable' | 'remove';

const nouns: Readonly<Record<string, { readonly shelf: Shelf; readonly verbs: readonly CmdletVerb[] }>> = {
  transportrule: { shelf: 'transport-rule', verbs: ['get', 'set', 'enable', 'disable'] },
  inboundconnector: { shelf: 'inbound-connector', verbs: ['get', 'set'] },
  outboundconnector: { shelf: 'outbound-connector', verbs: ['get', 'set'] },
  hostedconnectionfilterpolicy: { shelf: 'connection-filter', verbs: ['get', 'new', 'set', 'remove'] },
  hostedcontentfilterpolicy: { shelf: 'content-filter', verbs: ['get', 'new', 'set', 'remove'] },
  arcconfig: { shelf: 'arc-configuration', verbs: ['get', 'set'] },
  organizationconfig: { shelf: 'organization', verbs: ['get', 'set'] },
  tenantallowblocklistitems: { shelf: 'tenant-allow', verbs: ['get', 'new', 'set', 'remove'] },
  tenantallowblocklistspoofitems: { shelf: 'spoof-allow', verbs: ['get', 'new', 'set', 'remove'] },
  exophishsimoverriderule: { shelf: 'phishing-simulation', verbs: ['get', 'new', 'set', 'remove'] },
  hostedoutboundspamfilterpolicy: { shelf: 'outbound-spam', verbs: ['get', 'new', 'set', 'remove'] },
  remotedomain: { shelf: 'remote-domain', verbs: ['get', 'new', 'set', 'remove'] },
  journalrule: { shelf: 'journal-rule', verbs: ['get', 'enable', 'disable'] },
  antiphishpolicy: { shelf: 'anti-phishing', verbs: ['get', 'new', 'set', 'remove'] },
  safelinkspolicy: { shelf: 'safe-links', verbs: ['get', 'new', 'set', 'remove'] },
  safeattachmentpolicy: { shelf: 'safe-attachments', verbs: ['get', 'new', 'set', 'remove'] },
  malwarefilterpolicy: { shelf: 'malware', verbs: ['get', 'new', 'set', 'remove'] },
  adminauditlogconfig: { shelf: 'audit-log', verbs: ['get', 'set'] },
  atpbuiltinprotectionrule: { shelf: 'built-in-protection', verbs: ['get', 'set'] },
  antiphishrule: { shelf: 'anti-phishing-rule', verbs: ['get', 'enable', 'disable'] },
  hostedcontentfilterrule: { shelf: 'anti-spam-rule', verbs: ['get', 'enable', 'disable'] },
  malwarefilterrule: { shelf: 'malware-rule', verbs: ['get', 'enable', 'disable'] },
  safeattachmentrule: { shelf: 'safe-attachments-rule', verbs: ['get', 'enable', 'disable'] },
  safelinksrule: { shelf: 'safe-links-rule', verbs: ['get', 'enable', 'disable'] },
  eopprotectionpolicyrule: { shelf: 'preset-rule', verbs: ['get', 'enable', 'disable'] },
  atpprotectionpolicyrule: { shelf: 'preset-defender-rule', verbs: ['get', 'enable', 'disable'] },
  mailbox: { shelf: 'mailbox', verbs: ['get', 'set'] },
  exosecopsoverriderule: { shelf: 'secops', verbs: ['get', 'new', 'set', 'remove'] },
};

/** Shelves whose one object every tenant has from the start. */
export const alwaysThere: Readonly<Partial<Record<Shelf, string>>> = {
  'connection-filter': 'Default',
  'content-filter': 'Default',
  'arc-configuration': 'Default',
  organization: 'Organization',
  'outbound-spam': 'Default',
  'remote-domain': 'Default',
  'anti-phishing': 'Office365 AntiPhish Default',
  'safe-links': 'Built-In Protection Policy',
  'safe-attachments': 'Built-In Protection Policy',
  malware: 'Default',
  'audit-log': 'Admin Audit Log Settings',
  'built-in-protection': 'ATP Built-In Protection Rule',
};

/** How these differ from one that is made: a tenant of the stand-in begins without exceptions. */
export const begins: Readonly<Partial<Record<Shelf, Passed>>> = {
  'remote-domain': { AutoForwardEnabled: false },
  'safe-attachments': { Enable: true },
  'safe-links': { AllowClickThrough: true, EnableForInternalSenders: false },
};

/** `undefined` for a cmdlet that the stand-in does not know. */
export function cmdletOf(name: string): { readonly verb: CmdletVerb; readonly shelf: Shelf } | undefined {
  const [verb = '', noun = ''] = name.toLowerCase().split('-');
  const known = nouns[noun];
  const verbs: readonly string[] = known?.verbs ?? [];
  return known && verbs.includes(verb) ? { verb: verb as CmdletVerb, shelf: known.shelf } : undefined;
}

type Passed = Readonly<Record<string, unknown>>;
export type ShelfChange = Pick<TenantOperation, 'change' | 'target' | 'renamed' | 'parameters'>;

const plumbing = new Set(['Identity', 'Name', 'Confirm', 'WhatIf', 'Force']);
export const settingsIn = (parameters: Passed): Passed =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !plumbing.has(name)));

/**
 * What a cmdlet on a list or a policy does to the objects of its shelf, `serial` making names that Exchange would
 * make. Blocks are not kept: they are nothing that lets mail past.
 */
export function changesOf(
  shelf: Shelf,
  verb: CmdletVerb,
  parameters: Passed,
  serial: string,
): readonly ShelfChange[] {
  const identity = asText(parameters['Identity']) || (alwaysThere[shelf] ?? '');
  const settings = settingsIn(parameters);
  switch (shelf) {
    case 'tenant-allow':
      return allowChanges(verb, settings);
    case 'spoof-allow':
      return pairChanges(verb, settings, identity);
    case 'phishing-simulation':
    case 'secops': {
      // Whatever name is passed, Exchange makes its own.
      const name = `_Exe:${shelf === 'secops' ? 'SecOpsOverrid' : 'PhishSimOverr'}:${serial}`;
      return verb === 'new'
        ? [{ change: 'create', target: name, parameters: settings }]
        : [{ change: verb === 'remove' ? 'remove' : 'alter', target: identity, parameters: settings }];
    }
    default: {
      const name = parameters['Name'];
      if (verb === 'new') return [{ change: 'create', target: asText(name), parameters: settings }];
      if (verb === 'remove') return [{ change: 'remove', target: identity, parameters: {} }];
      return [
        {
          change: 'alter',
          target: identity,
          ...(name === undefined ? {} : { renamed: asText(name) }),
          parameters: settings,
        },
      ];
    }
  }
}

const entriesIn = (value: unknown): readonly string[] => {
  const read = readListValue(value);
  return read.type === 'whole' ? read.entries : read.add;
};

function allowChanges(verb: CmdletVerb, settings: Passed): readonly ShelfChange[] {
  const { Entries, Ids, Allow, Block } = settings;
  const told = new Set(['Entries', 'Ids', 'Allow', 'Block', 'NoExpiration']);
  const rest = Object.fromEntries(Object.entries(settings).filter(([name]) => !told.has(name)));
  if (Block !== undefined && isOn(Block)) return [];
  if (verb === 'new' && !isOn(Allow)) return [];
  const type = asText(settings['ListType']) || 'Sender';
  const named = entriesIn(Entries).map((entry) => ({ entry, target: `${type}/${entry}` }));
  const targets = [...named, ...entriesIn(Ids).map((id) => ({ entry: undefined, target: id }))];
  return targets.map(({ entry, target }) => ({
    change: verb === 'new' ? 'create' : verb === 'remove' ? 'remove' : 'alter',
    target,
    parameters: verb === 'remove' ? {} : { ...rest, ...(entry === undefined ? {} : { Value: entry }) },
  }));
}

function pairChanges(verb: CmdletVerb, settings: Passed, identity: string): readonly ShelfChange[] {
  const { Ids, ...rest } = settings;
  if (verb === 'new')
    return /^allow$/i.test(asText(rest['Action']))
      ? [
          {
            change: 'create',
            target: `${asText(rest['SpoofedUser'])}/${asText(rest['SendingInfrastructure'])}`,
            parameters: rest,
          },
        ]
      : [];
  const ids = entriesIn(Ids);
  return (ids.length > 0 ? ids : [identity]).map((target) => ({
    change: verb === 'remove' ? 'remove' : 'alter',
    target,
    parameters: verb === 'remove' ? {} : rest,
  }));
}

/** The shelf of a kind that is an object of its own: it bears the kind's name. */
export const shelfOf = (kind: string): Shelf | undefined => shelves.find((shelf) => shelf === kind);
