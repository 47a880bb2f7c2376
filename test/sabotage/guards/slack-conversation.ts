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
  ...inFile(
    'functions/slack/inform.ts',
    ['test/slack/inform.test.ts'],
    [
      {
        without: 'people are told what they did themselves',
        find: ' || reached.slackUser === authorOf(event)',
      },
      {
        without: 'a new owner is asked and told at once',
        find: 'asked || isOvertaken ? undefined : ',
        replace: 'isOvertaken ? undefined : ',
      },
    ],
  ),
  ...inFile(
    'functions/slack/deliver.ts',
    ['test/slack/inform.test.ts', 'test/slack/menu.test.ts'],
    [
      {
        without: 'a line that Slack does not deliver brings the event again and again',
        find: 'if (!(error instanceof SlackRefusal)) throw error;\n    if (under',
        replace: 'throw error;\n    if (under',
      },
      {
        without: 'a line below a card that was deleted reaches nobody',
        find: 'if (under && isGone(error)) return postLine({ slack, log }, { to, line });',
      },
    ],
  ),
  ...inFile(
    'functions/slack/pass-on.ts',
    ['test/slack/menu.test.ts'],
    [
      {
        without: 'whoever asks an approver in vain never hears so',
        find: 'if (!arrived && own)',
        replace: 'if (arrived && own)',
      },
      {
        without: 'a colleague who got nothing is said to have been asked',
        find: 'arrived ? describeAsked(event, exception) : ',
        replace: 'under ? describeAsked(event, exception) : ',
      },
      {
        without: 'a question about a row of a digest goes below a line of its thread',
        find: 'told.digest ?? told.card.ts',
        replace: 'told.card.ts',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/react.ts',
    ['test/slack/inform.test.ts'],
    [
      {
        without: 'an owner does not hear that it was renewed or put on hold',
        find: "case 'ExceptionHeld':\n      return [refresh, inform];",
        replace: "case 'ExceptionHeld':\n      return [refresh];",
      },
    ],
  ),
  ...inFile(
    'functions/slack/answer-slash.ts',
    ['test/slack/inform.test.ts'],
    [
      {
        without: 'an owner whom Slack does not know is said to be asked',
        find: 'if (unreachable !== undefined)',
        replace: "if (unreachable === '')",
      },
    ],
  ),
  ...inFile(
    'functions/slack/headline.ts',
    ['test/slack/card.test.ts'],
    [
      {
        without: 'a renewal is offered the second after an approval',
        find: 'now >= renewableFrom(exception, policy);',
        replace: 'now >= exception.openedAt;',
      },
      {
        without: 'a reminder has nothing to answer it with',
        find: 'reminder === true || now',
        replace: 'now',
      },
    ],
  ),
  ...inFile(
    'functions/slack/renewable.ts',
    ['test/slack/card.test.ts'],
    [
      {
        without: 'a card that is reminded of early cannot be renewed',
        find: 'Math.max(term / lastPart, ...steps)',
        replace: 'term / lastPart',
      },
    ],
  ),
  ...inFile(
    'functions/slack/form.ts',
    ['test/slack/card.test.ts'],
    [
      {
        without: 'the form hides that a review ends it earlier',
        find: 'earliest(chosen, review)',
        replace: 'chosen',
      },
    ],
  ),
  ...inFile(
    'functions/slack/answer-press.ts',
    ['test/slack/answer.test.ts'],
    [
      {
        without: 'a choice on an old form makes it a form for the newest question',
        find: "const same = { ...form, private_metadata: view.private_metadata ?? '' };",
        replace: 'const same = form;',
      },
      {
        without: 'whoever may not answer gets an open form updated',
        find: "if (admitted.type !== 'admitted' || !opens(which, admitted.exception)) return done;",
        replace: "if (admitted.type === 'nothing' || !admitted.exception) return done;",
      },
    ],
  ),
  ...inFile(
    'functions/slack/answer.ts',
    ['test/slack/identity.test.ts'],
    [
      {
        without: 'a form waits until Slack has said who pressed and who is an approver',
        find: 'await Promise.race([lookedUp.then(() => false), door.headStart().then(() => true)]);',
        replace: 'await lookedUp.then(() => false);',
      },
      {
        without: 'a form that opened before Slack said who pressed stays with a stranger',
        find: '? takeBackFromStrangers({ ...door, policy }, press, by, form)',
        replace: '? done',
      },
    ],
  ),
];
