import { beforeEach, describe, expect, it } from 'vitest';
import { SlackRefusal, SlackUnreachable } from '#slack/failure.ts';
import { createPaceMemory, withPace, type PaceMemory } from '#slack/pace.ts';
import type { Slack } from '#slack/slack.ts';

const message = { text: 'x', blocks: [] };

let now: number;
let memory: PaceMemory;
let called: string[];
let waits: number[];
let answers: (Error | undefined)[];
beforeEach(() => {
  now = 1_000_000;
  memory = createPaceMemory();
  called = [];
  waits = [];
  answers = [];
});

const busy = (seconds: number) => new SlackUnreachable('chat.postMessage', 'rate limited', seconds);

/** A Slack that answers as `answers` says, one after the other, and well after that. */
function paced(spare = 60_000): Slack {
  const answer = <T>(name: string, value: T): Promise<T> => {
    called.push(name);
    const error = answers.shift();
    return error ? Promise.reject(error) : Promise.resolve(value);
  };
  const slack: Pick<Slack, 'post' | 'personAt' | 'update'> = {
    post: (channel) => answer(`post ${channel}`, { channel, ts: '1.1' }),
    personAt: (address) => answer(`look up ${address}`, { id: 'U1', standing: 'member' }),
    update: () => answer('update', undefined),
  };
  return withPace(slack as Slack, {
    memory,
    now: () => now,
    wait: (ms) => {
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    },
    spare: () => spare,
  });
}

describe('the pace of messages', () => {
  it('is one a second in a conversation after the first few, over several turns of a function', async () => {
    for (let count = 0; count < 3; count += 1) await paced().post('C1', message);
    expect(waits).toEqual([]);
    await paced().post('C2', message);
    expect(waits).toEqual([]);
    for (let count = 0; count < 3; count += 1) await paced().post('C1', message);
    expect(waits).toEqual([0, 1000, 1000].filter((ms) => ms > 0));
    now += 60_000;
    await paced().post('C1', message);
    expect(waits).toHaveLength(2);
  });

  it('waits as long as Slack says, and tries once more', async () => {
    answers = [busy(2)];
    expect(await paced().post('C1', message)).toEqual({ channel: 'C1', ts: '1.1' });
    expect(waits).toEqual([2000]);
    expect(called).toEqual(['post C1', 'post C1']);
  });

  it('does not wait longer than others can, and asks for nothing of that sort until then', async () => {
    answers = [busy(30)];
    await expect(paced().post('C1', message)).rejects.toMatchObject({ retryAfter: 30 });
    now += 10_000;
    await expect(paced().post('C1', message)).rejects.toMatchObject({ retryAfter: 20 });
    expect(waits).toEqual([]);
    expect(called).toEqual(['post C1']);
    await paced().post('C2', message);
    await paced().personAt('ann@contoso.example');
    now += 20_000;
    await paced().post('C1', message);
    expect(called.slice(1)).toEqual(['post C2', 'look up ann@contoso.example', 'post C1']);
  });

  it('waits only where time is left for it', async () => {
    answers = [busy(2)];
    await expect(paced(1_999).post('C1', message)).rejects.toMatchObject({ retryAfter: 2 });
    expect(waits).toEqual([]);
  });

  it('gives up where Slack is still busy after the wait, and says how long it is', async () => {
    answers = [busy(1), busy(40)];
    await expect(paced().update({ channel: 'C1', ts: '1.1' }, message)).rejects.toMatchObject({
      retryAfter: 40,
    });
    await expect(paced().update({ channel: 'C2', ts: '1.1' }, message)).rejects.toMatchObject({
      retryAfter: 40,
    });
    expect(called).toHaveLength(2);
  });

  it('is no matter of refusals and outages: those go on as they are, at once', async () => {
    const outage = new SlackUnreachable('chat.postMessage', 'no answer');
    answers = [outage, new SlackRefusal('chat.postMessage', 'is_archived')];
    await expect(paced().post('C1', message)).rejects.toBe(outage);
    await expect(paced().post('C1', message)).rejects.toThrow('is_archived');
    expect([waits, called]).toEqual([[], ['post C1', 'post C1']]);
  });
});
