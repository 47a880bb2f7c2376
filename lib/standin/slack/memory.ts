/** What the workspace knows, kept over restarts if there is a database. */
import { createHash } from 'node:crypto';
import type { KeyValue } from '../key-value.ts';
import type { Json, OpenView, Organisation, PostedMessage, WorkspaceUser } from './shapes.ts';

/** Longer than a press, a form and its answer need; a workspace that is years old need not hold every form. */
const mostViews = 200;

export interface Memory {
  readonly organisation: Organisation | undefined;
  /** Ids of all channels, where only some exist. */
  readonly channels: ReadonlySet<string> | undefined;
  /** Channels that take no messages, by id, and why. */
  readonly shut: Map<string, string>;
  readonly users: Map<string, WorkspaceUser>;
  /** User groups and who is in them. */
  readonly groups: Map<string, readonly string[]>;
  readonly messages: PostedMessage[];
  readonly views: OpenView[];
  readonly homes: Map<string, Json>;
  /** Who pressed, and until when it opens a form (milliseconds since 1970): one, and once. */
  readonly triggers: Map<string, { readonly user: string; readonly until: number; readonly used?: true }>;
  /** Grows by one at every call, over restarts too: message times, triggers and view ids are made of it. */
  serial(): number;
  keepUsers(): void;
  keepMessage(index: number): void;
  /** Adds a form, or puts one in the place of what it was before. */
  keepView(view: OpenView): void;
  keepHomes(): void;
}

export function remember(
  storage: KeyValue | undefined,
  {
    organisation,
    channels,
  }: {
    readonly organisation?: Organisation | undefined;
    readonly channels?: readonly string[] | undefined;
  } = {},
): Memory {
  const stored = <T>(key: string, otherwise: T): T => (storage?.get(key) as T | undefined) ?? otherwise;
  const count = stored('slack/messages', 0);
  let serial = stored('slack/serial', 0);
  const memory: Memory = {
    organisation,
    channels: channels && new Set(channels.map(channelNamed)),
    shut: new Map(),
    groups: new Map(),
    users: new Map(stored<[string, WorkspaceUser][]>('slack/users', [])),
    messages: Array.from({ length: count }, (_, index) =>
      stored<PostedMessage | undefined>(`slack/message/${index}`, undefined),
    ).filter((message) => message !== undefined),
    views: stored<string[]>('slack/view-ids', []).flatMap((id) => stored<OpenView | []>(viewKey(id), [])),
    homes: new Map(stored<[string, Json][]>('slack/homes', [])),
    triggers: new Map(),
    serial() {
      serial += 1;
      storage?.set('slack/serial', serial);
      return serial;
    },
    keepUsers: () => storage?.set('slack/users', [...memory.users]),
    keepMessage(index) {
      storage?.set(`slack/message/${index}`, memory.messages[index]);
      storage?.set('slack/messages', memory.messages.length);
    },
    // Each by itself: rewriting all of them at every press would be most of what a press costs.
    keepView(view) {
      const { views } = memory;
      const before = views.findIndex(({ id }) => id === view.id);
      views.splice(before === -1 ? views.length : before, 1, view);
      storage?.set(viewKey(view.id), view);
      if (before !== -1) return;
      for (const { id } of views.splice(0, views.length - mostViews)) storage?.set(viewKey(id), undefined);
      storage?.set(
        'slack/view-ids',
        views.map(({ id }) => id),
      );
    },
    keepHomes: () => storage?.set('slack/homes', [...memory.homes]),
  };
  return memory;
}

const viewKey = (id: string): string => `slack/view/${id}`;

/** The same address is the same person, in every workspace and run. */
export const idFrom = (letter: string, text: string): string =>
  letter + createHash('sha256').update(text.toLowerCase()).digest('hex').slice(0, 10).toUpperCase();

/** The id of a channel that somebody named, with or without its #. */
export const channelNamed = (channel: string): string =>
  /^[CG][A-Z0-9]+$/.test(channel) ? channel : idFrom('C', channel.replace(/^#/, ''));

/** People's ids stand for the conversation with them. */
export const conversationOf = (channel: string): string =>
  /^[UWD]/.test(channel) ? `D${channel.slice(1)}` : channelNamed(channel);
