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
  ...inFile(
    'functions/lifecycle/gathering.ts',
    ['test/lifecycle/gathering.test.ts'],
    [
      {
        without: 'somebody gets a card for each of five hundred exceptions',
        find: ' && posted.length < above) {',
        replace: ' && posted.length >= 0 * above) {',
      },
      {
        without: 'a redelivery counts as another message',
        find: 'if (posted.some((one) => one.id === message.id && one.of === message.of))',
        replace: 'if (posted.some((one) => one.id === message.id && one.of > message.of))',
      },
      {
        without: 'there is a digest every five minutes',
        find: '...(last ? [plus(last.at, policy.digest.within)] : [])',
      },
      {
        without: 'a digest that was lost on its way is never sent',
        find: "return { turn: 'overdue', gathering: before };",
        replace: "return { turn: 'later', gathering: before };",
      },
      {
        without: 'what is dangerous waits until morning',
        find: 'policy.digest.daily.includes(risk)',
        replace: '(policy.digest.daily.includes(risk) || true)',
      },
      {
        without: 'a reminder waits for a morning after its deadline',
        find: 'working > occasion.now && isBefore(working, occasion.deadline)',
        replace: 'working > occasion.now',
      },
      {
        without: 'what comes while a digest is sent is taken to be in it',
        find: ' && one.of <= other.of',
      },
    ],
  ),
  ...inFile(
    'functions/slack/send-digest.ts',
    ['test/slack/digest.test.ts'],
    [
      {
        without: 'a digest that broke off begins anew',
        find: 'gathering.last?.done === false ? gathering.last : undefined',
        replace: 'gathering.last?.done === undefined ? gathering.last : undefined',
      },
      {
        without: 'a digest that was answered still asks whoever owned it before',
        find: '{ to } : ',
        replace: '{} : ',
      },
      {
        without: 'a digest names what was answered meanwhile',
        find: '.filter(isStillDue)',
      },
      {
        without: 'two digests are sent at once',
        find: '{ mine: true, gathering: { ...before, sending: now } }',
        replace: '{ mine: true, gathering: before }',
      },
      {
        without: 'those who may approve never hear of what a digest told its owner',
        find: 'if (after?.unheard?.approvers && waiting.owner !== undefined) alone.push(after);',
        replace: 'if (after?.unheard?.approvers && waiting.owner === undefined) alone.push(after);',
      },
    ],
  ),
  ...inFile(
    'functions/slack/ask.ts',
    ['test/slack/digest.test.ts'],
    [
      {
        without: 'an answer puts a card in the place of a whole digest',
        find: 'if (isInDigest(history, posted)) await',
        replace: 'if (isInDigest([], posted)) await',
      },
    ],
  ),
  ...inFile(
    'functions/slack/find-own.ts',
    ['test/slack/find-own.test.ts'],
    [
      {
        without: 'what Slack took and never answered for is there twice',
        find: 'if (own) {',
        replace: 'if (own && channel === own.ts) {',
      },
      {
        without: 'without a scope that nobody needs, nothing is sent a second time',
        find: 'if (!(error instanceof SlackRefusal)) throw error;',
        replace: 'throw error;',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/due.ts',
    ['test/lifecycle/gathering.test.ts'],
    [
      {
        without: 'what waits for a digest is asked again every few hours',
        find: 'policy.digest.daily.includes(state.risk) ? nextWorkingStart(at, policy) : at',
        replace: 'at',
      },
    ],
  ),
];
