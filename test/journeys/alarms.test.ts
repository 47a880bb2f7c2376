/**
 * What people would be told of when parts of the stack stand still or fail: its own alarms, each of which goes off by
 * its cause and ends with it. What the tenants and the register make go off is in `alarms-of-tenants.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readAssembly } from '#lib/local/assembly.ts';
import { deployable } from '#lib/local/template.ts';
import { fromMillis, instant, toMillis } from '#time/instant.ts';
import { alarmState } from '../local/alarm-state.ts';
import { byCause, byTrouble, onlyAws } from './alarm-causes.ts';
import { newRule } from './records.ts';
import { beforeTheHour, nameOf, watched, without, type Change, type Watched } from './watched.ts';
import type { Measurement } from '#lib/local/measurements.ts';
import type { World } from './world.ts';

const queueWorkers = ['record-changes', 'ask-owners', 'enforce'] as const;

describe('an alarm of the stack', () => {
  // One deployment through all of its troubles: each begins where everything is quiet, and ends there.
  let stack: Watched;
  beforeAll(() => {
    stack = watched();
  });
  afterAll(() => stack.close());

  /** Everything as it should be, for so long that whatever rings has ended. */
  const quiet = async (length: string): Promise<World> => {
    const world = await stack.start();
    await world.advance(length);
    expect(stack.ringing()).toEqual([]);
    stack.listen();
    return world;
  };

  it('does not ring before anybody has stored a secret, once everything has run', async () => {
    await beforeTheHour(await stack.start({ unset: true, everyTick: false }));
    const world = await stack.start({ unset: true });
    stack.listen();
    await world.advance('PT2H5M');
    // Those that listen for heartbeats have rung until then.
    expect([stack.rang(), stack.ringing()]).toEqual([[], []]);
  });

  it('rings where the queues are not worked on', async () => {
    await quiet('PT2M');
    const world = await stack.start({
      change: ({ id, type }) =>
        type === 'AWS::Lambda::EventSourceMapping' && !id.startsWith('LifecycleEventsStream')
          ? { Enabled: false }
          : {},
    });
    await world.feed(newRule('Waits', world.past()));
    await world.advance('PT30M');
    expect(stack.rang()).toEqual(byCause.notWorkedOn);
    await (await quiet('PT20M')).one('Waits');
  });

  const mayNotSend =
    (which: RegExp): Change =>
    ({ id, type, properties }) =>
      type === 'AWS::SQS::QueuePolicy' && which.test(id) ? without(properties, 'sqs:SendMessage') : {};

  it('rings where the bus may not send into the queues, and loses nothing', async () => {
    const world = await stack.start({ change: mayNotSend(/Queue(Policy|[0-9A-F]{8})/), mayLack: true });
    await world.feed(newRule('Refused', world.past()));
    await world.advance('PT7M');
    expect(stack.rang()).toEqual(byCause.mayNotSend);
    const mended = await stack.start();
    await mended.local.redrive(queueWorkers);
    await mended.advance('PT5M');
    await mended.one('Refused');
    await quiet('PT2M');
  });

  it('rings where it may not send into the dead-letter queues either', async () => {
    const world = await stack.start({ change: mayNotSend(/./), mayLack: true });
    await world.feed(newRule('Lost', world.past()));
    await world.advance('PT7M');
    expect(stack.rang()).toEqual(byCause.maySendNowhere);
    await quiet('PT17M');
  });

  it('rings where a rule is switched off', async () => {
    const world = await stack.start({
      change: ({ id, type }) =>
        type === 'AWS::Events::Rule' && id.startsWith('Enforcement') ? { State: 'DISABLED' } : {},
    });
    await world.advance('PT21M');
    expect(stack.rang()).toEqual(byCause.ruleOff);
    await quiet('PT16M');
  });

  it('rings where the stream is not read', async () => {
    const world = await stack.start({
      change: ({ id, type }) =>
        type === 'AWS::Lambda::EventSourceMapping' && id.startsWith('LifecycleEventsStream')
          ? { Enabled: false }
          : {},
    });
    await world.advance('PT21M');
    expect(stack.rang()).toEqual(byCause.streamOff);
    await quiet('PT16M');
  });

  it('rings where what publishes does not run', async () => {
    const world = await stack.start({ broken: ['publish-events'] });
    await world.advance('PT21M');
    expect(stack.rang()).toEqual(byCause.publishBroken);
    await (await stack.start()).local.redrive(['publish-events']);
    await quiet('PT16M');
  });

  it('rings where the sweep does not run', async () => {
    const world = await stack.start({ broken: ['sweep-deadlines'] });
    await world.advance('PT21M');
    expect(stack.rang()).toEqual(byCause.sweepBroken);
    await quiet('PT16M');
  });

  it('rings where nothing that people or queues start runs', async () => {
    const world = await stack.start({ broken: [...queueWorkers, 'answer-slack'] });
    for (const name of ['One', 'Two', 'Three']) {
      await world.feed(newRule(name, world.past()));
      const answer = await fetch(new URL('/slack/interactions', world.local.url), { method: 'POST' });
      expect(answer.status).toBe(500);
      await world.advance('PT1M');
    }
    // Enforce has two minutes for a batch: its five tries take an hour.
    await world.advance('PT65M');
    expect(stack.rang()).toEqual(byCause.workersBroken);
    const mended = await stack.start();
    // What is hidden as yet has failed too often already.
    await mended.advance('PT15M');
    await mended.local.redrive(queueWorkers);
    await mended.advance('PT5M');
    await mended.one('One');
    await quiet('PT1M');
  });

  it('rings where Slack refuses too often, until it is sent again', async () => {
    const world = await quiet('PT1M');
    world.local.slack?.fail(undefined, 'internal_error');
    await world.feed(newRule('Told of to nobody', world.past()));
    await world.advance('PT40M');
    expect(stack.rang()).toEqual(byCause.slackRefuses);
    world.local.slack?.recover();
    await world.local.redrive(['ask-owners']);
    await world.advance('PT5M');
    expect(stack.ringing()).toEqual([]);
  });

  it('rings where Slack signs with another secret than the one that is stored here', async () => {
    const world = await stack.start();
    await world.advance('PT1M');
    stack.listen();
    const answer = await fetch(new URL('/slack/interactions', world.local.url), {
      method: 'POST',
      headers: {
        'X-Slack-Request-Timestamp': String(Math.floor(world.past(0).getTime() / 1000)),
        'X-Slack-Signature': `v0=${'0'.repeat(64)}`,
      },
    });
    expect(await answer.text()).toContain('wrong signature');
    await world.advance('PT6M');
    expect(stack.rang()).toEqual(byCause.otherSecret);
    await world.advance('PT6M');
    expect(stack.still(byCause.otherSecret)).toEqual([]);
  });

  it('rings where the schedules may not start anything', async () => {
    await beforeTheHour(await quiet('PT1M'));
    stack.listen();
    const world = await stack.start({
      change: ({ id, type, properties }) =>
        type === 'AWS::IAM::Policy' && id.includes('ScheduleRole')
          ? without(properties, 'lambda:InvokeFunction')
          : {},
      mayLack: true,
    });
    await world.advance('PT25M');
    expect(stack.rang()).toEqual(byCause.nothingStarts);
    // Past ticks are not sent again: the next run does their work.
    const mended = await stack.start();
    expect(mended.local.deadLetters().map(({ again }) => again)).toEqual([false, false, false]);
    mended.local.purge(['sweep-deadlines', 'collect-audit-log', 'take-inventory']);
    await quiet('PT17M');
  });

  it('rings where what schedules start does not run', async () => {
    await beforeTheHour(await quiet('PT1M'));
    stack.listen();
    const world = await stack.start({ broken: ['collect-audit-log', 'take-inventory'] });
    await world.advance('PT2H5M');
    expect(stack.rang()).toEqual(byCause.collectionBroken);
    await quiet('PT1H59M');
  });
});

const stack = deployable(readAssembly(inject('assembly')));

it.each(Object.entries(onlyAws))(
  '%s rings by what only AWS counts, under the names by which AWS has it, and ends',
  (name, measuredOf) => {
    const alarm = stack.alarms.find(({ id }) => nameOf(id) === name);
    if (!alarm) throw new Error(`there is no alarm ${name}`);
    const now = instant('2026-11-01T10:00:00.000Z');
    const during = (value: number): readonly Measurement[] =>
      Array.from({ length: alarm.periods }, (_, back) => ({
        ...measuredOf(stack),
        value,
        at: fromMillis(toMillis(now) - (back + 1) * alarm.periodMs),
      }));
    const [bad, good] = [during(alarm.threshold + 1), during(alarm.threshold)];
    expect([bad, good].map((measured) => alarmState(alarm, measured, now))).toEqual(['ALARM', 'OK']);
  },
);

it('every alarm of the stack has its journey', () => {
  const told = new Set([
    ...Object.values(byCause).flat(),
    ...Object.values(byTrouble).flat(),
    ...Object.keys(onlyAws),
  ]);
  expect([...told].sort()).toEqual(stack.alarms.map(({ id }) => nameOf(id)).sort());
});
