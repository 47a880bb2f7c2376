/** What people change in their own mailboxes: on record, by tenant and by mailbox, and nobody is asked. */
import { expect, it } from 'vitest';
import { record, tenant } from './records.ts';
import { actions, approver, begin } from './world.ts';
import { duration } from '#time/instant.ts';

it('forwarding to the outside is on record, once, and no exception', async () => {
  const world = await begin();
  const before = (await world.exceptions()).length;
  const forward = record(
    'Set-Mailbox',
    world.past(),
    { Identity: 'ann@contoso.com', ForwardingSmtpAddress: 'smtp:x@gmail.com' },
    { ObjectId: 'ann@contoso.com' },
  );
  const lost = record(
    'New-InboxRule',
    world.past(),
    {},
    { UserId: 'bob@contoso.com', Parameters: '@{Name=x}' },
  );
  expect(await world.feed(forward, lost)).toMatchObject({ accepted: 1, malformed: 1 });
  await world.feed(forward);
  const of = async (...path: readonly string[]): Promise<unknown> =>
    (await fetch(new URL(['mailboxes', tenant, ...path].join('/'), world.local.url))).json();
  expect(await of()).toHaveLength(2);
  expect(await of('ann')).toMatchObject([
    {
      door: 'forwarding',
      mailbox: 'ann@contoso.com',
      settings: { ForwardingSmtpAddress: { entries: ['x@gmail.com'] } },
      operation: 'Set-Mailbox',
    },
  ]);
  expect(await of('bob%40contoso.com')).toMatchObject([
    { door: 'inbox rule', settings: {}, unread: expect.any(String) as string },
  ]);
  expect(await world.exceptions()).toHaveLength(before);
});

it('forwarding is asked about and ended like every other exception, where policy says so', async () => {
  const world = await begin({ mailboxes: { keptFor: duration('P90D'), asExceptions: true } });
  const ann = 'ann@contoso.com';
  await world.feed(
    record(
      'Set-Mailbox',
      world.past(),
      { Identity: ann, ForwardingSmtpAddress: 'smtp:x@fabrikam.example' },
      { ObjectId: ann, UserId: ann },
    ),
  );
  const forwards = (): unknown =>
    world.local.tenant?.objects('mailbox', tenant)[0]?.parameters['ForwardingSmtpAddress'];
  const opened = await world.one(ann);
  expect(opened).toMatchObject({
    kind: 'mailbox-forwarding',
    state: 'unconfirmed',
    risk: 'high',
    complete: true,
    owner: ann,
  });
  expect(actions(world.card(opened.id))).toEqual(['approve', 'disable']);

  // Who asked for it is who forwards: four eyes.
  const wish = { reason: 'I read it at home', expires_on: world.date(10), review_every: 'P30D' };
  expect(await world.answer(opened.id, 'approve', world.userOf(ann), wish)).toEqual({
    reason: expect.stringContaining('somebody else must approve it') as string,
  });
  expect(await world.one(ann)).toMatchObject({ state: 'unconfirmed' });

  await world.advance('P4D');
  expect(await world.one(ann)).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
  expect(forwards()).toBeNull();
  // Our own command comes back in the log.
  const own = { ObjectId: ann, UserType: 5, UserId: 'local', AppId: 'local' };
  await world.feed(record('Set-Mailbox', world.past(0), { Identity: ann, ForwardingSmtpAddress: '' }, own));
  expect(await world.one(ann)).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });

  await world.local.slack?.command(`restore ${opened.id} PT20H the contract allows it`, approver);
  await world.local.settled();
  expect(await world.one(ann)).toMatchObject({ state: 'confirmed' });
  expect(forwards()).toBe('x@fabrikam.example');
});
