import { describe, expect, it } from 'vitest';
import { columnsOf, describeSeen, findTests, readStep, readTraced } from '#probe/traced.ts';
import { instant } from '#time/instant.ts';
import { run, test } from './examples.ts';

const mark = `lapse-probe-${'a'.repeat(32)}`;
const forged = `lapse-probe-${'b'.repeat(32)}`;
const digest = (text: string): string => `#${text}`;
const traced = (row: Readonly<Record<string, unknown>>) => readTraced(columnsOf(row));

const graph = {
  id: '4451a062-48cb-e80d-e8c0-196330437ae6',
  senderAddress: 'test@outside.example',
  recipientAddress: 'Alex@contoso.com',
  messageId: `<${mark}@outside.example>`,
  receivedDateTime: '2026-11-28T10:00:05Z',
  subject: 'Test message',
  size: 2_048,
  fromIP: '203.0.113.50',
  toIP: '',
  status: 'Delivered',
};
const cmdlet = {
  MessageTraceId: graph.id,
  MessageId: graph.messageId,
  SenderAddress: graph.senderAddress,
  RecipientAddress: 'alex@contoso.com',
  Received: '2026-11-28T10:00:05.1230000',
  Subject: graph.subject,
  Status: 'Quarantined',
  FromIP: null,
};
const summary = {
  origin_timestamp_utc: '2026-11-28T10:00:05Z',
  recipient_status: 'alex@contoso.com##Receive, Deliver',
  message_subject: graph.subject,
  message_id: graph.messageId,
  original_client_ip: '203.0.113.50',
  connector_id: 'Gateway',
};

describe('a row of message trace', () => {
  it('is read as Graph gives it', () => {
    expect(traced(graph)).toEqual({
      id: graph.id,
      messageId: graph.messageId,
      subject: graph.subject,
      recipient: 'alex@contoso.com',
      received: '2026-11-28T10:00:05.000Z',
      fromIP: '203.0.113.50',
      status: 'Delivered',
    });
  });
  it('is read as the cmdlet gives it, in UTC without saying so', () => {
    expect(traced(cmdlet)).toMatchObject({
      id: graph.id,
      received: '2026-11-28T10:00:05.123Z',
      status: 'Quarantined',
    });
    expect(traced(cmdlet)).not.toHaveProperty('fromIP');
  });
  it('is read as the enhanced summary has it, with its connector', () => {
    expect(traced(summary)).toMatchObject({
      recipient: 'alex@contoso.com',
      status: 'Delivered',
      connector: 'Gateway',
    });
    expect(traced({ ...summary, recipient_status: 'alex@contoso.com##Receive, Fail' })?.status).toBe(
      'Failed',
    );
  });
  it.each([[{}], [{ status: 'Delivered' }], [{ RecipientAddress: 'a@b.example' }]])('is not %j', (row) => {
    expect(traced(row)).toBeUndefined();
  });
});

describe('the messages of a run', () => {
  const one = test({ markHash: digest(mark) });
  const found = (...rows: readonly Readonly<Record<string, unknown>>[]) =>
    findTests(
      run({ tests: [one] }),
      rows.flatMap((row) => traced(row) ?? []),
      digest,
    ).get(one);

  it('are found by their mark, in the id or in what a gateway has left of the subject', () => {
    expect(found(graph)).toHaveLength(1);
    expect(
      found({ ...graph, messageId: '<other@gateway.example>', subject: `[EXT] (${mark})` }),
    ).toHaveLength(1);
  });
  it('are not those to others, nor those with another mark', () => {
    expect(found({ ...graph, recipientAddress: 'sam@contoso.com' })).toBeUndefined();
    expect(found({ ...graph, messageId: `<${forged}@outside.example>` })).toBeUndefined();
    expect(found({ ...graph, messageId: '<x@y.example>' })).toBeUndefined();
  });
  it('are counted when somebody sends one again, and the first is meant', () => {
    const again = { ...graph, receivedDateTime: '2026-11-28T12:00:00Z', status: 'Quarantined' };
    expect(found(again, graph)?.map(({ status }) => status)).toEqual(['Delivered', 'Quarantined']);
  });
});

describe('what happened to a message', () => {
  const at = instant('2026-11-28T10:30:00Z');
  const message = traced(graph);
  const seen = (...steps: readonly Readonly<Record<string, unknown>>[]) =>
    message &&
    describeSeen(
      [message],
      steps.flatMap((row) => readStep(columnsOf(row)) ?? []),
      at,
    );
  const receive = (connector: string) => ({
    Event: 'Receive',
    Detail: 'Message received by: AB1 from alex@contoso.com',
    Data: `<root><MEP Name="ConnectorId" String="${connector}"/></root>`,
  });

  it('names the connector that took it', () => {
    expect(seen(receive('AB1\\R&amp;D gateway'))).toMatchObject({ connector: 'R&D gateway' });
  });
  it('says that none took it where Exchange names its default', () => {
    expect(seen(receive('AB1\\Default AB1'))).toMatchObject({ none: true });
    expect(seen(receive('AB1\\Default AB1'))).not.toHaveProperty('connector');
  });
  it('does not say anything of connectors where nothing is told', () => {
    const told = seen({ event: 'Receive', description: 'x', data: '' });
    expect(told).not.toHaveProperty('connector');
    expect(told).not.toHaveProperty('none');
  });
  it('keeps of its steps what a control did, and no address', () => {
    const told = seen(receive('x'), { event: 'Transport rule', description: 'Rule "Past the filter"' });
    expect(told?.events).toEqual(['Receive', 'Transport rule: Rule "Past the filter"']);
    expect(JSON.stringify(told)).not.toContain('@');
  });
  it('does not give away a mark', () => {
    const told = seen({ event: 'Rule', detail: `matched ${mark.toUpperCase()}` });
    expect(told?.events).toEqual(['Rule: matched lapse-probe-…']);
  });
  it('is bounded, whatever comes', () => {
    const many = Array.from({ length: 5_000 }, () => ({ event: 'Rule', detail: 'x'.repeat(100_000) }));
    expect(JSON.stringify(seen(...many)).length).toBeLessThan(5_000);
  });
});
