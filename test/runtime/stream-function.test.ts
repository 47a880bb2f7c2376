import { describe, expect, it } from 'vitest';
import { createStreamFunction } from '#runtime/stream-function.ts';
import type { DynamoDBRecord } from 'aws-lambda';
import { contextWith } from './fixtures.ts';

const records = ['100', '101', '102'].map((SequenceNumber): DynamoDBRecord => ({
  dynamodb: { SequenceNumber },
}));

describe('a function behind a table’s stream', () => {
  it('reports nothing when all is done', async () => {
    const handler = createStreamFunction('publish-events', () => Promise.resolve(undefined));
    expect(await handler({ Records: records }, contextWith())).toEqual({ batchItemFailures: [] });
  });

  it('begins again at the sequence number of the first record that is not done', async () => {
    const handler = createStreamFunction('publish-events', () => Promise.resolve(1));
    expect(await handler({ Records: records }, contextWith())).toEqual({
      batchItemFailures: [{ itemIdentifier: '101' }],
    });
  });

  it('fails as a whole where the record has no number, so that the batch is repeated', async () => {
    const handler = createStreamFunction('publish-events', () => Promise.resolve(0));
    await expect(handler({ Records: [{}] }, contextWith())).rejects.toThrow('sequence number');
  });
});
