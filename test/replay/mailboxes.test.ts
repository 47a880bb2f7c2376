import { describe, expect, it } from 'vitest';
import { instant } from '#time/instant.ts';
import { readOpenMailboxes } from '#replay/mailboxes.ts';
import type { LoggedMailboxChange } from '#audit-log/mailbox-change.ts';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';

const to = (...entries: readonly string[]): MailboxChange['settings'] => ({
  ForwardingSmtpAddress: { type: 'whole', entries },
});
const at = (minute: number) => instant(`2026-11-03T10:${String(minute).padStart(2, '0')}:00Z`);
const change = (minute: number, given: Partial<LoggedMailboxChange> = {}): LoggedMailboxChange => ({
  door: 'forwarding',
  mailbox: 'ann@contoso.com',
  operation: 'Set-Mailbox',
  tenant: 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1',
  settings: to('x@gmail.com'),
  by: { type: 'person', id: 'ann@contoso.com' },
  moment: { at: at(minute), record: `r${minute}` },
  ownDomains: [],
  ...given,
});
const open = (...changes: readonly LoggedMailboxChange[]) =>
  readOpenMailboxes(changes, ['contoso.org']).map(({ mailbox, to }) => `${mailbox} ${to.join(' ')}`);

describe('doors in mailboxes', () => {
  it('are those that stand open at the end, the newest first, whatever the order of the records', () => {
    const bob = change(2, { mailbox: 'bob@contoso.com' });
    const closed = change(3, { settings: to() });
    expect(open(closed, bob, change(1))).toEqual(['bob@contoso.com x@gmail.com']);
    expect(open(change(4), closed, bob)).toEqual([
      'ann@contoso.com x@gmail.com',
      'bob@contoso.com x@gmail.com',
    ]);
  });

  it('are told apart by rule, without regard to case', () => {
    const rule = (minute: number, name: string, more: Partial<LoggedMailboxChange> = {}) =>
      change(minute, { door: 'inbox rule', rule: name, ...more });
    expect(open(rule(1, 'A'), rule(2, 'b'), rule(3, 'a', { became: 'removed', settings: {} }))).toHaveLength(
      1,
    );
  });

  it('keep where they lead when they are only switched on again, and are unknown if nobody ever said', () => {
    const on = change(2, { door: 'inbox rule', rule: 'r', became: 'on', settings: {} });
    expect(open(change(1, { door: 'inbox rule', rule: 'r' }), on)).toEqual(['ann@contoso.com x@gmail.com']);
    expect(open(on)).toEqual([]);
  });

  it('lead where they did once they are switched on again, unless that was taken back or they were taken away', () => {
    const rule = (minute: number, more: Partial<LoggedMailboxChange> = {}) =>
      change(minute, { door: 'inbox rule', rule: 'r', ...more });
    const [on, off, gone] = (['on', 'off', 'removed'] as const).map((became, place) =>
      rule(4 - place, { became, settings: {} }),
    ) as [LoggedMailboxChange, LoggedMailboxChange, LoggedMailboxChange];
    expect(open(rule(1), off)).toEqual([]);
    expect(open(rule(1), off, on)).toEqual(['ann@contoso.com x@gmail.com']);
    expect(open(rule(1), off, rule(4, { settings: to('y@gmail.com') }))).toEqual([]);
    expect(open(rule(1), rule(2, { settings: to() }), on)).toEqual([]);
    expect(open(rule(1), gone, on)).toEqual([]);
    expect(open(rule(1), off, rule(5, { became: 'made', settings: to('y@gmail.com') }))).toEqual([
      'ann@contoso.com y@gmail.com',
    ]);
  });

  it('lead wherever one of several settings does: what is taken back from one is not taken from another', () => {
    const other = { ForwardingAddress: { type: 'whole', entries: ['Offsite Archive'] } } as const;
    const none = { ForwardingAddress: { type: 'whole', entries: [] } } as const;
    expect(open(change(1), change(2, { settings: other }))).toEqual([
      'ann@contoso.com x@gmail.com Offsite Archive',
    ]);
    const admin = { type: 'person', id: 'admin@contoso.com' } as const;
    const left = readOpenMailboxes([change(1), change(2, { settings: none, by: admin })], []);
    // Whoever took another setting back did not open this one.
    expect(left).toMatchObject([{ to: ['x@gmail.com'], by: { id: 'ann@contoso.com' }, at: at(1) }]);
  });

  it('trust whom was added, until they are taken away', () => {
    const trust = (minute: number, add: readonly string[], remove: readonly string[] = []) =>
      change(minute, {
        door: 'safe senders',
        settings: { TrustedSendersAndDomains: { type: 'edit', add, remove } },
      });
    const [first, second] = [trust(1, ['a.example']), trust(2, ['b.example'])];
    expect(open(first, second)).toEqual(['ann@contoso.com a.example b.example']);
    expect(open(first, second, trust(3, [], ['A.example']))).toEqual(['ann@contoso.com b.example']);
    expect(open(first, trust(3, [], ['a.example']))).toEqual([]);
  });

  it('stay as they were where a change could not be read', () => {
    expect(open(change(1), change(2, { settings: to('y@gmail.com'), unread: 'lost' }))).toEqual([
      'ann@contoso.com x@gmail.com',
    ]);
  });

  it('lead outside: what is known to be inside is none', () => {
    expect(open(change(1, { settings: to('bob@contoso.org') }))).toEqual([]);
    expect(open(change(1, { settings: to('bob@contoso.com') }))).toEqual([]);
    expect(open(change(1, { settings: to('bob@fabrikam.com'), ownDomains: ['fabrikam.com'] }))).toEqual([]);
    expect(open(change(1, { settings: to('bob@contoso.org', 'Offsite Archive') }))).toEqual([
      'ann@contoso.com Offsite Archive',
    ]);
    const guest = { type: 'person', id: 'eve@msp.example', outside: 'guest' } as const;
    expect(open(change(1, { settings: to('eve@msp.example'), by: guest }))).toHaveLength(1);
  });

  it('of safe senders name whoever is trusted, inside or not', () => {
    expect(open(change(1, { door: 'safe senders', settings: to('contoso.org', 'a.example') }))).toEqual([
      'ann@contoso.com contoso.org a.example',
    ]);
  });
});
