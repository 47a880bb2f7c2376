/**
 * A button was pressed, or an entry of a menu. Approve and Renew open a form, Details shows everything; Disable now is an
 * answer at once.
 */
import { createHash } from 'node:crypto';
import { admitPerson, describeNotTheirs, describeStranger, turnAway } from './admission.ts';
import { answerHomeChoice, openTogether, refreshHome } from './answer-home.ts';
import { refresh } from './ask.ts';
import { isBulkAction } from './bulk.ts';
import { readShown, withHome } from './home.ts';
import { readDependants } from './dependants.ts';
import { createDetails, createDetailsWait } from './details.ts';
import { readWhatCanBeRead } from './exceptions.ts';
import { lateCodes, SlackRefusal, SlackUnreachable } from './failure.ts';
import { answerForms, createForm, fields } from './form.ts';
import { isApprovable } from '#lifecycle/asked.ts';
import { duration, parseDuration } from '#time/instant.ts';
import { readPressed } from './menu.ts';
import { createFormOf, findReleasable } from './release.ts';
import { readPlace, releaseAction } from './release-form.ts';
import { answerBy, createMenuForm, isOffered, menuForms } from './menu-forms.ts';
import { actorOf, isMember, mayAnswer, maySee, mightBeApprover } from '#policy/authority.ts';
import { readPage, readSubject } from './payloads.ts';
import { describeOvertaken, describeRefusal, findRefusal } from './refusal.ts';
import { done, createNote, createNotice, refuse } from './reply.ts';
import type { ModalView } from '@slack/types';
import type { Answerer, Answering } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Admission } from './admission.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { AnswerForm } from './form.ts';
import type { MenuForm } from './menu-forms.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';
import type { OpenForm } from './slack.ts';
import type { Press, QuestionRef } from './payloads.ts';
import type { Reply } from './reply.ts';

export async function answerPress(
  dependencies: AnswerDependencies,
  payload: Press,
  by: Answerer | undefined,
): Promise<Reply> {
  const { exceptions, policy, now } = dependencies;
  const [action] = payload.actions;
  if (!action) return refuse(400, 'Lapse has no such button.');
  if (chosenFields.has(action.action_id)) return answerChoice(dependencies, payload, by);
  if (pageTurns.has(action.action_id)) return turnPage(dependencies, payload, by);
  const chosenAtHome = await answerHomeChoice(dependencies, payload, by);
  if (chosenAtHome) return chosenAtHome;
  if (isBulkAction(action.action_id)) {
    if (by && isMember(by)) return openTogether(dependencies, action.action_id, payload, by);
    await whisperToPresser(dependencies, payload, [[describeStranger(by)]]);
    return done;
  }
  if (action.action_id === releaseAction) return openRelease(dependencies, payload, by);
  const { name, subject } = readPressed(action);
  const which = [...answerForms, ...menuForms].find((form) => form === name);
  if (which === undefined && name !== 'details' && !(name in atOnce))
    return refuse(400, 'Lapse has no such button.');
  if (!subject) return refuse(400, 'The button does not name an exception and its version.');
  const receipt = receiptOf(payload);
  if (receipt === undefined) return refuse(400, 'The button press has neither a trigger nor a time.');

  const admitted = await admitPerson(dependencies, subject.id, by, receipt);
  if (admitted.type === 'nothing') {
    await whisperToPresser(dependencies, payload, [[admitted.why]]);
    return done;
  }
  const { exception } = admitted;
  if (admitted.type === 'turned away') {
    const answer = exception && name !== 'details' ? answerTo(name, which, exception) : undefined;
    await turnAway(dependencies, admitted, 'press', answer && { receipt, answer });
    await whisperToPresser(dependencies, payload, [[describeNotTheirs(admitted.by)]]);
    return done;
  }
  const isCurrent = exception && isPresent(subject, exception);
  if (which !== undefined && isCurrent && opens(which, exception)) {
    if (!payload.trigger_id) return refuse(400, 'The button press has no trigger to open a form with.');
    if (admitted.type === 'admitted' && !mayOpen(which, exception, admitted.by, policy)) {
      const answer = answerOf(which, exception);
      await exceptions.execute({
        id: exception.id,
        receipt,
        now,
        command: { type: 'TurnAway', by: admitted.by, answer },
      });
      const why = which === 'hold' || which === 'restore' ? approversOnly : describeNotTheirs(admitted.by);
      await whisperToPresser(dependencies, payload, [[why]]);
      return done;
    }
    // Even if Slack does not say who pressed: the form shows what the card shows, and its answer is checked.
    const form = viewOf(which, exception, policy, now);
    await openForm(dependencies, payload, payload.trigger_id, whereverPressed(form, payload));
    return done;
  }
  if (admitted.type === 'unknown')
    return (await whisperToPresser(dependencies, payload, [[admitted.why]]))
      ? done
      : refuse(503, 'Slack does not say who pressed the button, so they cannot be told.');
  if (subject.version > admitted.exception.version)
    return refuse(400, 'The button names a version that its exception never had.');
  if (name === 'details') return openDetails(dependencies, payload, admitted);
  if (which !== undefined) {
    const history = await readWhatCanBeRead(exceptions, subject.id);
    await whisperToPresser(dependencies, payload, describeOvertaken(admitted.exception, history, policy));
    await correct(dependencies, payload, admitted.exception);
    await refreshHome(dependencies, payload, admitted.by);
    return done;
  }

  const type = atOnce[name] ?? answerOf(which, admitted.exception);
  const result = await exceptions.execute({
    id: admitted.exception.id,
    receipt,
    now,
    command: type === 'Undo' ? { type, by: admitted.by } : { type, by: admitted.by, seen: subject.version },
  });
  const [wish] = result.events;
  if (wish?.type === 'ReminderWished')
    await whisperToPresser(dependencies, payload, [['Lapse reminds you at ', { at: wish.remindAt }, '.']]);
  const why = findRefusal(result.events);
  if (why && result.exception) {
    const history = await readWhatCanBeRead(exceptions, subject.id);
    const lines =
      why === 'not-open'
        ? describeOvertaken(result.exception, history, policy)
        : describeRefusal(why, result.exception, history, policy, admitted.by);
    await whisperToPresser(dependencies, payload, lines);
    if (why !== 'not-allowed') await correct(dependencies, payload, result.exception);
  }
  await refreshHome(dependencies, payload, admitted.by);
  return done;
}

