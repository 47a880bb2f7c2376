/**
 * A message that Slack took and never answered for is there all the same: before it is posted again, Lapse looks for
 * its own. Never at the first try, which is nearly every one. Where the app may not read the conversation, it cannot
 * tell, and the message may be there twice.
 */
import { SlackRefusal } from './failure.ts';
import type { WriteLog } from './exceptions.ts';
import type { Slack } from './slack.ts';

export function withOwnFound(slack: Slack, log: WriteLog): Slack {
  return {
    ...slack,
    async post(channel, message, thread, broadcast) {
      if (message.about && thread === undefined) {
        try {
          const own = await slack.findOwn(channel, message.about);
          if (own) {
            // It may have been posted in other words.
            await slack.update(own, message);
            log('found what was posted before', { version: message.about.version });
            return own;
          }
        } catch (error) {
          if (!(error instanceof SlackRefusal)) throw error;
          log('what was posted before cannot be looked for', { method: error.method, code: error.code });
        }
      }
      return slack.post(channel, message, thread, broadcast);
    },
  };
}
