/** A `fetch` that answers from a list, for answers that no well-behaved server can be made to give. */
interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: RequestInit['redirect'];
}

export interface ScriptedReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A function is called instead, and throws. */
export type Script = readonly (ScriptedReply | (() => never))[];

/** The last reply is repeated for ever. */
export function scripted(...script: Script) {
  const sent: Sent[] = [];
  const fetch = ((input: string | URL | Request, init: RequestInit = {}) => {
    const step = script[Math.min(sent.length, script.length - 1)];
    const url = input instanceof Request ? input.url : input.toString();
    sent.push({
      url,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? init.body : '',
      redirect: init.redirect,
    });
    return new Promise<Response>((resolve, reject) => {
      try {
        const { status = 200, headers = {}, body = '' } = typeof step === 'function' ? step() : (step ?? {});
        resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }) as typeof globalThis.fetch;
  return { fetch, sent };
}

/** Waits that end at once and are written down. */
export function recordedWaits() {
  const waits: number[] = [];
  const wait = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  return { waits, wait };
}
