import { expect, it } from 'vitest';
import { historyOf } from '#behaviour/history.ts';

it('a day that is known in part and shows no mail is not known to be silent', () => {
  const coverage = {
    'email-events': { '2026-11-18': { rules: 'whole' }, '2026-11-19': { rules: 'part' } },
  } as const;
  const rule = { kind: 'transport-rule', settings: {} } as const;
  expect(historyOf(rule, [], coverage)).toEqual({ days: [], known: ['2026-11-18'] });
});