/** What a button answers without a form. */
const atOnce: Readonly<Record<string, 'WishReminder' | 'Undo' | undefined>> = {
  remind: 'WishReminder',
  undo: 'Undo',
  disable: undefined,
};

const answerTo = (name: string, which: AnswerForm | MenuForm | undefined, exception: Exception): Answering =>
  atOnce[name] ?? answerOf(which, exception);

type Admitted = Extract<Admission, { readonly type: 'admitted' }>;

/** However old the card is: it shows everything as it is now. */
async function openDetails(
  dependencies: AnswerDependencies,
  payload: Press,
  admitted: Admitted,
): Promise<Reply> {
  if (!payload.trigger_id) return refuse(400, 'The button press has no trigger to open a form with.');
  const form = await openForm(dependencies, payload, payload.trigger_id, createDetailsWait());
  if (form) await showDetails(dependencies, form, admitted, 0);
  return done;
}

async function showDetails(
  { slack, exceptions, policy, log }: AnswerDependencies,
  form: OpenForm,
  { exception, by }: Admitted,
  page: number,
): Promise<void> {
  const unread: number[] = [];
  const history = await Array.fromAsync(
    exceptions.trail(exception.id, ({ version }) => unread.push(version)),
  );
  const dependants = await readDependants(exceptions, exception, (other) => maySee(other, by, policy));
  await tolerated(log, () =>
    slack.updateForm(form, createDetails({ exception, history, policy, page, unread, dependants })),
  );
}

/** What a breaker holds back, for an approver to pick from. A button of an older release does not say of which stop. */
async function openRelease(
  dependencies: AnswerDependencies,
  payload: Press,
  by: Answerer | undefined,
): Promise<Reply> {
  const receipt = receiptOf(payload);
  if (receipt === undefined) return refuse(400, 'The button press has neither a trigger nor a time.');
  const found = await findReleasable(dependencies, by, receipt, readPlace(payload.actions[0]?.value));
  if ('refused' in found) await whisperToPresser(dependencies, payload, found.refused);
  else {
    const [stop, another] = found;
    if (stop === undefined) await whisperToPresser(dependencies, payload, [nothingHeld]);
    else if (another !== undefined) await whisperToPresser(dependencies, payload, [severalHeld]);
    else if (payload.trigger_id) {
      const form = await createFormOf(dependencies, stop);
      await openForm(dependencies, payload, payload.trigger_id, whereverPressed(form, payload));
    }
  }
  return done;
}

const nothingHeld: Line = ['Nothing is held back there any more.'];
const severalHeld: Line = ['More than one tenant is stopped by now: /lapse release lists them.'];

const pageTurns: ReadonlySet<string> = new Set(['trail_newer', 'trail_older']);

