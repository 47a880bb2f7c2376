/** What the log never tells, found by looking: whole lives on the local deployment. */
import { describe, expect, it } from 'vitest';
import { auditRecordSchema } from '#audit-log/record.ts';
import { newRule, record } from './records.ts';
import { approver, begin, text } from './world.ts';
import type { NativeRecord } from './records.ts';
import type { World } from './world.ts';

/** It happens in the tenant, and the log is silent about it. */
const secretly = (world: World, ...records: readonly NativeRecord[]): void => {
  for (const one of records) world.local.tenant?.apply(auditRecordSchema.parse(one));
};
const types = (trail: readonly { readonly type: string }[]) => trail.map(({ type }) => type);
const told = (world: World, words: string): number =>
  world.local.slack?.messages().filter((message) => text(message).includes(words)).length ?? 0;
const gateway = (world: World) =>
  record('New-InboundConnector', world.past(), {
    Name: 'Gateway',
    ConnectorType: 'OnPremises',
    SenderDomains: '*',
    SenderIPAddresses: '198.51.100.7',
    RequireTls: 'True',
  });
const approve = async (world: World, id: string): Promise<void> => {
  const form = { reason: 'our mail gateway', expires_on: world.date(10), review_every: 'P7D' };
  expect(await world.answer(id, 'approve', approver, form)).toEqual({});
};

describe('an inventory that is only part of one', () => {
  it('takes nothing for gone, says so once, and catches up', async () => {
    const world = await begin();
    await world.feed(newRule('Stays', world.past()), newRule('Goes', world.past()));
    await world.advance('PT1H');
    world.local.tenant?.fault({ kind: '503', times: Infinity });
    secretly(world, record('Remove-TransportRule', world.past(0), { Identity: 'Goes' }));
    await world.advance('PT5H');
    expect(await world.one('Goes')).toMatchObject({ state: 'unconfirmed' });
    expect(told(world, 'is incomplete, so Lapse draws no conclusion')).toBe(1);
    world.local.tenant?.mend();
    await world.advance('PT2H');
    expect(await world.one('Goes')).toMatchObject({ state: 'removed' });
    expect(await world.one('Stays')).toMatchObject({ state: 'unconfirmed' });
  });
});

describe('a rule from before Lapse', () => {
  it('is told of in one message, has its grace, and lapses only after its people were asked', async () => {
    const world = await begin();
    secretly(world, newRule('Old', world.past(100_000)), newRule('Older', world.past(200_000)));
    await world.feed(newRule('New', world.past()));
    await world.advance('PT2H');
    const { id } = await world.one('Old');
    expect((await world.trail(id))[0]).toMatchObject({ type: 'ExceptionOpened', imported: true });
    expect(world.cards(id)).toHaveLength(0);
    expect(told(world, 'that were there already')).toBe(1);

    await world.advance('P10D');
    expect(await world.one('New')).toMatchObject({ state: 'disabled' });
    expect(await world.one('Old')).toMatchObject({ state: 'unconfirmed' });
    await world.advance('P30D');
    expect(await world.one('Old')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
    const trail = types(await world.trail(id));
    expect(trail).toContain('OwnerTold');
    expect(trail.indexOf('OwnerTold')).toBeLessThan(trail.indexOf('ExceptionLapsed'));
    expect(told(world, 'that were there already')).toBe(1);
  });
});

describe('a connector that was approved', () => {
  it('may be renamed, but not widened', async () => {
    const world = await begin();
    await world.feed(gateway(world));
    const { id } = await world.one('Gateway');
    await approve(world, id);
    await world.advance('PT1H');
    secretly(
      world,
      record('Set-InboundConnector', world.past(0), { Identity: 'Gateway', Name: 'Mail gateway' }),
    );
    await world.advance('PT3H');
    expect(await world.one('Mail gateway')).toMatchObject({ id, state: 'confirmed' });

    const before = world.heard(id).length;
    const wider = { Identity: 'Mail gateway', SenderIPAddresses: '198.51.100.0/24' };
    secretly(world, record('Set-InboundConnector', world.past(0), wider));
    await world.advance('PT3H');
    expect(await world.one('Mail gateway')).toMatchObject({ id, state: 'unconfirmed' });
    expect(world.heard(id).length).toBeGreaterThan(before);
  });
});

describe('a second tool that re-applies what Lapse disabled', () => {
  it('is noticed each time, and the third time called one', async () => {
    const world = await begin();
    await world.feed(newRule('Contested', world.past()));
    await world.advance('P8D');
    expect(await world.one('Contested')).toMatchObject({ state: 'disabled' });
    for (let times = 1; times <= 3; times += 1) {
      secretly(world, record('Enable-TransportRule', world.past(0), { Identity: 'Contested' }));
      await world.advance('PT3H');
      expect(await world.one('Contested')).toMatchObject({ state: 'unconfirmed' });
      expect(told(world, 'a tool probably re-applies it')).toBe(times < 3 ? 0 : 1);
      await world.advance('P4D');
      expect(await world.one('Contested')).toMatchObject({ cause: 'reopened without approval' });
    }
  });
});

describe('a rule that was made switched off', () => {
  it('is asked about when it is switched on, not before, and as usual', async () => {
    const world = await begin();
    await world.feed(newRule('Known', world.past()));
    await world.advance('PT1H');
    secretly(world, newRule('Draft', world.past(0), { Enabled: 'False' }));
    await world.advance('PT2H');
    const { id } = await world.one('Draft');
    expect(await world.one('Draft')).toMatchObject({ state: 'disabled', cause: 'at source' });
    expect(world.cards(id)).toHaveLength(0);
    secretly(world, record('Enable-TransportRule', world.past(0), { Identity: 'Draft' }));
    await world.advance('PT2H');
    expect(await world.one('Draft')).toMatchObject({ state: 'unconfirmed' });
    expect(told(world, 'after Lapse had disabled it')).toBe(0);
  });
});

describe('a protective rule', () => {
  it('that was given a way around it is told of, although no record says so, and is never disabled', async () => {
    const world = await begin();
    await world.feed(newRule('Known', world.past()));
    secretly(
      world,
      record('New-TransportRule', world.past(), { Name: 'Reject macros', RejectMessageReasonText: 'No' }),
    );
    await world.advance('PT2H');
    const way = { Identity: 'Reject macros', ExceptIfSenderDomainIs: 'tailspin.example' };
    secretly(world, record('Set-TransportRule', world.past(0), way));
    await world.advance('PT2H');
    const { id } = await world.one('Reject macros');
    expect(await world.one('Reject macros')).toMatchObject({ state: 'unconfirmed', remedy: 'escalate' });
    await world.advance('P20D');
    expect(types(await world.trail(id))).toContain('ExceptionEscalated');
    expect(
      world.local.tenant?.objects('transport-rule').find(({ name }) => name === 'Reject macros'),
    ).toMatchObject({ enabled: true });
  });
});
