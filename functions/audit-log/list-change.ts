/**
 * Audit record → which lists of the tenant it changed, and what it says it did to which entry. The list itself is
 * the better witness: what is here is for telling whose change it was, and for when the list cannot be read.
 */
import { entryName, usualPolicy } from '#risk/entry.ts';
import { flag, text } from '#risk/settings.ts';
import type { Author, Kind } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import { admit } from './admit.ts';
import { listValue, type ListValue } from './list-value.ts';
import { writtenAt } from './moment.ts';
import { objectName } from './object-name.ts';
import type { Place } from './object-name.ts';
import { listOperationNamed, type ListOperation } from './operations.ts';
import { parameterText, settingsOf } from './parameters.ts';
import type { Parameter } from './parameters.ts';
import type { AuditRecord } from './record.ts';
import type { Settings } from '#risk/settings.ts';

export interface ListChange {
  readonly record: string;
  readonly operation: ListOperation;
  readonly tenant: string;
  readonly changedBy: Author;
  readonly applications: readonly string[];
  readonly changedAt: Instant;
  /** What the record tells of the moment beyond the millisecond. */
  readonly order?: string;
  readonly lists: readonly ListTold[];
  /** Why it cannot be told from the record what was set: only the lists themselves tell. */
  readonly unread?: string;
  /** Every parameter by name, as the log has it. */
  readonly passed: Readonly<Record<string, unknown>>;
}

/** What a record tells of the entries of one kind. */
export interface ListTold {
  readonly kind: Kind;
  /** Named as there, or switched on. */
  readonly present: readonly ToldEntry[];
  /** Named as taken away, or switched off. */
  readonly absent: readonly ToldEntry[];
  /** `whole`: what is not in `present` is not there. `edit`: it says nothing of others. `unread`: it names none. */
  readonly form: 'whole' | 'edit' | 'unread';
  /** For `whole`: the policy whose list it is, where entries stand in several. */
  readonly policy?: string;
}

export interface ToldEntry {
  readonly name: string;
  readonly settings: Settings;
}

/** `undefined` for every other record, and for one that let nothing past: a failed one, a rehearsal, a service's. */
export function recogniseListChange(record: AuditRecord): ListChange | undefined {
  const operation = listOperationNamed(record.Operation);
  if (operation === undefined) return undefined;
  const admitted = admit(record, operation);
  if ('why' in admitted) return undefined;
  const { parameters, unread, changedBy, applications, tenant } = admitted;
  const lists = unread === undefined ? told(operation, parameters, record) : kindsOf(operation).map(untold);
  if (lists.length === 0) return undefined;
  return {
    record: record.Id,
    operation,
    tenant,
    changedBy,
    applications,
    ...writtenAt(record),
    lists,
    ...(unread === undefined ? {} : { unread }),
    passed: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
  };
}

const has = (parameters: readonly Parameter[], name: string): boolean =>
  parameters.some((each) => each.name === name);
const valueOf = (parameters: readonly Parameter[], name: string): unknown =>
  parameters.find((each) => each.name === name)?.value;

/** Whose lists and switches an operation may change. */
const kindsByNoun: Readonly<Record<string, readonly Kind[]>> = {
  HostedConnectionFilterPolicy: ['ip-allow', 'safe-list'],
  HostedContentFilterPolicy: ['allowed-sender', 'allowed-domain'],
  ArcConfig: ['arc-sealer'],
  OrganizationConfig: ['direct-send'],
  TenantAllowBlockListItems: ['tenant-allow'],
  TenantAllowBlockListSpoofItems: ['tenant-allow'],
  ExoPhishSimOverrideRule: ['phishing-simulation'],
  ExoSecOpsOverrideRule: ['secops-mailbox'],
};
const kindsOf = (operation: ListOperation): readonly Kind[] =>
  kindsByNoun[operation.slice(operation.indexOf('-') + 1)] ?? [];

