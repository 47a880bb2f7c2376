import { describe, expect, it } from 'vitest';
import { recordMailboxChange } from '#recording/record-mailbox-change.ts';
import { auditRecord, start, tenantId } from '../exchange/surroundings.ts';
import { policy } from '../lifecycle/examples.ts';
import { createInMemoryMailboxChanges } from '#test/register/in-memory-mailbox-changes.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';

type Given = Readonly<Record<string, string>>;
const own = () => Promise.resolve(['contoso.com', 'contoso.org']);

function startRecording(domains: () => Promise<readonly string[]> = own) {
  const mailboxes = createInMemoryMailboxChanges();
  return {
    mailboxes,
    happen: (operation: string, given: Given, more: object = {}) =>
      recordMailboxChange(auditRecord(operation, given, { UserId: 'ann@contoso.com', ...more }), {
        ...{ mailboxes, domains, policy, now: start, enough: neverAborts },
      }),
  };
}
const forward = (to: string): Given => ({ Identity: 'ann@contoso.com', ForwardingSmtpAddress: `smtp:${to}` });

describe('a change in a mailbox', () => {
  it('that lets mail out is kept, with who made it, from where and when', async () => {
    const { mailboxes, happen } = startRecording();
    expect(await happen('Set-Mailbox', forward('x@gmail.com'), { ClientIP: '192.0.2.1' })).toEqual({
      outcome: 'kept',
    });
    expect(await Array.fromAsync(mailboxes.inTenant(tenantId))).toMatchObject([
      {
        door: 'forwarding',
        mailbox: 'ann@contoso.com',
        operation: 'Set-Mailbox',
        settings: { ForwardingSmtpAddress: { entries: ['x@gmail.com'] } },
        by: { type: 'person', id: 'ann@contoso.com' },
        from: '192.0.2.1',
      },
    ]);
    expect(mailboxes.all()[0]).not.toHaveProperty('unplaced');
    // What the record shows besides is for judging it, and not kept.
    expect(mailboxes.all()[0]).not.toHaveProperty('ownDomains');
  });

  it('is kept once, however often its record arrives', async () => {
    const { mailboxes, happen } = startRecording();
    const Id = '6f0f0a54-3c1b-4d0e-9a55-0f4be7a3f2c1';
    await happen('Set-Mailbox', forward('x@gmail.com'), { Id });
    expect(await happen('Set-Mailbox', forward('x@gmail.com'), { Id: Id.toUpperCase() })).toEqual({
      outcome: 'duplicate',
    });
    expect(mailboxes.all()).toHaveLength(1);
  });

  it('names only whom mail reaches outside, and is closed where that is nobody', async () => {
    const { mailboxes, happen } = startRecording();
    await happen('Set-InboxRule', { Identity: 'ann\\r', ForwardTo: 'bob@contoso.org;x@gmail.com' });
    await happen('Set-Mailbox', forward('bob@contoso.org'));
    expect(mailboxes.all()).toMatchObject([
      { settings: { ForwardTo: { type: 'whole', entries: ['x@gmail.com'] } } },
      { settings: { ForwardingSmtpAddress: { type: 'whole', entries: [] } } },
    ]);
  });

  it('that makes a rule leading nowhere outside is none', async () => {
    const { mailboxes, happen } = startRecording();
    expect(await happen('New-InboxRule', { Name: 'r', ForwardTo: 'bob@contoso.org' })).toEqual({
      outcome: 'irrelevant',
    });
    expect(mailboxes.all()).toEqual([]);
  });

  it('goes by what the tenant says, not by where its author belongs', async () => {
    const { mailboxes, happen } = startRecording();
    await happen('Set-Mailbox', forward('x@fabrikam.example'), { UserId: 'eve@fabrikam.example' });
    expect(mailboxes.all()).toMatchObject([
      { settings: { ForwardingSmtpAddress: { entries: ['x@fabrikam.example'] } } },
    ]);
  });

  it.each([
    ['does not say which domains are its own', noDomains],
    ['cannot be asked', () => Promise.reject(new Error('no secret'))],
  ])('in a tenant that %s is kept all the same, and says so', async (_, domains) => {
    const { mailboxes, happen } = startRecording(domains);
    await happen('Set-Mailbox', forward('x@sister.example'));
    await happen('Set-Mailbox', forward('bob@contoso.com'));
    expect(mailboxes.all()).toMatchObject([
      { settings: { ForwardingSmtpAddress: { entries: ['x@sister.example'] } }, unplaced: true },
      // Its own address tells as much.
      { settings: { ForwardingSmtpAddress: { entries: [] } } },
    ]);
  });

  it('that leads to where anybody has a mailbox certainly leads outside', async () => {
    const { mailboxes, happen } = startRecording(noDomains);
    await happen('Set-Mailbox', forward('x@gmail.com'));
    await happen('Set-InboxRule', { Identity: 'ann\\r', ForwardTo: 'x@gmail.com;Offsite Archive' });
    const [certain, other] = mailboxes.all();
    expect(certain).not.toHaveProperty('unplaced');
    expect(other).toMatchObject({ unplaced: true });
  });

  it('of safe senders is kept whoever is trusted', async () => {
    const { mailboxes, happen } = startRecording(noDomains);
    await happen('Set-MailboxJunkEmailConfiguration', {
      Identity: 'ann',
      TrustedSendersAndDomains: 'contoso.org;a.example',
    });
    expect(mailboxes.all()).toMatchObject([
      {
        door: 'safe senders',
        settings: { TrustedSendersAndDomains: { entries: ['contoso.org', 'a.example'] } },
      },
    ]);
    expect(mailboxes.all()[0]).not.toHaveProperty('unplaced');
  });

  it('that cannot be read is kept too, and says why', async () => {
    const { mailboxes, happen } = startRecording();
    const lost = { Parameters: '@{Name=Identity; Value=ann}', ObjectId: 'ann' };
    expect(await happen('Set-Mailbox', {}, lost)).toMatchObject({
      outcome: 'kept',
      unread: expect.stringContaining('flattened') as string,
    });
    expect(mailboxes.all()).toMatchObject([
      { mailbox: 'ann', settings: {}, unread: expect.any(String) as string },
    ]);
  });

  it('that lets nothing past is not kept', async () => {
    const { mailboxes, happen } = startRecording();
    await happen('Set-Mailbox', { Identity: 'ann', MaxSendSize: '10MB' });
    await happen('Set-Mailbox', forward('x@gmail.com'), { ResultStatus: 'False' });
    expect(mailboxes.all()).toEqual([]);
  });

  it('whose record comes from the future comes again, until somebody looks', async () => {
    const { happen } = startRecording();
    const more = { CreationTime: '2027-01-01T00:00:00' };
    await expect(happen('Set-Mailbox', forward('x@gmail.com'), more)).rejects.toThrow(/future/);
  });
});
