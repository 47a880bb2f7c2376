/** Lapse's side of Slack on an in-memory register, and the stand-in workspace, joined over real HTTP. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { startSlackWorkspace } from '#lib/standin/slack/slack-workspace.ts';
import { buttonsOf, entriesOf, read } from '#lib/standin/slack/shapes.ts';
import { duration, instant, plus, toMillis } from '#time/instant.ts';
import { createBreakers } from '#register/breaker.ts';
import { createEnforcements } from '#register/enforcement.ts';
import { noteRefused } from '#register/refused.ts';
import { createGatherings } from '#register/gatherings.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { withDamaged, withUnreadable } from '#test/register/unreadable.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { answerSlack } from '#slack/answer.ts';
import { askOwner } from '#slack/ask.ts';
import { createSlack } from '#slack/client.ts';
import { withOwnFound } from '#slack/find-own.ts';
import { sendDigest } from '#slack/send-digest.ts';
import { resolveGroups, type GroupMemory } from '#slack/groups.ts';
import { identifyPerson, type Claim, type PeopleMemory } from '#slack/who.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy, RiskClass } from '#policy/policy.ts';
import type { PostedMessage } from '#lib/standin/slack/slack-workspace.ts';
import type { Organisation } from '#lib/standin/slack/shapes.ts';
import type { Happened } from '#slack/ask.ts';

export const noon = instant('2026-11-02T12:00:00Z');
export const id = 'ex-aaaaaaaaaaaaaaaa';
export const approver = 'U0SECURITY';
/** A member whom nobody has asked for anything. */
export const mallory = 'U0MALLORY';

const riskClass: RiskClass = {
  confirmWithin: duration('P3D'),
  confirmAgainWithin: duration('P1D'),
  longestTerm: duration('P90D'),
  reviewEvery: duration('P30D'),
  remindBefore: [duration('P1D')],
  leastNotice: duration('PT12H'),
  onSilence: 'disable',
  restoreFor: duration('P1D'),
  renewalsBeforeSecondApprover: 3,
  hours: 'any',
};
/** Without four eyes, so that one person is enough for a test; those with four eyes set it. */
export const policy: Policy = {
  approvers: [approver],
  fallbackChannel: 'C0SECURITY',
  channels: [],
  fourEyes: [],
  owners: [],
  people: [],
  tenants: [],
  timeZone: 'Europe/Berlin',
  workingHours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', holidays: [] },
  mailboxes: { keptFor: duration('P90D'), asExceptions: false },
  usage: { keptFor: duration('P120D') },
  graceOnImport: duration('P14D'),
  importPerDay: 20,
  undoWithin: duration('PT30M'),
  digest: { above: 1000, within: duration('PT1H'), daily: [] },
  breaker: { most: 20, share: 25, least: 5, within: duration('PT1H') },
  nativeExpiry: false,
  evidence: {},
  everyone: {},
  kinds: {},
  disableRetry: { first: duration('PT1M'), longest: duration('PT1H'), reportWithin: duration('PT15M') },
  risk: { low: riskClass, medium: riskClass, high: riskClass, critical: riskClass },
};

/** A rule that lets all mail of one domain past the spam filter. */
export const observation: Observation = {
  record: 'record-1',
  operation: 'New-TransportRule',
  change: 'create',
  tenant: 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1',
  kind: 'transport-rule',
  name: 'Partner newsletter',
  guid: '0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d11',
  settings: { Name: 'Partner newsletter', SetSCL: -1, SenderDomainIs: ['partner.example'] },
  complete: true,
  passed: ['Name', 'SetSCL', 'SenderDomainIs'],
  enabled: true,
  changedBy: { type: 'person', id: 'alex@contoso.example' },
  changedAt: instant('2026-11-02T10:55:00Z'),
};

