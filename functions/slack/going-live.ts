/** Going live in a tenant, and back to observing: an approver sees first what would lapse, and then decides. */
import * as z from 'zod';
import { kinds, kindOf, type Kind } from '#kinds/registry.ts';
import { previewChange, type GoingLive, type Lapsing } from '#lifecycle/going-live.ts';
import { isApprover, mightBeApprover } from '#policy/authority.ts';
import { follow, type Enforcement, type Order } from '#policy/enforcement-mode.ts';
import { tenantName, type Policy } from '#policy/policy.ts';
import { risks } from '#risk/finding.ts';
import { tryParseJson } from '#values/json.ts';
import { groupUnread } from './admission.ts';
import { clip } from './escape.ts';
import { readFirstPage } from './exceptions.ts';
import { createBullets, createParagraph, toPlainText } from './lines.ts';
import { createNote, createNotice, createWhisper, refuse, replaceForm, type Reply } from './reply.ts';
import { example, tenantIn } from './switch.ts';
import { turnAwayFromSwitch } from './turned-away.ts';
import type { ModalView } from '@slack/types';
import type { Answerer } from '#lifecycle/commands.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';
import type { Submission } from './payloads.ts';

export const goingLiveForm = 'going_live';

const wishSchema = z.object({
  verb: z.enum(['live', 'observe']),
  tenant: z.string().min(1).max(255),
  /** All of them without. */
  kinds: z.array(z.enum(kinds)).min(1).optional(),
});
type Wish = Readonly<Omit<z.output<typeof wishSchema>, 'kinds'>> & {
  readonly kinds?: readonly Kind[] | undefined;
};

const types = { live: 'on', observe: 'off' } as const;
const orderOf = ({ verb, kinds: which = kinds }: Wish): Order & { readonly type: 'on' | 'off' } => ({
  type: types[verb],
  kinds: which,
});

/** More are not looked at for one request: Slack waits three seconds. */
const mostLooked = 2000;
/** By name; the command line lists all. */
const mostNamed = 10;

/** `words`: the tenant by its name or id, then kinds. */
export async function askGoingLive(
  dependencies: AnswerDependencies,
  by: Answerer,
  verb: Wish['verb'],
  { words, open }: { readonly words: readonly string[]; readonly open: (form: ModalView) => Promise<Reply> },
): Promise<Reply> {
  const { policy } = dependencies;
  const named = tenantIn(words, policy);
  const barred = await findBar(dependencies, by, verb, named?.tenant);
  if (barred) return whisper(...barred);
  if (!named) return whisper([`Please say which tenant: /lapse ${verb} ${example(policy)}`]);
  const { tenant, rest } = named;
  const which = kinds.filter((kind) => rest.includes(kind));
  const unknown = rest.find((word) => !kinds.some((kind) => kind === word));
  if (unknown !== undefined)
    return whisper([`There is no kind “${clip(unknown, 60)}”. Kinds are: ${kinds.join(', ')}.`]);
  const wish: Wish = { verb, tenant, ...(which.length > 0 && { kinds: which }) };
  const preview = await look(dependencies, wish, by);
  return preview ? open(createForm(wish, preview, policy)) : whisper(nothingToDo(wish, policy));
}

const whisper = (...lines: readonly Line[]): Reply => createWhisper(createNote(...lines));

/** Why they may not; `undefined` if they may. */
async function findBar(
  dependencies: AnswerDependencies,
  by: Answerer,
  verb: Wish['verb'],
  tenant: string | undefined,
): Promise<readonly Line[] | undefined> {
  const { policy } = dependencies;
  if (mightBeApprover(by, policy)) return [[groupUnread]];
  return isApprover(by, policy) ? undefined : turnAwayFromSwitch(dependencies, by, verb, tenant);
}

interface Preview extends GoingLive {
  readonly after: Enforcement;
  /** Not all could be looked at. */
  readonly cut: boolean;
}

/** `undefined` where nothing would change. */
async function look(
  { enforcements, exceptions, policy, now, usual }: AnswerDependencies,
  wish: Wish,
  { slackUser }: Answerer,
): Promise<Preview | undefined> {
  const { tenant } = wish;
  const before = (await enforcements.read()).get(tenant) ?? {};
  const order = orderOf(wish);
  const after = follow(before, order, { at: now, by: `Slack user ${slackUser}` }, usual);
  if (after === before) return undefined;
  const rows = exceptions.rows({ tenant });
  const { found, cut, unreadable } = await readFirstPage(
    exceptions,
    rows,
    () => true,
    mostLooked,
    mostLooked,
  );
  const change = { tenant, type: order.type, before, after, usual };
  return { ...previewChange(found, change, policy, now), after, cut: cut || unreadable > 0 };
}

