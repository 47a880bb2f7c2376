import { describe, expect, it } from 'vitest';
import { describeProgress, progressOf } from '#lifecycle/import-progress.ts';
import { after, approve, live, noon, observe, policy, sam, told } from './examples.ts';
import type { Step } from './examples.ts';
import type { Exception, Owner, Unconfirmed } from '#lifecycle/exception.ts';

const opened = live([[noon, observe({ imported: after('P20D') })]]).state as Unconfirmed;
const asked = live([[noon, (state) => told(state, noon)]], policy, opened).state;
const then = (...steps: readonly Step[]): Exception => live(steps, policy, asked).state;
const approved = then([after('P1D'), (state) => approve(state, after('P1D'), { by: sam })]);
const declined = then([after('P1D'), (state) => ({ type: 'Decline', by: sam, seen: state.asOf })]);
const held = then([after('P1D'), { type: 'Hold', by: sam, until: after('P9D'), reason: 'looking' }]);
const { approval, state: approvedState } = approved;
const person = (address: string): Owner => ({ type: 'person', address });
const nobody: Owner = { type: 'team', why: 'nobody is known to own it' };

describe('how far an import is', () => {
  it('counts answers, not holds; owners who are silent; and what has no owner', () => {
    expect([approvedState, approval === undefined]).toEqual(['confirmed', false]);
    const all: readonly Exception[] = [
      approved,
      declined,
      held,
      { ...opened, owner: person('ann@contoso.com') },
      { ...opened, owner: person('Ann@contoso.com') },
      { ...opened, owner: nobody },
      // Found later, or gone: no part of it.
      live([[noon, observe()]]).state,
      { ...opened, state: 'removed', removedAt: noon },
    ];
    expect(progressOf(all)).toEqual({ total: 6, answered: 2, ended: 0, waiting: 4, silent: 2, unreached: 1 });
  });

  it('ends when all are answered or have ended', () => {
    const lapsed: Exception = { ...opened, state: 'disabled', cause: 'unconfirmed', disabledAt: noon };
    expect(progressOf([approved, lapsed])).toMatchObject({ answered: 1, ended: 1, waiting: 0 });
  });

  it.each([
    [
      { total: 300, answered: 212, ended: 0, waiting: 88, silent: 14, unreached: 3 },
      '212 of 300 answered, 14 owners have not reacted, 3 have no owner who can be reached',
    ],
    [
      { total: 2, answered: 0, ended: 1, waiting: 1, silent: 1, unreached: 0 },
      '0 of 2 answered, 1 ended unanswered, 1 owner has not reacted',
    ],
    [{ total: 2, answered: 2, ended: 0, waiting: 0, silent: 0, unreached: 0 }, '2 of 2 answered'],
  ])('is said in a sentence', (progress, said) => {
    expect(describeProgress(progress)).toBe(said);
  });
});
