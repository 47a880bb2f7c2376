/** Who did what, as the trail has it, for a terminal. An auditor must see who was refused, from where, and why. */
import { standingWords } from '#slack/standing.ts';
import type { Event, AnswerRefused, Refusal } from '#lifecycle/events.ts';
import type { Actor, Proof } from '#lifecycle/exception.ts';
import { toPrintable, shorten } from './terminal.ts';

/** A user id alone is nobody: other workspaces and organisations have the same ones. */
export function formatActor(actor: Actor): string {
  if ('slackUser' in actor)
    return actor.proof === undefined
      ? `${actor.type} ${actor.slackUser} of ${actor.slackTeam}`
      : `${actor.type} ${actor.slackUser} from the command line, ${describeProof(actor.proof)}`;
  return actor.type === 'administrator' ? shorten(actor.author.id, 200) : actor.type;
}

const describeProof = ({ type, who }: Proof): string =>
  type === 'aws' ? `known to AWS as ${shorten(who, 200)}` : `as ${shorten(who, 80)} of that machine says`;

export const refusals: Readonly<Record<Refusal, string>> = {
  'not-allowed': 'they are neither its owner nor an approver',
  answered: 'somebody had answered before them',
  changed: 'their card showed it as it was before a change',
  'not-open': 'there was nothing of that kind to answer',
  'bad-term': 'policy does not allow that term',
  'four-eyes': 'nobody may approve their own change',
  chosen: 'somebody who made or changed it had named them',
  critical: 'critical risk takes an approver',
  'second-approver': 'it was renewed so often that somebody else must agree',
  'approvers-only': 'too little is known about whose mail it lets past, so it takes an approver',
  observing: 'Lapse only observes there',
  stopped: 'enforcement was stopped there',
  'not-yours': 'somebody else had ordered that disable',
  'too-late': 'it could be undone only soon after',
};

export const whyRefused = ({ standing, why }: AnswerRefused): string =>
  standing === undefined ? refusals[why] : `Slack says that they are ${standingWords[standing]}`;

/** One step of a trail. */
export function formatTrailLine(entry: Event & { readonly version: number }): string {
  const { version, at, type, actor } = entry;
  const step = `${String(version).padStart(3)}  ${at}  ${type}  by ${formatActor(actor)}`;
  return toPrintable(
    entry.type === 'AnswerRefused' ? `${step}: ${entry.answer} refused, ${whyRefused(entry)}` : step,
  );
}
