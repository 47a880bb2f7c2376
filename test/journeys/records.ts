/** Audit records as a tenant writes them, one for each sort of change; tests vary them by spread. */
export const tenant = 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1';

export type Parameters = Readonly<Record<string, string>>;
export interface NativeRecord {
  readonly Id: string;
  readonly CreationTime: string;
  readonly Operation: string;
  readonly [name: string]: unknown;
}

let serial = 0;

/** `at` is when it was done in the tenant; the log writes UTC without a zone. */
export function record(
  Operation: string,
  at: Date,
  parameters: Parameters,
  more: Readonly<Record<string, unknown>> = {},
): NativeRecord {
  serial += 1;
  return {
    CreationTime: at.toISOString().slice(0, 19),
    Id: `6f1d0c52-9b0e-4b5e-8c35-${serial.toString(16).padStart(12, '0')}`,
    Operation,
    OrganizationId: tenant,
    RecordType: 1,
    ResultStatus: 'True',
    UserKey: '1003200100000001',
    UserType: 2,
    Version: 1,
    Workload: 'Exchange',
    ClientIP: '203.0.113.10:33758',
    ObjectId: Operation.startsWith('New-') ? '' : `contoso.onmicrosoft.com\\${parameters['Identity'] ?? ''}`,
    UserId: 'alex.admin@contoso.com',
    AppId: '00000002-0000-0ff1-ce00-000000000000',
    ExternalAccess: false,
    OrganizationName: 'contoso.onmicrosoft.com',
    OriginatingServer: 'DB8PR04MB0001 (15.20.9000.018)',
    Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
    ...more,
  };
}

/** Whom the comment of a new rule names: its owner, who cannot approve a risky one, because its maker chose them. */
export const owner = 'olga.owner@contoso.com';

/** High risk: three days to confirm, reminded a day before, at most ninety days. */
export const newRule = (Name: string, at: Date, more: Parameters = {}): NativeRecord =>
  record('New-TransportRule', at, {
    Name,
    SetSCL: '-1',
    SenderDomainIs: 'partner.example',
    SenderIpRanges: '198.51.100.0/28',
    Comments: `owner: ${owner}; ticket: CHG-42`,
    ...more,
  });
