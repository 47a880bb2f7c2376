/** Objects as Exchange's InvokeCommand gives them: every property, with the annotations beside the values. */
import { formed, partOf, properties, propertyOf } from './properties.ts';
import type { StoredObject } from './history.ts';
import type { Shelf } from './shelf.ts';

export type Rendered = Readonly<Record<string, unknown>>;

/** All properties in plain values. `position` stands in for a rule's priority where none was set. */
export function rendered(tenant: string, kind: Shelf, object: StoredObject, position: number): Rendered {
  const passed = new Map(
    Object.entries(object.parameters).map(([parameter, value]) => [propertyOf(parameter), value]),
  );
  const settings = Object.fromEntries(
    Object.entries(properties[kind]).map(([name, property]) => [name, formed(property, passed.get(name))]),
  );
  switch (kind) {
    case 'transport-rule':
      return rule(tenant, object, {
        ...settings,
        Priority: passed.has('Priority') ? settings['Priority'] : position,
      });
    case 'inbound-connector':
    case 'outbound-connector':
      return connector(tenant, kind, object, settings);
    case 'mailbox':
      return mailbox(tenant, object, settings);
    case 'journal-rule':
      return { ...plain(tenant, kind, object, settings), Enabled: object.enabled };
    case 'anti-phishing-rule':
    case 'anti-spam-rule':
    case 'malware-rule':
    case 'safe-attachments-rule':
    case 'safe-links-rule':
    case 'preset-rule':
    case 'preset-defender-rule':
      return {
        ...plain(tenant, kind, object, settings),
        State: object.enabled ? 'Enabled' : 'Disabled',
        Priority: passed.has('Priority') ? settings['Priority'] : position,
        ImmutableId: object.guid,
      };
    default:
      return plain(tenant, kind, object, settings);
  }
}

/** Policies, configurations and entries of lists. */
function plain(tenant: string, kind: Shelf, object: StoredObject, settings: Rendered): Rendered {
  const times = { WhenChanged: date(object.changedAt), WhenCreated: date(object.createdAt) };
  if (kind === 'tenant-allow') {
    // The type that was asked for is not repeated.
    const rest = Object.entries(settings).filter(([name]) => name !== 'ListType');
    return {
      ...Object.fromEntries(rest),
      Action: 'Allow',
      Identity: object.guid,
      CreatedDateTime: times.WhenCreated,
      LastModifiedDateTime: times.WhenChanged,
      LastUsedDate: null,
      SysManaged: false,
      ObjectState: 'New',
    };
  }
  if (kind === 'spoof-allow') return { ...settings, Identity: object.guid, ObjectState: 'New' };
  return {
    ...settings,
    // One text with commas, as Microsoft's own example takes it apart.
    ...(kind === 'arc-configuration' && Array.isArray(settings['ArcTrustedSealers'])
      ? { ArcTrustedSealers: settings['ArcTrustedSealers'].join(',') }
      : {}),
    Name: object.name,
    Identity: object.name,
    Id: object.name,
    Guid: object.guid,
    ...times,
    OrganizationId: organisationId(tenant),
    IsValid: true,
    ObjectState: 'Unchanged',
  };
}

function mailbox(tenant: string, object: StoredObject, settings: Rendered): Rendered {
  const alias = aliasOf(object);
  const to = settings['ForwardingSmtpAddress'];
  return {
    ...plain(tenant, 'mailbox', object, settings),
    ForwardingSmtpAddress: typeof to === 'string' ? `smtp:${to.replace(/^smtp:/i, '')}` : null,
    Name: alias,
    Alias: alias,
    PrimarySmtpAddress: primaryAddress(tenant, object),
    RecipientTypeDetails: 'UserMailbox',
  };
}

export const aliasOf = ({ name }: StoredObject): string => name.split('@', 1)[0] ?? '';

/** A mailbox that was only ever called by its alias has an address of the domain that every tenant has. */
export const primaryAddress = (tenant: string, { name }: StoredObject): string =>
  name.includes('@') ? name : `${name}@${organisation(tenant)}`;

const database = 'EURPR00A001.PROD.OUTLOOK.COM';
const organisation = (tenant: string): string => `tenant-${tenant.slice(0, 8)}.onmicrosoft.com`;
const organisationId = (tenant: string): string =>
  `${database}/Microsoft Exchange Hosted Organizations/${organisation(tenant)} - ${database}/ConfigurationUnits/${organisation(tenant)}/Configuration`;
