/**
 * What can be pressed on a card: only what works for whom the card is for. A channel cannot know its reader, so whether
 * somebody may is decided when they press.
 */
import { modeOf } from '#policy/enforcement-mode.ts';
import { whenOff } from '#kinds/when-off.ts';
import { isApprovable } from '#lifecycle/asked.ts';
import { authorityOf } from '#policy/authority.ts';
import { mayWish, undoOf } from '#lifecycle/decide/answer.ts';
import { approversOf } from '#policy/policy.ts';
import { clip } from './escape.ts';
import { endsSoon } from './headline.ts';
import { toPlainText } from './lines.ts';
import { isOffered, type MenuForm } from './menu-forms.ts';
import { readSubject, type QuestionRef } from './payloads.ts';
import { nameOf } from './words.ts';
import type { ActionsBlock, ActionsBlockElement, Button, Overflow } from '@slack/types';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { CardContent } from './card-content.ts';

type MenuEntry = 'renew' | 'remind' | MenuForm;

/** The name under which presses of the menu arrive. */
const menuAction = 'more';

export function createActions(content: CardContent): readonly ActionsBlock[] {
  const { exception } = content;
  const subject: QuestionRef = { id: exception.id, version: exception.asOf };
  const elements: ActionsBlockElement[] = [
    ...answers(content, subject),
    ...undo(content, subject),
    createButton('details', 'Details', exception, subject),
    ...menu(subject, entriesOf(content)),
  ];
  return [{ type: 'actions', block_id: 'answers', elements }];
}

function answers(content: CardContent, subject: QuestionRef): readonly Button[] {
  const { exception } = content;
  const isConfirmed = exception.state === 'confirmed';
  if (!isConfirmed && !isApprovable(exception)) return [];
  const isDue = !isConfirmed || endsSoon(content, exception);
  const [name, text] = isConfirmed ? ['renew', 'Renew'] : ['approve', 'Approve'];
  const isTheirs = !isPersonal(content) || authorityOf(exception, content.policy).owner;
  const yes = !isDue
    ? []
    : isTheirs
      ? [createButton(name, text, exception, subject, 'primary')]
      : isOffered('ask-approver', exception)
        ? [createButton('ask-approver', 'Ask an approver', exception, subject, 'primary')]
        : [];
  return [...yes, ...(isSwitchable(exception, content.policy) ? [createDisable(exception, subject)] : [])];
}

/** For whoever ordered the disable: a channel shows it to everybody, and who presses is checked. */
function undo(content: CardContent, subject: QuestionRef): readonly Button[] {
  const { exception, policy, now } = content;
  const may = undoOf(exception, { now, policy });
  if (!may) return [];
  const { owner } = exception;
  const isOthers = isPersonal(content) && owner.type === 'person' && owner.slackUser !== may.by.slackUser;
  return isOthers ? [] : [createButton('undo', 'Undo', exception, subject)];
}

/** Whether a person can have it switched off here and now. */
export const isSwitchable = (exception: Exception, policy: Policy): boolean =>
  (exception.state === 'unconfirmed' || exception.state === 'confirmed') &&
  exception.remedy !== 'escalate' &&
  modeOf(policy, exception).type === 'live';

function createDisable(exception: Exception, subject: QuestionRef): Button {
  return {
    ...createButton('disable', 'Disable now', exception, subject, 'danger'),
    confirm: {
      title: toPlainText('Disable it now?', 100),
      text: toPlainText(
        `Lapse disables it in Exchange and reads it back. ${whenOff(exception).text} Details shows what rests on it.`,
        300,
      ),
      confirm: toPlainText('Disable now', 30),
      deny: toPlainText('Keep it', 30),
      style: 'danger',
    },
  };
}

/** Each button carries the question it belongs to, so that an old one is known. */
function createButton(
  action: string,
  text: string,
  exception: Exception,
  subject: QuestionRef,
  style?: 'primary' | 'danger',
): Button {
  return {
    type: 'button',
    action_id: action,
    text: toPlainText(text, 75),
    ...(style && { style }),
    value: JSON.stringify(subject),
    accessibility_label: clip(`${text}: ${nameOf(exception)}`, 75),
  };
}

type Entry = readonly [entry: MenuEntry, text: string];

function entriesOf(content: CardContent): readonly Entry[] {
  const { exception } = content;
  const own = isPersonal(content);
  const isForApprover = !own || isApproversOwn(content);
  const isEarly = exception.state === 'confirmed' && !endsSoon(content, exception);
  const entries: readonly (Entry | false)[] = [
    isEarly && (!own || authorityOf(exception, content.policy).owner) && ['renew', 'Renew early'],
    isOffered('not-mine', exception) && ['not-mine', own ? 'Not mine' : 'Name another owner'],
    isOffered('ask-colleague', exception) && ['ask-colleague', 'Ask a colleague'],
    own && !isEarly && mayWish(exception, content.now) && ['remind', 'Remind me tomorrow'],
    isForApprover && isOffered('hold', exception) && ['hold', 'Hold'],
    isForApprover && isOffered('restore', exception) && !isApprovable(exception) && ['restore', 'Restore'],
  ];
  return entries.filter((entry) => entry !== false);
}

/** In a conversation with its owner alone. */
const isPersonal = ({ exception, fallback, forApprovers }: CardContent): boolean =>
  exception.owner.type === 'person' && fallback === undefined && forApprovers === undefined;

const isApproversOwn = ({ exception, policy }: CardContent): boolean =>
  exception.owner.type === 'person' &&
  exception.owner.slackUser !== undefined &&
  approversOf(policy, exception).includes(exception.owner.slackUser);

/** Slack refuses an empty one. */
const menu = (subject: QuestionRef, entries: readonly Entry[]): readonly Overflow[] =>
  entries.length === 0
    ? []
    : [
        {
          type: 'overflow',
          action_id: menuAction,
          options: entries.map(([entry, text]) => ({
            text: toPlainText(text, 75),
            value: `${entry} ${subject.id} ${subject.version}`,
          })),
        },
      ];

export interface Pressed {
  /** The button or menu entry. */
  readonly name: string;
  readonly subject: QuestionRef | undefined;
}

/** What was pressed, be it a button or an entry of the menu. */
export function readPressed(action: {
  readonly action_id: string;
  readonly value?: string | null | undefined;
  readonly selected_option?: { readonly value: string } | null | undefined;
}): Pressed {
  // In a digest, a name chosen from a list is the same as the button of a card.
  if (action.action_id !== menuAction)
    return { name: action.action_id, subject: readSubject(action.value ?? action.selected_option?.value) };
  const [name = '', id, version] = (action.selected_option?.value ?? '').split(' ');
  return { name, subject: readSubject(JSON.stringify({ id, version: Number(version) })) };
}
