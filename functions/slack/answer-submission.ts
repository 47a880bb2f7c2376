/**
 * A form was sent. Reason, expiry and review interval are checked here to help the person; the lifecycle checks them
 * for good.
 */
import { createHash } from 'node:crypto';
import { checkCadence, checkTerm, expiryOf, lastDateOf } from '#policy/forms.ts';
import { duration, parseDuration } from '#time/instant.ts';
import { admitPerson, describeNotTheirs, makersUnread, turnAway } from './admission.ts';
import { answerBulk } from './answer-bulk.ts';
import { refreshHome } from './answer-home.ts';
import { answerGoingLive, goingLiveForm } from './going-live.ts';
import { isBulkAction } from './bulk.ts';
import { readHistory, readWhatCanBeRead } from './exceptions.ts';
import { besideMenuField, readMenuForm } from './answer-menu.ts';
import { answerForms, fields, longestReason, type AnswerForm } from './form.ts';
import { answerBy, menuForms, type MenuForm } from './menu-forms.ts';
import { areMakersKnown } from './makers.ts';
import { readSubject } from './payloads.ts';
import { answerRelease } from './release.ts';
import { releaseForm } from './release-form.ts';
import { besideField, describeOvertaken, findRefusal } from './refusal.ts';
import { createNotice, done, showFieldErrors, replaceForm, refuse } from './reply.ts';
import type { Answerer, Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Submission } from './payloads.ts';
import type { Reply } from './reply.ts';

export async function answerSubmission(
  dependencies: AnswerDependencies,
  payload: Submission,
  by: Answerer | undefined,
): Promise<Reply> {
  const { exceptions, policy, now } = dependencies;
  const { view } = payload;
  if (view.callback_id === releaseForm) return answerRelease(dependencies, payload, by);
  if (view.callback_id === goingLiveForm) return answerGoingLive(dependencies, payload, by);
  if (isBulkAction(view.callback_id)) return answerBulk(dependencies, view.callback_id, payload, by);
  const which = [...answerForms, ...menuForms].find((form) => form === view.callback_id);
  if (!which) return refuse(400, 'Lapse has no such form.');
  const subject = readSubject(view.private_metadata);
  if (!subject) return refuse(400, 'The form does not name an exception and its version.');

  const type = isMenuForm(which) ? answerBy[which] : which === 'approve' ? 'Approve' : 'Renew';
  // The same form may be sent again with other values, after an error: those are another answer.
  const values = [by?.slackTeam, by?.slackUser, view.state.values];
  const receipt = `slack#${view.id}#${view.hash ?? ''}#${createHash('sha256').update(JSON.stringify(values)).digest('base64url')}`;
  const admitted = await admitPerson(dependencies, subject.id, by, receipt);
  // The form stays open with everything that was typed: the message is shown at its first field.
  if (admitted.type === 'unknown' || admitted.type === 'nothing')
    return showFieldErrors({ [fields.reason]: admitted.why });
  if (admitted.type === 'turned away') {
    await turnAway(dependencies, admitted, 'form', { receipt, answer: type });
    return showFieldErrors({ [fields.reason]: describeNotTheirs(admitted.by) });
  }
  const { exception } = admitted;
  if (subject.version > exception.version)
    return refuse(400, 'The form names a version that its exception never had.');

  const asked = isMenuForm(which)
    ? await readMenuForm(dependencies, which, view.state.values, exception, {
        by: admitted.by,
        seen: subject.version,
      })
    : readAnswer(which, view.state.values, exception, policy, now, {
        by: admitted.by,
        seen: subject.version,
      });
  if ('errors' in asked) return showFieldErrors(asked.errors);

  const needsMakers = type !== 'Reassign' && type !== 'AskForHelp';
  if (needsMakers && !(await areMakersKnown(dependencies, exception)))
    return showFieldErrors({ [fields.reason]: makersUnread });
  const result = await exceptions.execute({ id: exception.id, receipt, now, command: asked.command });
  const after = result.exception ?? exception;
  const why = findRefusal(
    result.outcome === 'duplicate' ? await earlier(dependencies, exception.id, admitted.by) : result.events,
  );
  if (!why) {
    await refreshHome(dependencies, payload, admitted.by);
    return done;
  }
  if (isMenuForm(which)) {
    const beside = besideMenuField(which, why, after, policy, admitted.by);
    if (beside) return showFieldErrors(beside);
  }
  // About the person: shown at the first field, because the form stays open.
  const barring = besideField(why, after, policy, admitted.by);
  if (barring !== undefined) return showFieldErrors({ [fields.reason]: barring });
  if (why === 'bad-term')
    return showFieldErrors({
      [fields.expiry]: `Policy does not allow that term. Choose ${lastDateOf(after, now, policy)} or earlier.`,
    });
  // In an error beside a field, a mention is not shown as a name.
  const history = await readWhatCanBeRead(exceptions, exception.id);
  return replaceForm(createNotice('No longer needed', ...describeOvertaken(after, history, policy)));
}

const isMenuForm = (which: AnswerForm | MenuForm): which is MenuForm =>
  menuForms.some((form) => form === which);

function readAnswer(
  which: AnswerForm,
  values: Submission['view']['state']['values'],
  exception: Exception,
  policy: Policy,
  now: Instant,
  from: { readonly by: Answerer; readonly seen: number },
): { readonly command: Command } | { readonly errors: Readonly<Record<string, string>> } {
  const filled = readFields(values, exception, policy, now);
  return 'errors' in filled
    ? filled
    : { command: { type: which === 'approve' ? 'Approve' : 'Renew', ...from, ...filled } };
}

interface Filled {
  readonly reason: string;
  readonly expiresAt: Instant;
  readonly reviewEvery: Duration;
}

function readFields(
  values: Submission['view']['state']['values'],
  exception: Exception,
  policy: Policy,
  now: Instant,
): Filled | { readonly errors: Readonly<Record<string, string>> } {
  const field = (name: string) => values[name]?.[name];
  const reason = (field(fields.reason)?.value ?? '').trim();
  const date = field(fields.expiry)?.selected_date;
  const cadence = field(fields.cadence)?.selected_option?.value ?? '';
  const expiresAt = date ? expiryOf(date, policy.timeZone) : undefined;
  const reviewEvery = parseDuration(cadence) === undefined ? undefined : duration(cadence);

  const wrong: Readonly<Record<string, string | undefined>> = {
    [fields.reason]:
      reason === ''
        ? 'Please say why it must stay.'
        : reason.length > longestReason
          ? `Please use at most ${longestReason} characters.`
          : undefined,
    [fields.expiry]: expiresAt
      ? checkTerm(exception, expiresAt, now, policy)
      : `Please choose a date, ${lastDateOf(exception, now, policy)} at the latest.`,
    [fields.cadence]: reviewEvery
      ? checkCadence(exception, reviewEvery, policy)
      : 'Please choose how often to review it.',
  };
  const errors = Object.fromEntries(
    Object.entries(wrong).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return expiresAt && reviewEvery && Object.keys(errors).length === 0
    ? { reason, expiresAt, reviewEvery }
    : { errors };
}

/** What became of a form that was sent twice unchanged: the newest thing this person did. */
async function earlier(
  { exceptions }: AnswerDependencies,
  id: string,
  by: Answerer,
): Promise<readonly Event[]> {
  const history = await readHistory(exceptions, id);
  const own = history.findLast(
    ({ actor }) =>
      'slackUser' in actor && actor.slackUser === by.slackUser && actor.slackTeam === by.slackTeam,
  );
  return own ? [own] : [];
}