async function turnPage(
  dependencies: AnswerDependencies,
  { actions: [action], view }: Press,
  by: Answerer | undefined,
): Promise<Reply> {
  const wanted = readPage(action?.value);
  if (!view || !wanted) return refuse(400, 'The button does not belong to a trail of Lapse.');
  const admitted = await admitPerson(dependencies, wanted.id, by, undefined);
  const form = { id: view.id, ...(view.hash ? { hash: view.hash } : {}) };
  if (admitted.type === 'admitted') await showDetails(dependencies, form, admitted, wanted.page);
  else if (admitted.type === 'turned away')
    await tolerated(dependencies.log, () =>
      dependencies.slack.updateForm(form, createNotice('Not yours', [describeNotTheirs(admitted.by)])),
    );
  return done;
}

/** Fields of a form that move the date on it. */
const chosenFields: ReadonlySet<string> = new Set([fields.expiry, fields.cadence]);

/** Something was chosen on an open form: its date follows. Nothing is answered by that, so nothing is recorded. */
async function answerChoice(
  dependencies: AnswerDependencies,
  { view }: Press,
  by: Answerer | undefined,
): Promise<Reply> {
  const { slack, policy, now, log } = dependencies;
  const which = answerForms.find((form) => form === view?.callback_id);
  const subject = readSubject(view?.private_metadata);
  if (!view || !which || !subject) return refuse(400, 'The choice belongs to none of the forms of Lapse.');
  const admitted = await admitPerson(dependencies, subject.id, by, undefined);
  // Whoever may not answer, or answers too late, hears so once they send it.
  if (admitted.type !== 'admitted' || !opens(which, admitted.exception)) return done;
  const values = view.state?.values ?? {};
  const cadence = values[fields.cadence]?.[fields.cadence]?.selected_option?.value ?? '';
  const form = createForm(which, admitted.exception, policy, now, {
    date: values[fields.expiry]?.[fields.expiry]?.selected_date ?? undefined,
    cadence: parseDuration(cadence) === undefined ? undefined : duration(cadence),
  });
  // The question that was answered with it is the one it was opened for.
  const same = { ...form, private_metadata: view.private_metadata ?? '' };
  await tolerated(log, () =>
    slack.updateForm({ id: view.id, ...(view.hash ? { hash: view.hash } : {}) }, same),
  );
  return done;
}

/**
 * Opens the form of a press before Slack has said who pressed: it shows what the card shows, and its answer is checked.
 * `undefined` if the press calls for no form.
 */
export async function openAhead(
  dependencies: AnswerDependencies,
  payload: Press,
): Promise<OpenForm | undefined> {
  const { policy, now } = dependencies;
  const { which, subject, receipt } = readOpening(payload);
  if (!which || !subject || receipt === undefined || !payload.trigger_id) return undefined;
  // Details show more than the card: only that they are being looked up.
  if (which === 'details') return openForm(dependencies, payload, payload.trigger_id, createDetailsWait());
  const person = await admitPerson(dependencies, subject.id, undefined, receipt);
  const exception = 'exception' in person ? person.exception : undefined;
  if (!exception || !isPresent(subject, exception) || !opens(which, exception)) return undefined;
  const form = viewOf(which, exception, policy, now);
  return openForm(dependencies, payload, payload.trigger_id, whereverPressed(form, payload));
}

/** A form of the home tab brings back what the tab showed. */
const whereverPressed = (form: ModalView, { view }: Press): ModalView =>
  view?.type === 'home' ? withHome(form, readShown(view.private_metadata)) : form;

const viewOf = (
  which: AnswerForm | MenuForm,
  exception: Exception,
  policy: Policy,
  now: Instant,
): ModalView =>
  which === 'approve' || which === 'renew'
    ? createForm(which, exception, policy, now)
    : createMenuForm(which, exception, policy);

const approversOnly = 'Only approvers may do that. Your attempt is in the trail.';

/** Whether a form of the menu would be of any use to them: whoever may not send it sees none. */
const mayOpen = (which: AnswerForm | MenuForm, exception: Exception, by: Answerer, policy: Policy): boolean =>
  which === 'approve' ||
  which === 'renew' ||
  mightBeApprover(by, policy, exception) ||
  mayAnswer(answerBy[which], actorOf(exception, by, policy));

