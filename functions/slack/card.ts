/**
 * The message about an exception, to be taken in at a glance: at most eight lines, the buttons being one. Everything
 * else is behind Details. Pure: the exception as it is now, its trail, policy and the moment make the card, so that a
 * posted card can be made again and updated in place for everybody.
 */
import { isApprovable } from '#lifecycle/asked.ts';
import { firstChange, lastChange } from '#lifecycle/changes.ts';
import { authorityOf } from '#policy/authority.ts';
import { ownerKey } from '#policy/owner.ts';
import { tenantName } from '#policy/policy.ts';
import { rank } from '#risk/finding.ts';
import { explainReopening } from '#lifecycle/reopening.ts';
import { duration, minus } from '#time/instant.ts';
import type { Instant } from '#time/instant.ts';
import { title } from '#kinds/title.ts';
import { describeChange } from './change.ts';
import { clip } from './escape.ts';
import { createHeadline, createNotificationStart } from './headline.ts';
import { createParagraph, toMarkup } from './lines.ts';
import { createActions } from './menu.ts';
import { describeStanding } from './outcome.ts';
import { describeWhoMay } from './who-may.ts';
import { authorName } from './words.ts';
import type { ApproversTold, Event, OwnerTold } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Finding } from '#risk/finding.ts';
import type { CardContent } from './card-content.ts';
import type { Line } from './lines.ts';
import type { Message } from './slack.ts';

export function createCard(content: CardContent): Message {
  const { exception } = content;
  const lines = content.former
    ? [handedOver(exception)]
    : [
        what(content),
        ...news(content),
        whose(exception),
        ...(isAsked(exception) ? basis(exception) : []),
        ...describeStanding(exception, content.history, content.policy),
        ...whoMay(content),
      ];
  return {
    text: toMarkup([...createNotificationStart(content), ' ', ...(lines[0] ?? [])]),
    blocks: [
      createParagraph(createHeadline(content)),
      createParagraph(...lines),
      ...(content.former ? [] : createActions(content)),
    ],
  };
}

const isAsked = (exception: Exception): boolean => exception.state === 'confirmed' || isApprovable(exception);

/** What it does, in one sentence: its most dangerous part, and how much that lets past. */
function what({ exception, policy }: CardContent): Line {
  const { kind, breadth, findings, tenant } = exception;
  const worst = findings.reduce<Finding | undefined>(
    (most, one) => (most === undefined || rank(one.risk) > rank(most.risk) ? one : most),
    undefined,
  );
  const name = policy.tenants.length > 1 ? tenantName(policy, tenant) : tenant;
  const parts = [
    `${title(kind)}${name === tenant ? '' : ` in ${clip(name, 80)}`}`,
    ...(breadth && breadth.text !== 'not counted' ? [clip(breadth.text, 120)] : []),
  ];
  return [worst ? `${parts.join(', ')}: ${clip(worst.text, 300)}` : `${parts.join(', ')}.`];
}

/** Why it is asked about now, if it is not new. */
function news({ exception, history, now }: CardContent): readonly Line[] {
  if (exception.state !== 'unconfirmed') return [];
  switch (exception.question) {
    case 'opened':
      return [];
    case 'changed': {
      const differs = describeChange(history, exception.kind)?.differs;
      return [[differs === undefined ? 'Its settings have changed.' : `Changed: ${clip(differs, 300)}.`]];
    }
    case 're-enabled':
      return [[`It was switched on again after Lapse had disabled it.${keepsDoing(exception, now)}`]];
    case 'voided':
      return [['Its approval no longer counts: whoever gave it was not independent of it.']];
  }
}

/** Who or what keeps doing it, once that says something. */
function keepsDoing({ reopenings = [] }: Exception, now: Instant): string {
  const monthAgo = minus(now, duration('P30D'));
  const why = explainReopening(reopenings.filter(({ at }) => at > monthAgo));
  return why === undefined ? '' : ` ${clip(why, 400)}`;
}

function whose(exception: Exception): Line {
  const { owner } = exception;
  const [made, changed] = [firstChange(exception), lastChange(exception)];
  const isChanged = made.at !== changed.at || made.by.id !== changed.by.id;
  return [
    owner.type === 'person'
      ? `Owner: ${clip(owner.address, 120)}`
      : owner.channel === undefined
        ? 'Owner: nobody yet'
        : `Owner: the people in ${clip(owner.channel, 80)}`,
    ` · ${made.created ? 'made' : 'first seen changed'} by ${clip(authorName(made.by), 120)} at `,
    { at: made.at },
    ...(isChanged ? [` · last changed by ${clip(authorName(changed.by), 120)} at `, { at: changed.at }] : []),
  ];
}

function basis({ evidence, complete }: Exception): readonly Line[] {
  const unread = complete ? '' : ' Exchange could not be read: this comes from the audit log alone.';
  if (evidence === undefined) return unread === '' ? [] : [[unread.trim()]];
  return [[`Evidence: ${evidence.grade}. ${clip(evidence.why, 200)}${unread}`]];
}

/** Who may say yes, unless the card is its owner’s and they may. */
function whoMay({ exception, policy, fallback, forApprovers }: CardContent): readonly Line[] {
  if (!isAsked(exception)) return [];
  const [may = []] = describeWhoMay(exception, policy);
  if (fallback !== undefined) return [[`Asked here because ${clip(fallback, 250)}. `, ...may]];
  return forApprovers === undefined && authorityOf(exception, policy).owner ? [] : [may];
}

const handedOver = ({ owner }: Exception): Line => [
  owner.type === 'person'
    ? `${clip(owner.address, 254)} owns it now. There is nothing left for you to do.`
    : 'It has been handed over. There is nothing left for you to do.',
];

/** What an updated card must still say about why it is where it is, from the trail. */
export function placeOf(
  exception: Exception,
  history: readonly Event[],
  posted: { channel: string; ts: string },
): Pick<CardContent, 'fallback' | 'forApprovers' | 'former'> {
  const told = history.findLast(
    (event): event is OwnerTold | ApproversTold =>
      (event.type === 'OwnerTold' || event.type === 'ApproversTold') &&
      event.card.channel === posted.channel &&
      event.card.ts === posted.ts,
  );
  if (told?.type === 'ApproversTold') return { forApprovers: true };
  if (told?.fallback !== undefined) return { fallback: told.fallback };
  const isOthers = told?.to !== undefined && told.to !== ownerKey(exception.owner);
  return isOthers && posted.channel.startsWith('D') ? { former: true } : {};
}
