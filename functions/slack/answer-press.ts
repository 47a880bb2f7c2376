/** A button was pressed. Approve and Renew open a form; Disable now is an answer at once. */
import { refresh } from './ask.ts';
import { SlackRefusal, SlackUnreachable } from './failure.ts';
import { answerForms, form } from './form.ts';
import { approvable } from './words.ts';
import { answererOf, readSubject } from './payloads.ts';
import { overtaken, refusal, refusalIn } from './refusal.ts';
import { done, note, refused } from './reply.ts';
import type { Exception } from '#domain/exception.ts';
import type { AnswerDependencies } from './answer.ts';
import type { Line } from './lines.ts';
import type { Press } from './payloads.ts';
import type { Reply } from './reply.ts';

export async function press(dependencies: AnswerDependencies, payload: Press): Promise<Reply> {
  const { exceptions, slack, policy, now, log } = dependencies;
  const [action] = payload.actions;
  const which = answerForms.find((form) => form === action?.action_id);
  if (!action || (which === undefined && action.action_id !== 'disable'))
    return refused(400, 'Lapse has no such button.');
  const subject = readSubject(action.value);
  if (!subject) return refused(400, 'The button does not carry an exception and its version.');
  const by = answererOf(payload);
  if (!by) return refused(400, 'The press names neither organisation nor workspace.');
  const exception = await exceptions.load(subject.id);
  if (!exception) return refused(404, `There is no exception ${subject.id}.`);
  if (subject.version > exception.version)
    return refused(400, 'The button carries a version that its exception never had.');

  const open =
    which === 'approve' ? approvable(exception) : which === 'renew' ? exception.state === 'confirmed' : true;
  if (which !== undefined && (subject.version < exception.asOf || !open)) {
    await tell(dependencies, payload, overtaken(exception, policy));
    await correct(dependencies, payload, exception);
    return done;
  }
  if (which !== undefined) {
    if (!payload.trigger_id) return refused(400, 'The press has no trigger to open a form with.');
    try {
      await slack.openForm(payload.trigger_id, form(which, exception, policy, now));
    } catch (error) {
      if (!(error instanceof SlackRefusal) || !late.has(error.code)) throw error;
      log('form not opened', { exception: exception.id, code: error.code });
      await tell(dependencies, payload, [
        ['The form could not be opened in time. Please press the button again.'],
      ]);
    }
    return done;
  }

  const result = await exceptions.execute({
    id: exception.id,
    // The trigger is unique to the press: a request sent twice is one answer.
    receipt: `slack#${payload.trigger_id ?? `${action.action_ts ?? ''}#${by.slackTeam}#${by.slackUser}`}`,
    now,
    command: {
      type: exception.state === 'unconfirmed' ? 'Decline' : 'Revoke',
      by,
      seen: subject.version,
    },
  });
  const why = refusalIn(result.events);
  if (why && result.exception) {
    const lines =
      why === 'not-open' ? overtaken(result.exception, policy) : refusal(why, result.exception, policy, by);
    await tell(dependencies, payload, lines);
    if (why !== 'not-allowed') await correct(dependencies, payload, result.exception);
  }
  return done;
}

/** Slack's words for a trigger that is no longer good. */
const late = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id']);

/** Only to who pressed. The answer is recorded by now: a note that fails must not look like an answer that failed. */
async function tell(
  { slack, log }: AnswerDependencies,
  payload: Press,
  lines: readonly Line[],
): Promise<void> {
  const channel = payload.channel?.id ?? payload.container?.channel_id;
  if (!channel) return;
  await tolerated(log, () => slack.whisper(channel, payload.user.id, note(...lines)));
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

async function tolerated(log: AnswerDependencies['log'], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
    log('note not delivered', { method: error.method });
  }
}
