/** What a secret holds, or why whoever looks cannot tell: a secret that may not be read is not one that is missing. */

/** The text of a secret: empty as long as nobody has stored any, `undefined` where there is no such secret. */
export type ReadSecret = (name: string) => Promise<string | undefined>;

interface Lack {
  readonly is: 'empty' | 'absent' | 'unreadable';
  /** Goes on from the secret's name. */
  readonly lack: string;
  readonly todo: string;
}

export type Held = { readonly text: string } | Lack;

const access = 'Check the name, AWS_PROFILE and AWS_REGION';

const empty: Lack = { is: 'empty', lack: 'is empty', todo: 'Store its value in Secrets Manager.' };
const absent: Lack = { is: 'absent', lack: 'is not there', todo: `${access}, and deploy the stack.` };

/** `read` throws where it may not be read: for want of a permission, say, or because whoever looks is signed out. */
export const lookInto = (read: ReadSecret, name: string): Promise<Held> =>
  read(name).then(
    (text) => (text === undefined ? absent : text === '' ? empty : { text }),
    (error: unknown) => ({
      is: 'unreadable',
      // Only the name: the text of an unknown error may hold anything.
      lack: `may not be read (${nameOf(error)})`,
      todo: `${access}, and that you may call GetSecretValue on it, and Decrypt where it has a key of its own.`,
    }),
  );

function nameOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.name : typeof cause;
}
