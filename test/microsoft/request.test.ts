import { describe, expect, it } from 'vitest';
import { SignInError } from '#microsoft/sign-in-error.ts';
import { send } from '#microsoft/request.ts';

const question = { method: 'GET', url: new URL('https://manage.office.example/list'), headers: {} } as const;
const terms = { who: 'Microsoft', timeout: 50, Failure: SignInError };

/** A `fetch` whose answer goes as `body` says, and breaks off when the request is given up. */
const answering = (body: (controller: ReadableStreamDefaultController) => void): typeof fetch =>
  ((_url: URL, { signal }: RequestInit) =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          start(controller) {
            body(controller);
            signal?.addEventListener('abort', () => controller.error(signal.reason));
          },
        }),
      ),
    )) as typeof fetch;

describe('an answer', () => {
  it('that is to be small is not read beyond that', async () => {
    const received = await send(
      answering((body) => {
        for (let piece = 0; piece < 100; piece += 1) body.enqueue(Buffer.from('x'.repeat(100)));
        body.close();
      }),
      question,
      terms,
    );
    await expect(received.text(1_000)).rejects.toMatchObject({ code: 'unexpected-answer' });
  });

  it('that falls silent in its middle is given up', async () => {
    const received = await send(
      answering((body) => body.enqueue(Buffer.from('[{"contentId":'))),
      question,
      terms,
    );
    await expect(received.text(1_000)).rejects.toMatchObject({ code: 'timeout' });
  });

  it('that may be large is given up where it falls silent, and not before', async () => {
    const received = await send(
      answering((body) => body.enqueue(Buffer.from('[{"contentId":'))),
      question,
      terms,
    );
    const read: string[] = [];
    const reading = async () => {
      for await (const piece of received.pieces()) read.push(Buffer.from(piece).toString());
    };
    await expect(reading()).rejects.toMatchObject({ code: 'timeout' });
    expect(read).toEqual(['[{"contentId":']);
  });

  it('that is cut short by its caller ends as the caller says', async () => {
    const ended = () => new SignInError('forbidden', 'The time of this run is used up.');
    const signal = AbortSignal.abort();
    const refused: typeof fetch = () => Promise.reject(new Error('aborted'));
    await expect(send(refused, question, { ...terms, signal, ended })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
