/**
 * A workspace that stands in for Slack on one machine: the methods Lapse calls, over HTTP and with Slack's paths,
 * and a page where a person reads the messages and presses the buttons. What it sends to the app is signed as
 * Slack signs it.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { MethodRefusal, methods, team } from './methods.ts';
import { channelNamed, conversationOf, remember } from './memory.ts';
import { homePage } from './home-page.ts';
import { listing, viewPage } from './page.ts';
import { createRates } from './rates.ts';
import { missingScope, usualScopes } from './scopes.ts';
import { buttonsOf, entriesOf, inputsOf, isJson, listOf, optionOf } from './shapes.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyValue } from '../key-value.ts';
import type { AppAnswer, Json, OpenView, Organisation, PostedMessage, WorkspaceUser } from './shapes.ts';

export type { PostedMessage } from './shapes.ts';

export interface SlackWorkspaceOptions {
  /** Where to keep messages, people and forms over a restart. */
  readonly storage?: KeyValue;
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Ids of members who are there from the start, beside those of the policy that Lapse ships with. */
  readonly members?: readonly string[];
  readonly organisation?: Organisation;
  /**
   * Takes no more calls than Slack does, opens forms only within three seconds of a press, and knows no channels but
   * `channels`.
   */
  readonly strict?: { readonly channels: readonly string[] };
  readonly now: () => Date;
}

/** A press can open a form for so long. */
const triggerLastsMs = 3_000;

/** The approvers whom the shipped policy names. */
const approvers: readonly WorkspaceUser[] = [
  { id: 'USAMSECURITY', address: 'sam.security@stand-in.example', standing: 'member' },
  { id: 'URITARISK', address: 'rita.risk@stand-in.example', standing: 'member' },
];

export interface SlackWorkspace {
  /** For the Web API; ends in `/api/`. */
  readonly url: string;
  /** For a browser. */
  readonly page: string;
  readonly botToken: string;
  readonly signingSecret: string;
  /** Where the app listens: `…/slack/interactions`; commands and events are its neighbours. */
  connect(interactionsUrl: string): void;
  /** Oldest first; what only one person sees is marked `onlyFor`. */
  messages(): readonly PostedMessage[];
  users(): readonly WorkspaceUser[];
  /** Forms that were opened, oldest first. */
  views(): readonly OpenView[];
  /** The home tab that was published for somebody. */
  home(user: string): Json | undefined;
  /** Somebody is in the workspace from now on, or is something else than before. */
  admit(user: WorkspaceUser): void;
  deactivate(user: string): void;
  /** A user group and who is in it. */
  group(id: string, users: readonly string[]): void;
  /** A channel, by the name under which it is posted to, takes no messages from now on, and why. */
  shut(channel: string, why: 'is_archived' | 'not_in_channel'): void;
  /** Somebody deletes a message. */
  remove(message: Pick<PostedMessage, 'channel' | 'ts'>): void;
  /** What the app's token may do from now on. */
  grant(scopes: readonly string[]): void;
  /**
   * Every call, or every call of one method, fails from now on: `down` breaks the connection, `silent` never answers,
   * `unanswered` does what was asked and never answers, `ratelimited` is HTTP 429, any other word is Slack's `error`.
   */
  fail(method: string | undefined, error: string): void;
  recover(): void;
  /** How often each method was called, whatever became of it. */
  calls(): Readonly<Record<string, number>>;
  /** How often a call was one too many. */
  refusals(): number;
  /**
   * Presses a button of a message as it was when it was read, or the entry of a menu by what it says, or chooses from
   * the list with that action. `option`: the value of one of several buttons, or of the list.
   */
  press(message: PostedMessage, action: string, user: string, option?: string): Promise<AppAnswer>;
  /** Presses a button in a view. */
  pressIn(viewId: string, actionId: string): Promise<AppAnswer>;
  /** Sends a form: block id → text, date or option value; fields left out hold what the form proposed. */
  submit(viewId: string, values: Readonly<Record<string, string>>, user?: string): Promise<AppAnswer>;
  /** Chooses something on a form without sending it: a field that dispatches, and its value. */
  choose(viewId: string, field: string, value: string): Promise<AppAnswer>;
  /** Types `/lapse <text>`. */
  command(text: string, user: string): Promise<AppAnswer>;
  openHome(user: string): Promise<AppAnswer>;
  /**
   * Presses a button of somebody's home tab, or chooses there: `value` is an option's, or what was typed. `block` picks
   * the row where several have the same button.
   */
  pressHome(user: string, actionId: string, value?: string, block?: number): Promise<AppAnswer>;
  close(): Promise<void>;
}

