/** Where a breaker has stopped something, and letting it go: an approver looks, picks, and is on record with it. */
import { createHash } from 'node:crypto';
import { pickedOf, releaseBreaker, releaseSome, type Breaker } from '#lifecycle/breaker.ts';
import { causeOfLapse } from '#lifecycle/lapsing.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { isApprover, isMember, mightBeApprover } from '#policy/authority.ts';
import { tenantName } from '#policy/policy.ts';
import { describeStranger, groupUnread } from './admission.ts';
import { refreshHome } from './answer-home.ts';
import { clip } from './escape.ts';
import { readFirstPage, readWhatCanBeRead } from './exceptions.ts';
import { describeApprovers, findRefusal } from './refusal.ts';
import {
  createPolicyReleaseForm,
  createReleaseForm,
  firstField,
  readStop,
  readTicked,
  type StopPlace,
  type Stopped,
} from './release-form.ts';
import { createNotice, refuse, replaceForm, showFieldErrors } from './reply.ts';
import { findStopped } from './stopped.ts';
import { findWaiting } from './waiting.ts';
import { nameOf } from './words.ts';
import type { ModalView } from '@slack/types';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Exceptions } from './exceptions.ts';
import type { Line } from './lines.ts';
import type { Submission } from './payloads.ts';
import type { Reply } from './reply.ts';

/** What somebody may look at and release; `refused` if they may not, with the attempt on record. */
export async function findReleasable(
  dependencies: AnswerDependencies,
  by: Answerer | undefined,
  receipt: string,
  wanted?: StopPlace,
): Promise<readonly Stopped[] | { readonly refused: readonly Line[] }> {
  if (!by) return { refused: [[describeStranger(by)]] };
  if (mightBeApprover(by, dependencies.policy)) return { refused: [[groupUnread]] };
  const stops = (await findStopped(dependencies)).filter(
    ({ tenant, of }) => wanted === undefined || (tenant === wanted.tenant && of === wanted.of),
  );
  if (isApprover(by, dependencies.policy)) return stops;
  const { policy, exceptions, now, log } = dependencies;
  for (const stop of stops) {
    const on = await findRecordOf(exceptions, stop);
    const command = { type: 'TurnAway', by, answer: 'ReleaseBreaker' } as const;
    if (on)
      await exceptions.execute({ id: on.id, receipt: `${receipt}#${stop.tenant}#${stop.of}`, now, command });
  }
  log('release refused', { standing: by.standing });
  // They may not know whether anything is held back.
  return {
    refused: isMember(by)
      ? [['Only approvers may do that. Attempts are recorded.'], describeApprovers(policy.approvers)]
      : [[describeStranger(by)]],
  };
}

export async function createFormOf(dependencies: AnswerDependencies, stopped: Stopped): Promise<ModalView> {
  const { exceptions } = dependencies;
  if (stopped.of === 'lapses') {
    const waiting = await findWaiting(dependencies, stopped.tenant);
    const picked = pickedOf(stopped.breaker, dependencies.now);
    return createReleaseForm(
      stopped,
      { ...waiting, found: waiting.found.filter(({ id }) => !picked.has(id)) },
      dependencies,
    );
  }
  const history = await readWhatCanBeRead(exceptions, stopped.tripped.on);
  const stop = history.findLast(
    (event) => event.type === 'BreakerTripped' && event.policy === stopped.tripped.policy,
  );
  return createPolicyReleaseForm(
    stopped,
    stop?.type === 'BreakerTripped' ? (stop.soonest ?? []) : [],
    dependencies,
  );
}

/** The form comes back. What it shows may be out of date by now: only what still waits is released. */
export async function answerRelease(
  dependencies: AnswerDependencies,
  payload: Submission,
  by: Answerer | undefined,
): Promise<Reply> {
  const { view } = payload;
  const { values } = view.state;
  const ref = readStop(view.private_metadata);
  if (!ref) return refuse(400, 'The form does not name what is held back.');
  const said = createHash('sha256').update(JSON.stringify(values)).digest('base64url');
  const receipt = `slack#${view.id}#${view.hash ?? ''}#${said}`;
  const found = await findReleasable(dependencies, by, receipt, ref);
  if ('refused' in found || !by) return sayNo(values, 'refused' in found ? found.refused : []);
  const [stopped] = found;
  if (stopped?.tripped.at !== ref.at) return replaceForm(createNotice('Out of date', overtaken));
  const ticked = readTicked(values);
  const first = firstField(values);
  if (first !== undefined && ticked.length === 0)
    return showFieldErrors({
      [first]: 'Please tick at least one, or close this form: then all stay held back.',
    });
  const lines =
    ref.of === 'lapses'
      ? await releaseTicked(dependencies, stopped, by, { receipt, ticked })
      : await releasePolicy(dependencies, stopped, by, receipt);
  await refreshHome(dependencies, payload, by);
  return replaceForm(createNotice('Review and release', ...lines));
}

const overtaken: Line = [
  'What is held back has changed since this form was opened: somebody else may have released it. Nothing was released by this form. Please open it again: /lapse release',
];

