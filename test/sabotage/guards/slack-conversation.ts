/** What people in Slack are told, and when. */
import { inFile } from '../guard.ts';

export const slackConversation = [
  ...inFile(
    'functions/slack/decision.ts',
    ['test/slack/card.test.ts', 'test/slack/answer.test.ts'],
    [
      {
        without: 'a renewal is said to be the doing of whoever held it afterwards',
        find: "['approved', 'renewed', 'restored']",
        replace: "['approved', 'renewed', 'restored', 'held']",
      },
      {
        without: 'a reason that cannot be read counts as none',
        find: "reason === undefined ? '.' : ",
      },
    ],
  ),
  ...inFile(
    'functions/slack/refusal.ts',
    ['test/slack/answer.test.ts'],
    [
      {
        without: 'whoever answers too late does not hear why it was held',
        find: 'for “${nameOf(exception)}” now.`],\n        ...describeOutcome(exception, history, policy)',
        replace: 'for “${nameOf(exception)}” now.`],\n        ...describeOutcome(exception, [], policy)',
      },
    ],
  ),
];
