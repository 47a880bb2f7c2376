/** What the exchange tests share: one tenant, one valid record of each kind, and a stand-in to talk to. */
import { auditRecordSchema } from '#audit-log/record.ts';
import { instant } from '#time/instant.ts';
import { createTenants } from '#exchange/tenants.ts';
import { startStandInTenant } from '#lib/standin/tenant/standin-tenant.ts';
import { policy as examplePolicy } from '../lifecycle/examples.ts';
import { recordedWaits } from './scripted-fetch.ts';
import type { Policy } from '#policy/policy.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { StandInTenantOptions } from '#lib/standin/tenant/standin-tenant.ts';

export const tenantId = '0b9c7a52-64d8-4c1e-9f37-5d2e8a1b6c40';
export const secret = 'S3cr3t~value-of-the-application';
export const start = instant('2026-11-20T09:00:00Z');

/** Who may answer is not what these tests are about: one approver decides alone. */
export const policy: Policy = { ...examplePolicy, fourEyes: [] };

let serial = 0;

/** An audit record of `operation`, an hour before `start` unless said otherwise. */
export function auditRecord(
  operation: string,
  parameters: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): AuditRecord {
  serial += 1;
  return auditRecordSchema.parse({
    Id: `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`,
    CreationTime: '2026-11-20T08:00:00',
    Operation: operation,
    OrganizationId: tenantId,
    RecordType: 1,
    ResultStatus: 'True',
    UserType: 2,
    UserId: 'ines.moreau@fabrikam.example',
    Workload: 'Exchange',
    ObjectId: parameters['Identity'] ?? '',
    Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
    ...more,
  });
}

export const riskyRule = (name = 'Supplier invoices past the filter', more = {}): AuditRecord =>
  auditRecord('New-TransportRule', { Name: name, SetSCL: '-1', SenderDomainIs: 'tailspin.example' }, more);
export const inbound = (name = 'From the mail gateway', more = {}): AuditRecord =>
  auditRecord(
    'New-InboundConnector',
    {
      Name: name,
      ConnectorType: 'OnPremises',
      SenderDomains: '*',
      SenderIPAddresses: '198.51.100.7;198.51.100.8',
      RequireTls: 'False',
    },
    more,
  );
export const outbound = (name = 'To the archive', parameters = {}): AuditRecord =>
  auditRecord('New-OutboundConnector', {
    Name: name,
    RecipientDomains: '*',
    SmartHosts: 'relay.tailspin.example',
    UseMXRecord: 'False',
    ...parameters,
  });

/** A running stand-in with a way to reach it: close it with `await using` or `close()`. */
export async function startTenant(options: Partial<StandInTenantOptions> = {}) {
  let now = Date.parse(start);
  const standIn = await startStandInTenant({ now: () => new Date(now), ...options });
  const { waits, wait } = recordedWaits();
  const tenants = createTenants({
    fetch: globalThis.fetch,
    exchangeUrl: standIn.url,
    loginUrl: standIn.loginUrl,
    secret: () => Promise.resolve(JSON.stringify({ '*': { clientId: 'lapse', clientSecret: secret } })),
    newId: () => 'id',
    now: () => now,
    random: () => 0.5,
    wait,
  });
  return {
    standIn,
    tenants,
    tenant: await tenants(tenantId),
    waits,
    wait,
    advance: (ms: number) => (now += ms),
    now: () => now,
    [Symbol.asyncDispose]: () => standIn.close(),
  };
}
