import { describe, expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { lookFor, readPosture } from '#exchange/probe.ts';
import { instant } from '#time/instant.ts';
import { posture, run, test } from '../probe/examples.ts';
import { auditRecord, inbound, startTenant, tenantId } from './surroundings.ts';
import type { TracedMessage, TraceStep } from '#probe/traced.ts';

const mark = `lapse-probe-${'a'.repeat(32)}`;
const digest = (text: string): string => `#${text}`;
const now = instant('2026-11-28T10:20:00Z');
const sent = run({ tests: [test({ markHash: digest(mark) })] });
const message: TracedMessage = {
  id: '1',
  messageId: `<${mark}@outside.example>`,
  subject: '',
  recipient: 'alex@contoso.com',
  received: instant('2026-11-28T10:00:05Z'),
  status: 'Delivered',
};

/** A tenant whose message trace shows these, and what it was asked. */
function tracing(
  messages: readonly TracedMessage[],
  steps: () => Promise<readonly TraceStep[]> = () => Promise.resolve([]),
) {
  const asked: unknown[] = [];
  return {
    asked,
    traced: (question: unknown) => {
      asked.push(question);
      return Promise.resolve(messages);
    },
    steps: (one: TracedMessage) => {
      asked.push(one.id);
      return steps();
    },
  };
}

describe('message trace', () => {
  it('is asked for the mailbox, from a little before the run until now', async () => {
    const tenant = tracing([]);
    expect(await lookFor(sent, tenant, { now, digest })).toEqual(sent);
    expect(tenant.asked).toEqual([
      { recipient: 'alex@contoso.com', from: '2026-11-28T09:50:00.000Z', to: now },
    ]);
  });

  it('is asked for no more than ten days, however late', async () => {
    const tenant = tracing([]);
    await lookFor(sent, tenant, { now: instant('2027-03-01T00:00:00Z'), digest });
    expect(tenant.asked).toMatchObject([{ to: '2026-11-30T10:00:00.000Z' }]);
  });

  it('is asked for the steps of what is new or has changed, since every question counts', async () => {
    const first = await lookFor(sent, tracing([{ ...message, status: 'Pending' }]), { now, digest });
    const changed = tracing([message]);
    const second = await lookFor(first, changed, { now, digest });
    expect(changed.asked).toHaveLength(2);
    const same = tracing([message]);
    expect(await lookFor(second, same, { now, digest })).toEqual(second);
    expect(same.asked).toHaveLength(1);
    const again = tracing([message, message]);
    expect((await lookFor(second, again, { now, digest })).tests[0]?.seen?.copies).toBe(2);
  });

  it('tells what became of a message also where it does not tell the way', async () => {
    const refusing = () => Promise.reject(new ExchangeError('throttled', 'Too many requests.'));
    const { tests } = await lookFor(sent, tracing([message], refusing), { now, digest });
    expect(tests[0]?.seen).toMatchObject({ status: 'Delivered', events: [] });
  });
});

describe('the doors of a tenant', () => {
  const suffix = posture().suffix;
  it('are its domains, its connectors and whether it rejects Direct Send', async () => {
    await using running = await startTenant({ domains: { [tenantId]: ['contoso.com'] } });
    running.standIn.apply(inbound('Gateway'));
    running.standIn.apply(auditRecord('Set-OrganizationConfig', { RejectDirectSend: 'True' }));
    expect(await readPosture(running.tenant, suffix)).toMatchObject({
      domains: ['contoso.com'],
      rejectsDirectSend: true,
      connectors: [{ name: 'Gateway', enabled: true, settings: { ConnectorType: 'OnPremises' } }],
    });
  });

  it('are not known to have no connector where Exchange could not be asked', async () => {
    await using running = await startTenant({ domains: { [tenantId]: ['contoso.com'] } });
    running.standIn.fault({ kind: '403-nul', times: Infinity });
    expect(await readPosture(running.tenant, suffix)).toEqual({ domains: [], suffix });
  });
});
