/** What people and Lapse do in a tenant, as its audit log tells of it. */
import { entryOf, isEntry, type Family, type ObjectPlan } from './plan.ts';

export type Parameters = Readonly<Record<string, string>>;

export interface NativeRecord {
  readonly Id: string;
  readonly CreationTime: string;
  readonly Operation: string;
  readonly [name: string]: unknown;
}

const epochTicks = 621_355_968_000_000_000n;

/** The id of an Exchange record tells the moment to 100 ns; `serial` makes it the only one. */
function idAt(ms: number, serial: number): string {
  const ticks = BigInt(Math.floor(ms)) * 10_000n + epochTicks + BigInt(serial % 10_000);
  const hex = ticks.toString(16).padStart(16, '0');
  return `${serial.toString(16).padStart(8, '0')}-0000-4000-${hex.slice(12)}-${hex.slice(0, 12)}`;
}

export function createRecord(
  {
    operation,
    tenant,
    at,
    by,
    serial,
  }: {
    readonly operation: string;
    readonly tenant: string;
    readonly at: number;
    /** A sign-in name; an application's id where Lapse did it. */
    readonly by: { readonly person: string } | { readonly application: string };
    readonly serial: number;
  },
  parameters: Parameters,
): NativeRecord {
  return {
    CreationTime: new Date(at).toISOString().slice(0, 19),
    Id: idAt(at, serial),
    Operation: operation,
    OrganizationId: tenant,
    RecordType: 1,
    ResultStatus: 'True',
    UserKey: '1003200100000001',
    Version: 1,
    Workload: 'Exchange',
    ObjectId: operation.startsWith('New-') ? '' : `contoso.onmicrosoft.com\\${parameters['Identity'] ?? ''}`,
    ...('person' in by
      ? { UserType: 2, UserId: by.person }
      : { UserType: 5, UserId: by.application, AppId: by.application }),
    Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
  };
}

const nouns: Readonly<Record<Family, string>> = {
  'transport-rule': 'TransportRule',
  'inbound-connector': 'InboundConnector',
  'outbound-connector': 'OutboundConnector',
  'ip-allow': 'HostedConnectionFilterPolicy',
  'allowed-domain': 'HostedContentFilterPolicy',
  'tenant-allow': 'TenantAllowBlockListItems',
  'auto-forwarding': 'HostedOutboundSpamFilterPolicy',
};

/** Settings by family, most of them dangerous in some way. */
function settingsOf(family: Family, index: number, variant: number): Parameters {
  const among = (all: readonly Parameters[]): Parameters => all[variant % all.length] ?? {};
  const domain = `partner${String(index)}.example`;
  switch (family) {
    case 'transport-rule':
      return among([
        { SetSCL: '-1', SenderDomainIs: domain, SenderIpRanges: `198.51.100.${String(index % 250)}` },
        { SetSCL: '-1', SenderDomainIs: domain },
        { SetSCL: '-1', SenderDomainIs: `other${String(index)}.example` },
        { SetSCL: '-1' },
        { SetSCL: '-1', SenderDomainIs: domain, SenderIpRanges: `198.51.100.${String(index % 250)}` },
        { SetSCL: '-1', SenderIpRanges: '198.51.100.0/28' },
        { PrependSubject: '[External]' },
        { RejectMessageReasonText: 'No.', ExceptIfSenderDomainIs: domain },
      ]);
    case 'inbound-connector':
      return among([
        {
          ConnectorType: 'OnPremises',
          SenderDomains: '*',
          SenderIPAddresses: '198.51.100.7',
          RequireTls: 'False',
        },
        {
          ConnectorType: 'Partner',
          SenderDomains: domain,
          SenderIPAddresses: '198.51.100.9',
          RequireTls: 'False',
        },
        {
          ConnectorType: 'Partner',
          SenderDomains: '*',
          RequireTls: 'False',
          TreatMessagesAsInternal: 'True',
        },
      ]);
    case 'outbound-connector':
      return among([
        { RecipientDomains: '*', SmartHosts: `relay${String(index)}.example`, UseMXRecord: 'False' },
        { RecipientDomains: domain, SmartHosts: `relay${String(index)}.example`, UseMXRecord: 'False' },
      ]);
    default:
      return {};
  }
}

