/**
 * How fast Lapse may go: Slack takes one message a second in a conversation, with short bursts, and of each method so
 * many calls a minute. A short wait is waited here. Longer ones are told to the caller at once, also for every later
 * call of that sort: whoever wants something else of Slack does not wait for it.
 */
import { SlackUnreachable } from './failure.ts';
import type { Slack } from './slack.ts';

/** Moments in milliseconds since 1970. Kept while a function is warm. */
export interface PaceMemory {
  /** Until when Slack takes no more calls of that sort. */
  readonly busy: Map<string, number>;
  /** By conversation: when the messages so far will have been taken at one a second. */
  readonly posted: Map<string, number>;
  /** By message: what it was updated to last, and when. */
  readonly shown: Map<string, { readonly content: string; readonly at: number }>;
}

export const createPaceMemory = (): PaceMemory => ({ busy: new Map(), posted: new Map(), shown: new Map() });

export interface Pace {
  readonly memory: PaceMemory;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** Milliseconds that may be spent on waiting. */
  readonly spare: () => number;
}

/** Milliseconds. Others in the same batch wait as long. */
const longestWait = 3_000;
const between = 1_000;
/** So long nobody else is taken to have updated a message: where much changes at once, its first update shows it all. */
const shownFor = 30_000;
const mostShown = 1_000;
/** As many messages at once as no limit has been seen to refuse. */
const burst = 3;

/** Slack that is called no faster than it takes; throws `SlackUnreachable` with `retryAfter` where that is too slow. */
export function withPace(slack: Slack, { memory, now, wait, spare }: Pace): Slack {
  const waitFor = async (ms: number, method: string): Promise<void> => {
    if (ms <= 0) return;
    if (ms > Math.min(longestWait, spare()))
      throw new SlackUnreachable(method, 'too many calls so far', Math.ceil(ms / 1000));
    await wait(ms);
  };
  const paced = async <T>(method: string, sort: string, call: () => Promise<T>): Promise<T> => {
    for (let isFirst = true; ; isFirst = false) {
      await waitFor((memory.busy.get(sort) ?? 0) - now(), method);
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof SlackUnreachable) || error.retryAfter === undefined) throw error;
        memory.busy.set(sort, now() + error.retryAfter * 1000);
        if (!isFirst) throw error;
      }
    }
  };
  const toConversation = async <T>(channel: string, call: () => Promise<T>): Promise<T> => {
    const method = 'chat.postMessage';
    const taken = Math.max(now(), memory.posted.get(channel) ?? 0);
    await waitFor(taken - now() - burst * between, method);
    memory.posted.set(channel, Math.max(now(), taken) + between);
    return paced(method, `${method} ${channel}`, call);
  };
  return {
    installation: () => slack.installation(),
    personAt: (address) => paced('users.lookupByEmail', 'users.lookupByEmail', () => slack.personAt(address)),
    person: (id) => paced('users.info', 'users.info', () => slack.person(id)),
    members: (group) => paced('usergroups.users.list', 'usergroups.users.list', () => slack.members(group)),
    post: (channel, ...rest) => toConversation(channel, () => slack.post(channel, ...rest)),
    findOwn: (...args) =>
      paced('conversations.history', 'conversations.history', () => slack.findOwn(...args)),
    async update(card, message) {
      const key = `${card.channel} ${card.ts}`;
      const content = JSON.stringify(message);
      const before = memory.shown.get(key);
      if (before?.content === content && before.at + shownFor > now()) return;
      await paced('chat.update', 'chat.update', () => slack.update(card, message));
      if (memory.shown.size >= mostShown) memory.shown.clear();
      memory.shown.set(key, { content, at: now() });
    },
    whisper: (...args) => paced('chat.postEphemeral', 'chat.postEphemeral', () => slack.whisper(...args)),
    // Whoever pressed a button is waiting.
    openForm: (...args) => slack.openForm(...args),
    updateForm: (...args) => slack.updateForm(...args),
    publishHome: (...args) => slack.publishHome(...args),
  };
}
