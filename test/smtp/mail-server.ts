/** A mail server that says what a test has it say. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { selfSigned } from '#lib/standin/self-signed.ts';

export interface Scripted {
  readonly via: { readonly host: string; readonly port: number };
  /** What it was told, in lines. */
  readonly told: readonly string[];
}

const { certificate: cert, privateKey: key } = selfSigned('mail.example');

export const usual = {
  greeting: '220 AB1.mail.protection.outlook.com Microsoft ESMTP ready',
  EHLO: '250-AB1.mail.protection.outlook.com Hello\r\n250-STARTTLS\r\n250 8BITMIME',
  STARTTLS: '220 2.0.0 SMTP server ready',
  MAIL: '250 2.1.0 Sender OK',
  RCPT: '250 2.1.5 Recipient OK',
  DATA: '354 Start mail input; end with <CRLF>.<CRLF>',
  '.': '250 2.6.0 Queued mail for delivery',
  QUIT: '221 2.0.0 bye',
};

/**
 * `script`: what it says to each command otherwise; `cut` at its end closes the connection, `silence` says nothing at
 * all.
 */
export async function mailServer(script: Partial<typeof usual> = {}): Promise<Scripted> {
  const says = { ...usual, ...script };
  const told: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    talk(socket, true);
  });

  function talk(socket: Socket, first: boolean): void {
    let pending = '';
    let inMessage = false;
    const say = (text: string): void => {
      const words = text.replace(/cut$/, '');
      if (words !== '' && words !== 'silence') socket.write(`${words}\r\n`);
      if (words !== text) socket.end();
    };
    socket.on('error', () => undefined);
    socket.on('data', function take(bytes: Buffer) {
      pending += bytes.toString('latin1');
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        told.push(line);
        if (inMessage && line !== '.') continue;
        const verb = inMessage ? '.' : (line.split(/[ :]/)[0] ?? '');
        inMessage = false;
        const answer = says[verb as keyof typeof says];
        say(answer);
        if (verb === 'DATA') inMessage = answer.startsWith('354');
        if (verb === 'STARTTLS' && answer === usual.STARTTLS) {
          socket.off('data', take);
          talk(new TLSSocket(socket, { isServer: true, cert, key }), false);
        }
      }
    });
    if (first) say(says.greeting);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { via: { host: '127.0.0.1', port: (server.address() as AddressInfo).port }, told };
}