export type Change = 'create' | 'alter' | 'enable' | 'disable' | 'rename' | 'remove';

/** The command that does it. `name`: as it is called now. */
export function commandOf(
  object: ObjectPlan,
  change: Change,
  { name, to = name, variant }: { readonly name: string; readonly to?: string; readonly variant: number },
): { readonly operation: string; readonly parameters: Parameters } | undefined {
  const { family, index, owner } = object;
  const noun = nouns[family];
  if (isEntry(family)) return entryCommand(family, object, change, noun);
  if (family === 'auto-forwarding') {
    const on = change === 'create' || change === 'enable' || change === 'alter';
    return {
      operation: `Set-${noun}`,
      parameters: { Identity: 'Default', AutoForwardingMode: on ? 'On' : 'Off' },
    };
  }
  const comment = family === 'transport-rule' ? 'Comments' : 'Comment';
  switch (change) {
    case 'create':
      return {
        operation: `New-${noun}`,
        parameters: {
          Name: name,
          ...settingsOf(family, index, variant),
          ...(owner?.by === 'comment' && {
            [comment]: `owner: ${owner.address}; ticket: CHG-${String(index)}`,
          }),
        },
      };
    case 'alter':
      return {
        operation: `Set-${noun}`,
        parameters: { Identity: name, ...settingsOf(family, index, variant) },
      };
    case 'rename':
      return { operation: `Set-${noun}`, parameters: { Identity: name, Name: to } };
    case 'remove':
      return { operation: `Remove-${noun}`, parameters: { Identity: name } };
    case 'enable':
    case 'disable':
      return family === 'transport-rule'
        ? {
            operation: `${change === 'enable' ? 'Enable' : 'Disable'}-${noun}`,
            parameters: { Identity: name },
          }
        : {
            operation: `Set-${noun}`,
            parameters: { Identity: name, Enabled: change === 'enable' ? 'True' : 'False' },
          };
  }
}

function entryCommand(
  family: Family,
  object: ObjectPlan,
  change: Change,
  noun: string,
): { readonly operation: string; readonly parameters: Parameters } | undefined {
  if (change === 'rename' || change === 'alter') return undefined;
  const isOn = change === 'create' || change === 'enable';
  const entry = entryOf(object);
  if (family === 'tenant-allow') {
    const parameters = { ListType: 'Sender', Entries: entry.replace(' (Sender)', '') };
    return isOn
      ? { operation: `New-${noun}`, parameters: { ...parameters, Allow: 'True', RemoveAfter: '45' } }
      : { operation: `Remove-${noun}`, parameters };
  }
  const property = family === 'ip-allow' ? 'IPAllowList' : 'AllowedSenderDomains';
  return {
    operation: `Set-${noun}`,
    parameters: { Identity: 'Default', [property]: `@{${isOn ? 'Add' : 'Remove'}="${entry}"}` },
  };
}

/** What Lapse passed to a cmdlet, as the log writes it. */
export function passedText(parameters: Readonly<Record<string, unknown>>): Parameters {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([name]) => !name.includes('@'))
      .map(([name, value]) => [name, textOf(value)]),
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(textOf).join(';');
  if (typeof value === 'object' && value !== null)
    return `@{${Object.entries(value)
      .filter(([name]) => !name.includes('@'))
      .map(
        ([name, some]) =>
          `${name}=${[some]
            .flat()
            .map((one) => `"${textOf(one)}"`)
            .join(',')}`,
      )
      .join(';')}}`;
  return '';
}
