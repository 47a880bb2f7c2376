/** A local deployment of its own for each journey, driven from outside: over HTTP, through Slack, by the log. */
import { cp, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished } from 'vitest';
import { startLocal } from '#lib/local/deployment.ts';
import { duration, plus } from '#time/instant.ts';
import { buttonsOf, read } from '#lib/standin/slack/shapes.ts';
import type { LocalDeployment, LocalOptions } from '#lib/local/deployment.ts';
import type { Policy } from '#policy/policy.ts';
import type { PostedMessage } from '#lib/standin/slack/slack-workspace.ts';
import type { ExceptionView } from '#lib/local/views.ts';
import type { NativeRecord } from './records.ts';

export type TrailView = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly version: number;
};

export interface World {
  readonly local: LocalDeployment;
  /** A moment some minutes before now, in local time: when things were done in the tenant. */
  past(minutes?: number): Date;
  feed(...records: readonly NativeRecord[]): Promise<Record<string, unknown>>;
  advance(length: string): Promise<void>;
  exceptions(): Promise<readonly ExceptionView[]>;
  /** The exception of that name; fails the test where there is not exactly one. */
  one(name: string): Promise<ExceptionView>;
  trail(id: string): Promise<readonly TrailView[]>;
  /** The newest message about an exception, as a person sees it now. */
  card(id: string): PostedMessage;
  cards(id: string): readonly PostedMessage[];
  /** What people were sent about it: its cards, and the lines below them. */
  heard(id: string): readonly PostedMessage[];
  /** Approves or renews through button and form; answers what the form said. */
  answer(
    id: string,
    button: 'approve' | 'renew',
    user: string,
    values: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>>;
  userOf(address: string): string;
  /** A date some days from now on the local clock. */
  date(days: number): string;
}

export const approver = 'USAMSECURITY';
export const otherApprover = 'URITARISK';
export const text = (message: PostedMessage): string => read(message.blocks);
/** The answers that a card offers. */
export const actions = (message: PostedMessage): readonly unknown[] =>
  buttonsOf(message)
    .map((button) => button['action_id'])
    .filter((action) => action === 'approve' || action === 'renew' || action === 'disable');

/** `policy`: what differs from the one that the others run with. */
export async function begin(
  policy?: Partial<Policy>,
  options: Pick<LocalOptions, 'strictSlack' | 'domains'> = {},
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-journey-'));
  const assembly = policy ? await withPolicy(policy, join(folder, 'assembly')) : inject('assembly');
  const local = await startLocal({ assembly, state: join(folder, 'state'), ...options });
  onTestFinished(async () => {
    await local.close();
    await rm(folder, { recursive: true, force: true });
  });
  return worldOf(local);
}

/** The same functions with another policy beside them: bundling them again would take minutes. */
async function withPolicy(policy: Partial<Policy>, to: string): Promise<string> {
  await cp(inject('assembly'), to, { recursive: true });
  for await (const file of glob('**/policy.json', { cwd: to })) {
    const whole = JSON.parse(await readFile(join(to, file), 'utf8')) as Policy;
    await writeFile(join(to, file), JSON.stringify({ ...whole, ...policy }));
  }
  return to;
}

export function worldOf(
  local: LocalDeployment,
  { mayLack = false }: { readonly mayLack?: boolean } = {},
): World {
  // What a function may not do here it may not do on AWS.
  if (!mayLack) onTestFinished(() => expect(local.rights.missing()).toEqual([]));
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(new URL(path, local.url));
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const post = async (path: string, body: string): Promise<Record<string, unknown>> => {
    const response = await fetch(new URL(path, local.url), { method: 'POST', body });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const slack = () => {
    if (!local.slack) throw new Error('no workspace');
    return local.slack;
  };
  const world: World = {
    local,
    past: (minutes = 60) => new Date(Date.parse(local.now()) - minutes * 60_000),
    async feed(...records) {
      const answer = await post('/audit-log', records.map((record) => JSON.stringify(record)).join('\n'));
      await local.settled();
      return answer;
    },
    async advance(length) {
      // Not over HTTP, which answers within minutes: on a busy machine a journey takes as long as it takes.
      const { settled } = await local.advance(plus(local.now(), duration(length)));
      expect(settled).toBe(true);
    },
    exceptions: () => get('/exceptions'),
    async one(name) {
      const found = (await world.exceptions()).filter((exception) => exception.name === name);
      expect(found.map((exception) => exception.name)).toEqual([name]);
      return found[0] as ExceptionView;
    },
    trail: (id) => get(`/exceptions/${id}/trail`),
    cards: (id) =>
      slack()
        .messages()
        .filter((message) =>
          buttonsOf(message).some(
            (button) => button['action_id'] === 'details' && String(button['value']).includes(`"${id}"`),
          ),
        ),
    heard: (id) => {
      const tops = new Set(world.cards(id).map(({ channel, ts }) => `${channel} ${ts}`));
      return slack()
        .messages()
        .filter(({ channel, ts, thread }) => tops.has(`${channel} ${thread ?? ts}`));
    },
    card(id) {
      const newest = world.cards(id).at(-1);
      if (!newest) throw new Error(`nobody was sent a card about ${id}`);
      return newest;
    },
    async answer(id, button, user, values) {
      const { view } = await slack().press(world.card(id), button, user);
      if (!view) throw new Error(`${button} opened no form`);
      const { view: sent } = await slack().submit(view.id, values, user);
      await local.settled();
      return sent?.errors ?? {};
    },
    userOf(address) {
      const user = slack()
        .users()
        .find((known) => known.address === address);
      if (!user) throw new Error(`Slack was never asked for ${address}`);
      return user.id;
    },
    date: (days) => new Date(Date.parse(local.now()) + days * 86_400_000).toISOString().slice(0, 10),
  };
  return world;
}
