/** A mailbox that forwards its mail: what is asked of Exchange, and what is concluded from its answers. */
import { describe, expect, it } from 'vitest';
import { createTenant } from '#exchange/tenant.ts';
import { recordedWaits, scripted } from '../exchange/scripted-fetch.ts';
import { start, tenantId } from '../exchange/surroundings.ts';
import type { Script } from '../exchange/scripted-fetch.ts';

const kind = 'mailbox-forwarding';
const mailbox = (given: object = {}) => ({
  PrimarySmtpAddress: 'ann@contoso.com',
  ForwardingSmtpAddress: 'smtp:x@gmail.com',
  ForwardingAddress: null,
  DeliverToMailboxAndForward: false,
  ...given,
});
const answer = (...value: readonly object[]) => ({ body: { value } });

const notThere = {
  status: 404,
  body: {
    error: {
      code: 'NotFound',
      message: 'not there',
      details: [
        { message: '|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|not there' },
      ],
    },
  },
};

function asked(...script: Script) {
  const { fetch, sent } = scripted(...script);
  const tenant = createTenant({
    ...{ fetch, exchangeUrl: 'https://outlook.office365.com', tenant: tenantId },
    ...{ token: () => Promise.resolve('token'), now: () => Date.parse(start), random: () => 0 },
    wait: recordedWaits().wait,
  });
  const calls = (): unknown =>
    sent.map(({ body }) => (JSON.parse(body) as { readonly CmdletInput: unknown }).CmdletInput);
  return { tenant, calls };
}

const forwarding = {
  guid: 'f',
  settings: {
    Mailbox: 'ann@contoso.com',
    ForwardingSmtpAddress: 'x@gmail.com',
    DeliverToMailboxAndForward: false,
  },
};

describe('a mailbox that forwards', () => {
  it('is told to forward no more, and nothing else, after a look at it alone', async () => {
    const { tenant, calls } = asked(answer(mailbox()), answer());
    await tenant.disable(kind, forwarding);
    expect(calls()).toEqual([
      { CmdletName: 'Get-Mailbox', Parameters: { Identity: 'ann@contoso.com' } },
      {
        CmdletName: 'Set-Mailbox',
        Parameters: { Identity: 'ann@contoso.com', ForwardingSmtpAddress: null },
      },
    ]);
  });

  it('to a recipient of the directory loses that as well', async () => {
    const { tenant, calls } = asked(answer(mailbox({ ForwardingAddress: 'Ann at home' })), answer());
    await tenant.disable(kind, forwarding);
    expect(calls()).toMatchObject([
      {},
      { Parameters: { ForwardingSmtpAddress: null, ForwardingAddress: null } },
    ]);
  });

  it('is read under the id it has, by whatever name it answers', async () => {
    const { tenant } = asked(answer(mailbox({ PrimarySmtpAddress: 'ann.new@contoso.com' })));
    expect(await tenant.read({ kind, name: 'ann@contoso.com', guid: forwarding.guid })).toMatchObject({
      found: true,
      guid: forwarding.guid,
      settings: { Mailbox: 'ann.new@contoso.com' },
    });
  });

  it('no more is as good as absent, and so is one that is gone', async () => {
    const off = asked(answer(mailbox({ ForwardingSmtpAddress: null })));
    expect(await off.tenant.read({ kind, name: 'ann@contoso.com' })).toEqual({ found: false, certain: true });
    const gone = asked(notThere);
    expect(await gone.tenant.read({ kind, name: 'ann@contoso.com' })).toEqual({
      found: false,
      certain: true,
    });
  });

  it('cannot be restored where the mailbox is gone', async () => {
    const { tenant } = asked(answer());
    await expect(tenant.enable(kind, forwarding)).rejects.toThrow('The mailbox ann@contoso.com is gone');
  });
});

describe('nothing is concluded', () => {
  it('from an answer without any mailbox', async () => {
    const { tenant } = asked(answer());
    expect(await tenant.read({ kind, name: 'ann@contoso.com' })).toEqual({ found: false, certain: false });
  });

  it('from many mailboxes where one was asked for', async () => {
    const { tenant } = asked(answer(mailbox({ PrimarySmtpAddress: 'bob@contoso.com' }), mailbox()));
    await expect(tenant.read({ kind, name: 'ann@contoso.com' })).rejects.toMatchObject({
      code: 'unexpected-answer',
    });
  });

  it.each(['PrimarySmtpAddress', 'ForwardingSmtpAddress', 'ForwardingAddress'])(
    'from a mailbox without %s',
    async (name) => {
      const one = Object.fromEntries(Object.entries(mailbox()).filter(([key]) => key !== name));
      const { tenant } = asked(answer(one));
      await expect(tenant.read({ kind, name: 'ann@contoso.com' })).rejects.toMatchObject({
        code: 'unexpected-answer',
      });
    },
  );
});
