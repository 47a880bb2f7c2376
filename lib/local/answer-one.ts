/** One of the answers that a command gives to several exceptions: tried out first, then given. */
import { decide } from '#lifecycle/decide/decide.ts';
import { evolveAll } from '#lifecycle/evolve.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { commandFor, type Wish } from '#lifecycle/wish.ts';
import { isOwner, mightBeApprover } from '#policy/authority.ts';
import { execute } from '#register/execute.ts';
import { messageOf } from './refusal.ts';
import { refusals } from './trail-line.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Register } from '#register/contract.ts';
import type { Instant } from '#time/instant.ts';

export interface Given {
  readonly id: string;
  /** The version that was looked at. */
  readonly seen: number;
  readonly wish: Wish;
  readonly by: Answerer;
  /** Of the run: repeating it gives no answer twice. Without it, nothing is given, only tried out. */
  readonly run?: string;
}

export type Outcome =
  /** `done before`: by the same run. */
  | { readonly outcome: 'done' | 'done before' | 'would be done'; readonly exception: Exception | undefined }
  | { readonly outcome: 'refused' | 'changed meanwhile' | 'unreadable' | 'failed'; readonly why: string };

/** Never throws: each is an outcome of its own. */
export async function answerOne(
  { register, policy, now }: { readonly register: Register; readonly policy: Policy; readonly now: Instant },
  { id, seen, wish, by, run }: Given,
): Promise<Outcome> {
  try {
    const receipt = run === undefined ? undefined : `command-line#${run}#${wish.type}#${id}`;
    if (receipt !== undefined && (await register.carriedOut(receipt)))
      return { outcome: 'done before', exception: await register.load(id) };
    const exception = await register.load(id);
    if (!exception) return { outcome: 'refused', why: 'there is no such exception' };
    // An answer that names no version is meant for what was looked at all the same.
    if (exception.asOf !== seen) return { outcome: 'changed meanwhile', why: changed };
    if (!isOwner(exception, by) && mightBeApprover(by, policy, exception))
      return { outcome: 'refused', why: groupUnread };
    const command = commandFor(wish, exception, { by, seen }, { now, policy });
    if (receipt === undefined) {
      const events = decide(exception, command, { now, policy });
      return verdict('would be done', events, evolveAll(exception, events));
    }
    const done = await execute(register, { id, receipt, command, now, policy });
    return done.outcome === 'duplicate'
      ? { outcome: 'done before', exception: done.exception }
      : verdict('done', done.events, done.exception);
  } catch (error) {
    return error instanceof UnreadableState
      ? { outcome: 'unreadable', why: error.message }
      : { outcome: 'failed', why: messageOf(error) };
  }
}

function verdict(
  outcome: 'done' | 'would be done',
  events: readonly Event[],
  exception: Exception | undefined,
): Outcome {
  const refused = events.find((event) => event.type === 'AnswerRefused');
  if (!refused) return { outcome, exception };
  return refused.why === 'changed' || refused.why === 'answered'
    ? { outcome: 'changed meanwhile', why: changed }
    : { outcome: 'refused', why: refusals[refused.why] };
}

const changed = 'it is no longer as it was looked at';
const groupUnread =
  'policy names a group of approvers, and only Slack knows who is in it: name yourself among its approvers';
