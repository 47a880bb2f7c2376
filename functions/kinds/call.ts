/** What Exchange is asked, and what it answers: the words in which kinds and Exchange speak with each other. */

/** One cmdlet with its parameters, as `InvokeCommand` takes it. */
export interface Call {
  readonly cmdlet: string;
  /** Values as JSON; a list that is to be changed and not replaced is an `editList`. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** An object as Exchange gave it, without the annotations beside its values. */
export type ExchangeObject = Readonly<Record<string, unknown>>;

/** What Exchange answered to one of a kind's calls. */
export interface Answered {
  readonly call: Call;
  readonly objects: readonly ExchangeObject[];
}

/** An answer from which nothing may be concluded. `message` is a sentence for people. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

/** What something stood in is not in the tenant any more. `message` is a sentence for people. */
export class PolicyGone extends Error {
  override readonly name = 'PolicyGone';
}
