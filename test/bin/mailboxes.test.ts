import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../../bin/commands/mailboxes.ts';
import { instant } from '#time/instant.ts';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';

const tenant = 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1';
const to = (...entries: readonly string[]): MailboxChange['settings'] => ({
  ForwardingSmtpAddress: { type: 'whole', entries },
});
const change = (minute: number, given: Partial<MailboxChange> = {}): MailboxChange => ({
  door: 'forwarding',
  mailbox: 'ann@contoso.com',
  operation: 'Set-Mailbox',
  settings: to('x@gmail.com'),
  by: { type: 'person', id: 'ann@contoso.com' },
  moment: { at: instant(`2026-11-03T10:0${minute}:00Z`), record: `r${minute}` },
  ...given,
});

/** What the command prints of a deployment that has these on record, and what it asked it. */
async function printed(changes: readonly MailboxChange[], ...args: readonly string[]) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end(JSON.stringify(changes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const said: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
  onTestFinished(() => {
    log.mockRestore();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const code = await run(['--tenant', tenant, '--url', `http://127.0.0.1:${port}`, ...args]);
  return { code, said: said.join('\n'), asked };
}

it('what stands open in mailboxes is printed as a replay prints it', async () => {
  const { code, said, asked } = await printed([
    change(3, { mailbox: 'bob@contoso.com', settings: to() }),
    change(2, { from: '192.0.2.1', by: { type: 'person', id: 'eve@msp.example', outside: 'partner' } }),
    change(1, { mailbox: 'bob@contoso.com', unplaced: true }),
    change(0, { mailbox: 'col@contoso.com', unplaced: true }),
  ]);
  expect(code).toBe(0);
  expect(asked).toEqual([`/mailboxes/${tenant}`]);
  expect(said).toBe(
    [
      'In single mailboxes (not counted as exceptions; --json names all):',
      '  2 mailboxes forward their mail outside:',
      '    - ann@contoso.com: x@gmail.com; by eve@msp.example (a partner with delegated rights) from 192.0.2.1, 2026-11-03 10:02 UTC',
      '    - col@contoso.com: x@gmail.com (perhaps inside: the tenant did not say which domains are its own); by ann@contoso.com, 2026-11-03 10:00 UTC',
    ].join('\n'),
  );
});

it('a change that could not be read is named, and the command has not done all of its work', async () => {
  const { code, said } = await printed([change(1, { settings: {}, unread: 'Parameters were lost\u001b' })]);
  expect(code).toBe(1);
  expect(said).toBe(
    'Not read, so look at these mailboxes in Exchange:\n' +
      '  - ann@contoso.com: Set-Mailbox, by ann@contoso.com, 2026-11-03 10:01 UTC: Parameters were lost� (record r1)',
  );
});

it('changes that could not be read for the same reason are one line, however many there are', async () => {
  const unread = (minute: number, more = {}) => change(minute, { settings: {}, unread: 'Nothing', ...more });
  const { said } = await printed([
    unread(3),
    unread(2),
    unread(1),
    unread(0, { mailbox: 'bob@contoso.com' }),
  ]);
  expect(said.split('\n').slice(1)).toEqual([
    '  - ann@contoso.com: Set-Mailbox, by ann@contoso.com, 2026-11-03 10:03 UTC: Nothing (record r3, and 2 more before it)',
    '  - bob@contoso.com: Set-Mailbox, by ann@contoso.com, 2026-11-03 10:00 UTC: Nothing (record r0)',
  ]);
});

it('programs read what stands open, and every change', async () => {
  const ended = change(2, { settings: to() });
  const { code, said } = await printed([ended, change(1)], '--json');
  expect(code).toBe(0);
  expect(JSON.parse(said)).toEqual({
    open: [],
    changes: [
      { ...ended, by: 'ann@contoso.com' },
      { ...change(1), by: 'ann@contoso.com' },
    ],
  });
});

it('one mailbox is asked for by its name', async () => {
  const { said, asked } = await printed([], '--mailbox', 'ann@contoso.com');
  expect(asked).toEqual([`/mailboxes/${tenant}/ann%40contoso.com`]);
  expect(said).toBe('Nothing on record lets mail past or out of single mailboxes.');
});
