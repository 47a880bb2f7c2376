/** Answers in Exchange's forms. */

export interface TenantReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A cut connection instead of an answer. */
export type ReplyOrCut = TenantReply | 'cut';

export const empty = (status: number): TenantReply => ({ status, body: '' });

export const json = (status: number, body: unknown): TenantReply => ({
  status,
  headers: { 'Content-Type': 'application/json; odata.metadata=minimal' },
  body: JSON.stringify(body),
});

/** An error as `InvokeCommand` words it: the sentence for people is after the last "|". */
export const problem = (status: number, code: string, exception: string, text: string): TenantReply =>
  json(status, {
    error: {
      code,
      message: 'Error executing cmdlet',
      details: [{ code: 'Client', target: '', message: `Ex6F9304|${exception}|${text}` }],
      innererror: { message: 'Error executing cmdlet', type: exception },
    },
  });

/** How Exchange answers what the caller may not do: NUL bytes labelled as something they are not. */
export const nul: TenantReply = {
  status: 403,
  headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
  body: Buffer.alloc(1_024),
};
