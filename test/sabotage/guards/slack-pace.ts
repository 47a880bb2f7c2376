/** Many messages at once: nothing is lost, nobody is swamped. */
import { inFile } from '../guard.ts';

export const slackPace = [
  ...inFile(
    'functions/slack/pace.ts',
    ['test/slack/pace.test.ts'],
    [
      {
        without: 'one busy conversation holds up everybody else in the batch',
        find: 'ms > Math.min(longestWait, spare())',
        replace: 'ms > spare()',
      },
      {
        without: 'a function is ended while it waits',
        find: 'Math.min(longestWait, spare())',
        replace: 'longestWait',
      },
      {
        without: 'Slack is asked again and again while it says that it is busy',
        find: 'memory.busy.set(sort, now() + error.retryAfter * 1000);',
      },
      {
        without: 'messages go out faster than Slack takes them',
        find: 'await waitFor(taken - now() - burst * between, method);',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/queue-function.ts',
    ['test/runtime/queue-function.test.ts'],
    [
      {
        without: 'what Slack is too busy for ends in the dead-letter queue',
        find: '!later || ',
        replace: '!later || error instanceof Error || ',
      },
      {
        without: 'whoever is busy for long is asked again every few seconds',
        find: 'putOff: putOff + 1',
        replace: 'putOff',
      },
    ],
  ),
  ...inFile(
    'functions/slack/client.ts',
    ['test/slack/client.test.ts'],
    [
      {
        without: 'a Slack that is busy and does not say for how long counts as away',
        find: "if (error instanceof Error && error.message.startsWith('Retry header'))",
        replace: 'if (error === undefined)',
      },
    ],
  ),
  ...inFile(
    'functions/slack/known-people.ts',
    ['test/slack/known-people.test.ts'],
    [
      {
        without: 'many exceptions of somebody whom Slack does not know use up its look-ups',
        find: 'if (isNobodyKnown(error)) people.set',
        replace: 'if (!(error instanceof Error)) people.set',
      },
    ],
  ),
  ...inFile(
    'lib/slack-app.ts',
    ['test/stack/rights.test.ts'],
    [
      {
        without: 'what Slack is too busy for cannot be put off',
        find: 'this.worker.queue.grantSendMessages(this.askOwners);',
      },
    ],
  ),
];
