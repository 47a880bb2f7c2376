/**
 * Hands one message in at a mail server, as another mail server would: EHLO, STARTTLS where it is offered, MAIL, RCPT,
 * DATA. Every end is an answer; nothing is tried again, since what a test is to show is the first answer.
 */
import { createConnection, type Socket } from 'node:net';
import { connect as startTls } from 'node:tls';
import { isEnvelopeAddress } from '#values/mail-address.ts';
import { listenTo, NoMailServer, type Replies, type ServerReply } from './replies.ts';
import type { Answer, Encryption, Step } from '#probe/run.ts';

export interface Letter {
  /** The server that is meant: its certificate is held against this name. */
  readonly host: string;
  /** Where it is really connected to, if not there: a stand-in, or a tunnel. */
  readonly via?: { readonly host: string; readonly port: number };
  /** How this machine calls itself. */
  readonly name: string;
  readonly sender: string;
  readonly to: string;
  /** Its lines end with CRLF. */
  readonly message: string;
  /** Ends it, however slowly the server speaks. */
  readonly signal: AbortSignal;
}

const port = 25;

export async function handIn(letter: Letter): Promise<Answer> {
  for (const address of [letter.sender, letter.to])
    // A line break in it would be a command of its own.
    if (!isEnvelopeAddress(address)) throw new RangeError('not an address that can stand in an envelope');
  if (!/^[a-z0-9.-]+$/i.test(letter.name)) throw new RangeError('not a name that a server can be told');

  const { host, via = { host, port }, signal } = letter;
  // When its time is over, the connection ends, whatever is under way on it.
  const socket = createConnection({ ...via, signal });
  try {
    await opened(socket);
  } catch (error) {
    socket.destroy();
    return { type: 'unreached', why: signal.aborted ? 'no answer in time' : codeOf(error) };
  }
  return converse(socket, letter);
}

/** The connection, until it is encrypted and after that, and what is known of it. */
interface Line {
  socket: Socket;
  replies: Replies;
  encryption: Encryption;
  server: string;
}

async function converse(socket: Socket, letter: Letter): Promise<Answer> {
  const line: Line = { socket, replies: listenTo(socket), encryption: { used: false }, server: '' };
  try {
    const refusal = await handOver(line, letter);
    if (refusal) return { type: 'refused', server: line.server, encryption: line.encryption, ...refusal };
    const taken = wordsOf(await line.replies.next());
    const how = { server: line.server, encryption: line.encryption };
    return taken.code < 400
      ? { type: 'accepted', ...how, ...taken }
      : { type: 'refused', at: 'the message', ...how, ...taken };
  } catch (error) {
    if (!(error instanceof NoMailServer)) throw error;
    const why = letter.signal.aborted ? 'it did not come to an end in time' : error.message;
    return { type: 'broken', why, ...(line.server !== '' && { server: line.server }) };
  } finally {
    // Nobody waits for its goodbye.
    line.socket.unref();
    line.socket.on('error', () => undefined).end('QUIT\r\n');
    line.socket.destroySoon();
  }
}

/** Up to the message itself. Resolves to the refusal, if there was one. */
async function handOver(
  line: Line,
  { host, name, sender, to, message }: Letter,
): Promise<(ReturnType<typeof wordsOf> & { readonly at: Step }) | undefined> {
  const ask = async (command: string | undefined, at: Step, good: number) => {
    if (command !== undefined) line.socket.write(`${command}\r\n`);
    const reply = await line.replies.next();
    if (at === 'greeting') line.server = /^[\w.-]{1,255}/.exec(reply.lines[0] ?? '')?.[0] ?? 'nothing';
    if (reply.code >= 400) return { reply, refusal: { ...wordsOf(reply), at } };
    if (Math.floor(reply.code / 100) !== good)
      throw new NoMailServer(`it answered ${reply.code} to ${at}, which is no answer to that`);
    return { reply };
  };

  const greeted = await ask(undefined, 'greeting', 2);
  if (greeted.refusal) return greeted.refusal;
  const offered = await ask(`EHLO ${name}`, 'EHLO', 2);
  if (offered.refusal) return offered.refusal;
  if (offered.reply.lines.some((one) => /^starttls\b/i.test(one))) {
    const begun = await ask('STARTTLS', 'STARTTLS', 2);
    if (begun.refusal) return begun.refusal;
    line.replies.leave();
    const secured = await encrypt(line.socket, host);
    line.socket = secured.socket;
    line.encryption = secured.encryption;
    line.replies = listenTo(secured.socket);
    const again = await ask(`EHLO ${name}`, 'EHLO', 2);
    if (again.refusal) return again.refusal;
  }
  const from = await ask(`MAIL FROM:<${sender}>`, 'MAIL FROM', 2);
  if (from.refusal) return from.refusal;
  const recipient = await ask(`RCPT TO:<${to}>`, 'RCPT TO', 2);
  if (recipient.refusal) return recipient.refusal;
  const data = await ask('DATA', 'DATA', 3);
  if (data.refusal) return data.refusal;
  // A line of one dot ends the message.
  line.socket.write(`${message.replaceAll(/^\./gm, '..')}.\r\n`);
  return undefined;
}

/** A certificate that proves nothing is told, and no reason to stop: mail servers do not stop for it either. */
async function encrypt(
  socket: Socket,
  host: string,
): Promise<{ readonly socket: Socket; readonly encryption: Encryption }> {
  const secure = startTls({ socket, servername: host, rejectUnauthorized: false });
  try {
    await opened(secure, 'secureConnect');
  } catch (error) {
    secure.destroy();
    throw new NoMailServer(`encryption could not be agreed on (${codeOf(error)})`);
  }
  const why: unknown = secure.authorizationError;
  return {
    socket: secure,
    encryption: secure.authorized ? { used: true } : { used: true, unproven: certificateWords(why) },
  };
}

const certificateWords = (why: unknown): string => {
  const code = why instanceof Error && 'code' in why ? String(why.code) : String(why);
  return /^[A-Z0-9_]{2,60}$/.test(code) ? code : 'it is not trusted';
};

const opened = (socket: Socket, event: 'connect' | 'secureConnect' = 'connect'): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new NoMailServer('it closed the connection')));
  });

/** Only the code: the text of a network error names addresses of this network. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it broke off';

const longestText = 400;

/** A reply for people: one line, no control characters, bounded. */
function wordsOf({ code, lines }: ServerReply): {
  readonly code: number;
  readonly status?: string;
  readonly text: string;
} {
  const whole = lines
    .join(' ')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim();
  const status = /^([245]\.\d{1,3}\.\d{1,3})\b/.exec(whole)?.[1];
  const text = whole.length > longestText ? `${whole.slice(0, longestText)}…` : whole;
  return { code, ...(status !== undefined && { status }), text };
}
