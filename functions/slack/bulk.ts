/** The form with which one person gives several exceptions the same answer: each is listed and can be left out. */
import * as z from 'zod';
import { isApprovable } from '#lifecycle/asked.ts';
import { isOwner, mayApprove } from '#policy/authority.ts';
import { longestCadence, longestExpiry } from '#policy/forms.ts';
import { duration, earliest, inWords, momentInWords, plus } from '#time/instant.ts';
import { longestReason } from './form.ts';
import { createParagraph, toPlainText } from './lines.ts';
import { isSwitchable } from './menu.ts';
import { readSubject, type QuestionRef } from './payloads.ts';
import { waitsFor, type Reader } from './query.ts';
import { tenantIn } from './row.ts';
import { findDeadline, nameOf } from './words.ts';
import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Answerer, Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

/** `action` is also the id of the form. */
export const bulkAnswers = [
  { action: 'approve_several', button: 'Approve several', title: 'Approve several', submit: 'Approve' },
  { action: 'renew_several', button: 'Renew several', title: 'Renew several', submit: 'Renew' },
  { action: 'disable_several', button: 'Disable several', title: 'Disable several', submit: 'Disable now' },
] as const;
export type BulkAction = (typeof bulkAnswers)[number]['action'];

export const isBulkAction = (text: string | undefined): text is BulkAction =>
  bulkAnswers.some(({ action }) => action === text);

export const bulkFields = { which: 'which', reason: 'reason', term: 'term' } as const;

/** Slack shows no more checkboxes in one field. */
export const mostTogether = 10;

/** What is offered as the term of all; policy may allow one of them less. */
const terms = ['P7D', 'P30D', 'P90D', 'P365D'].map(duration);
const proposedTerm = 'P30D';

/** What is listed for this answer: what its reader may answer so, as far as that is known beforehand. */
export function mayAnswerTogether(action: BulkAction, exception: Exception, reader: Reader): boolean {
  const { by, policy } = reader;
  switch (action) {
    case 'approve_several':
      return isApprovable(exception) && waitsFor(exception, reader);
    case 'renew_several':
      return exception.state === 'confirmed' && waitsFor(exception, reader);
    case 'disable_several':
      return isSwitchable(exception, policy) && (isOwner(exception, by) || mayApprove(exception, by, policy));
  }
}

/** `listed`: at least one; no more than `mostTogether` are shown. */
export function createBulkForm(action: BulkAction, listed: readonly Exception[], policy: Policy): ModalView {
  const { title, submit } = bulkAnswers.find((one) => one.action === action) ?? bulkAnswers[0];
  const options = listed.slice(0, mostTogether).map((one) => optionOf(one, policy));
  return {
    type: 'modal',
    callback_id: action,
    title: toPlainText(title, 24),
    submit: toPlainText(submit, 24),
    close: toPlainText('Cancel', 24),
    blocks: [
      createParagraph([before[action]]),
      {
        type: 'input',
        block_id: bulkFields.which,
        label: toPlainText('Untick what you want to leave as it is', 2000),
        element: {
          type: 'checkboxes',
          action_id: bulkFields.which,
          options: [...options],
          initial_options: [...options],
        },
      } satisfies InputBlock,
      ...(action === 'disable_several' ? [] : [reason, term]),
    ],
  };
}

const before: Readonly<Record<BulkAction, string>> = {
  approve_several: 'Each is recorded as an approval of its own, with your name and this reason.',
  renew_several: 'Each is recorded as a renewal of its own, with your name and this reason.',
  disable_several:
    'Lapse disables each in Exchange and reads it back. Mail that relies on it may be stopped or filtered.',
};

function optionOf(exception: Exception, policy: Policy): PlainTextOption {
  const deadline = findDeadline(exception);
  return {
    text: toPlainText(nameOf(exception), 75),
    description: toPlainText(
      `${exception.risk}${tenantIn(exception, policy)}${deadline === undefined ? '' : `, ends ${momentInWords(deadline)}`}`,
      75,
    ),
    value: JSON.stringify({ id: exception.id, version: exception.asOf }),
  };
}

const reason: InputBlock = {
  type: 'input',
  block_id: bulkFields.reason,
  label: toPlainText('Why must they stay?', 2000),
  element: {
    type: 'plain_text_input',
    action_id: bulkFields.reason,
    multiline: true,
    min_length: 1,
    max_length: longestReason,
  },
};

const termOption = (length: Duration): PlainTextOption => ({
  text: toPlainText(inWords(length), 75),
  value: length,
});

const term: InputBlock = {
  type: 'input',
  block_id: bulkFields.term,
  label: toPlainText('For how long?', 2000),
  hint: toPlainText('Where policy allows less, the longest that it allows.', 2000),
  element: {
    type: 'static_select',
    action_id: bulkFields.term,
    options: terms.map(termOption),
    initial_option: termOption(duration(proposedTerm)),
  },
};

/** What came back with the form. */
export interface BulkFilled {
  readonly chosen: readonly QuestionRef[];
  readonly reason: string;
  readonly term: Duration;
}

const checkedSchema = z.array(z.object({ value: z.string() })).max(mostTogether);

/** The fields as Slack sends them, or what is wrong with which of them. */
export function readBulk(
  action: BulkAction,
  values: Readonly<Record<string, Readonly<Record<string, BulkValue>>>>,
): BulkFilled | { readonly errors: Readonly<Record<string, string>> } {
  const field = (name: string) => values[name]?.[name];
  const checked = checkedSchema.safeParse(field(bulkFields.which)?.selected_options ?? []).data ?? [];
  const chosen = checked.flatMap(({ value }) => readSubject(value) ?? []);
  if (chosen.length === 0 || chosen.length < checked.length)
    return { errors: { [bulkFields.which]: 'Please tick at least one.' } };
  if (action === 'disable_several') return { chosen, reason: '', term: duration(proposedTerm) };
  const why = (field(bulkFields.reason)?.value ?? '').trim();
  if (why === '' || why.length > longestReason)
    return { errors: { [bulkFields.reason]: `Please say why, in up to ${longestReason} characters.` } };
  const length = terms.find((one) => one === field(bulkFields.term)?.selected_option?.value);
  if (length === undefined) return { errors: { [bulkFields.term]: 'Please choose for how long.' } };
  return { chosen, reason: why, term: length };
}

export interface BulkValue {
  readonly value?: string | null | undefined;
  readonly selected_option?: { readonly value: string } | null | undefined;
  readonly selected_options?: readonly { readonly value: string }[] | null | undefined;
}

/** The answer to one of them. A term is never longer than policy allows for it. */
export function bulkCommand(
  action: BulkAction,
  exception: Exception,
  { by, seen }: { readonly by: Answerer; readonly seen: number },
  { reason: why, term: length }: BulkFilled,
  { policy, now }: { readonly policy: Policy; readonly now: Instant },
): Extract<Command, { type: 'Approve' | 'Renew' | 'Decline' | 'Revoke' }> {
  if (action === 'disable_several')
    return { type: exception.state === 'unconfirmed' ? 'Decline' : 'Revoke', by, seen };
  return {
    type: action === 'approve_several' ? 'Approve' : 'Renew',
    by,
    seen,
    reason: why,
    expiresAt: earliest(plus(now, length), longestExpiry(exception, now, policy)),
    reviewEvery: longestCadence(exception, policy),
  };
}
