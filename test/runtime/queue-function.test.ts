import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { PutOff } from '#runtime/put-off.ts';
import { createQueueFunction } from '#runtime/queue-function.ts';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { contextWith, metricsIn, written } from './fixtures.ts';

const detailSchema = z.object({ name: z.string() });

const message = (messageId: string, body: string, deliveries = 1): SQSRecord =>
  ({ messageId, body, attributes: { ApproximateReceiveCount: String(deliveries) } }) as unknown as SQSRecord;
const about = (name: string): string =>
  JSON.stringify({ version: '0', source: 'test', detail: { name }, 'detail-type': 'Test' });
const batch = (...Records: SQSRecord[]): SQSEvent => ({ Records });

const five = batch(
  message('m1', about('one')),
  message('m2', about('two'), 3),
  message('m3', 'rubbish with a secret in it'),
  message('m4', about('four')),
  message('m5', about('five')),
);

describe('a function behind a queue', () => {
  it('does four of five messages and gives back the one that is rubbish', async () => {
    const done: string[] = [];
    const handler = createQueueFunction('ask-owners', detailSchema, ({ name }) =>
      Promise.resolve(void done.push(name)),
    );
    const output = await written(async () => {
      expect(await handler(five, contextWith())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm3' }] });
    });
    expect(done).toEqual(['one', 'two', 'four', 'five']);
    expect(output).toContain('MESSAGE_UNREADABLE');
    expect(output).toContain('m3');
    expect(output).not.toContain('secret');
    expect(metricsIn(output)['MessageFailed']).toBe(1);
  });

  it('counts a heartbeat, and leaves its work alone with it', async () => {
    const handler = createQueueFunction('ask-owners', detailSchema, () =>
      Promise.reject(new Error('this is no work')),
    );
    const beat = JSON.stringify({ 'detail-type': 'Heartbeat', detail: { data: { at: 'now' } } });
    const output = await written(async () => {
      expect(await handler(batch(message('m1', beat)), contextWith())).toEqual({ batchItemFailures: [] });
    });
    expect(metricsIn(output)).toMatchObject({ Heartbeat: 1, service: 'ask-owners' });
  });

  it('names the field of a detail that is not as expected, and not what is in it', async () => {
    const handler = createQueueFunction('ask-owners', detailSchema, () => Promise.resolve());
    const wrong = JSON.stringify({ detail: { name: { secret: 'value' } } });
    const output = await written(async () => {
      expect(await handler(batch(message('m1', wrong)), contextWith())).toEqual({
        batchItemFailures: [{ itemIdentifier: 'm1' }],
      });
    });
    expect(output).toContain('detail is not as expected at name: invalid_type');
    expect(output).not.toContain('value');
  });

  it('gives back what its work fails on, also when that is everything', async () => {
    const handler = createQueueFunction('ask-owners', detailSchema, () =>
      Promise.reject(new Error('Slack is down')),
    );
    const output = await written(async () => {
      expect(await handler(batch(message('m1', about('one'))), contextWith())).toEqual({
        batchItemFailures: [{ itemIdentifier: 'm1' }],
      });
    });
    expect(output).toContain('Slack is down');
  });

  it('logs of an error neither the items nor the bodies it carries', async () => {
    const error = Object.assign(new Error('refused'), { Item: { owner: 'ann@contoso.example' } });
    const handler = createQueueFunction('ask-owners', detailSchema, () => Promise.reject(error));
    const output = await written(() => handler(batch(message('m1', about('one'))), contextWith()));
    expect(output).toContain('refused');
    expect(output).not.toContain('contoso');
  });

  it('tells its work how often the message was delivered and when it is', async () => {
    const turns: unknown[] = [];
    const handler = createQueueFunction('ask-owners', detailSchema, (_detail, { delivery, now }) => {
      turns.push(delivery, now);
      return Promise.resolve();
    });
    await handler(batch(message('m2', about('two'), 3)), contextWith());
    expect(turns).toEqual([3, expect.stringMatching(/^\d{4}-.*Z$/)]);
  });

  it('works on one message after the other', async () => {
    const steps: string[] = [];
    const handler = createQueueFunction('ask-owners', detailSchema, async ({ name }) => {
      steps.push(`${name} begins`);
      await Promise.resolve();
      steps.push(`${name} ends`);
    });
    await handler(batch(message('m1', about('one')), message('m2', about('two'))), contextWith());
    expect(steps).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  it('begins nothing that it could not finish', async () => {
    const done: string[] = [];
    const handler = createQueueFunction('ask-owners', detailSchema, ({ name }) =>
      Promise.resolve(void done.push(name)),
    );
    await written(async () => {
      const { batchItemFailures } = await handler(batch(message('m1', about('one'))), contextWith(4_000));
      expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    });
    expect(done).toEqual([]);
  });

  describe('whose work is put off', () => {
    const sent: { body: string; seconds: number }[] = [];
    const handler = (seconds: number) =>
      createQueueFunction(
        'ask-owners',
        detailSchema,
        () => Promise.reject(new PutOff('Slack is busy', seconds)),
        () => (body, wait) => Promise.resolve(void sent.push({ body, seconds: wait })),
      );
    beforeEach(() => void sent.splice(0));

    it('is done with the message, and sends a copy that comes later', async () => {
      const output = await written(async () => {
        expect(await handler(40)(batch(message('m1', about('one'), 5)), contextWith())).toEqual({
          batchItemFailures: [],
        });
      });
      expect(sent.map(({ seconds }) => seconds)).toEqual([40]);
      expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
        ...(JSON.parse(about('one')) as object),
        putOff: 1,
        again: true,
      });
      expect(metricsIn(output)).toMatchObject({ PutOff: 1 });
    });

    it('waits longer each time, however short the wait that is asked for', async () => {
      await written(async () => {
        for (let times = 0; times < 9; times += 1) {
          const body = sent.at(-1)?.body ?? about('one');
          await handler(1)(batch(message('m1', body)), contextWith());
        }
      });
      expect(sent.map(({ seconds }) => seconds)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300]);
    });

    it('also puts off what it has no time left for, and tells the work whether it failed before', async () => {
      const seen: boolean[] = [];
      const patient = createQueueFunction(
        'ask-owners',
        detailSchema,
        (_detail, { repeated }) => Promise.resolve(void seen.push(repeated)),
        () => (body, seconds) => Promise.resolve(void sent.push({ body, seconds })),
      );
      await written(async () => {
        await patient(batch(message('m1', about('one'))), contextWith(4_000));
        await patient(batch(message('m2', about('two'), 2)), contextWith(4_000));
        for (const { body } of sent.slice(0, 2)) await patient(batch(message('m3', body)), contextWith());
      });
      expect([sent.length, seen]).toEqual([2, [false, true]]);
    });

    it('gives the message back where the copy cannot be sent', async () => {
      const unable = createQueueFunction(
        'ask-owners',
        detailSchema,
        () => Promise.reject(new PutOff('Slack is busy', 1)),
        () => () => Promise.reject(new Error('SQS is away')),
      );
      await written(async () => {
        expect(await unable(batch(message('m1', about('one'))), contextWith())).toEqual({
          batchItemFailures: [{ itemIdentifier: 'm1' }],
        });
      });
    });
  });

  it('is quiet when all is well', async () => {
    const handler = createQueueFunction('ask-owners', detailSchema, () => Promise.resolve());
    expect(await written(() => handler(batch(message('m1', about('one'))), contextWith()))).toBe('');
  });
});
