import { describe, expect, it } from 'vitest';
import { handIn } from '#smtp/hand-in.ts';
import { neverAborts } from '../never-aborts.ts';
import { mailServer, usual } from './mail-server.ts';

const letter = {
  host: 'contoso-com.mail.protection.outlook.com',
  name: 'probe.example',
  sender: 'test@outside.example',
  to: 'alex@contoso.com',
  message: 'Subject: test\r\n\r\nbody\r\n.\r\n..two\r\n',
  signal: neverAborts(),
};

async function answered(script: Partial<typeof usual>, more: Partial<typeof letter> = {}) {
  const { via, told } = await mailServer(script);
  return { answer: await handIn({ ...letter, via, ...more }), told };
}

describe('a message that is handed in', () => {
  it('is taken, encrypted, with who answered and why its certificate proves nothing', async () => {
    const { answer, told } = await answered({});
    expect(answer).toEqual({
      type: 'accepted',
      server: 'AB1.mail.protection.outlook.com',
      encryption: { used: true, unproven: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      code: 250,
      status: '2.6.0',
      text: '2.6.0 Queued mail for delivery',
    });
    expect(told).toEqual([
      'EHLO probe.example',
      'STARTTLS',
      'EHLO probe.example',
      'MAIL FROM:<test@outside.example>',
      'RCPT TO:<alex@contoso.com>',
      'DATA',
      'Subject: test',
      '',
      'body',
      // A line of one dot would end it.
      '..',
      '...two',
      '.',
    ]);
  });

  it('is taken without encryption where none is offered, which is told', async () => {
    const { answer } = await answered({ EHLO: '250 hello' });
    expect(answer).toMatchObject({ type: 'accepted', encryption: { used: false } });
  });

  it.each([
    ['greeting', { greeting: '554 5.7.1 go away' }, { at: 'greeting', code: 554, status: '5.7.1' }],
    ['EHLO', { EHLO: '502 no' }, { at: 'EHLO', code: 502 }],
    ['STARTTLS', { STARTTLS: '454 4.7.0 not now' }, { at: 'STARTTLS', code: 454, status: '4.7.0' }],
    ['MAIL', { MAIL: '550 5.7.68 TenantInboundAttribution' }, { at: 'MAIL FROM', status: '5.7.68' }],
    ['RCPT', { RCPT: '550-5.7.51 Tenant\r\n550 5.7.51 more' }, { at: 'RCPT TO', status: '5.7.51' }],
    ['DATA', { DATA: '451 4.7.500 busy' }, { at: 'DATA', code: 451 }],
    ['message', { '.': '550 5.7.509 no DMARC' }, { at: 'the message', status: '5.7.509' }],
  ])('is refused at the %s', async (_, script, refusal) => {
    expect((await answered(script)).answer).toMatchObject({ type: 'refused', ...refusal });
  });

  it.each([
    ['no SMTP', { greeting: 'HTTP/1.1 400 Bad Request' }, 'it does not speak SMTP'],
    ['a line without end', { greeting: `220 ${'x'.repeat(5_000)}` }, 'it sent a line without end'],
    ['a line that never ends', { greeting: 'x'.repeat(500_000) }, /without end/],
    ['a reply without end', { EHLO: '250-more\r\n'.repeat(200) }, 'it sent a reply without end'],
    ['nothing more', { RCPT: 'cut' }, 'it closed the connection'],
    ['an end after the greeting', { EHLO: 'cut' }, 'it closed the connection'],
    ['an end before the verdict', { '.': 'cut' }, 'it closed the connection'],
    ['an answer to something else', { MAIL: usual.DATA }, /354 to MAIL FROM/],
    ['consent before the message', { DATA: '250 done' }, /250 to DATA/],
    [
      'words before encryption',
      { STARTTLS: '220 go\r\n250 2.6.0 Queued' },
      'it went on talking where encryption was to begin',
    ],
    ['no handshake', { STARTTLS: '220 gocut' }, /encryption could not be agreed on/],
  ])('says nothing of the door where the server answers with %s', async (_, script, why) => {
    const { answer } = await answered(script);
    expect(answer).toEqual({
      type: 'broken',
      why: typeof why === 'string' ? why : (expect.stringMatching(why) as string),
      ...('server' in answer && { server: answer.server }),
    });
  });

  it('reads of a server only what can be printed, and not without end', async () => {
    const { answer } = await answered({ RCPT: `550 5.1.1 \u001b[2J\u0007 ${'no '.repeat(500)}` });
    expect(answer).toMatchObject({
      text: expect.stringMatching(/^5\.1\.1 [\x20-\x7e]{300,400}…$/) as string,
    });
  });

  it('ends when its time is over, however slowly the server speaks', async () => {
    const time = new AbortController();
    const { via, told } = await mailServer({ MAIL: 'silence' });
    const handed = handIn({ ...letter, via, signal: time.signal });
    await expect.poll(() => told.at(-1)).toMatch(/^MAIL/);
    time.abort();
    expect(await handed).toMatchObject({ type: 'broken', why: 'it did not come to an end in time' });
  });

  it('says that nothing was reached where nothing listens', async () => {
    const { via } = await mailServer();
    expect(await handIn({ ...letter, via: { ...via, port: 1 } })).toEqual({
      type: 'unreached',
      why: 'ECONNREFUSED',
    });
  });

  it('says that nothing was reached where no connection came in time', async () => {
    const { via } = await mailServer();
    expect(await handIn({ ...letter, via, signal: AbortSignal.abort() })).toEqual({
      type: 'unreached',
      why: 'no answer in time',
    });
  });

  it.each([
    ['sender', { sender: 'a@b.example>\r\nRCPT TO:<all@contoso.com' }],
    ['recipient', { to: 'alex@contoso.com\r\nDATA' }],
    ['recipient', { to: 'alex@contoso.com> NOTIFY=NEVER' }],
    ['name', { name: 'me\r\nMAIL FROM:<x@y.example>' }],
  ])('is never sent with a %s that would be a command of its own', async (_, more) => {
    const { via, told } = await mailServer();
    await expect(handIn({ ...letter, via, ...more })).rejects.toThrow(RangeError);
    expect(told).toEqual([]);
  });
});
