/** Taking a disable back: by whom, until when, and that it gives nobody more than they had. */
import { inFile } from '../guard.ts';

const pure = ['test/lifecycle/undo.test.ts'];
const stayed = ['test/lifecycle/stayed-disabled.test.ts'];

export const undoGuards = [
  ...inFile(
    'functions/slack/dependants.ts',
    ['test/slack/menu.test.ts'],
    [
      {
        without: 'an owner reads in Details the names of exceptions that are not theirs to see',
        find: 'of === undefined || maySee(of)',
        replace: 'of !== null',
      },
    ],
  ),
  ...inFile(
    'functions/kinds/dependants.ts',
    ['test/kinds/dependants.test.ts'],
    [
      {
        without: 'a connector that restricts nothing is said to make a name safe',
        find: 'return says && domain !== undefined',
        replace: 'return domain !== undefined',
      },
    ],
  ),
  ...inFile('functions/lifecycle/decide/answer.ts', pure, [
    {
      without: 'anybody takes back what somebody else had disabled',
      find: "if (!isSamePerson(undo.by, by)) return 'not-yours';",
    },
    {
      without: 'a disable can be taken back for ever',
      find: "if (now >= undoableUntil(state, undo, now, policy)) return 'too-late';",
    },
    {
      without: 'an approval is put back for something else than was approved',
      find: "undo.fingerprint === fingerprint(state) ? undefined : 'changed'",
      replace: "undo.fingerprint !== '' ? undefined : 'changed'",
    },
    {
      without: 'people are asked again, and the deadline is there already',
      find: '...(isAsked && presentDeadlineOf(after) < notice && { deadline: notice }),',
    },
    {
      without: 'a disable under way switches off what was taken back, and nobody looks again',
      find: "...(state.state === 'disabling' && { settledAt: reportDueAt(context) }),",
    },
  ]),
  ...inFile('functions/lifecycle/evolve.ts', pure, [
    {
      without: 'whoever disabled it takes it back from somebody who owns it by now',
      find: '...withoutUndo(state),',
      replace: '...state,',
    },
  ]),
  ...inFile('functions/lifecycle/under-way.ts', pure, [
    {
      without: 'what Exchange shows too early settles it',
      find: 'event.at < present.settledAt',
      replace: 'event.at < after.since',
    },
  ]),
  ...inFile('functions/lifecycle/own-change.ts', pure, [
    {
      without: 'the echo of a disable that was taken back counts as somebody switching it off',
      find: '|| restored || undone;',
      replace: '|| restored;',
    },
  ]),
  ...inFile('functions/lifecycle/decide/due-now.ts', stayed, [
    {
      without: 'a look that nobody reported is the last one',
      find: "if (looking.phase === 'running' && looking.after === 'day')",
      replace: "if (looking.phase === 'running' && looking.attempt < 0)",
    },
  ]),
  ...inFile('functions/lifecycle/due.ts', stayed, [
    {
      without: 'nobody looks whether what Lapse disabled has stayed so',
      find: 'state.looking ? [state.looking.nextAt] : []',
      replace: '[]',
    },
  ]),
  ...inFile('functions/lifecycle/decide/decide.ts', stayed, [
    {
      without: 'a late report about an earlier look ends the one that counts',
      find: "state.looking?.phase === 'running' && state.looking.attempt === attempt",
      replace: 'state.looking !== undefined && attempt > 0',
    },
    {
      without: 'a look after an hour is taken for the one after a day',
      find: "|| state.looking.after === 'hour') return [];",
      replace: ') return [];',
    },
  ]),
  ...inFile(
    'functions/exchange/still-off.ts',
    ['test/exchange/every-kind.test.ts'],
    [
      {
        without: 'an answer that lists nothing counts as proof that it is gone',
        find: 'if (!object.certain) return failed(unproven);',
      },
      {
        without: 'a late event looks again, and what it finds counts twice',
        find: '!isOrdered(exception, attempt)',
        replace: 'attempt < 0',
      },
      {
        without: 'what somebody switched on counts as off',
        find: 'if (!object.found || !object.enabled) {',
        replace: 'if (!object.found || object.name !== undefined) {',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/reopening.ts',
    ['test/lifecycle/reopening.test.ts'],
    [
      {
        without: 'the hour of the inventory is taken for the schedule of a tool',
        find: '...atTheSameMinute(named)]',
        replace: '...atTheSameMinute(times)]',
      },
    ],
  ),
];
