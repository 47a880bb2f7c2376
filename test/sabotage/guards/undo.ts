/** Taking a disable back: by whom, until when, and that it gives nobody more than they had. */
import { inFile } from '../guard.ts';

const pure = ['test/lifecycle/undo.test.ts'];

export const undoGuards = [
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