/** For a form that opened ahead: whoever turns out not to take part sees why instead, and the trail keeps it. */
export async function takeBackFromStrangers(
  dependencies: AnswerDependencies,
  payload: Press,
  by: Answerer | undefined,
  form: OpenForm,
): Promise<Reply> {
  const { which, subject, receipt } = readOpening(payload);
  if (!which || !subject || receipt === undefined) return done;
  const admitted = await admitPerson(dependencies, subject.id, by, receipt);
  if (which === 'details' && admitted.type === 'admitted') await showDetails(dependencies, form, admitted, 0);
  if (which === 'details' && (admitted.type === 'nothing' || admitted.type === 'unknown'))
    await tolerated(dependencies.log, () =>
      dependencies.slack.updateForm(form, createNotice('Details', [admitted.why])),
    );
  if (admitted.type !== 'turned away') return done;
  const answer = admitted.exception && which !== 'details' ? answerOf(which, admitted.exception) : undefined;
  await turnAway(dependencies, admitted, 'press', answer && { receipt, answer });
  await tolerated(dependencies.log, () =>
    dependencies.slack.updateForm(
      form,
      createNotice('Not yours to answer', [describeNotTheirs(admitted.by)]),
    ),
  );
  return done;
}

/** What a press opens. */
function readOpening(payload: Press) {
  const [action] = payload.actions;
  const { name, subject } = action ? readPressed(action) : {};
  const which = [...answerForms, ...menuForms, 'details' as const].find((one) => one === name);
  return { which, subject, receipt: receiptOf(payload) };
}

function answerOf(which: undefined, exception: Exception): 'Decline' | 'Revoke';
function answerOf(which: AnswerForm | MenuForm | undefined, exception: Exception): Answering;
function answerOf(which: AnswerForm | MenuForm | undefined, { state }: Exception): Answering {
  if (which === undefined) return state === 'unconfirmed' ? 'Decline' : 'Revoke';
  if (which !== 'approve' && which !== 'renew') return answerBy[which];
  return which === 'approve' ? 'Approve' : 'Renew';
}

/** The question that the button belongs to is the one that is open. */
const isPresent = ({ version }: QuestionRef, exception: Exception): boolean =>
  version >= exception.asOf && version <= exception.version;

function opens(which: AnswerForm | MenuForm, exception: Exception): boolean {
  if (which === 'approve') return isApprovable(exception);
  return which === 'renew' ? exception.state === 'confirmed' : isOffered(which, exception);
}

/**
 * A request sent twice is one answer, two presses are two: the trigger is unique to the press, and without one its
 * time is, together with who pressed what.
 */
function receiptOf({ trigger_id, actions: [action], user, enterprise, team }: Press): string | undefined {
  if (trigger_id) return `slack#${trigger_id}`;
  if (!action?.action_ts) return undefined;
  const chosen = action.value ?? action.selected_option?.value;
  const press = [enterprise?.id, team?.id, user.id, action.action_ts, action.action_id, chosen];
  return `slack#${createHash('sha256').update(JSON.stringify(press)).digest('base64url')}`;
}

async function openForm(
  dependencies: AnswerDependencies,
  payload: Press,
  trigger: string,
  view: ModalView,
): Promise<OpenForm | undefined> {
  const { slack, log } = dependencies;
  try {
    return await slack.openForm(trigger, view);
  } catch (error) {
    if (!(error instanceof SlackRefusal) || !lateCodes.has(error.code)) throw error;
    log('form not opened', { code: error.code });
    await whisperToPresser(dependencies, payload, [
      ['The form could not be opened in time. Please press the button again.'],
    ]);
    return undefined;
  }
}

/**
 * Only to whoever pressed; returns whether it arrived. A failed note must not look like a failed answer: by then, the
 * answer is recorded.
 */
async function whisperToPresser(
  { slack, log }: AnswerDependencies,
  payload: Press,
  lines: readonly Line[],
): Promise<boolean> {
  const channel = payload.channel?.id ?? payload.container?.channel_id;
  if (!channel) {
    // The home tab is in no channel.
    const { trigger_id: trigger, view } = payload;
    return trigger && view?.type === 'home'
      ? tolerated(log, async () => {
          await slack.openForm(trigger, createNotice('Lapse', ...lines));
        })
      : false;
  }
  return tolerated(log, () => slack.whisper(channel, payload.user.id, createNote(...lines)));
}

/** The pressed card was out of date, and so may its copies be. */
async function correct(
  dependencies: AnswerDependencies,
  payload: Press,
  exception: Exception,
): Promise<void> {
  const channel = payload.channel?.id ?? payload.container?.channel_id;
  const ts = payload.message?.ts ?? payload.container?.message_ts;
  const known = exception.cards.some((card) => card.channel === channel && card.ts === ts);
  const cards = channel && ts && !known ? [...exception.cards, { channel, ts }] : exception.cards;
  await tolerated(dependencies.log, () => refresh(dependencies, { ...exception, cards }));
}

async function tolerated(log: AnswerDependencies['log'], work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
    log('note not delivered', { method: error.method });
    return false;
  }
}