/** A card with a button that Lapse did not put there. */
export const forge = (card: PostedMessage, action: string, version: number): PostedMessage => ({
  ...card,
  blocks: [
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: action,
          text: { type: 'plain_text', text: action },
          value: JSON.stringify({ id, version }),
        },
      ],
    },
  ],
});

const answering: ReadonlySet<string> = new Set(['approve', 'renew', 'disable']);

export type Office = Awaited<ReturnType<typeof openOffice>>;

/** Milliseconds in which Slack answers here, however busy the machine is. */
const patience = 600_000;

/** `whoTimeout`: milliseconds for asking Slack who somebody is. */
export async function openOffice(
  rules: Policy = policy,
  {
    organisation,
    strict,
    whoTimeout = patience,
    // However busy the machine is: by default, a form waits until Slack has said who pressed.
    headStart = () => new Promise(() => undefined),
  }: {
    organisation?: Organisation;
    strict?: { readonly channels: readonly string[] };
    whoTimeout?: number;
    headStart?: () => Promise<unknown>;
  } = {},
) {
  let now = noon;
  let receipts = 0;
  const delivered = new Map<string, number>();
  const logged: string[] = [];
  const unreadable: string[] = [];
  const damaged: number[] = [];
  let isStale = false;
  const register = createInMemoryRegister();
  const breakers = createBreakers(createInMemoryVersionedValues());
  const enforcements = createEnforcements(createInMemoryVersionedValues());
  const refused = createInMemoryVersionedValues();
  const gatherings = createGatherings(createInMemoryVersionedValues());
  const digests: { to: string; at: Instant }[] = [];
  const called: string[] = [];
  let remaining = 60_000;
  let swallowed = 0;
  let reaches: (body: string) => boolean = () => true;
  const people: PeopleMemory = new Map();
  const groups: GroupMemory = new Map();
  const workspace = await startSlackWorkspace({
    members: [approver, mallory],
    ...(organisation ? { organisation } : {}),
    ...(strict ? { strict } : {}),
    now: () => new Date(now),
  });
  const seeded = new Set(workspace.users().map((one) => one.id));
  const slackWithin = (timeout: number) =>
    createSlack({
      token: workspace.botToken,
      url: workspace.url,
      timeout,
      fetch: (url, init) => {
        called.push(String(url).slice(workspace.url.length));
        const body = typeof init?.body === 'string' ? init.body : '';
        if (swallowed > 0 && String(url).endsWith('/chat.postMessage')) {
          swallowed -= 1;
          return fetch(url, init).then(() => Promise.reject(new TypeError('fetch failed')));
        }
        return reaches(body) ? fetch(url, init) : Promise.reject(new TypeError('fetch failed'));
      },
    });
  const dependencies = () => ({
    exceptions: {
      ...withDamaged(withUnreadable(register, ...unreadable), damaged),
      rows: (which: Parameters<typeof register.rows>[0]) =>
        register.rows(isStale && 'owner' in which ? { by: 'urgency' } : which),
      execute: (command: { id: string; receipt: string; command: Command; now: Instant }) =>
        execute(register, { ...command, policy: rules }),
    },
    slack: slackWithin(patience),
    breakers,
    enforcements,
    usual: 'live' as const,
    noteRefused: (person: string, at: Instant) => noteRefused(refused, person, at),
    progress: () => Promise.resolve({}),
    gatherings,
    callDigest: (to: string, at: Instant) => Promise.resolve(void digests.push({ to, at })),
    remaining: () => remaining,
    policy: rules,
    now,
    log: (message: string) => void logged.push(message),
  });

  const app = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const { log, exceptions } = dependencies();
      const asking = { slack: slackWithin(whoTimeout), people, now: toMillis(now), log };
      const ready = () => resolveGroups(rules, { ...asking, memory: groups });
      const door = {
        ...dependencies(),
        exceptions: {
          ...exceptions,
          execute: async (command: Parameters<typeof exceptions.execute>[0]) =>
            execute(register, { ...command, policy: await ready() }),
        },
        policy: ready,
        rules,
        headStart,
        noteWrongSignature: () => void logged.push('wrong signature'),
        who: (claim: Claim) => identifyPerson(claim, asking),
      };
      const reply = await answerSlack(door, workspace.signingSecret, {
        method: request.method ?? '',
        path: request.url ?? '',
        headers,
        body: Buffer.concat(parts),
        receivedAt: now,
      });
      response.writeHead(reply.status, reply.headers);
      response.end(reply.body);
    })().catch(() => {
      response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    app.listen(0, '127.0.0.1', resolve);
  });
  const address = app.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}/slack/interactions`;
  workspace.connect(url);

  const office = {
    workspace,
    url,
    register,
    breakers,
    enforcements,
    progress: () => Promise.resolve({}),
    logged,
    /** Slack's methods that were called so far. */
    called,
    /** From now on only such requests reach Slack. */
    onlyReaches: (which: (body: string) => boolean) => void (reaches = which),
    /** From now on people meet a release that cannot read it. */
    makeUnreadable: (of: string) => void unreadable.push(of),
    /** From now on the index of owners lags: it still names what has gone to others. */
    letOwnersLag: () => void (isStale = true),
    damageEntry: (version: number) => void damaged.push(version),
    /** From now on so many milliseconds are left to each function. */
    leave: (ms: number) => void (remaining = ms),
    /** Sends the digests that are due, as often as they are called for. */
    async sendDigests(): Promise<void> {
      for (const one of digests.splice(0).sort((a, b) => (a.at < b.at ? -1 : 1)))
        if (one.at <= now) await sendDigest(dependencies(), one.to);
        else digests.push(one);
    },
    sendDigest: (to: string) => sendDigest(dependencies(), to),
    /** Those that were called for. */
    digests,
    wait: (length: string) => void (now = plus(now, duration(length))),
    seconds: () => Math.floor(toMillis(now) / 1000),

    async run(command: Command, of = id): Promise<readonly Event[]> {
      receipts += 1;
      const result = await execute(register, {
        id: of,
        receipt: `test#${receipts}`,
        command,
        now,
        policy: rules,
      });
      return result.events;
    },
    observe: (given: Partial<Observation> = {}, of = id) =>
      office.run({ type: 'Observe', id: of, observation: { ...observation, ...given } }, of),

    slack: dependencies().slack,
    asking: dependencies,
    hear: (happened: Happened) => askOwner(dependencies(), happened),
    /** As the queue brings it when it failed before. */
    hearAgain: (happened: Happened) => {
      const asking = dependencies();
      return askOwner({ ...asking, slack: withOwnFound(asking.slack, asking.log) }, happened);
    },
    /** Slack takes the next so many messages, and its answers are lost. */
    swallow: (count: number) => void (swallowed = count),
    /** Brings every recorded event to Slack that was not brought there yet, also those that this causes. */
    async deliver(of = id): Promise<void> {
      for (;;) {
        const next = (await office.trail(of))[delivered.get(of) ?? 0];
        if (!next) return;
        await office.hear({ exceptionId: of, version: next.version, event: next });
        delivered.set(of, next.version);
      }
    },
    /** Observed and asked: returns the card. */
    async ask(given: Partial<Observation> = {}): Promise<PostedMessage> {
      await office.observe(given);
      await office.deliver();
      return office.last();
    },

    async trail(of = id) {
      const entries = [];
      for await (const entry of register.trail(of)) entries.push(entry);
      return entries;
    },
    types: async (of = id) => (await office.trail(of)).map(({ type }) => type),
    async state(of = id): Promise<Exception> {
      const state = await register.load(of);
      if (!state) throw new Error('nothing was opened');
      return state;
    },
    last(): PostedMessage {
      const message = workspace.messages().at(-1);
      if (!message) throw new Error('no message');
      return message;
    },
    /** The card as it is now. */
    again: (card: PostedMessage): PostedMessage =>
      workspace.messages().find(({ channel, ts }) => channel === card.channel && ts === card.ts) ?? card,
    /** What is said below a card, in order. */
    replies: (card: PostedMessage): readonly string[] =>
      workspace
        .messages()
        .filter(({ channel, thread }) => channel === card.channel && thread === card.ts)
        .map(({ blocks }) => read(blocks)),
    owner(): string {
      const user = workspace.users().find((one) => !seeded.has(one.id));
      if (!user) throw new Error('nobody was looked up');
      return user.id;
    },
    /** Presses Approve or Renew, or asks for an early renewal, and sends the form. */
    async answer(card: PostedMessage, user: string, values: Readonly<Record<string, string>> = {}) {
      const button = office.buttons(card).find((one) => one !== 'disable');
      const { state, asOf } = await office.state();
      if (button === undefined && state === 'confirmed') await workspace.command(`renew ${id}`, user);
      const { view } =
        button !== undefined
          ? await workspace.press(card, button, user)
          : state === 'confirmed'
            ? { view: workspace.views().findLast((one) => one.state === 'open') }
            : // Their card offers it no more, or never did: somebody made it up.
              await workspace.press(forge(card, 'approve', asOf), 'approve', user);
      if (!view) throw new Error('no form was opened');
      return workspace.submit(view.id, { reason: 'The newsletter is sent by our partner.', ...values });
    },
    /** The answers that a card offers, without what is on every card. */
    buttons: (card: PostedMessage): readonly string[] =>
      buttonsOf(card)
        .map((button) => String(button['action_id']))
        .filter((action) => answering.has(action)),
    /** What else can be pressed. */
    menu: (card: PostedMessage): readonly string[] => entriesOf(card).map(({ label }) => label),
    /** Sends what no card offers, signed by Slack all the same; returns the status. */
    async sendAs(
      user: string,
      what: {
        readonly action?: string;
        readonly entry?: string;
        readonly form?: string;
        readonly words?: string;
        readonly subject?: { readonly id: string; readonly version: number };
      },
      values: object,
    ): Promise<number> {
      const { action, entry, form, words, subject } = what;
      if (words !== undefined) return (await workspace.command(words.replace('ID', id), user)).status;
      receipts += 1;
      const common = { team: { id: 'T0STANDIN' }, enterprise: null, user: { id: user } };
      const carried = JSON.stringify({ ...subject, page: 1 });
      const pressed =
        entry === undefined
          ? { action_id: action, value: carried }
          : {
              action_id: 'more',
              selected_option: { value: `${entry} ${subject?.id ?? ''} ${subject?.version ?? 0}` },
            };
      const payload =
        form === undefined
          ? {
              type: 'block_actions',
              ...common,
              trigger_id: `sent-${receipts}`,
              channel: { id: 'C0SECURITY' },
              view: action?.startsWith('trail') ? { id: 'V1' } : null,
              actions: [{ action_ts: '1', ...pressed }],
            }
          : {
              type: 'view_submission',
              ...common,
              view: { id: `V${receipts}`, callback_id: form, private_metadata: carried, state: { values } },
            };
      const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
      const timestamp = String(office.seconds());
      const signature = createHmac('sha256', workspace.signingSecret)
        .update(`v0:${timestamp}:${body}`)
        .digest('hex');
      const headers = { 'X-Slack-Request-Timestamp': timestamp, 'X-Slack-Signature': `v0=${signature}` };
      return (await fetch(url, { method: 'POST', headers, body })).status;
    },
    /** What somebody reads behind Details. */
    async details(card: PostedMessage, user: string): Promise<string> {
      const { view } = await workspace.press(card, 'details', user);
      if (!view) throw new Error('nothing was opened');
      return read(view.view['blocks']);
    },
    async close(): Promise<void> {
      await workspace.close();
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
    },
  };
  return office;
}
