import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareForReview, isToReview } from '#lifecycle/review.ts';
import { grades } from '#risk/evidence.ts';
import { risks } from '#risk/finding.ts';
import { after, examples, live, noon, observe } from './examples.ts';
import type { Exception, Unconfirmed } from '#lifecycle/exception.ts';

const open = live([[noon, observe()]]).state as Unconfirmed;
const everyone = (is: boolean) => ({
  addresses: 0,
  special: [],
  unread: 0,
  whole: false,
  networks6: 0,
  domains: 1,
  recipients: 0,
  everyone: is,
  text: '',
});
const grade = (of: (typeof grades)[number]) => ({ grade: of, why: '' });
const known = { ...open, breadth: everyone(false), evidence: grade('identity-bound') } as Unconfirmed;

describe('the review queue', () => {
  it.each<[string, Exception, Exception]>([
    [
      'the riskier',
      { ...known, risk: 'critical' },
      { ...known, risk: 'low', breadth: everyone(true), evidence: grade('none') },
    ],
    [
      'what is for everybody’s mail',
      { ...known, breadth: everyone(true) },
      { ...known, evidence: grade('none') },
    ],
    [
      'what rests on less',
      { ...known, evidence: grade('name-only') },
      { ...known, evidence: grade('network-bound'), confirmBy: noon },
    ],
    ['what ends first', known, { ...known, confirmBy: after('P30D') }],
    [
      'what nobody has measured, before what is narrow',
      { ...open, breadth: undefined } as unknown as Exception,
      known,
    ],
  ])('puts %s first', (_, first, then) => {
    expect(compareForReview(first, then)).toBeLessThan(0);
    expect(compareForReview(then, first)).toBeGreaterThan(0);
  });

  it('is one order, whatever the order it comes in', () => {
    const any = fc.record({
      id: fc.stringMatching(/^ex-[a-z]{4}$/),
      risk: fc.constantFrom(...risks),
      everyone: fc.boolean(),
      grade: fc.constantFrom(...grades),
      days: fc.nat(3),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(any, { selector: ({ id }) => id, maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        (drawn, order) => {
          const all = drawn.map((one): Exception => ({
            ...known,
            id: one.id,
            risk: one.risk,
            breadth: everyone(one.everyone),
            evidence: grade(one.grade),
            confirmBy: after(`P${one.days + 1}D`),
          }));
          const shuffled = all
            .map((one) => [order.next().value, one] as const)
            .toSorted((a, b) => a[0] - b[0]);
          expect(shuffled.map(([, one]) => one).toSorted(compareForReview)).toEqual(
            all.toSorted(compareForReview),
          );
        },
      ),
    );
  });

  it('holds what nobody has answered', () => {
    const held = Object.values(examples).filter(({ state }) => isToReview(state));
    expect(held.map(({ state }) => state.state)).toEqual(['unconfirmed']);
  });
});
