import { describe, expect, it } from 'vitest';
import { send, textOf } from '#collection/network.ts';

const url = new URL('https://manage.office.example/list');
const sending = { method: 'GET', headers: {} } as const;
const limits = { timeout: 50, signal: new AbortController().signal };

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
      url,
      sending,
      limits,
    );
    await expect(textOf(received, 1_000)).rejects.toMatchObject({ code: 'unexpected-answer' });
  });

  it('that falls silent in its middle is given up', async () => {
    const received = await send(
      answering((body) => body.enqueue(Buffer.from('[{"contentId":'))),
      url,
      sending,
      limits,
    );
    await expect(textOf(received, 1_000)).rejects.toMatchObject({ code: 'timeout' });
  });
});
