/** Whether a message goes out now or is gathered, on record before anything is sent. */
import { takeTurn, type Gathering, type Turn, type Waiting } from '#lifecycle/gathering.ts';
import { findDeadline } from './words.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { AskDependencies } from './dependencies.ts';

/** Two functions at once, and whoever loses begins again. */
const mostTries = 10;

/** Replaces somebody's gathering by what `make` makes of it as it then is; nothing is written where that is the same. */
export async function changeGathering<Made extends { readonly gathering: Gathering }>(
  { gatherings }: Pick<AskDependencies, 'gatherings'>,
  to: string,
  make: (before: Gathering) => Made,
): Promise<Made> {
  for (let tries = mostTries; tries > 0; tries -= 1) {
    const { gathering: before, revision } = await gatherings.load(to);
    const made = make(before);
    if (made.gathering === before || (await gatherings.save(to, made.gathering, revision))) return made;
  }
  throw new Error('What waits for a digest could not be noted: other writers kept changing it.');
}

export interface Recipient {
  /** A Slack user, or a channel as policy names it. */
  readonly to: string;
  readonly timeZone?: string | undefined;
}

/**
 * A digest that is due is called for; if the call is lost, whatever comes next for its recipient brings it.
 */
export async function findTurn(
  dependencies: AskDependencies,
  { to, timeZone }: Recipient,
  exception: Exception,
  message: Omit<Waiting, 'id'>,
): Promise<Turn> {
  const { now, policy, callDigest, log } = dependencies;
  const { id, risk } = exception;
  const deadline = findDeadline(exception);
  const { turn, gathering } = await changeGathering(dependencies, to, (before) =>
    takeTurn(before, { id, ...message }, { now, policy, risk, deadline, timeZone }),
  );
  if (turn === 'now') return turn;
  log('gathered for a digest', { exception: id, version: message.of });
  await callDigest(to, turn === 'overdue' ? now : (gathering.due ?? now));
  return turn;
}
