/** The messages of a digest: the most dangerous with a button each, the rest by name in its thread. Pure. */
import { isApprovable } from '#lifecycle/asked.ts';
import { authorityOf } from '#policy/authority.ts';
import { clip } from './escape.ts';
import { createActions } from './menu.ts';
import { isOffered } from './menu-forms.ts';
import { createBullets, createParagraph, toMarkup, toPlainText } from './lines.ts';
import { renewableFrom } from './renewable.ts';
import { describeRow, describeSubject, longestName, tenantIn } from './row.ts';
import { findDeadline, nameOf } from './words.ts';
import { risks } from '#risk/finding.ts';
import type { ActionsBlock, HeaderBlock, KnownBlock, StaticSelect } from '@slack/types';
import type { Digest } from '#lifecycle/gathering.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';
import type { Message } from './slack.ts';

/** With a button each; more would not be read. */
export const mostRows = 10;
/** By name, in one reply: about a third of what Slack takes. */
export const mostNames = 40;

/** The most dangerous first, and of those the one with the soonest deadline. */
export const byDanger = (a: Exception, b: Exception): number =>
  risks.indexOf(b.risk) - risks.indexOf(a.risk) || (last(a) < last(b) ? -1 : 1);

const last = (exception: Exception): string => findDeadline(exception) ?? '~';

/** The soonest of their deadlines. */
export const findSoonest = (exceptions: readonly Exception[]): Instant | undefined =>
  exceptions
    .flatMap((one) => findDeadline(one) ?? [])
    .sort()
    .at(0);

export interface DigestContent {
  /** What the message names, as it is now. */
  readonly exceptions: readonly Exception[];
  readonly digest: Omit<Digest, 'ids'>;
  readonly policy: Policy;
  readonly now: Instant;
  /** It was sent before, and something has changed since. */
  readonly updated?: true;
}

export function createDigest(content: DigestContent): Message {
  const { exceptions, digest } = content;
  if (!digest.head) return createReply(content);
  const { total, soonest } = digest.head;
  const below = total - exceptions.length;
  const waiting = exceptions.filter((one) => stillWaits(one, content));
  const settled = content.updated ? exceptions.length - waiting.length : 0;
  // Of what is in the thread, this message does not know how it stands.
  const first = content.updated && below <= 0 ? findSoonest(waiting) : soonest;
  const isOver = content.updated === true && waiting.length === 0 && below <= 0;
  const headline = isOver
    ? 'Nothing here needs your attention any more'
    : `${total} more ${total === 1 ? 'exception needs' : 'exceptions need'} your attention`;
  const until: Line = isOver || first === undefined ? [] : [', the first by ', { at: first }];
  return {
    text: toMarkup([headline, ...until, '.']),
    blocks: [
      { type: 'header', text: toPlainText(headline, 150) } satisfies HeaderBlock,
      createParagraph(
        ['They would have been single messages; so many are gathered here', ...until, '.'],
        ...(below > 0
          ? [[`The ${exceptions.length} most dangerous follow; ${below} more are in the thread.`]]
          : []),
        ...(settled > 0 ? [[`Settled: ${settled} of the ${exceptions.length} below.`]] : []),
      ),
      ...exceptions.flatMap((exception, index) => [
        createParagraph(describeOne(exception, content)),
        ...buttonsOf(exception, index, content),
      ]),
    ] satisfies KnownBlock[],
  };
}

function createReply(content: DigestContent): Message {
  const { exceptions } = content;
  const first = exceptions[0];
  return {
    text: toMarkup([
      `${first ? nameOf(first) : 'Exceptions'}${exceptions.length > 1 ? ` and ${exceptions.length - 1} more` : ''}`,
    ]),
    blocks: [
      createBullets(
        `${exceptions.length} more`,
        exceptions.map((exception) => describeOne(exception, content)),
      ),
      ...selection(content),
    ],
  };
}

const describeOne = (exception: Exception, content: DigestContent): Line =>
  isHandedOver(exception, content)
    ? [describeSubject(exception), ` · handed over: ${describeOwner(exception)} now`]
    : describeRow(exception, content);

const describeOwner = ({ owner }: Exception): string =>
  owner.type === 'person' ? `${clip(owner.address, 120)} owns it` : 'a team owns it';

/** Its reader is not asked any more. Before they are told, no owner need be known by their Slack user. */
const isHandedOver = ({ owner, alsoAsked = [] }: Exception, { digest: { to } }: DigestContent): boolean =>
  to !== undefined &&
  ![owner, ...alsoAsked.map((one) => one.owner)].some(
    (one) => one.type === 'person' && (one.slackUser ?? to) === to,
  );

/** Whether it still asks something of its reader. */
const stillWaits = (exception: Exception, content: DigestContent): boolean =>
  !isHandedOver(exception, content) &&
  (isApprovable(exception) ||
    (exception.state === 'confirmed' && content.now >= renewableFrom(exception, content.policy)));

/** What its reader may answer: in a channel there are those who may approve it. */
function answerTo(exception: Exception, content: DigestContent): keyof typeof words | undefined {
  const { digest, policy, now } = content;
  if (isHandedOver(exception, content)) return undefined;
  if (
    digest.channel === undefined &&
    exception.owner.type === 'person' &&
    !authorityOf(exception, policy).owner
  )
    return isOffered('ask-approver', exception) ? 'ask-approver' : undefined;
  if (isApprovable(exception)) return 'approve';
  return exception.state === 'confirmed' && now >= renewableFrom(exception, policy) ? 'renew' : undefined;
}

const words = {
  approve: 'Approve',
  renew: 'Renew',
  'ask-approver': 'Ask an approver',
  details: 'Details',
} as const;

const valueOf = ({ id, asOf }: Exception): string => JSON.stringify({ id, version: asOf });

/** As on its card. */
const buttonsOf = (exception: Exception, index: number, content: DigestContent): readonly ActionsBlock[] => {
  if (isHandedOver(exception, content)) return [];
  const { digest, policy, now } = content;
  return createActions({
    exception,
    history: [],
    policy,
    now,
    ...(digest.channel && { forApprovers: true }),
  }).map((block) => ({ ...block, block_id: `answer-${index}` }));
};

/** Forty buttons would be too many: one list of names for each answer. */
function selection(content: DigestContent): readonly ActionsBlock[] {
  const answers = Object.keys(words) as (keyof typeof words)[];
  const elements = answers.flatMap((which): readonly StaticSelect[] => {
    const open = content.exceptions.filter(
      (exception) => which === 'details' || answerTo(exception, content) === which,
    );
    return open.length === 0
      ? []
      : [
          {
            type: 'static_select',
            action_id: which,
            placeholder: toPlainText(`${words[which]} …`, 150),
            options: open.map((exception) => ({
              text: toPlainText(
                `${exception.risk}: ${clip(nameOf(exception), longestName)}${tenantIn(exception, content.policy)}`,
                75,
              ),
              value: valueOf(exception),
            })),
          },
        ];
  });
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'answers', elements }];
}
