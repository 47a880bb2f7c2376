/** Answers in Exchange's forms. */

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A cut connection instead of an answer. */
export type ReplyOrCut = Reply | 'cut';

export const empty = (status: number): Reply => ({ status, body: '' });

export const json = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json; odata.metadata=minimal' },
  body: JSON.stringify(body),
});

/** An error as `InvokeCommand` words it: the sentence for people is after the last "|". */
export const problem = (status: number, code: string, exception: string, text: string): Reply =>
  json(status, {
    error: {
      code,
      message: 'Error executing cmdlet',
      details: [{ code: 'Client', target: '', message: `Ex6F9304|${exception}|${text}` }],
      innererror: { message: 'Error executing cmdlet', type: exception },
    },
  });

/** How Exchange answers what the caller may not do: NUL bytes labelled as something they are not. */
export const nul: Reply = {
  status: 403,
  headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
  body: Buffer.alloc(1_024),
};
