/**
 * The message about an exception. Pure: the exception as it is now, its trail, policy and the moment make the
 * card, so that a posted card can be made again and updated in place for everybody.
 */
import { isApprovable, isAskedWhileOff } from '#lifecycle/asked.ts';
import { firstChange, lastChange } from '#lifecycle/changes.ts';
import { describeChange } from './change.ts';
import { cutSettings, describeCut } from '#risk/cut-setting.ts';
import { clip } from './escape.ts';
import { createBullets, createParagraph, toMarkup, toPlainText } from './lines.ts';
import { describeOutcome, describeRenewalsSoFar } from './outcome.ts';
import { renewableFrom } from './renewable.ts';
import { describeWhoMay } from './who-may.ts';
import { title } from '#kinds/title.ts';
import { authorName, describeProposals, findDeadline, nameOf, titleOf } from './words.ts';
import type { ActionsBlock, Button, HeaderBlock, KnownBlock, RichTextBlock } from '@slack/types';
import type { ApproversTold, Event, OwnerTold } from '#lifecycle/events.ts';
import type { Change, Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';
import type { Message } from './slack.ts';
import type { Finding } from '#risk/finding.ts';

export interface CardContent {
  readonly exception: Exception;
  /** The trail so far, oldest first: what changed, and reasons that the state does not keep. */
  readonly history: readonly Event[];
  readonly policy: Policy;
  readonly now: Instant;
  /** Why nobody could be asked in person, on a card that went to a channel. */
  readonly fallback?: string;
  /** On the card for those who may approve where its owner may not. */
  readonly forApprovers?: true;
  readonly reminder?: boolean;
}

/**
 * Slack refuses a message above about 13,200 characters over all blocks
 * (https://github.com/slackapi/bolt-js/issues/2509). These bounds keep the worst card below 10,000.
 */
const mostFindings = 8;
const longestFinding = 400;

export function createCard(content: CardContent): Message {
  const { exception } = content;
  const headline = headlineOf(content);
  return {
    text: toMarkup([`${headline}: ${titleOf(exception)}, ${exception.risk} risk. `, ...summary(content)]),
    blocks: [
      { type: 'header', text: toPlainText(headline, 150) } satisfies HeaderBlock,
      identity(exception),
      change(content),
      risky(exception.findings),
      createParagraph(
        [{ bold: now(exception) }],
        ...describeOutcome(exception, content.history, content.policy),
      ),
      ...fallen(content),
      ...deciders(content),
      limits(content),
      ...buttons(content),
    ] satisfies KnownBlock[],
  };
}

function headlineOf({ exception, reminder, now }: CardContent): string {
  const again = reminder ? 'Reminder: ' : '';
  switch (exception.state) {
    case 'unconfirmed':
      return {
        opened: `${again}A way past your mail filters needs approval`,
        changed: `${again}A way past your mail filters has changed and needs new approval`,
        're-enabled': `${again}A way past your mail filters is on again and needs approval`,
        voided: `${again}A way past your mail filters needs somebody else’s approval`,
      }[exception.question];
    case 'confirmed':
      if (exception.acting?.act === 'restore') return 'Being switched on again: a way past your mail filters';
      return reminder || (findDeadline(exception) ?? now) <= now
        ? 'Reminder: the approval of a way past your mail filters is running out'
        : 'Approved: a way past your mail filters';
    case 'held':
      return 'On hold: a way past your mail filters';
    case 'disabling':
      return 'Being disabled: a way past your mail filters';
    case 'disabled':
      if (isAskedWhileOff(exception))
        return 'Off until somebody approves it: a new way past your mail filters';
      return exception.cause === 'at source'
        ? 'Switched off in the tenant: a way past your mail filters'
        : 'Disabled: a way past your mail filters';
    case 'removed':
      return 'Gone: a way past your mail filters';
  }
}

/** The sentence that a notification shows. */
const summary = ({ exception, history, policy }: CardContent): Line =>
  describeOutcome(exception, history, policy).at(exception.state === 'confirmed' ? -1 : 0) ?? [];

const now = (exception: Exception): string =>
  exception.state === 'unconfirmed' ? 'What happens if nobody answers' : 'Where it stands';

function identity(exception: Exception): RichTextBlock {
  return createParagraph(
    [{ bold: nameOf(exception) }],
    [`${title(exception.kind)} · ${exception.risk} risk · ${exception.id}`],
    [`Tenant ${clip(exception.tenant, 80)}`],
    [ownerLine(exception)],
    ...scope(exception),
    ...describeProposals(exception),
  );
}

/** How much it lets past, and what that rests on. */
const scope = ({ breadth, evidence }: Exception): readonly Line[] => [
  ...(breadth ? [[`Lets past: ${clip(breadth.text, 200)}`]] : []),
  ...(evidence ? [[`Rests on: ${evidence.grade}. ${clip(evidence.why, 200)}`]] : []),
];

const ownerLine = ({ owner }: Exception): string =>
  owner.type === 'person'
    ? `Owner: ${clip(owner.address, 200)}`
    : owner.channel === undefined
      ? `Owner: nobody yet, ${clip(owner.why, 200)}`
      : `Owner: the people in ${clip(owner.channel, 80)}`;

function change({ exception, history }: CardContent): RichTextBlock {
  const seen = describeChange(history, exception.kind);
  const what =
    exception.state === 'unconfirmed'
      ? [
          [
            {
              opened: 'It is new to Lapse.',
              changed: 'Its settings have changed.',
              're-enabled': 'It was switched on again after Lapse had disabled it.',
              voided:
                'Its approval no longer counts: whoever gave it also made or changed it, or was named as its owner by somebody who did.',
            }[exception.question],
          ],
        ]
      : [];
  const incomplete: readonly Line[] = exception.complete
    ? []
    : [
        [
          'Exchange could not be read: this comes from the audit log alone, which shows only what the change set.',
        ],
      ];
  const more = seen && seen.more > 0 ? [[`… and ${seen.more} more settings`]] : [];
  return createBullets('What changed', [
    ...what,
    ...who(exception),
    ...incomplete,
    ...(seen?.settings ?? []),
    ...more,
    ...cutSettings(exception.settings).map((one): Line => [`${clip(describeCut(one), 300)}.`]),
  ]);
}

/** Who made it and who changed it last, each with their own time. */
function who(exception: Exception): readonly Line[] {
  const [made, changed] = [firstChange(exception), lastChange(exception)];
  const said = (what: string, { by, at, operation }: Change): Line => [
    `${what}${operation === '' ? '' : ` (${clip(operation, 80)})`}: by ${authorName(by)} at `,
    { at },
    '.',
  ];
  const first = said(made.created ? 'Made' : 'First known change', made);
  return made.at === changed.at && made.by.id === changed.by.id
    ? [first]
    : [first, said('Last changed', changed)];
}

function risky(findings: readonly Finding[]): RichTextBlock {
  const lines = findings
    .slice(0, mostFindings)
    .map((finding): Line => [{ bold: `${finding.risk}: ` }, clip(finding.text, longestFinding)]);
  const more = findings.length - mostFindings;
  if (lines.length === 0)
    return createBullets('Why it is risky', [['Nothing in its settings as far as they are known.']]);
  return createBullets('Why it is risky', more > 0 ? [...lines, [`… and ${more} more`]] : lines);
}

const asks = (exception: Exception): boolean => exception.state === 'confirmed' || isApprovable(exception);

function fallen({ exception, fallback }: CardContent): readonly RichTextBlock[] {
  if (fallback === undefined || !asks(exception)) return [];
  return [
    createParagraph(
      [`Asked here because its owner could not be asked: ${clip(fallback, 300)}.`],
      [`To name another owner: /lapse reassign ${exception.id} name@example.com`],
    ),
  ];
}

/** Who may say yes. */
const deciders = ({ exception, policy, forApprovers }: CardContent): readonly RichTextBlock[] =>
  asks(exception)
    ? [
        createParagraph(
          ...(forApprovers ? [['Asked here because its owner may not approve it.']] : []),
          ...describeWhoMay(exception, policy),
        ),
      ]
    : [];

/** How exact all this is. */
function limits(content: CardContent): RichTextBlock {
  const { exception } = content;
  return createParagraph(
    ...(isEarly(content)
      ? [[`Lapse asks for a renewal in time. To renew it earlier: /lapse renew ${exception.id}`]]
      : []),
    ...(exception.state === 'unconfirmed' ? [[describeRenewalsSoFar(exception.renewals)]] : []),
    ['The audit log can be an hour or more late: changes in the tenant happened before this message.'],
    ...(exception.state === 'unconfirmed' ||
    exception.state === 'confirmed' ||
    exception.state === 'disabling'
      ? [['Exchange may take more than 30 minutes to apply a change to mail.']]
      : []),
  );
}

/** What a person can answer now. Each button carries the question it belongs to, so that an old one is known. */
function buttons(content: CardContent): readonly ActionsBlock[] {
  const { exception } = content;
  if (!asks(exception)) return [];
  const value = JSON.stringify({ id: exception.id, version: exception.asOf });
  const name = nameOf(exception);
  const answer: Button | undefined =
    exception.state !== 'confirmed'
      ? {
          type: 'button',
          action_id: 'approve',
          text: toPlainText('Approve', 75),
          style: 'primary',
          value,
          accessibility_label: clip(`Approve ${name}`, 75),
        }
      : isEarly(content)
        ? undefined
        : {
            type: 'button',
            action_id: 'renew',
            text: toPlainText('Renew', 75),
            style: 'primary',
            value,
            accessibility_label: clip(`Renew ${name}`, 75),
          };
  const disable: Button = {
    type: 'button',
    action_id: 'disable',
    text: toPlainText('Disable now', 75),
    style: 'danger',
    value,
    accessibility_label: clip(`Disable now: ${name}`, 75),
    confirm: {
      title: toPlainText('Disable it now?', 100),
      text: toPlainText(
        'Lapse disables it in Exchange and reads it back. Mail that relies on it may be stopped or filtered.',
        300,
      ),
      confirm: toPlainText('Disable now', 30),
      deny: toPlainText('Keep it', 30),
      style: 'danger',
    },
  };
  const isSwitchable = exception.remedy !== 'escalate' && exception.state !== 'disabled';
  const elements = [...(answer ? [answer] : []), ...(isSwitchable ? [disable] : [])];
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'answers', elements }];
}

/** A reminder is never early. */
const isEarly = ({ exception, policy, now, reminder }: CardContent): boolean =>
  exception.state === 'confirmed' && !reminder && now < renewableFrom(exception, policy);

/** What an updated card must still say about why it is in this channel, from the trail. */
export function placeOf(
  history: readonly Event[],
  posted: { channel: string; ts: string },
): Pick<CardContent, 'fallback' | 'forApprovers'> {
  const told = history.find(
    (event): event is OwnerTold | ApproversTold =>
      (event.type === 'OwnerTold' || event.type === 'ApproversTold') &&
      event.card.channel === posted.channel &&
      event.card.ts === posted.ts,
  );
  if (told?.type === 'ApproversTold') return { forApprovers: true };
  return told?.fallback === undefined ? {} : { fallback: told.fallback };
}
