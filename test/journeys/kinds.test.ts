/** Exceptions that are entries of a list: whole lives on the local deployment. */
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
    const before = world.cards(id).length;
    await world.feed(
      edit(world, 'Remove', ['203.0.113.7'], { UserType: 5, UserId: 'local', AppId: 'local' }),
    );
    expect(await world.one('203.0.113.7')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
    expect(world.cards(id)).toHaveLength(before);
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
