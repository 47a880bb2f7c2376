/**
 * Every entry point asks here first how far somebody gets with the exception whose id they give. What they may not
 * see, what does not exist and what cannot be read get the same answer, so that it reveals nothing.
 */
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { maySee, maySeeAll, mightBeApprover } from '#policy/authority.ts';
import { clip } from './escape.ts';
import { isId } from './payloads.ts';
import { standingWords } from './standing.ts';
import type { Answerer, Answering } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { AnswerDependencies } from './dependencies.ts';

/** How far somebody gets with an exception; what they may answer then, the domain decides. */
export type Admission =
  | { readonly type: 'admitted'; readonly by: Answerer; readonly exception: Exception }
  /** They may know, and there is nothing to answer or to show. */
  | { readonly type: 'nothing'; readonly why: string }
  /** Their attempt is to be recorded: see `turnAway`. */
  | { readonly type: 'turned away'; readonly by: Answerer; readonly exception: Exception | undefined }
  /** Too little is known about them now. Nothing is recorded, so the same answer counts later. */
  | { readonly type: 'unknown'; readonly why: string; readonly exception: Exception | undefined };

/** `receipt`: of the answer they may give. */
export async function admitPerson(
  { exceptions, policy }: Pick<AnswerDependencies, 'exceptions' | 'policy'>,
  id: string,
  by: Answerer | undefined,
  receipt: string | undefined,
): Promise<Admission> {
  const found = isId(id) ? await exceptions.load(id, receipt).catch(asUnreadable) : undefined;
  const unreadable = found instanceof UnreadableState ? found : undefined;
  const exception = found instanceof UnreadableState ? undefined : found;
  if (by === undefined) return { type: 'unknown', why: describeStranger(by), exception };
  if (exception && maySee(exception, by, policy)) return { type: 'admitted', by, exception };
  if (!exception && maySeeAll(by, policy))
    return {
      type: 'nothing',
      why: unreadable ? leftAlone(unreadable) : `There is no exception ${clip(id, 64)}.`,
    };
  // Of any class: which class it is of would tell that it exists.
  if (mightBeApprover(by, policy)) return { type: 'unknown', why: groupUnread, exception };
  return { type: 'turned away', by, exception };
}

function asUnreadable(error: unknown): UnreadableState {
  if (error instanceof UnreadableState) return error;
  throw error;
}

const leftAlone = (error: UnreadableState): string =>
  `${error.message} Please tell whoever runs Lapse: its runbook has more under “ExceptionsUnreadable”.`;

/**
 * Recorded in the trail of what they tried to answer. A mere look, or one at something without a readable trail, is
 * only logged.
 */
export async function turnAway(
  { exceptions, now, log }: AnswerDependencies,
  { by, exception }: Extract<Admission, { type: 'turned away' }>,
  at: 'press' | 'form' | 'command',
  attempt: { readonly receipt: string; readonly answer: Answering } | undefined,
): Promise<void> {
  if (exception === undefined || attempt === undefined) {
    log('look refused', { at, standing: by.standing });
    return;
  }
  const { receipt, answer } = attempt;
  await exceptions.execute({ id: exception.id, receipt, now, command: { type: 'TurnAway', by, answer } });
}

/** For a button or form of something that is not theirs. */
export const describeNotTheirs = (by: Answerer): string =>
  `${by.standing === 'member' ? 'Only its owner and the approvers may answer this.' : describeStranger(by)} Attempts are recorded.`;

/** For people who are not members, or about whom Slack says too little. */
export const describeStranger = (by: Answerer | undefined): string =>
  by === undefined || by.standing === 'member'
    ? `Slack could not tell Lapse who you are, so nothing was done. ${again}`
    : `Lapse answers only full members of its own Slack workspace, and Slack says that you are ${standingWords[by.standing]}. Please ask a colleague who is a full member.`;

const again =
  'Please try again in a minute. If that does not help, ask whoever runs Lapse: “lapse doctor” finds the reason.';

export const makersUnread = `Slack could not tell Lapse who made or changed it, so nothing was done. ${again}`;

export const groupUnread = `Slack could not tell Lapse who is in a group of approvers, so nothing was done. ${again}`;
