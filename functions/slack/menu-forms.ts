/** The forms behind the menu of a card: whom, how long, why. What may be done is decided in the domain. */
import { duration, inWords, millis, parseDuration, plus } from '#time/instant.ts';
import { isApprovable } from '#lifecycle/asked.ts';
import { classOf } from '#policy/policy.ts';
import { title } from '#kinds/title.ts';
import { fields, longestReason } from './form.ts';
import { createParagraph, toPlainText } from './lines.ts';
import { nameOf } from './words.ts';
import type { InputBlock, ModalView } from '@slack/types';
import type { Answering } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

export const menuForms = ['not-mine', 'hold', 'restore', 'ask-approver', 'ask-colleague'] as const;
export type MenuForm = (typeof menuForms)[number];

/** Block ids and action ids are the same word. */
export const menuFields = { whom: 'whom', length: 'length', reason: fields.reason } as const;

/** What each form answers. */
export const answerBy: Readonly<Record<MenuForm, Answering>> = {
  'not-mine': 'Reassign',
  hold: 'Hold',
  restore: 'Restore',
  'ask-approver': 'AskForHelp',
  'ask-colleague': 'AskForHelp',
};

/** Whether there is anything of the kind to answer. */
export function isOffered(which: MenuForm, exception: Exception): boolean {
  switch (which) {
    case 'ask-approver':
      return (
        exception.helpAsked !== exception.asOf && (exception.state === 'confirmed' || isApprovable(exception))
      );
    case 'not-mine':
    case 'ask-colleague':
      return exception.state !== 'disabling' && exception.state !== 'removed';
    case 'hold':
      return (
        exception.remedy !== 'escalate' &&
        (exception.state === 'unconfirmed' || exception.state === 'confirmed')
      );
    case 'restore':
      return exception.state === 'disabled';
  }
}

const texts: Readonly<
  Record<MenuForm, { readonly title: string; readonly submit: string; readonly says: string; why: string }>
> = {
  'not-mine': {
    title: 'Name another owner',
    submit: 'Hand over',
    says: 'Lapse asks the new owner from now on, and tells whoever owned it before.',
    why: 'Why is it theirs?',
  },
  'ask-approver': {
    title: 'Ask an approver',
    submit: 'Ask',
    says: 'Those who may keep it are asked in their channel, once.',
    why: 'Why must it stay?',
  },
  'ask-colleague': {
    title: 'Ask a colleague',
    submit: 'Ask',
    says: 'They get its name and your question, and answer you. It decides nothing.',
    why: 'What do you want to know?',
  },
  hold: {
    title: 'Put on hold',
    submit: 'Put on hold',
    says: 'Lapse does nothing about it until then; afterwards its owner is asked again.',
    why: 'Why must it wait?',
  },
  restore: {
    title: 'Restore',
    submit: 'Switch on again',
    says: 'Lapse switches it on again in Exchange, and off once the time is over.',
    why: 'Why is it needed?',
  },
};

export function createMenuForm(which: MenuForm, exception: Exception, policy: Policy): ModalView {
  const { title: heading, submit, says, why } = texts[which];
  return {
    type: 'modal',
    callback_id: which,
    private_metadata: JSON.stringify({ id: exception.id, version: exception.asOf }),
    title: toPlainText(heading, 24),
    submit: toPlainText(submit, 24),
    close: toPlainText('Cancel', 24),
    blocks: [
      createParagraph(
        [{ bold: nameOf(exception) }],
        [`${title(exception.kind)} · ${exception.risk} risk`],
        [`${says} Your name and your reason go into the trail.`],
      ),
      ...choices(which, exception, policy),
      {
        type: 'input',
        block_id: menuFields.reason,
        label: toPlainText(why, 2000),
        hint: toPlainText(`Up to ${longestReason} characters.`, 2000),
        element: {
          type: 'plain_text_input',
          action_id: menuFields.reason,
          multiline: true,
          min_length: 1,
          max_length: longestReason,
        },
      } satisfies InputBlock,
    ],
  };
}

function choices(which: MenuForm, exception: Exception, policy: Policy): readonly InputBlock[] {
  switch (which) {
    case 'not-mine':
      return [createPicker('Who owns it?')];
    case 'ask-colleague':
      return [createPicker('Whom?')];
    case 'ask-approver':
      return [];
    case 'hold':
    case 'restore':
      return [createLengths(which, exception, policy)];
  }
}

const createPicker = (label: string): InputBlock => ({
  type: 'input',
  block_id: menuFields.whom,
  label: toPlainText(label, 2000),
  element: {
    type: 'users_select',
    action_id: menuFields.whom,
    placeholder: toPlainText('Choose a person', 150),
  },
});

const lengths = ['PT4H', 'PT8H', 'P1D', 'P2D', 'P3D', 'P7D', 'P14D', 'P30D'].map(duration);

/** How long it may last at most. */
export const longestOf = (which: 'hold' | 'restore', exception: Exception, policy: Policy): Duration =>
  classOf(policy, exception)[which === 'hold' ? 'longestTerm' : 'restoreFor'];

function createLengths(which: 'hold' | 'restore', exception: Exception, policy: Policy): InputBlock {
  const longest = longestOf(which, exception, policy);
  const shorter = lengths.filter((length) => millis(length) < millis(longest));
  return {
    type: 'input',
    block_id: menuFields.length,
    label: toPlainText('For how long?', 2000),
    element: {
      type: 'static_select',
      action_id: menuFields.length,
      options: [...shorter, longest].map((length) => ({
        text: toPlainText(inWords(length), 75),
        value: length,
      })),
    },
  };
}

/** When a chosen length ends; `undefined` if none was. */
export const endOf = (length: string, now: Instant): Instant | undefined =>
  parseDuration(length) === undefined ? undefined : plus(now, duration(length));
