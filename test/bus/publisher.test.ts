import { describe, expect, it } from 'vitest';
import { createPublisher } from '#bus/publisher.ts';
import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BusEntry } from '#bus/entry.ts';

const entry = (name: string): BusEntry => ({
  Source: 'lapse.register',
  DetailType: 'Exception Opened',
  Detail: JSON.stringify({ name }),
});
const many = (count: number): BusEntry[] => Array.from({ length: count }, (_, index) => entry(String(index)));

/** A bus that takes everything except what `refuse` has a code for; `refuse` sees how often an entry was tried. */
function busThat(refuse: (detail: string, tries: number) => string | undefined) {
  const calls: string[][] = [];
  const tries = new Map<string, number>();
  const send = ({ input }: PutEventsCommand) => {
    const details = (input.Entries ?? []).map(({ Detail = '' }) => Detail);
    calls.push(details);
    const Entries = details.map((detail) => {
      tries.set(detail, (tries.get(detail) ?? 0) + 1);
      const ErrorCode = refuse(detail, tries.get(detail) ?? 0);
      return ErrorCode === undefined ? { EventId: 'x' } : { ErrorCode };
    });
    return Promise.resolve({ FailedEntryCount: Entries.filter((one) => one.ErrorCode).length, Entries });
  };
  const waits: number[] = [];
  const publisher = createPublisher({
    client: { send },
    busName: 'the-bus',
    wait: (millis) => {
      waits.push(millis);
      return Promise.resolve();
    },
    chance: () => 0.5,
  });
  return { publisher, calls, waits };
}

const named = (name: string): string => JSON.stringify({ name });

describe('the publisher', () => {
  it('puts at most ten entries into one call, in the order given', async () => {
    const { publisher, calls } = busThat(() => undefined);
    expect(await publisher.publish(many(23))).toEqual({ failed: [] });
    expect(calls.map((call) => call.length)).toEqual([10, 10, 3]);
    expect(calls.flat()).toEqual(many(23).map(({ Detail }) => Detail));
  });

  it('makes no call for nothing', async () => {
    const { publisher, calls } = busThat(() => undefined);
    await publisher.publish([]);
    expect(calls).toEqual([]);
  });

  it('tries again only what was throttled, although the call as such succeeded', async () => {
    const { publisher, calls, waits } = busThat((detail, tries) =>
      detail === named('1') && tries < 3 ? 'ThrottlingException' : undefined,
    );
    expect(await publisher.publish(many(3))).toEqual({ failed: [] });
    expect(calls).toEqual([[named('0'), named('1'), named('2')], [named('1')], [named('1')]]);
    expect(waits).toEqual([200, 400]);
  });

  it('reports at once what will never be taken', async () => {
    const { publisher, calls } = busThat((detail) => (detail === named('1') ? 'MalformedDetail' : undefined));
    expect(await publisher.publish(many(3))).toEqual({ failed: [{ index: 1, code: 'MalformedDetail' }] });
    expect(calls).toHaveLength(1);
  });

  it('gives up after four tries', async () => {
    const { publisher, calls } = busThat(() => 'InternalFailure');
    expect(await publisher.publish(many(1))).toEqual({ failed: [{ index: 0, code: 'InternalFailure' }] });
    expect(calls).toHaveLength(4);
  });

  it('reports every entry of a call that fails as a whole, and goes on with the next', async () => {
    let calls = 0;
    const client = {
      send: () => {
        calls += 1;
        if (calls === 1)
          return Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
        return Promise.resolve({ FailedEntryCount: 0 });
      },
    } as unknown as Pick<EventBridgeClient, 'send'>;
    const { failed } = await createPublisher({ client, busName: 'the-bus' }).publish(many(12));
    expect(failed).toEqual(many(10).map((_, index) => ({ index, code: 'AccessDeniedException' })));
    expect(calls).toBe(2);
  });

  it('takes a count of failures without codes for a failure of all', async () => {
    const client = {
      send: () => Promise.resolve({ FailedEntryCount: 1, Entries: [] }),
    } as unknown as Pick<EventBridgeClient, 'send'>;
    const publisher = createPublisher({ client, busName: 'the-bus', wait: () => Promise.resolve() });
    expect((await publisher.publish(many(2))).failed.map(({ index }) => index)).toEqual([0, 1]);
  });

  it('never sends an entry of 1 MB, and sends the others', async () => {
    const { publisher, calls } = busThat(() => undefined);
    const huge = { ...entry('huge'), Detail: JSON.stringify({ name: 'x'.repeat(1_048_576) }) };
    const { failed } = await publisher.publish([entry('a'), huge, entry('b')]);
    expect(failed).toEqual([{ index: 1, code: 'TooLarge' }]);
    expect(calls.flat()).toEqual([named('a'), named('b')]);
  });

  it('splits what would together be too large for one call', async () => {
    const { publisher, calls } = busThat(() => undefined);
    const large = (): BusEntry => ({ ...entry('large'), Detail: JSON.stringify('x'.repeat(600_000)) });
    expect(await publisher.publish([large(), large(), large()])).toEqual({ failed: [] });
    expect(calls.map((call) => call.length)).toEqual([1, 1, 1]);
  });

  it('lets nothing overtake what failed, where order is to be kept', async () => {
    const { publisher, calls } = busThat((detail) => (detail === named('3') ? 'MalformedDetail' : undefined));
    const { failed } = await publisher.publish(many(25), { stopAtFailure: true });
    expect(calls).toHaveLength(1);
    expect(failed[0]).toEqual({ index: 3, code: 'MalformedDetail' });
    expect(failed.slice(1)).toEqual(
      Array.from({ length: 15 }, (_, index) => ({ index: index + 10, code: 'NotTried' })),
    );
  });
});