function told(operation: ListOperation, parameters: readonly Parameter[], place: Place): readonly ListTold[] {
  const [verb, noun] = operation.split('-') as ['New' | 'Set' | 'Remove', string];
  const identity = objectName(verb === 'New' ? 'create' : 'alter', parameters, place)?.name;
  const settings = settingsOf(parameters);
  const list = (kind: Kind, parameter: string, Policy: string | undefined): readonly ListTold[] =>
    has(parameters, parameter)
      ? [
          listTold(kind, listValue(valueOf(parameters, parameter)), (Entry) => ({
            Entry,
            ...(Policy === undefined ? {} : { Policy }),
          })),
        ].map((one) => ({ ...one, ...(Policy === undefined ? {} : { policy: Policy }) }))
      : [];
  switch (noun) {
    case 'HostedConnectionFilterPolicy': {
      const Policy = identity ?? usualPolicy;
      const isOn = flag(settings, 'EnableSafeList');
      return [
        ...list('ip-allow', 'IPAllowList', Policy),
        ...(isOn === undefined ? [] : [switchTold('safe-list', isOn, { EnableSafeList: isOn, Policy })]),
      ];
    }
    case 'HostedContentFilterPolicy': {
      if (verb === 'Remove') return kindsOf(operation).map(untold);
      const Policy = identity ?? usualPolicy;
      return [
        ...list('allowed-sender', 'AllowedSenders', Policy),
        ...list('allowed-domain', 'AllowedSenderDomains', Policy),
      ];
    }
    case 'ArcConfig':
      return list('arc-sealer', 'ArcTrustedSealers', undefined);
    case 'OrganizationConfig': {
      const rejects = flag(settings, 'RejectDirectSend');
      return rejects === undefined
        ? []
        : [switchTold('direct-send', !rejects, { RejectDirectSend: rejects })];
    }
    case 'TenantAllowBlockListItems':
      return flag(settings, 'Block') === true ? [] : [allowTold(verb, parameters, settings)];
    case 'TenantAllowBlockListSpoofItems':
      return pairTold(verb, settings);
    case 'ExoPhishSimOverrideRule':
      return [overrideTold('phishing-simulation', 'PhishSimOverridePolicy', verb, parameters)];
    case 'ExoSecOpsOverrideRule':
      return [overrideTold('secops-mailbox', 'SecOpsOverridePolicy', verb, parameters)];
    default:
      return [];
  }
}

const untold = (kind: Kind): ListTold => ({ kind, present: [], absent: [], form: 'unread' });
const entry = (kind: Kind, settings: Settings): ToldEntry => ({ name: entryName(kind, settings), settings });

function listTold(kind: Kind, value: ListValue, settings: (entry: string) => Settings): ListTold {
  const entries = (names: readonly string[]) => names.map((name) => entry(kind, settings(name)));
  if (value.type === 'edit' && value.add.length + value.remove.length === 0) return untold(kind);
  return value.type === 'whole'
    ? { kind, present: entries(value.entries), absent: [], form: 'whole' }
    : { kind, present: entries(value.add), absent: entries(value.remove), form: 'edit' };
}

function switchTold(kind: Kind, isOn: boolean, settings: Settings): ListTold {
  const one = [entry(kind, settings)];
  return { kind, present: isOn ? one : [], absent: isOn ? [] : one, form: 'edit' };
}

function allowTold(verb: string, parameters: readonly Parameter[], settings: Settings): ListTold {
  const kind = 'tenant-allow';
  const value = listValue(valueOf(parameters, 'Entries'));
  const named = value.type === 'whole' ? value.entries : value.add;
  // Entries can be named by ids that only the list explains.
  if (named.length === 0) return untold(kind);
  const entries = named.map((Entry) =>
    entry(kind, {
      Entry,
      ListType: text(settings, 'ListType') ?? 'Sender',
      ...(text(settings, 'ListSubType') === undefined ? {} : { ListSubType: text(settings, 'ListSubType') }),
      ...(text(settings, 'ExpirationDate') === undefined
        ? {}
        : { ExpirationDate: text(settings, 'ExpirationDate') }),
      ...(text(settings, 'RemoveAfter') === undefined
        ? {}
        : { RemoveAfter: Number(text(settings, 'RemoveAfter')) }),
    }),
  );
  if (verb === 'Remove') return { kind, present: [], absent: entries, form: 'edit' };
  // A change to an entry may be one to a block, which only the list tells apart.
  if (verb === 'Set' || flag(settings, 'Allow') !== true) return untold(kind);
  return { kind, present: entries, absent: [], form: 'edit' };
}

function pairTold(verb: string, settings: Settings): readonly ListTold[] {
  const kind = 'tenant-allow';
  if (verb !== 'New') return [untold(kind)];
  if (/^block$/i.test(text(settings, 'Action') ?? '')) return [];
  const Entry = text(settings, 'SpoofedUser');
  if (Entry === undefined) return [untold(kind)];
  const pair = {
    Entry,
    ListType: 'Spoof',
    SendingInfrastructure: text(settings, 'SendingInfrastructure') ?? '*',
    ...(text(settings, 'SpoofType') === undefined ? {} : { SpoofType: text(settings, 'SpoofType') }),
  };
  return [{ kind, present: [entry(kind, pair)], absent: [], form: 'edit' }];
}

function overrideTold(
  kind: 'phishing-simulation' | 'secops-mailbox',
  usual: string,
  verb: string,
  parameters: readonly Parameter[],
): ListTold {
  const Policy = parameterText(parameters, 'Policy') ?? usual;
  // A rule is removed by a name of Microsoft's making, and altered piece by piece: look at what there is.
  if (verb !== 'New') return untold(kind);
  const whole = (name: string): readonly string[] => {
    const value = listValue(valueOf(parameters, name));
    return value.type === 'whole' ? value.entries : value.add;
  };
  const lists: Record<string, readonly string[]> = {};
  for (const name of ['Domains', 'SenderIpRanges']) {
    const named = whole(name);
    if (named.length > 0) lists[name] = named;
  }
  const settings: Settings = kind === 'secops-mailbox' ? { Entry: Policy, Policy } : { ...lists, Policy };
  return { kind, present: [entry(kind, settings)], absent: [], form: 'edit' };
}
