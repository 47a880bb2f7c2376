/** The unified audit log. Without it, nobody sees what is changed in the tenant, Lapse included. */
import * as to from '#risk/frameworks.ts';
import { createProtectionPolicy } from './protection-policy.ts';

export const auditLog = createProtectionPolicy({
  name: 'audit log',
  plural: 'audit logs',
  licence: undefined,
  noun: 'AdminAuditLogConfig',
  letters: 'AL',
  called: 'the tenant',
  policies: { only: 'Audit log' },
  telling: ['UnifiedAuditLogIngestionEnabled'],
  against: [to.logRecords, to.disableLog],
  switches: [
    {
      number: 1,
      property: 'UnifiedAuditLogIngestionEnabled',
      weak: ['false'],
      good: '$true',
      risk: 'critical',
      effect:
        'nothing that is done is recorded, so Lapse sees changes only once an hour, and not who made them',
      checks: [to.cis('3.1.1'), to.scuba('MS.SECURITYSUITE.5.1v1'), to.maester('MT.1172')],
    },
  ],
});
