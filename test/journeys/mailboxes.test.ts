/** What people change in their own mailboxes: on record, by tenant and by mailbox, and nobody is asked. */
import { expect, it } from 'vitest';
import { record, tenant } from './records.ts';
import { begin } from './world.ts';

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