const notReleased: Line = ['You may not release that. Your attempt is in the trail.'];

function sayNo(values: Submission['view']['state']['values'], lines: readonly Line[]): Reply {
  const first = firstField(values);
  const text = lines[0]?.find((piece) => typeof piece === 'string') ?? '';
  return first === undefined
    ? replaceForm(createNotice('Not released', ...lines))
    : showFieldErrors({ [first]: text });
}

async function releaseTicked(
  dependencies: AnswerDependencies,
  stopped: Stopped,
  by: Answerer,
  { receipt, ticked }: { readonly receipt: string; readonly ticked: readonly string[] },
): Promise<readonly Line[]> {
  const { exceptions, policy, now } = dependencies;
  const { tenant } = stopped;
  const states = ticked.length === 0 ? [] : await exceptions.states(ticked);
  const chosen = states.flatMap((one) =>
    one && !(one instanceof UnreadableState) && one.tenant === tenant ? one : [],
  );
  const still = chosen.filter((one) => causeOfLapse(one, { now, policy }) !== undefined);
  const gone = chosen.filter((one) => !still.includes(one));
  const notes = gone.map((one): Line => [
    `“${nameOf(one)}” does not lapse any more, so there was nothing to release.`,
  ]);
  if (ticked.length > 0 && still.length === 0) return [...notes, ['Nothing was released.']];
  const waiting = await findWaiting(dependencies, tenant);
  const passing = new Set([...still.map(({ id }) => id), ...pickedOf(stopped.breaker, now)]);
  const left = waiting.found.filter(({ id }) => !passing.has(id)).length + (waiting.cut ? 1 : 0);
  const picked = still.map((one) => ({ id: one.id, name: nameOf(one) }));
  const isOnRecord = await record(dependencies, stopped, by, receipt, { picked, left });
  if (!isOnRecord) return [notReleased];
  const ids = picked.map(({ id }) => id);
  const done = await save(dependencies, stopped, (breaker) =>
    releaseSome(breaker, { by: by.slackUser, ids, left }, now, policy),
  );
  if (!done) return [overtaken];
  return [
    ...still.map((one): Line => ['Released: ', { bold: nameOf(one) }, '.']),
    still.length > 0
      ? ['The next sweep lets them lapse, and Lapse switches them off.']
      : [`The stop in ${clip(tenantName(policy, tenant), 80)} is lifted.`],
    ...notes,
    ...(left > 0 ? [[`Still held back: ${left}. To see them again: /lapse release`]] : []),
  ];
}

async function releasePolicy(
  dependencies: AnswerDependencies,
  stopped: Stopped,
  by: Answerer,
  receipt: string,
): Promise<readonly Line[]> {
  const { policy, now } = dependencies;
  const { tenant, tripped } = stopped;
  const named = tripped.policy === undefined ? {} : { policy: tripped.policy };
  if (!(await record(dependencies, stopped, by, receipt, named))) return [notReleased];
  const done = await save(dependencies, stopped, (breaker) =>
    releaseBreaker(breaker, by.slackUser, now, policy),
  );
  return [
    done
      ? [
          `Released: ${tripped.waiting} deadlines of ${clip(tenantName(policy, tenant), 80)} will be brought forward at the next sweep, and their owners told.`,
        ]
      : overtaken,
  ];
}

/** First into the trail, so that nothing is released that is on nobody's record. Whether they may, is decided there. */
async function record(
  { exceptions, now }: AnswerDependencies,
  stopped: Stopped,
  by: Answerer,
  receipt: string,
  what: {
    readonly policy?: string;
    readonly picked?: readonly { readonly id: string; readonly name: string }[];
    readonly left?: number;
  },
): Promise<boolean> {
  const on = await findRecordOf(exceptions, stopped);
  if (!on) return false;
  const { events } = await exceptions.execute({
    id: on.id,
    receipt: `${receipt}#${stopped.tenant}#${stopped.of}`,
    now,
    command: { type: 'ReleaseBreaker', by, ...what },
  });
  return findRefusal(events) === undefined;
}

const mostTries = 5;

/** Another approver may be releasing others of the same stop: both count. */
async function save(
  { breakers }: AnswerDependencies,
  { tenant, of, tripped }: Stopped,
  change: (breaker: Breaker) => Breaker,
): Promise<boolean> {
  for (let tries = mostTries; tries > 0; tries -= 1) {
    const { breaker, revision } = await breakers.load(tenant, of);
    if (breaker.tripped?.at !== tripped.at) return false;
    if (await breakers.save(tenant, of, change(breaker), revision)) return true;
  }
  return false;
}

/** The exception whose trail records the stop; if that has become unreadable, any other of the tenant will do. */
async function findRecordOf(
  exceptions: Exceptions,
  { tenant, tripped }: Stopped,
): Promise<Exception | undefined> {
  const [one] = await exceptions.states([tripped.on]);
  if (one && !(one instanceof UnreadableState)) return one;
  const { found } = await readFirstPage(exceptions, exceptions.rows({ tenant }), () => true, 1);
  return found[0];
}
