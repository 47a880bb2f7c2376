/** Exceptions of other kinds than rules and connectors: whole lives on the local deployment. */
import { describe, expect, it } from 'vitest';
import { approver, begin, text } from './world.ts';
import { record, tenant } from './records.ts';
import type { World } from './world.ts';

/** What stands on the tenant's IP allow list now. */
const allowed = (world: World): unknown =>
  world.local.tenant?.objects('connection-filter', tenant)[0]?.parameters['IPAllowList'];

const edit = (world: World, edit: 'Add' | 'Remove', entries: readonly string[], more = {}) =>
  record(
    'Set-HostedConnectionFilterPolicy',
    world.past(0),
    { Identity: 'Default', IPAllowList: `@{${edit}=${entries.map((entry) => `"${entry}"`).join(',')}}` },
    more,
  );
const types = (trail: readonly { readonly type: string }[]) => trail.map((entry) => entry.type);

const approve = async (world: World, name: string, days: number): Promise<void> => {
  const { id } = await world.one(name);
  expect(
    await world.answer(id, 'approve', approver, {
      reason: 'the printers of the plant send from here',
      expires_on: world.date(days),
      review_every: 'P30D',
    }),
  ).toEqual({});
};

describe('an IP allow list that two people edit', () => {
  it('loses the one entry that nobody stands up for, and nothing else', async () => {
    const world = await begin();
    await world.feed(edit(world, 'Add', ['203.0.113.7', '198.51.100.0/28']));
    await world.feed(edit(world, 'Add', ['203.0.113.8'], { UserId: 'bo.admin@contoso.com' }));
    expect((await world.exceptions()).map(({ name, kind, state }) => [name, kind, state]).toSorted()).toEqual(
      [
        ['198.51.100.0/28', 'ip-allow', 'unconfirmed'],
        ['203.0.113.7', 'ip-allow', 'unconfirmed'],
        ['203.0.113.8', 'ip-allow', 'unconfirmed'],
      ],
    );
    expect((await world.one('203.0.113.8')).changedBy.id).toBe('bo.admin@contoso.com');
    await approve(world, '198.51.100.0/28', 20);
    await approve(world, '203.0.113.8', 20);

    await world.advance('P10D');
    expect(await world.one('203.0.113.7')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
    expect(allowed(world)).toEqual(['198.51.100.0/28', '203.0.113.8']);

    // Our own command comes back in the log: it is known, and asks nobody anything.
    const { id } = await world.one('203.0.113.7');
    const before = world.heard(id).length;
    await world.feed(
      edit(world, 'Remove', ['203.0.113.7'], { UserType: 5, UserId: 'local', AppId: 'local' }),
    );
    expect(await world.one('203.0.113.7')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
    expect(world.heard(id)).toHaveLength(before);
    expect(await world.one('203.0.113.8')).toMatchObject({ state: 'confirmed' });
  });
});

describe('a second tool', () => {
  it('that puts back what Lapse took away is seen each time, and does not win', async () => {
    const world = await begin();
    await world.feed(edit(world, 'Add', ['203.0.113.7', '203.0.113.8']));
    await approve(world, '203.0.113.8', 60);
    await world.advance('P10D');
    expect(allowed(world)).toEqual(['203.0.113.8']);

    const tool = {
      UserType: 5,
      UserId: '7b0d3a52-4f6e-4c1d-8a90-1e2f3a4b5c6d',
      AppId: '7b0d3a52-4f6e-4c1d-8a90-1e2f3a4b5c6d',
    };
    for (let times = 1; times <= 2; times += 1) {
      await world.feed(edit(world, 'Add', ['203.0.113.7'], tool));
      const back = await world.one('203.0.113.7');
      expect(back).toMatchObject({ state: 'unconfirmed' });
      expect(text(world.card(back.id))).toContain('203.0.113.7');
      expect(allowed(world)).toEqual(['203.0.113.8', '203.0.113.7']);

      await world.advance('P6D');
      expect(await world.one('203.0.113.7')).toMatchObject({
        state: 'disabled',
        cause: 'reopened without approval',
      });
      expect(allowed(world)).toEqual(['203.0.113.8']);
    }
    const trail = types(await world.trail((await world.one('203.0.113.7')).id));
    expect(trail.filter((type) => type === 'ExceptionReopened')).toHaveLength(2);
    expect(trail.filter((type) => type === 'ExceptionDisabled')).toHaveLength(3);
  });
});

describe('Direct Send', () => {
  it('is closed when nobody answers for leaving it open', async () => {
    const world = await begin();
    await world.feed(record('Set-OrganizationConfig', world.past(0), { RejectDirectSend: 'False' }));
    expect(await world.one('Direct Send')).toMatchObject({ kind: 'direct-send', state: 'unconfirmed' });
    await world.advance('P10D');
    expect(await world.one('Direct Send')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
    expect(world.local.tenant?.objects('organization', tenant)[0]?.parameters).toMatchObject({
      RejectDirectSend: true,
    });
  });
});

describe('a permission to forward', () => {
  it('ends when nobody answers for it, and comes back for as long as an approver says', async () => {
    const world = await begin();
    const mode = (): unknown =>
      world.local.tenant?.objects('outbound-spam', tenant)[0]?.parameters['AutoForwardingMode'];
    const set = (value: string, more = {}) =>
      record(
        'Set-HostedOutboundSpamFilterPolicy',
        world.past(0),
        { Identity: 'Default', AutoForwardingMode: value },
        more,
      );
    await world.feed(set('On'));
    const { id } = await world.one('Default');
    expect(await world.one('Default')).toMatchObject({ kind: 'auto-forwarding', state: 'unconfirmed' });
    expect(text(world.card(id))).toContain('Every mailbox may forward its mail to any address outside');

    await world.advance('P10D');
    expect(await world.one('Default')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
    expect(mode()).toBe('Off');
    // Our own command comes back in the log.
    await world.feed(set('Off', { UserType: 5, UserId: 'local', AppId: 'local' }));
    expect(await world.one('Default')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });

    await world.local.slack?.command(`restore ${id} PT20H the scanners still forward`, approver);
    await world.local.settled();
    expect(await world.one('Default')).toMatchObject({ state: 'confirmed' });
    expect(mode()).toBe('On');

    await world.advance('P2D');
    expect(await world.one('Default')).toMatchObject({ state: 'disabled', cause: 'expired' });
    expect(mode()).toBe('Off');
  });
});

describe('a protection', () => {
  it('that leaves somebody out, or is switched off inside, is told to people and stays as it is', async () => {
    const world = await begin();
    await world.feed(
      record('New-SafeLinksRule', world.past(0), {
        Name: 'Links for all',
        SafeLinksPolicy: 'Links',
        RecipientDomainIs: 'contoso.com',
        ExceptIfSentTo: 'ceo@contoso.com',
      }),
      record('Set-MalwareFilterPolicy', world.past(0), { Identity: 'Default', ZapEnabled: 'False' }),
    );
    const rule = await world.one('Links for all');
    const policy = await world.one('Default');
    expect(rule).toMatchObject({ kind: 'safe-links-rule', state: 'unconfirmed', remedy: 'escalate' });
    expect(policy).toMatchObject({ kind: 'malware-policy', state: 'unconfirmed', remedy: 'escalate' });
    expect(text(world.card(rule.id))).toContain('leaves out ceo@contoso.com');

    await world.advance('P10D');
    for (const { name, id } of [rule, policy]) {
      expect(await world.one(name)).toMatchObject({ state: 'unconfirmed' });
      const trail = types(await world.trail(id));
      expect(trail).toContain('ExceptionEscalated');
      expect(trail).not.toContain('ExceptionLapsed');
    }
    expect(world.local.tenant?.objects('safe-links-rule', tenant)[0]).toMatchObject({ enabled: true });
    expect(world.local.tenant?.objects('malware', tenant)[0]?.parameters).toMatchObject({
      ZapEnabled: 'False',
    });

    // People mend it, and that is the end of it.
    await world.feed(
      record('Set-MalwareFilterPolicy', world.past(0), { Identity: 'Default', ZapEnabled: 'True' }),
      record('Set-SafeLinksRule', world.past(0), { Identity: 'Links for all', ExceptIfSentTo: '' }),
    );
    for (const { name } of [rule, policy]) expect(await world.one(name)).toMatchObject({ state: 'removed' });
  });
});
