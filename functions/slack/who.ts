/**
 * Who sent a request. A request is believed only if it says that it comes from elsewhere: who somebody is here, Slack
 * is asked.
 */
import { SlackRefusal, SlackUnreachable } from './failure.ts';
import { homeOf } from './standing.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { WriteLog } from './exceptions.ts';
import type { SlackPerson, Slack } from './slack.ts';
import type { Installation } from './standing.ts';

/** What a request says about its sender. It always names a team, an organisation or the sender's own team. */
export interface Claim {
  readonly user: string;
  /** Where it was sent. */
  readonly team?: string;
  readonly enterprise?: string;
  /** Where the sender belongs: in a channel shared with another organisation not `team`. */
  readonly userTeam?: string;
}

/** What is known of people, and until when (milliseconds since 1970). Kept between calls of one function. */
export type PeopleMemory = Map<string, { readonly person: Known; readonly until: number }>;

/** `undefined`: Slack knows nobody with that id, or does not show them to anybody here. */
type Known = SlackPerson | undefined;

/** For this long, somebody who leaves or becomes a guest can still answer. */
const kept = 5 * 60_000;

export interface Asking {
  readonly slack: Pick<Slack, 'installation' | 'person'>;
  readonly people: PeopleMemory;
  readonly now: number;
  readonly log: WriteLog;
}

/** `undefined` if Slack cannot be asked now: then it could be anybody, and nothing they say may count. */
export async function identifyPerson(claim: Claim, asking: Asking): Promise<Answerer | undefined> {
  const [installation, found] = await Promise.all([
    settled(asking, () => asking.slack.installation()),
    settled(asking, () => lookUp(claim.user, asking)),
  ]);
  if (!installation) return undefined;
  const slackUser = claim.user;
  const elsewhere = elsewhereIn(claim, installation.value);
  if (elsewhere !== undefined) return { slackUser, slackTeam: elsewhere, standing: 'foreign' };
  if (!found) return undefined;
  const standing = found.value?.standing ?? 'foreign';
  const claimed = claim.userTeam ?? claim.enterprise ?? claim.team;
  const slackTeam = standing === 'foreign' ? (found.value?.team ?? claimed) : undefined;
  return { slackUser, slackTeam: slackTeam ?? homeOf(installation.value), standing };
}

/** Where a request says it comes from, if that is not here. */
function elsewhereIn({ enterprise, team, userTeam }: Claim, here: Installation): string | undefined {
  if (enterprise !== undefined)
    // With the person, Slack tells which workspaces are the organisation's own.
    return enterprise === here.enterprise ? undefined : enterprise;
  return [userTeam, team].find((one) => one !== undefined && one !== here.team && one !== here.enterprise);
}

async function lookUp(user: string, { slack, people, now }: Asking): Promise<Known> {
  const known = people.get(user);
  if (known && known.until > now) return known.person;
  const person = await slack.person(user).catch((error: unknown) => {
    if (error instanceof SlackRefusal && strange.has(error.code)) return undefined;
    throw error;
  });
  people.set(user, { person, until: now + kept });
  return person;
}

/** Slack's codes for an id that nobody here has. */
const strange = new Set(['user_not_found', 'user_not_visible']);

async function settled<T>(
  { log }: Asking,
  ask: () => Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
    log('Slack does not say who it is: no answer counts', {
      method: error.method,
      why: error instanceof SlackRefusal ? error.code : 'no answer',
    });
    return undefined;
  }
}
