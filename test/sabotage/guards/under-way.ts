/** What is called for outside is called for until it is heard of. */
import { inFile } from '../guard.ts';

const tests = [
  'test/lifecycle/under-way.test.ts',
  'test/lifecycle/native-expiry.test.ts',
  'test/lifecycle/table.test.ts',
  'test/lifecycle/lifecycle.test.ts',
];

export const underWay = [
  ...inFile('functions/lifecycle/under-way.ts', tests, [
    {
      without: 'a restore goes on that a person has overtaken',
      find: "if (after.state !== 'unconfirmed' && after.state !== 'confirmed' && after.state !== 'held')\n    return undefined;",
    },
    {
      without: 'its end is set in Exchange in the place of switching it on',
      find: "left?.act !== 'restore' && 'expireBy' in event",
      replace: "'expireBy' in event",
    },
    {
      without: 'late news that an earlier question was heard counts for the present one',
      find: ' || event.of < present.of ||',
      replace: ' ||',
    },
    {
      without: 'what its former owner was told, its new one is never told',
      find: ' || isOthers(event, after)) return present;',
      replace: ') return present;',
    },
    {
      without: 'those who may approve are never asked where the message for them failed',
      find: 'return event.approvers ? { ...present, approvers: true } : undefined;',
      replace: 'return undefined;',
    },
    {
      without: 'they are asked again and again though they were told',
      find: 'present?.approvers && event.of >= present.of ? undefined : present',
      replace: 'present',
    },
    {
      without: 'an earlier message to those who may approve counts for the present one',
      find: 'present?.approvers && event.of >= present.of ?',
      replace: 'present?.approvers ?',
    },
    {
      without: 'a message to those who may approve counts as one to its owner',
      find: 'present?.approvers && event.of >= present.of ?',
      replace: 'event.of >= (present?.of ?? 0) ?',
    },
    {
      without: 'those who may approve are owed a message that its owner turned out to be able to answer',
      find: 'return present?.approvers ? undefined : present;',
      replace: 'return present;',
    },
    {
      without: 'they are not asked where its owner is found to have made it and Slack is away',
      find: 'return present ?? { of: after.version, at: event.at, repeated: 0, approvers: true };',
      replace: 'return present;',
    },
    {
      without: 'a question that reached nobody is never asked again',
      find: "if (effect.type === 'ask') return { of: after.version, at: event.at, repeated: 0 };",
    },
    {
      without: 'a reminder that reached nobody is never sent again',
      find: "if (effect.type === 'remind')\n      return { of: after.version, at: event.at, repeated: 0, deadline: effect.deadline };",
    },
    {
      without: 'who made it is never looked for again where Slack was away',
      find: 'return react(event, after).some(({ type }) => seekers.has(type)) ?',
      replace: 'return false ?',
    },
    {
      without: 'the waits for Slack never grow',
      find: "if (event.type === 'LookUpRepeated') return present && { at: event.at, repeated: present.repeated + 1 };",
    },
    {
      without: 'makers of what is over are looked for',
      find: '!takesYes(after) || ',
      replace: '',
    },
    {
      without: 'makers who are known are looked for again and again',
      find: ' || !hasUnidentified(after)) return undefined;',
      replace: ') return undefined;',
    },
  ]),
  ...inFile(
    'functions/lifecycle/native-expiry.ts',
    ['test/lifecycle/native-expiry.test.ts'],
    [
      {
        without:
          'what is approved for longer is cut off by the end that an earlier policy had written into Exchange',
        find: 'return after.keptEnd < (nativeEndOf(after) ?? after.keptEnd);',
        replace: 'return false;',
      },
      {
        without: 'the end is written again although an attempt is under way, and its report is refused',
        find: ' || after.acting || ',
        replace: ' || ',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/under-way.ts',
    ['test/lifecycle/native-expiry.test.ts'],
    [
      {
        without: 'an end that Exchange may keep is forgotten with the attempt of which nothing was heard',
        find: "const coming = acting?.act === 'expiry' ? nativeEndOf(after) : undefined;",
        replace: 'const coming = undefined;',
      },
      {
        without: 'what Exchange shows is not believed over what it might have kept',
        find: "event.type === 'ActDone' ? (event.until ?? after.keptEnd) : after.keptEnd;",
        replace: 'after.keptEnd;',
      },
    ],
  ),
  ...inFile(
    'functions/exchange/enforcement.ts',
    ['test/exchange/native-expiry.test.ts'],
    [
      {
        without: 'nobody knows what end was written into Exchange',
        find: '            ...(until !== undefined && { until }),\n',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/evolve.ts',
    ['test/lifecycle/native-expiry.test.ts'],
    [
      {
        without: 'the end that Exchange keeps is forgotten while it is harmless',
        find: 'earlierOn?.keptEnd !== undefined && {',
        replace: 'version < 0 && earlierOn?.keptEnd !== undefined && {',
      },
      {
        without: 'the end that Exchange keeps is forgotten with the question',
        find: '  keptEnd: true,',
        replace: '  keptEnd: false,',
      },
    ],
  ),
  ...inFile('functions/lifecycle/due.ts', tests, [
    {
      without: 'Slack is asked about people whom policy does not need to know',
      find: 'state.seeking && findUnidentified(state, policy).length > 0 ?',
      replace: 'state.seeking ?',
    },
    {
      without: 'it lapses on its new owner who was never told',
      find: 'state.told.filter(({ to = owner }) => to === owner)',
      replace: 'state.told.filter(({ to = owner }) => to !== undefined)',
    },
  ]),
  ...inFile('functions/lifecycle/decide/decide.ts', tests, [
    {
      without: 'those who may approve are asked twice',
      find: '(state.approversTold ?? 0) < state.asOf',
      replace: 'true',
    },
    {
      without: 'those who may approve are asked about an import before its owner is',
      find: 'state.cards.length > 0 &&',
      replace: '',
    },
    {
      without: 'those who may approve are asked apart from the question that is on its way',
      find: '(state.unheard === undefined || state.unheard.approvers === true) &&',
      replace: '',
    },
  ]),
  ...inFile('functions/lifecycle/evolve.ts', tests, [
    {
      without: 'a short term lapses on a new owner who did not choose it',
      find: "state.state === 'confirmed' ? { movedAt: at } : {}",
      replace: "state.state === 'confirmed' && at === '' ? { movedAt: at } : {}",
    },
  ]),
  ...inFile('functions/lifecycle/react.ts', tests, [
    {
      without: 'a new owner hears nothing where the reminders went to the former one',
      find: '(exception.reminded ?? exception.since) > exception.since',
      replace: 'exception.reminded === exception.since',
    },
  ]),
  ...inFile(
    'functions/slack/ask.ts',
    ['test/slack/authority.test.ts'],
    [
      {
        without: 'a message to the former owner keeps the new one from being told',
        find: '(past.to === undefined || past.to === ownerKey(owner))',
        replace: 'past.of > 0',
      },
    ],
  ),
];