export async function startSlackWorkspace({
  storage,
  port = 0,
  members = [],
  organisation,
  strict,
  now,
}: SlackWorkspaceOptions): Promise<SlackWorkspace> {
  const memory = remember(storage, { organisation, channels: strict?.channels });
  for (const known of approvers) if (!memory.users.has(known.id)) memory.users.set(known.id, known);
  for (const id of members)
    if (!memory.users.has(id))
      memory.users.set(id, { id, address: `${id.toLowerCase()}@stand-in.example`, standing: 'member' });
  const secrets = secretsIn(storage);
  const failures = new Map<string | undefined, string>();
  const rates = strict && createRates();
  const calls = new Map<string, number>();
  let refusals = 0;
  let scopes = usualScopes;
  let app: string | undefined;

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(error instanceof Error ? error.message : 'something went wrong');
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', 'http://workspace');
    const fields = fieldsIn(await bodyOf(request));
    if (pathname.startsWith('/api/')) {
      api(pathname.slice('/api/'.length), fields, request, response);
      return;
    }

    // The page presses buttons: another site in the same browser must not.
    const site = request.headers['sec-fetch-site'];
    const sent = request.method === 'POST';
    if (sent && site !== undefined && site !== 'same-origin' && site !== 'none') {
      answerHtml(response, 403, 'This form was sent from another site.');
      return;
    }
    const viewId = /^\/view\/(\w+)$/.exec(pathname)?.[1];
    if (sent && pathname === '/press') return pressed(fields, response);
    if (sent && viewId !== undefined) {
      const { user, pressed, ...values } = fields;
      if (pressed !== undefined) {
        await pressIn(viewId, pressed);
        redirect(response, `/view/${viewId}`);
        return;
      }
      const { view } = await submit(viewId, values, user);
      redirect(response, view?.state === 'open' ? `/view/${viewId}` : '/');
      return;
    }
    const view = memory.views.find(({ id }) => id === viewId);
    if (view) {
      answerHtml(response, 200, viewPage(view, [...memory.users.values()]));
      return;
    }
    const homeOf = /^\/home\/([UW][A-Z0-9]+)$/.exec(pathname)?.[1];
    if (homeOf !== undefined) {
      const { action, value, block } = fields;
      const pressed = sent && action !== undefined && app !== undefined;
      const after = pressed ? await pressHome(homeOf, action, value, Number(block)) : undefined;
      // Slack tells the app each time somebody looks.
      if (!sent && app !== undefined && search !== kept) await openHome(homeOf);
      if (after?.view) redirect(response, `/view/${after.view.id}`);
      else if (sent) redirect(response, `/home/${homeOf}${kept}`);
      else answerHtml(response, 200, homePage(homeOf, memory.homes.get(homeOf), [...memory.users.values()]));
      return;
    }
    if (pathname === '/') {
      answerHtml(response, 200, listing(everything()));
      return;
    }
    answerHtml(response, 404, 'There is nothing here.');
  }

  function api(
    method: string,
    fields: Record<string, string>,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    calls.set(method, (calls.get(method) ?? 0) + 1);
    const failure = failures.get(method) ?? failures.get(undefined);
    if (failure === 'down') return void request.socket.destroy();
    if (failure === 'silent') return;
    const tooMany = (seconds: number): void => {
      refusals += 1;
      response.writeHead(429, { 'retry-after': String(seconds), 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
    };
    if (failure === 'ratelimited') {
      tooMany(1);
      return;
    }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? fields['token'];
    const answer = (body: Json) => {
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        // Slack names them beside each answer.
        'x-oauth-scopes': scopes.join(','),
      });
      // Whoever asked waits for ever.
      if (failure !== 'unanswered') response.end(JSON.stringify(body));
    };
    if (token !== secrets.botToken) {
      answer({ ok: false, error: token === undefined ? 'not_authed' : 'invalid_auth' });
      return;
    }
    if (failure !== undefined && failure !== 'unanswered') {
      answer({ ok: false, error: failure });
      return;
    }
    const run = methods[method];
    if (!run) {
      answer({ ok: false, error: 'unknown_method' });
      return;
    }
    const { channel } = fields;
    const wanted = missingScope(method, channel, scopes);
    if (wanted !== undefined) {
      answer({ ok: false, error: 'missing_scope', needed: wanted, provided: scopes.join(',') });
      return;
    }
    const wait = rates?.refuse(method, channel === undefined ? undefined : conversationOf(channel), now());
    if (wait !== undefined) {
      tooMany(wait);
      return;
    }
    try {
      answer({ ok: true, ...run(fields, memory, now()) });
    } catch (error) {
      if (!(error instanceof MethodRefusal)) throw error;
      answer({ ok: false, error: error.message, response_metadata: { messages: error.details } });
    }
  }

  async function pressed(fields: Record<string, string>, response: ServerResponse): Promise<void> {
    const message = memory.messages.find(
      ({ channel, ts }) => channel === fields['channel'] && ts === fields['ts'],
    );
    if (!message) {
      answerHtml(response, 404, 'That message is gone.');
      return;
    }
    if (!/^[UW][A-Z0-9]+$/.test(fields['user'] ?? '')) {
      answerHtml(response, 400, listing({ ...everything(), notice: 'Name the person by a Slack user id.' }));
      return;
    }
    // A digest has several of one action.
    const { block } = fields;
    const pressedOn =
      block === undefined
        ? message
        : { ...message, blocks: message.blocks.slice(Number(block), Number(block) + 1) };
    const button =
      fields['button'] === undefined ? undefined : buttonsOf(pressedOn)[Number(fields['button'])];
    const { status, view } = await press(
      pressedOn,
      button === undefined ? (fields['action'] ?? '') : String(button['action_id']),
      fields['user'] ?? '',
      button === undefined ? undefined : String(button['value']),
    );
    if (view) {
      redirect(response, `/view/${view.id}`);
      return;
    }
    if (status === 200) {
      redirect(response, '/');
      return;
    }
    answerHtml(response, 200, listing({ ...everything(), notice: `The app answered with HTTP ${status}.` }));
  }

  const everything = () => ({
    messages: memory.messages,
    users: [...memory.users.values()],
    views: memory.views,
  });

  async function send(
    neighbour: string,
    body: string,
    type: string,
  ): Promise<{ status: number; body: string }> {
    if (app === undefined) throw new Error('The workspace knows no app yet: connect it first.');
    const timestamp = String(Math.floor(now().getTime() / 1000));
    const signature = createHmac('sha256', secrets.signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex');
    const response = await fetch(new URL(neighbour, app), {
      method: 'POST',
      headers: {
        'content-type': type,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
      },
      body,
    });
    return { status: response.status, body: await response.text() };
  }

  const form = 'application/x-www-form-urlencoded';
  const interact = (payload: Json) =>
    send('interactions', new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), form);

  function from(user: string): { common: Json; trigger: string } {
    const trigger = `${memory.serial()}.${team.id}.${randomBytes(8).toString('hex')}`;
    memory.triggers.set(trigger, { user, until: strict ? now().getTime() + triggerLastsMs : Infinity });
    const known = memory.users.get(user);
    const name = known?.address.split('@')[0] ?? user.toLowerCase();
    const common = {
      team: organisation?.wide ? null : team,
      enterprise: organisation ? { id: organisation.id, name: 'stand-in' } : null,
      is_enterprise_install: organisation?.wide ?? false,
      // In a shared channel it is the app's workspace that the press is in, and their own that they are of.
      user: { id: user, username: name, name, team_id: known?.team ?? team.id },
      api_app_id: 'A0LAPSE',
      token: '',
      trigger_id: trigger,
    };
    return { common, trigger };
  }

  async function press(
    message: PostedMessage,
    action: string,
    user: string,
    option?: string,
  ): Promise<AppAnswer> {
    const list = option === undefined ? undefined : optionOf(message, action, option);
    const button = buttonsOf(message).find(
      ({ action_id, value }) => action_id === action && (option === undefined || value === option),
    );
    const entry = entriesOf(message).find(({ label }) => label === action);
    if (!button && !entry && !list)
      throw new Error(`The message has nothing to press that is called ${action}.`);
    const pressed = list
      ? { type: 'static_select', action_id: action, selected_option: list }
      : button
        ? { type: 'button', action_id: action, value: button['value'], text: button['text'] }
        : { type: 'overflow', action_id: entry?.action, selected_option: entry?.option };
    const { common, trigger } = from(user);
    const { channel, ts, text, blocks } = message;
    const before = new Set(memory.views.map(({ id }) => id));
    const answer = await interact({
      type: 'block_actions',
      ...common,
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      channel: { id: channel, name: 'directmessage' },
      message: { type: 'message', ts, text, blocks },
      state: { values: {} },
      actions: [{ ...pressed, block_id: 'answers', action_ts: String(now().getTime() / 1000) }],
    });
    memory.triggers.delete(trigger);
    const view = memory.views.find(({ id, user: presser }) => !before.has(id) && presser === user);
    return { ...answer, ...(view ? { view } : {}) };
  }

  async function pressHome(
    user: string,
    actionId: string,
    value?: string,
    block?: number,
  ): Promise<AppAnswer> {
    const home = memory.homes.get(user);
    const controls = listOf(home?.['blocks']).flatMap((one, index) =>
      one['type'] === 'actions'
        ? listOf(one['elements']).map((element) => ({ index, element }))
        : one['type'] === 'input' && isJson(one['element'])
          ? [{ index, element: one['element'] }]
          : [],
    );
    const element = controls.find(
      (one) => one.element['action_id'] === actionId && (block === undefined || one.index === block),
    )?.element;
    if (!home || !element) throw new Error(`The home tab of ${user} has no control ${actionId}.`);
    const { common, trigger } = from(user);
    const before = new Set(memory.views.map(({ id }) => id));
    const type = String(element['type']);
    const held =
      type === 'static_select' || type === 'overflow'
        ? { selected_option: { value: value ?? '' } }
        : { value: type === 'button' ? element['value'] : (value ?? '') };
    const answer = await interact({
      type: 'block_actions',
      ...common,
      container: { type: 'view', view_id: `V0HOME${user}` },
      view: { ...home, id: `V0HOME${user}`, hash: String(memory.serial()), state: { values: {} } },
      actions: [{ type, action_id: actionId, block_id: 'home', action_ts: String(memory.serial()), ...held }],
    });
    memory.triggers.delete(trigger);
    const view = memory.views.find(({ id, user: presser }) => !before.has(id) && presser === user);
    return { ...answer, ...(view ? { view } : {}) };
  }

  function openHome(user: string): Promise<AppAnswer> {
    const seconds = Math.floor(now().getTime() / 1000);
    const event = {
      type: 'app_home_opened',
      user,
      tab: 'home',
      channel: `D${user.slice(1)}`,
      event_ts: String(seconds),
    };
    return send(
      'events',
      JSON.stringify({
        type: 'event_callback',
        team_id: team.id,
        ...(organisation ? { enterprise_id: organisation.id } : {}),
        api_app_id: 'A0LAPSE',
        event,
        event_id: `Ev${memory.serial()}`,
        event_time: seconds,
      }),
      'application/json',
    );
  }

  async function submit(
    viewId: string,
    values: Readonly<Record<string, string>>,
    user?: string,
  ): Promise<AppAnswer> {
    const sent = memory.views.find(({ id }) => id === viewId);
    if (!sent) throw new Error(`There is no form ${viewId}.`);
    const { common, trigger } = from(user ?? sent.user);
    memory.triggers.delete(trigger);
    const answer = await interact({
      type: 'view_submission',
      ...common,
      view: {
        ...sent.view,
        id: sent.id,
        hash: sent.hash,
        team_id: team.id,
        state: { values: stateOf(sent.view, values) },
      },
      response_urls: [],
    });
    const after = afterSubmission(sent, answer, memory.serial());
    memory.keepView(after);
    return { ...answer, view: after };
  }

  async function pressIn(viewId: string, actionId: string): Promise<AppAnswer> {
    const open = memory.views.find(({ id }) => id === viewId);
    const button = open && buttonsOf(open.view).find(({ action_id }) => action_id === actionId);
    if (!button) throw new Error(`The view has no button ${actionId}.`);
    const { common, trigger } = from(open.user);
    memory.triggers.delete(trigger);
    const answer = await interact({
      type: 'block_actions',
      ...common,
      container: { type: 'view', view_id: viewId },
      view: { ...open.view, id: open.id, hash: open.hash, state: { values: {} } },
      actions: [
        {
          type: 'button',
          action_id: actionId,
          block_id: 'trail',
          value: button['value'],
          action_ts: String(memory.serial()),
        },
      ],
    });
    const after = memory.views.find(({ id }) => id === viewId);
    return { ...answer, ...(after ? { view: after } : {}) };
  }

  async function choose(viewId: string, field: string, value: string): Promise<AppAnswer> {
    const open = memory.views.find(({ id }) => id === viewId);
    const input = open && inputsOf(open.view).find(({ block }) => block['block_id'] === field);
    if (!open || input?.block['dispatch_action'] !== true)
      throw new Error(`Choosing ${field} sends nothing.`);
    const { common, trigger } = from(open.user);
    memory.triggers.delete(trigger);
    const answer = await interact({
      type: 'block_actions',
      ...common,
      container: { type: 'view', view_id: viewId },
      view: {
        ...open.view,
        id: open.id,
        hash: open.hash,
        state: { values: stateOf(open.view, { [field]: value }) },
      },
      actions: [
        {
          type: input.element['type'],
          action_id: field,
          block_id: field,
          action_ts: String(memory.serial()),
        },
      ],
    });
    const after = memory.views.find(({ id }) => id === viewId);
    return { ...answer, ...(after ? { view: after } : {}) };
  }

  function admit(user: WorkspaceUser): void {
    memory.users.set(user.id, user);
    memory.keepUsers();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;

  return {
    url: `${origin}/api/`,
    page: `${origin}/`,
    ...secrets,
    connect: (interactionsUrl) => void (app = interactionsUrl),
    messages: () => structuredClone(memory.messages),
    users: () => [...memory.users.values()],
    views: () => structuredClone(memory.views),
    home: (user) => memory.homes.get(user),
    admit,
    deactivate(user) {
      const known = memory.users.get(user);
      if (!known) throw new Error(`There is nobody ${user}.`);
      admit({ ...known, standing: 'deactivated' });
    },
    group: (id, users) => void memory.groups.set(id, users),
    shut: (channel, why) => void memory.shut.set(channelNamed(channel), why),
    remove({ channel, ts }) {
      const at = memory.messages.findIndex((one) => one.channel === channel && one.ts === ts);
      if (at >= 0) memory.messages.splice(at, 1);
    },
    grant: (list) => void (scopes = list),
    fail: (method, error) => void failures.set(method, error),
    recover: () => failures.clear(),
    calls: () => Object.fromEntries(calls),
    refusals: () => refusals,
    press,
    pressIn,
    submit,
    choose,
    pressHome,
    command(text, user) {
      const { common } = from(user);
      const fields = {
        command: '/lapse',
        text,
        user_id: user,
        user_name: user.toLowerCase(),
        team_id: team.id,
        team_domain: team.domain,
        ...(organisation ? { enterprise_id: organisation.id } : {}),
        channel_id: `D${user.slice(1)}`,
        api_app_id: 'A0LAPSE',
        trigger_id: String(common['trigger_id']),
      };
      return send('commands', new URLSearchParams(fields).toString(), form);
    },
    openHome,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Kept with the messages: an app that was connected before a restart still is. */
function secretsIn(storage: KeyValue | undefined): { botToken: string; signingSecret: string } {
  const kept = storage?.get('slack/secrets');
  if (isJson(kept) && typeof kept['botToken'] === 'string' && typeof kept['signingSecret'] === 'string')
    return { botToken: kept['botToken'], signingSecret: kept['signingSecret'] };
  const made = {
    botToken: `stand-in-${randomBytes(16).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
  };
  storage?.set('slack/secrets', made);
  return made;
}

/** A form's fields as Slack sends them. */
export function stateOf(view: Json, values: Readonly<Record<string, string>>): Json {
  const state: Record<string, Json> = {};
  for (const { block, element } of inputsOf(view)) {
    const name = String(block['block_id']);
    const given = values[name];
    const proposed = element['initial_option'];
    const type = String(element['type']);
    const held =
      type === 'datepicker'
        ? { selected_date: given === undefined ? (element['initial_date'] ?? null) : given || null }
        : type === 'static_select'
          ? { selected_option: given === undefined ? (proposed ?? null) : { value: given } }
          : type === 'checkboxes'
            ? { selected_options: checkedOf(element, given) }
            : type === 'users_select'
              ? { selected_user: given === undefined || given === '' ? null : given }
              : { value: given === undefined ? (element['initial_value'] ?? null) : given || null };
    state[name] = { [String(element['action_id'])]: { type, ...held } };
  }
  return state;
}

/** Given: the values of those that stay ticked, one a line. */
const checkedOf = (element: Json, given: string | undefined): readonly Json[] =>
  given === undefined
    ? listOf(element['initial_options'])
    : listOf(element['options']).filter(({ value }) => given.split('\n').includes(String(value)));

/** What becomes of a form by the app's answer: errors beside fields, another view in its place, or closed. */
function afterSubmission(sent: OpenView, answer: { status: number; body: string }, serial: number): OpenView {
  if (answer.status !== 200) return sent;
  const said: unknown = answer.body === '' ? {} : JSON.parse(answer.body);
  if (isJson(said) && said['response_action'] === 'errors' && isJson(said['errors'])) {
    const errors = Object.fromEntries(
      Object.entries(said['errors']).map(([block, text]) => [block, String(text)]),
    );
    return { ...sent, errors };
  }
  if (isJson(said) && said['response_action'] === 'update' && isJson(said['view']))
    return { ...sent, view: said['view'], hash: String(serial), errors: {} };
  return { ...sent, state: 'closed', errors: {} };
}

/** A field that comes several times, as ticked boxes do, is one value a line. */
function fieldsIn(body: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(body))
    fields[name] = fields[name] === undefined ? value : `${fields[name]}\n${value}`;
  return fields;
}

/** The home tab as it was made after a press: nobody opens it anew. */
const kept = '?kept';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function answerHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
  });
  response.end(html);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location });
  response.end();
}
