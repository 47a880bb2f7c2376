/**
 * How many calls Slack takes (https://docs.slack.dev/apis/web-api/rate-limits): of each method so many a minute, and
 * one message a second in a conversation, with short bursts. Past that it answers with HTTP 429 and how long to wait.
 */
const tiers: Readonly<Record<string, number>> = {
  'usergroups.users.list': 20,
  'chat.update': 50,
  'conversations.history': 50,
  'conversations.open': 50,
  'users.lookupByEmail': 50,
  'chat.postEphemeral': 100,
  'users.info': 100,
  'views.open': 100,
  'views.publish': 100,
  'views.update': 100,
};
const burst = 5;

export interface Rates {
  /** Seconds to wait; `undefined` where the call is taken. `conversation`: of a message that is posted. */
  refuse(method: string, conversation: string | undefined, at: Date): number | undefined;
}

export function createRates(): Rates {
  const buckets = new Map<string, { left: number; at: number }>();
  const take = (name: string, most: number, perSecond: number, at: number): number | undefined => {
    const before = buckets.get(name) ?? { left: most, at };
    const passed = Math.max(0, at - before.at) / 1000;
    const left = Math.min(most, before.left + passed * perSecond);
    const taken = left >= 1;
    buckets.set(name, { left: taken ? left - 1 : left, at });
    return taken ? undefined : Math.max(1, Math.ceil((1 - left) / perSecond));
  };
  return {
    refuse(method, conversation, at) {
      const perMinute = tiers[method];
      if (method === 'chat.postMessage')
        return take(`${method} ${conversation ?? ''}`, burst, 1, at.getTime());
      return perMinute === undefined ? undefined : take(method, perMinute, perMinute / 60, at.getTime());
    },
  };
}
