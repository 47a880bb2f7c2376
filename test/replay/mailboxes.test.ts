import { describe, expect, it } from 'vitest';
import { instant } from '#time/instant.ts';
import { readOpenMailboxes } from '#replay/mailboxes.ts';
import type { LoggedMailboxChange } from '#audit-log/mailbox-change.ts';

const at = (minute: number) => instant(`2026-11-03T10:${String(minute).padStart(2, '0')}:00Z`);
const change = (minute: number, given: Partial<LoggedMailboxChange> = {}): LoggedMailboxChange => ({
  door: 'forwarding',
  mailbox: 'ann@contoso.com',
  operation: 'Set-Mailbox',
  tenant: 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1',
  to: ['x@gmail.com'],
  ended: false,
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
    const closed = change(3, { to: [], ended: true });
    expect(open(closed, bob, change(1))).toEqual(['bob@contoso.com x@gmail.com']);
    expect(open(change(4), closed, bob)).toEqual([
      'ann@contoso.com x@gmail.com',
      'bob@contoso.com x@gmail.com',
    ]);
  });

  it('are told apart by rule, without regard to case', () => {
    const rule = (minute: number, name: string, more: Partial<LoggedMailboxChange> = {}) =>
      change(minute, { door: 'inbox rule', rule: name, ...more });
    expect(open(rule(1, 'A'), rule(2, 'b'), rule(3, 'a', { to: [], ended: true }))).toHaveLength(1);
  });

  it('keep where they lead when they are only switched on again, and are unknown if nobody ever said', () => {
    const on = change(2, { door: 'inbox rule', rule: 'r', to: [] });
    expect(open(change(1, { door: 'inbox rule', rule: 'r' }), on)).toEqual(['ann@contoso.com x@gmail.com']);
    expect(open(on)).toEqual([]);
  });

  it('lead where they did once they are switched on again, unless that was taken back or they were taken away', () => {
    const rule = (minute: number, more: Partial<LoggedMailboxChange> = {}) =>
      change(minute, { door: 'inbox rule', rule: 'r', ...more });
    const on = rule(3, { to: [] });
    expect(open(rule(1), rule(2, { to: [], ended: true, switchedOff: true }), on)).toEqual([
      'ann@contoso.com x@gmail.com',
    ]);
    expect(open(rule(1), rule(2, { to: [], ended: true }), on)).toEqual([]);
  });

  it('stay as they were where a change could not be read', () => {
    expect(open(change(1), change(2, { to: ['y@gmail.com'], unread: 'lost' }))).toEqual([
      'ann@contoso.com x@gmail.com',
    ]);
  });

  it('lead outside: what is known to be inside is none', () => {
    expect(open(change(1, { to: ['bob@contoso.org'] }))).toEqual([]);
    expect(open(change(1, { to: ['bob@contoso.com'] }))).toEqual([]);
    expect(open(change(1, { to: ['bob@fabrikam.com'], ownDomains: ['fabrikam.com'] }))).toEqual([]);
    expect(open(change(1, { to: ['bob@contoso.org', 'Offsite Archive'] }))).toEqual([
      'ann@contoso.com Offsite Archive',
    ]);
    const guest = { type: 'person', id: 'eve@msp.example', outside: 'guest' } as const;
    expect(open(change(1, { to: ['eve@msp.example'], by: guest }))).toHaveLength(1);
  });

  it('of safe senders name whoever is trusted, inside or not', () => {
    expect(open(change(1, { door: 'safe senders', to: ['contoso.org', 'a.example'] }))).toEqual([
      'ann@contoso.com contoso.org a.example',
    ]);
  });
});
