/** The home tab opens, or something was chosen on it: it is made again, for that person, as things are now. */
import { isApprover, isMember } from '#policy/authority.ts';
import { describeProgress } from '#lifecycle/import-progress.ts';
import { tenantName } from '#policy/policy.ts';
import { describeStranger } from './admission.ts';
import { createBulkForm, mayAnswerTogether } from './bulk.ts';
import { clip } from './escape.ts';
import { createParagraph } from './lines.ts';
import { SlackRefusal, SlackUnreachable } from './failure.ts';
import { findPage } from './find.ts';
import {
  choose,
  createClosedHome,
  createHome,
  firstShown,
  homeBehind,
  pageSize,
  readShown,
  toQuery,
  withHome,
} from './home.ts';
import { describeStops, findStopped } from './stopped.ts';
import { done } from './reply.ts';
import { describeSwitches } from './switch.ts';
import type { KnownBlock } from '@slack/types';
import type { Answerer } from '#lifecycle/commands.ts';
import type { BulkAction } from './bulk.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Shown } from './home.ts';
import type { Press, Submission } from './payloads.ts';
import type { Reply } from './reply.ts';

export async function openHome(
  dependencies: AnswerDependencies,
  user: string,
  by: Answerer | undefined,
  shown?: Shown,
): Promise<Reply> {
  const { slack, log, policy, now } = dependencies;
  if (!by || !isMember(by)) log('look refused', { at: 'home', standing: by?.standing ?? 'unknown' });
  try {
    if (by && isMember(by)) {
      const [{ page, shown: of }, stopped] = await Promise.all([
        shown ? look(dependencies, by, shown) : lookFirst(dependencies, by),
        isApprover(by, policy) ? describeStopped(dependencies) : [],
      ]);
      await slack.publishHome(user, createHome(page, of, { by, policy, now }, stopped));
    } else await slack.publishHome(user, createClosedHome(describeStranger(by)));
  } catch (error) {
    // Slack would send the event again and refuse again.
    if (!(error instanceof SlackRefusal)) throw error;
    log('home tab not published', { code: error.code });
  }
  return done;
}

const look = async (dependencies: AnswerDependencies, by: Answerer, shown: Shown) => ({
  shown,
  page: await findPage(dependencies, by, toQuery(shown), { page: shown.page, size: pageSize }),
});

/** What waits for them, else what is theirs. */
async function lookFirst(dependencies: AnswerDependencies, by: Answerer) {
  const waiting = await look(dependencies, by, firstShown);
  const { page } = waiting;
  return page.found.length > 0 || page.unreadable > 0 || page.cut
    ? waiting
    : look(dependencies, by, { ...firstShown, scope: 'mine' });
}

/** Tenants in which a breaker waits for an approver, or enforcement is stopped, and how far imports are. */
async function describeStopped(dependencies: AnswerDependencies): Promise<readonly KnownBlock[]> {
  const [stops, switches, imports] = await Promise.all([
    findStopped(dependencies),
    describeSwitches(dependencies),
    dependencies.progress(),
  ]);
  const underWay = Object.entries(imports).map(([tenant, progress]) =>
    createParagraph([
      { bold: 'From before Lapse: ' },
      `${describeProgress(progress)} in ${clip(tenantName(dependencies.policy, tenant), 80)}.`,
    ]),
  );
  return [
    ...switches.slice(0, mostStopped).map((line) => createParagraph(line)),
    ...(await describeStops(dependencies, stops)),
    ...underWay.slice(0, mostStopped),
  ];
}

const mostStopped = 5;

/** `undefined` if it is none of the tab's own controls. */
export async function answerHomeChoice(
  dependencies: AnswerDependencies,
  { view, user, actions: [action] }: Press,
  by: Answerer | undefined,
): Promise<Reply | undefined> {
  if (view?.type !== 'home' || !action) return undefined;
  const value = action.selected_option?.value ?? action.value ?? undefined;
  const shown = choose(readShown(view.private_metadata), { action: action.action_id, value });
  return shown && openHome(dependencies, user.id, by, shown);
}

/** A row of the tab was pressed, or a form that was opened there was sent: the tab shows what is so now. */
export async function refreshHome(
  dependencies: AnswerDependencies,
  { view, user }: Press | Submission,
  by: Answerer,
): Promise<void> {
  const shown =
    view && 'type' in view && view.type === 'home'
      ? readShown(view.private_metadata)
      : homeBehind(view?.private_metadata ?? '');
  if (!shown) return;
  // A failure must not look like one of the answer.
  try {
    await openHome(dependencies, user.id, by, shown);
  } catch (error) {
    if (!(error instanceof SlackUnreachable)) throw error;
    dependencies.log('home tab not published', { method: error.method });
  }
}

/** The form that answers several of what the tab shows. */
export async function openTogether(
  dependencies: AnswerDependencies,
  action: BulkAction,
  { view, trigger_id: trigger }: Press,
  by: Answerer,
): Promise<Reply> {
  if (!trigger) return done;
  const shown = readShown(view?.private_metadata);
  const { page } = await look(dependencies, by, shown);
  const { policy, now, slack } = dependencies;
  const listed = page.found.filter((one) => mayAnswerTogether(action, one, { by, policy, now }));
  // Somebody else was quicker: the tab shows what is left.
  if (listed.length === 0) return openHome(dependencies, by.slackUser, by, shown);
  await slack.openForm(trigger, withHome(createBulkForm(action, listed, policy), shown));
  return done;
}