/** "2026-11-02T09:30:00.000Z" → "2026-11-02T09:30:00.0000000+00:00" */
const date = (at: string): string => at.replace(/\.(\d{3})Z$/, '.$10000+00:00');
/** Rules show display names, not addresses. */
const display = (by: string): string =>
  by === '' ? 'Microsoft Exchange' : (by.split('@')[0] ?? by).replaceAll('.', ' ');

function rule(tenant: string, object: StoredObject, settings: Rendered): Rendered {
  const parts = (part: string, suffix: string): readonly string[] | null => {
    const names = Object.entries(settings)
      .filter(([name, value]) => partOf(name) === part && value !== null && value !== false)
      .map(
        ([name]) =>
          `Microsoft.Exchange.MessagingPolicies.Rules.Tasks.${name.replace(/^ExceptIf/, '')}${suffix}`,
      );
    return names.length === 0 ? null : names;
  };
  return {
    ...settings,
    DlpPolicyId: '00000000-0000-0000-0000-000000000000',
    CreatedBy: display(object.createdBy),
    LastModifiedBy: display(object.changedBy),
    ManuallyModified: false,
    Description: `If the message:\r\n\t(conditions of "${object.name}")\r\n`,
    RuleVersion: { Major: 14, Minor: 0, Build: 0, Revision: 0, MajorRevision: 0, MinorRevision: 0 },
    Size: 300 + 20 * Object.keys(object.parameters).length,
    RegexSize: 0,
    Conditions: parts('condition', 'Predicate'),
    Exceptions: parts('exception', 'Predicate'),
    Actions: parts('action', 'Action'),
    State: object.enabled ? 'Enabled' : 'Disabled',
    IsRuleConfigurationSupported: true,
    RuleConfigurationUnsupportedReason: '',
    Identity: object.name,
    DistinguishedName: `CN=${object.name},CN=TransportVersioned,CN=Rules,CN=Transport Settings,CN=Configuration,CN=${organisation(tenant)},CN=ConfigurationUnits`,
    Guid: object.guid,
    ImmutableId: object.guid,
    OrganizationId: organisationId(tenant),
    Name: object.name,
    IsValid: true,
    WhenChanged: date(object.changedAt),
    ObjectState: 'Unchanged',
  };
}

function connector(tenant: string, kind: Shelf, object: StoredObject, settings: Rendered): Rendered {
  const domains = settings['SenderDomains'];
  return {
    Enabled: object.enabled,
    ...settings,
    // Passed as "contoso.com", read as an address space with its type and cost.
    ...(Array.isArray(domains)
      ? {
          SenderDomains: domains.map((domain) =>
            /^smtp:/i.test(String(domain)) ? String(domain) : `smtp:${String(domain)};1`,
          ),
        }
      : {}),
    AdminDisplayName: '',
    ExchangeVersion: '0.1 (8.0.535.0)',
    Name: object.name,
    DistinguishedName: `CN=${object.name},CN=Transport Settings,CN=Configuration,CN=${organisation(tenant)},CN=ConfigurationUnits`,
    Identity: object.name,
    ObjectCategory: `${database}/Configuration/Schema/ms-Exch-SMTP-${kind === 'inbound-connector' ? 'Inbound' : 'Outbound'}-Connector`,
    ObjectClass: [
      'top',
      kind === 'inbound-connector' ? 'msExchSMTPInboundConnector' : 'msExchSMTPOutboundConnector',
    ],
    WhenChanged: date(object.changedAt),
    WhenCreated: date(object.createdAt),
    WhenChangedUTC: date(object.changedAt),
    WhenCreatedUTC: date(object.createdAt),
    ExchangeObjectId: object.guid,
    NameHashGuid: object.guid,
    OrganizationalUnitRoot: organisation(tenant),
    OrganizationalUnitRootInternal: organisation(tenant),
    OrganizationId: organisationId(tenant),
    Id: object.name,
    Guid: object.guid,
    OriginatingServer: `DB0PR00A01DC001.${database}`,
    IsValid: true,
    ObjectState: 'Unchanged',
  };
}

/** The same with the type of each value noted beside it, as the wire has it. */
export const annotated = (object: Rendered): Rendered =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => [...annotation(name, value), [name, value]]),
  );

function annotation(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (typeof value === 'boolean') return [[`${name}@data.type`, 'System.Boolean']];
  if (Array.isArray(value))
    return [
      [`${name}@data.type`, 'System.Collections.Generic.List`1[System.String]'],
      [`${name}@odata.type`, '#Collection(String)'],
    ];
  if (/^When|Date$/.test(name) && value !== null) return [[`${name}@data.type`, 'System.DateTime']];
  return /Guid|^ImmutableId$|ObjectId$/.test(name) ? [[`${name}@data.type`, 'System.Guid']] : [];
}
