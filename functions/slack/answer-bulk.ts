/** One answer to several exceptions: each is admitted, decided and recorded by itself. */
import { createHash } from 'node:crypto';
import { refreshHome } from './answer-home.ts';
import { admitPerson, describeNotTheirs, describeStranger, makersUnread, turnAway } from './admission.ts';
import { bulkCommand, bulkFields, readBulk } from './bulk.ts';
import { clip } from './escape.ts';
import { areMakersKnown } from './makers.ts';
import { describeRefusal, findRefusal } from './refusal.ts';
import { createNotice, replaceForm, showFieldErrors } from './reply.ts';
import { findDeadline, nameOf } from './words.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { BulkAction, BulkFilled } from './bulk.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';
import type { QuestionRef, Submission } from './payloads.ts';
import type { Reply } from './reply.ts';

/** How many are worked on side by side: Slack waits three seconds for all of them. */
const atOnce = 5;

export async function answerBulk(
  dependencies: AnswerDependencies,
  action: BulkAction,
  payload: Submission,
  by: Answerer | undefined,
): Promise<Reply> {
  const { view } = payload;
  const filled = readBulk(action, view.state.values);
  if ('errors' in filled) return showFieldErrors(filled.errors);
  if (by === undefined) return showFieldErrors({ [bulkFields.which]: describeStranger(by) });
  const said = createHash('sha256').update(JSON.stringify(view.state.values)).digest('base64url');
  const outcomes: Line[] = [];
  for (let from = 0; from < filled.chosen.length; from += atOnce)
    outcomes.push(
      ...(await Promise.all(
        filled.chosen
          .slice(from, from + atOnce)
          .map((one) =>
            answerOne(
              dependencies,
              action,
              one,
              by,
              filled,
              `slack#${view.id}#${view.hash ?? ''}#${said}#${one.id}`,
            ),
          ),
      )),
    );
  await refreshHome(dependencies, payload, by);
  return replaceForm(createNotice('What became of each', ...outcomes));
}

async function answerOne(
  dependencies: AnswerDependencies,
  action: BulkAction,
  { id, version }: QuestionRef,
  by: Answerer,
  filled: BulkFilled,
  receipt: string,
): Promise<Line> {
  const { exceptions, policy, now } = dependencies;
  const admitted = await admitPerson(dependencies, id, by, receipt);
  if (admitted.type === 'unknown' || admitted.type === 'nothing') return [admitted.why];
  if (admitted.type === 'turned away') {
    const answer = action === 'approve_several' ? 'Approve' : action === 'renew_several' ? 'Renew' : 'Revoke';
    await turnAway(dependencies, admitted, 'form', { receipt, answer });
    return [describeNotTheirs(admitted.by)];
  }
  const { exception } = admitted;
  const name = nameOf(exception);
  if (version > exception.version) return [`${name}: the form names a version that it never had.`];
  if (action !== 'disable_several' && !(await areMakersKnown(dependencies, exception)))
    return [{ bold: 'Not done: ' }, `${clip(name, 60)}. ${makersUnread}`];
  const {
    outcome,
    events,
    exception: after = exception,
  } = await exceptions.execute({
    id,
    receipt,
    now,
    command: bulkCommand(action, exception, { by: admitted.by, seen: version }, filled, { policy, now }),
  });
  if (outcome === 'duplicate')
    return [{ bold: 'Sent twice: ' }, `${clip(name, 60)} was answered with this form before.`];
  const why = findRefusal(events);
  if (why) {
    const [line = []] = describeRefusal(why, after, [], policy, admitted.by);
    return [{ bold: 'Not done: ' }, `${clip(name, 60)}. `, ...line];
  }
  const deadline = findDeadline(after);
  return [
    { bold: 'Done: ' },
    clip(name, 60),
    ...(action === 'disable_several'
      ? [': being disabled.']
      : deadline === undefined
        ? ['.']
        : [': ends on ', { at: deadline }, ' unless somebody renews it.']),
  ];
}
