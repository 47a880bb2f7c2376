/** The form behind Approve and Renew: reason, expiry, review cadence. What it may hold is checked in the domain. */
import { checkTerm, dateOf, expiryOf, lastDateOf, longestCadence } from '#policy/forms.ts';
import { duration, earliest, inWords, millis, plus } from '#time/instant.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { createParagraph, toPlainText } from './lines.ts';
import { renewableFrom, renewalsLeft } from './renewable.ts';
import { describeRenewals } from './outcome.ts';
import { title } from '#kinds/title.ts';
import { describeProposals, nameOf } from './words.ts';
import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Exception } from '#lifecycle/exception.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';

export const answerForms = ['approve', 'renew'] as const;
export type AnswerForm = (typeof answerForms)[number];

/** Block ids and action ids of the fields are the same word. */
export const fields = { reason: 'reason', expiry: 'expires_on', cadence: 'review_every' } as const;

export const longestReason = 500;

/** What is proposed: a month, where policy allows that much. The longest term should be somebody's choice. */
const proposed = duration('P30D');

const cadences = ['P7D', 'P14D', 'P30D', 'P60D', 'P90D', 'P180D'].map(duration);

/** What somebody has chosen on the form so far. */
export interface Chosen {
  /** `YYYY-MM-DD` */
  readonly date?: string | undefined;
  readonly cadence?: Duration | undefined;
}

export function createForm(
  which: AnswerForm,
  exception: Exception,
  policy: Policy,
  now: Instant,
  chosen: Chosen = {},
): ModalView {
  const last = lastDateOf(exception, now, policy);
  const month = dateOf(plus(now, proposed), policy.timeZone);
  const date = chosen.date ?? (month < last ? month : last);
  const options = cadenceOptions(exception, policy);
  const own = options.find(({ value }) => value === chosen.cadence) ?? options.at(-1);
  return {
    type: 'modal',
    callback_id: which,
    private_metadata: JSON.stringify({ id: exception.id, version: exception.asOf }),
    title: toPlainText(which === 'approve' ? 'Approve exception' : 'Renew exception', 24),
    submit: toPlainText(which === 'approve' ? 'Approve' : 'Renew', 24),
    close: toPlainText('Cancel', 24),
    blocks: [
      createParagraph(
        [{ bold: nameOf(exception) }],
        [
          `${title(exception.kind)} · ${exception.risk} risk · ${describeRenewals(exception.renewals)} so far`,
        ],
        ...early(which, exception, policy, now),
        ...describeProposals(exception),
        ['Your name, your reason and these dates go into the trail.'],
      ),
      {
        type: 'input',
        block_id: fields.reason,
        label: toPlainText('Why must it stay?', 2000),
        hint: toPlainText('What relies on it, and what would break without it. Up to 500 characters.', 2000),
        element: {
          type: 'plain_text_input',
          action_id: fields.reason,
          multiline: true,
          min_length: 1,
          max_length: longestReason,
        },
      } satisfies InputBlock,
      {
        type: 'input',
        block_id: fields.expiry,
        dispatch_action: true,
        label: toPlainText('Needed until the end of', 2000),
        hint: toPlainText(`${last} at the latest, time zone ${policy.timeZone}.`, 2000),
        element: {
          type: 'datepicker',
          action_id: fields.expiry,
          initial_date: date,
        },
      } satisfies InputBlock,
      {
        type: 'input',
        block_id: fields.cadence,
        dispatch_action: true,
        label: toPlainText('Review it every', 2000),
        hint: toPlainText('At each review, somebody must renew it.', 2000),
        element: {
          type: 'static_select',
          action_id: fields.cadence,
          options: [...options],
          ...(own ? { initial_option: own } : {}),
        },
      } satisfies InputBlock,
      createParagraph(
        describeEnd(exception, date, chosen.cadence ?? longestCadence(exception, policy), policy, now),
      ),
    ],
  };
}

/** The one date that counts: when it ends if nobody does anything, whichever of the two fields makes it so. */
function describeEnd(
  exception: Exception,
  date: string,
  cadence: Duration,
  policy: Policy,
  now: Instant,
): Line {
  const chosen = expiryOf(date, policy.timeZone);
  const wrong = chosen && checkTerm(exception, chosen, now, policy);
  if (!chosen || wrong !== undefined)
    return [wrong ?? `Please choose a date, ${lastDateOf(exception, now, policy)} at the latest.`];
  const review = plus(now, cadence);
  return [
    { bold: 'If nobody renews it, it ends on ' },
    { at: earliest(chosen, review) },
    review < chosen ? ', when its first review is due.' : '.',
  ];
}

/** What a renewal does that nobody has asked for yet. */
function early(which: AnswerForm, exception: Exception, policy: Policy, now: Instant): readonly Line[] {
  if (which !== 'renew' || exception.state !== 'confirmed' || now >= renewableFrom(exception, policy))
    return [];
  const left = renewalsLeft(exception, policy);
  return [
    [
      'This is early: it may stay until ',
      { at: presentDeadlineOf(exception) },
      ' without it. A renewal starts a new term today',
      left === 0
        ? '.'
        : left === 1
          ? ' and uses up the last renewal that its owner may give alone.'
          : ` and uses up one of the ${left} renewals that its owner may still give alone.`,
    ],
  ];
}

/** Shortest first; policy's own is the longest that may be chosen, and the one proposed. */
function cadenceOptions(exception: Exception, policy: Policy): readonly PlainTextOption[] {
  const longest = longestCadence(exception, policy);
  const shorter = cadences.filter((cadence) => millis(cadence) < millis(longest));
  return [...shorter, longest].map((cadence: Duration) => ({
    text: toPlainText(inWords(cadence), 75),
    value: cadence,
  }));
}
