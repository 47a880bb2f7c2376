/** What there is to restore is kept before anything is taken away, and what does not come back is said. */
import { inFile } from '../guard.ts';

const tests = ['test/exchange/every-kind.test.ts'];

export const keptGuards = [
  ...inFile('functions/exchange/enforcement.ts', tests, [
    {
      without: 'what only a look showed is lost if Lapse dies right after the act',
      find: 'if (!isKept(exception, object))',
      replace: "if (exception.id === '')",
    },
    {
      without: 'people are not told what a restore did not bring back',
      find: 'complete && object ? unlike(settings, object.settings) : []',
      replace: 'complete && object ? unlike(settings, settings) : []',
    },
  ]),
];
