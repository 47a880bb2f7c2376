import { describe, expect, it } from 'vitest';
import { instant } from '#time/instant.ts';
import { createAuditRecordEntry, auditRecordEventSchema } from '#bus/audit-record-event.ts';
import { createLifecycleEntry, lifecycleEventSchema, type TrailStep } from '#bus/lifecycle-event.ts';

const step: TrailStep = {
  type: 'HoldEnded',
  at: instant('2026-11-20T10:00:00.000Z'),
  actor: { type: 'schedule' },
  deadline: instant('2026-11-23T10:00:00.000Z'),
  version: 7,
  hash: 'abc',
  previous: 'def',
};

describe('an event about an exception', () => {
  const entry = createLifecycleEntry('ex-1', 'tenant-1', step);
  const detail = JSON.parse(entry.Detail) as { metadata: object; data: object };

  it('is named in words and carries its version as sequence', () => {
    expect(entry).toMatchObject({ Source: 'lapse.register', DetailType: 'Hold Ended' });
    expect(detail.metadata).toEqual({
      event_id: 'ex-1#7',
      exception_id: 'ex-1',
      tenant_id: 'tenant-1',
      sequence: 7,
      occurred_at: '2026-11-20T10:00:00.000Z',
      schema_version: 1,
    });
  });

  it('carries the event as it was decided, without what the trail adds', () => {
    expect(Object.keys(detail.data).sort()).toEqual(['actor', 'at', 'deadline', 'type']);
  });

  it('is read back as it was written', () => {
    expect(lifecycleEventSchema.parse(detail).data).toEqual(detail.data);
  });

  it('is read where a newer release put more into it', () => {
    const more = { ...detail, later: 1, metadata: { ...detail.metadata, later: 1 } };
    expect(lifecycleEventSchema.parse(more).data).toEqual(detail.data);
  });

  it.each([
    ['another schema version', { ...detail, metadata: { ...detail.metadata, schema_version: 2 } }],
    ['no sequence', { ...detail, metadata: { ...detail.metadata, sequence: undefined } }],
    ['an event without an actor', { ...detail, data: { type: 'HoldEnded', at: step.at } }],
  ])('is refused with %s', (_what, wrong) => {
    expect(lifecycleEventSchema.safeParse(wrong).success).toBe(false);
  });
});

describe('an audit record on the bus', () => {
  it('keeps Microsoft’s own record, and is told apart by its id and tenant', () => {
    const record = {
      Id: 'r-1',
      OrganizationId: 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1',
      Operation: 'New-TransportRule',
      Parameters: [],
    };
    const entry = createAuditRecordEntry(record);
    expect(entry).toMatchObject({ Source: 'lapse.audit-log', DetailType: 'Audit Record' });
    const detail = auditRecordEventSchema.parse(JSON.parse(entry.Detail));
    expect(detail.metadata).toEqual({ event_id: 'r-1', tenant_id: record.OrganizationId, schema_version: 1 });
    expect(detail.data).toEqual(record);
  });
});
