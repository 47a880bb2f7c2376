/** A mail server as far as a test message needs one: EHLO, STARTTLS, MAIL, RCPT, DATA. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { selfSigned } from '../self-signed.ts';

export interface Envelope {
  readonly sender: string;
  readonly recipient: string;
}

export interface SmtpServerOptions {
  /** What it calls itself. */
  readonly name: string;
  /** The refusal; `undefined` where the recipient may have the message. */
  readonly refuses: (envelope: Envelope) => string | undefined;
  /** The answer to a whole message. */
  readonly takes: (envelope: Envelope, message: string) => string;
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

const longestMessage = 1_000_000;

export async function startSmtpServer({ name, refuses, takes }: SmtpServerOptions): Promise<SmtpServer> {
  // Nobody vouches for it, as for many a mail server's.
  const { certificate: cert, privateKey: key } = selfSigned(name);
  const sockets = new Set<Socket>();

  const talk = (socket: Socket, encrypted: boolean): void => {
    let pending = '';
    let envelope: { sender?: string; recipient?: string } = {};
    let message: string[] | undefined;
    const say = (text: string): void => void socket.write(`${text}\r\n`);
    const startTls = (): void => {
      socket.removeListener('data', hear);
      say('220 2.0.0 SMTP server ready');
      talk(new TLSSocket(socket, { isServer: true, cert, key }), true);
    };
    const command = (line: string): void => {
      const address = /<([^<>]*)>/.exec(line)?.[1] ?? '';
      const { sender, recipient } = envelope;
      if (/^EHLO /i.test(line))
        say(`250-${name} Hello${encrypted ? '' : '\r\n250-STARTTLS'}\r\n250 8BITMIME`);
      else if (/^STARTTLS$/i.test(line) && !encrypted) startTls();
      else if (/^MAIL FROM:/i.test(line)) {
        envelope = { sender: address };
        say('250 2.1.0 Sender OK');
      } else if (/^RCPT TO:/i.test(line) && sender !== undefined) {
        const refusal = refuses({ sender, recipient: address });
        if (refusal === undefined) envelope = { sender, recipient: address };
        say(refusal ?? '250 2.1.5 Recipient OK');
      } else if (/^DATA$/i.test(line) && recipient !== undefined) {
        message = [];
        say('354 Start mail input; end with <CRLF>.<CRLF>');
      } else if (/^QUIT$/i.test(line)) {
        say('221 2.0.0 Service closing transmission channel');
        socket.end();
      } else say('503 5.5.1 Bad sequence of commands');
    };
    const hear = (bytes: Buffer): void => {
      pending += bytes.toString('latin1');
      if (pending.length > longestMessage) socket.destroy();
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        const { sender = '', recipient = '' } = envelope;
        if (!message) command(line);
        else if (line === '.') {
          say(takes({ sender, recipient }, message.join('\r\n')));
          message = undefined;
          envelope = {};
        } else message.push(line.replace(/^\./, ''));
      }
    };
    socket.on('error', () => socket.destroy()).on('data', hear);
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    talk(socket, false);
    socket.write(`220 ${name} ESMTP MAIL Service ready\r\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