const nothingToDo = ({ tenant }: Wish, policy: Policy): Line => [
  `Nothing to do: ${nameIn(tenant, policy)} is live in all of that.`,
];

const nameIn = (tenant: string, policy: Policy): string => clip(tenantName(policy, tenant), 80);

const scopeOf = ({ kinds: which }: Wish): string =>
  which ? which.map((kind: Kind) => kindOf(kind).name).join(', ') : 'all kinds';

function createForm(wish: Wish, preview: Preview, policy: Policy): ModalView {
  const heading: Line = [{ bold: `${nameIn(wish.tenant, policy)}, ${scopeOf(wish)}: ` }, heads[wish.verb]];
  return {
    type: 'modal',
    callback_id: goingLiveForm,
    private_metadata: JSON.stringify(wish),
    title: toPlainText(labels[wish.verb], 24),
    submit: toPlainText(labels[wish.verb], 24),
    close: toPlainText('Cancel', 24),
    blocks: [
      createParagraph(heading),
      ...(wish.verb === 'observe'
        ? []
        : [
            ...(preview.soon.length === 0 ? [] : [createBullets(...listed(preview))]),
            createParagraph(...described(preview)),
          ]),
    ],
  };
}

const labels = { live: 'Go live', observe: 'Observe only' } as const;

const heads = {
  live: 'from now on, what lapses there would be disabled. Every deadline starts afresh with full notice, and each owner is told.',
  observe:
    'Lapse would disable nothing there any more, not even what was on its way, and would say what it would have disabled.',
} as const;

function listed({ soon }: Preview): [string, readonly Line[]] {
  const worst = soon
    .toSorted((a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk) || (a.deadline < b.deadline ? -1 : 1))
    .slice(0, mostNamed);
  const more = soon.length - worst.length;
  return [
    `${soon.length} would lapse within 30 days if nobody answered`,
    [...worst.map(describe), ...(more > 0 ? [[`… and ${more} more`]] : [])],
  ];
}

const describe = ({ risk, kind, name, owner, deadline }: Lapsing): Line => [
  { bold: `${risk.toUpperCase()} · ${clip(name, 60)}` },
  ` · ${kindOf(kind).name} · owner: ${clip(owner, 80)} · not before `,
  { at: deadline },
];

const described = ({ soon, later, never, underWay, after, cut }: Preview): readonly Line[] => [
  ...(soon.length === 0 ? [['Nothing would lapse within 30 days.']] : []),
  [`${later} end later, or are on hold. ${never} never lapse: they protect, or policy only alerts people.`],
  ...underWay
    .slice(0, mostNamed)
    .map(({ name }): Line => [`At once: “${clip(name, 60)}” was to be disabled before.`]),
  ...(underWay.length > mostNamed
    ? [[`At once: ${underWay.length - mostNamed} more that were to be disabled before.`]]
    : []),
  ...(after.stopped ? [['Enforcement is stopped there: until it is resumed, nothing lapses.']] : []),
  ...(cut ? [['Not all could be looked at, so there may be more: lapse enforce on shows all of them.']] : []),
];

/** The form comes back. What was live meanwhile stays as it is. */
export async function answerGoingLive(
  dependencies: AnswerDependencies,
  { view }: Submission,
  by: Answerer | undefined,
): Promise<Reply> {
  const { enforcements, policy, now, usual, log } = dependencies;
  const wish = wishSchema.safeParse(tryParseJson(view.private_metadata)).data;
  if (!wish || !by) return refuse(400, 'The form does not name a tenant.');
  const { tenant, verb } = wish;
  const title = labels[verb];
  const barred = await findBar(dependencies, by, verb, tenant);
  if (barred) return replaceForm(createNotice(title, ...barred));
  const decision = { at: now, by: `Slack user ${by.slackUser}` };
  const { before, after } = await enforcements.change(tenant, (one) =>
    follow(one, orderOf(wish), decision, usual),
  );
  if (after === before) return replaceForm(createNotice(title, nothingToDo(wish, policy)));
  log(`enforcement: ${verb}`, { tenant });
  return replaceForm(createNotice(title, [`${nameIn(tenant, policy)}, ${scopeOf(wish)}: ${told[verb]}`]));
}

const told = {
  live: 'live from now on. The next sweep starts the deadlines afresh and tells the owners.',
  observe: 'Lapse only observes from now on. Cards and lists say what would have been disabled.',
} as const;
