/** What the workspace knows, kept over restarts where there is somewhere to keep it. */
import { createHash } from 'node:crypto';
import type { KeyValue } from '../key-value.ts';
import type { Json, OpenView, Organisation, PostedMessage, WorkspaceUser } from './shapes.ts';

/** Longer than a press, a form and its answer need; a workspace that is years old need not hold every form. */
const mostViews = 200;

export interface Memory {
  readonly organisation: Organisation | undefined;
  readonly users: Map<string, WorkspaceUser>;
  /** User groups and who is in them. */
  readonly groups: Map<string, readonly string[]>;
  readonly messages: PostedMessage[];
  readonly views: OpenView[];
  readonly homes: Map<string, Json>;
  /** Triggers that were not used yet, and by whom the press was. */
  readonly triggers: Map<string, string>;
  /** Grows by one at every call, over restarts too: message times, triggers and view ids are made of it. */
  serial(): number;
  keepUsers(): void;
  keepMessage(index: number): void;
  keepViews(): void;
}

export function remember(storage: KeyValue | undefined, organisation?: Organisation): Memory {
  const stored = <T>(key: string, otherwise: T): T => (storage?.get(key) as T | undefined) ?? otherwise;
  const count = stored('slack/messages', 0);
  let serial = stored('slack/serial', 0);
  const memory: Memory = {
    organisation,
    groups: new Map(),
    users: new Map(stored<[string, WorkspaceUser][]>('slack/users', [])),
    messages: Array.from({ length: count }, (_, index) =>
      stored<PostedMessage | undefined>(`slack/message/${index}`, undefined),
    ).filter((message) => message !== undefined),
    views: stored<OpenView[]>('slack/views', []),
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
    keepViews() {
      memory.views.splice(0, Math.max(0, memory.views.length - mostViews));
      storage?.set('slack/views', memory.views);
      storage?.set('slack/homes', [...memory.homes]);
    },
  };
  return memory;
}

/** The same address is the same person, in every workspace and run. */
export const idFrom = (letter: string, text: string): string =>
  letter + createHash('sha256').update(text.toLowerCase()).digest('hex').slice(0, 10).toUpperCase();
