/** What a mail server says, line by line, however little it keeps to the rules. */
import type { Socket } from 'node:net';

/** Thrown where nothing can be concluded from what came. `message` is for people, without a full stop. */
export class NoMailServer extends Error {
  override readonly name = 'NoMailServer';
}

export interface ServerReply {
  readonly code: number;
  /** Its lines, without the codes before them. */
  readonly lines: readonly string[];
}

/** RFC 5321 allows 512 bytes; Exchange's refusals are longer. */
const longestLine = 4_096;
/** One reply; a greeting may be chatty. */
const mostLines = 100;

export interface Replies {
  /** The next whole reply. Throws `NoMailServer`. */
  readonly next: () => Promise<ServerReply>;
  /** Stops listening. Throws `NoMailServer` if something came that nobody asked for. */
  readonly leave: () => void;
}

export function listenTo(socket: Socket): Replies {
  let pending = '';
  let over: string | undefined;
  let wake = (): void => undefined;
  const end = (why: string): void => {
    over ??= why;
    wake();
  };
  const take = (bytes: Buffer): void => {
    // What is not ASCII is kept as it is, byte by byte, and never meant.
    pending += bytes.toString('latin1');
    // Before anybody asks, nothing can be longer than one reply.
    if (pending.length > longestLine * mostLines) {
      end('it sends without end');
      socket.destroy();
    }
    wake();
  };
  const closed = (): void => end('it closed the connection');
  const failed = (error: Error & { readonly code?: string }): void =>
    end(`the connection broke${error.code === undefined ? '' : ` (${error.code})`}`);
  socket.on('data', take).on('end', closed).on('close', closed).on('error', failed);

  const line = async (): Promise<string> => {
    for (;;) {
      const end = pending.indexOf('\n');
      if (end > longestLine || (end < 0 && pending.length > longestLine))
        throw new NoMailServer('it sent a line without end');
      if (end >= 0) {
        const found = pending.slice(0, end).replace(/\r$/, '');
        pending = pending.slice(end + 1);
        return found;
      }
      if (over !== undefined) throw new NoMailServer(over);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };

  return {
    async next() {
      const lines: string[] = [];
      for (;;) {
        const [, code, more, text = ''] = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(await line()) ?? [];
        if (code === undefined) throw new NoMailServer('it does not speak SMTP');
        lines.push(text);
        if (more !== '-') return { code: Number(code), lines };
        if (lines.length >= mostLines) throw new NoMailServer('it sent a reply without end');
      }
    },
    leave() {
      socket.off('data', take).off('end', closed).off('close', closed);
      // Anybody on the way could have put it there, to be taken for the server's word once all is encrypted.
      if (pending !== '') throw new NoMailServer('it went on talking where encryption was to begin');
    },
  };
}
