import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '#kinds/registry.ts';
import { instant } from '#time/instant.ts';
import { compareInventory } from '#inventory/compare.ts';
import { after, examples, guid, live, noon, observe } from '../lifecycle/examples.ts';
import type { Exception, State } from '#lifecycle/exception.ts';
import type { Listing, Shown } from '#kinds/shown.ts';
import type { Listings } from '#inventory/compare.ts';
import type { Kind } from '#kinds/registry.ts';

const object: Shown = {
  guid,
  name: 'Partner newsletter',
  enabled: true,
  settings: { SetSCL: -1, SenderDomainIs: ['partner.example'], SenderIpRanges: ['198.51.100.0/28'] },
};
/** A rule that rejects mail, and nothing besides. */
const protective: Shown = {
  guid: 'aaaaaaaa-0000-4000-8000-000000000001',
  name: 'Reject executables',
  enabled: true,
  settings: { RejectMessageReasonText: 'No' },
};

const numbered = (n: number): Shown => ({
  ...object,
  guid: `0f5c2b1e-1c7f-4a39-9a64-${String(n).padStart(12, '0')}`,
  name: `Partner ${n}`,
});
const known = ({ guid: own, name, settings }: Shown, from: Exception = later('confirmed')): Exception => ({
  ...from,
  id: `ex-${own.slice(-12)}`,
  guid: own,
  name,
  settings,
});
function later(state: State): Exception {
  return examples[state].state;
}

const whole = (...objects: readonly Shown[]): Listing => ({ objects, complete: true });
const rules = (listing: Listing): Listings => ({
  ...Object.fromEntries(
    kinds.map((kind) => [kind, { objects: [], complete: false, why: '', nothing: true }]),
  ),
  'transport-rule': listing,
});
/** Long after everything in the examples has settled. */
const now = after('P10D');

describe('what is present', () => {
  it('is opened where the register does not know it', () => {
    const { present, missing, doubts } = compareInventory(rules(whole(object, protective)), [], now);
    expect(present.map(({ object: { name }, why }) => [name, why])).toEqual([
      ['Partner newsletter', ['unknown']],
    ]);
    expect(missing).toEqual([]);
    expect(doubts).toEqual([]);
  });

  it('is not worth a word where nothing is different', () => {
    expect(compareInventory(rules(whole(object, protective)), [known(object)], now).present).toEqual([]);
  });

  it.each([
    ['settings', { settings: { SetSCL: -1 } }],
    ['name', { name: 'Partner newsletters' }],
    ['switched off', { enabled: false }],
  ] as const)('is observed for its %s', (why, changed) => {
    const { present } = compareInventory(rules(whole({ ...object, ...changed })), [known(object)], now);
    expect(present.map((one) => one.why)).toEqual([[why]]);
  });

  it('is observed as switched off also where it is never disabled for its silence', () => {
    const deletes = { ...object, settings: { DeleteMessage: true } };
    const { present } = compareInventory(
      rules(whole({ ...deletes, enabled: false })),
      [{ ...known(deletes), remedy: 'escalate' }],
      now,
    );
    expect(present.map((one) => one.why)).toEqual([['switched off']]);
  });

  it('is not looked for any more where people know already that it is gone', () => {
    const gone = { id: 'LAPSE-TR-014', risk: 'high', text: 'A rule that stops mail was removed.' } as const;
    const left = { ...known(object), findings: [gone] };
    expect(
      compareInventory(rules(whole({ ...object, guid: 'another', name: 'Another' })), [left], now).missing,
    ).toEqual([]);
  });

  it('completes what could not be read before', () => {
    const { guid: own, ...unread } = live([
      [noon, observe({ complete: false, settings: { SetSCL: '-1' } })],
    ]).state;
    const { present } = compareInventory(rules(whole(object)), [unread], now);
    expect(own).toBe(guid);
    expect(present.map((one) => one.why)).toEqual([['unread', 'identity', 'settings']]);
  });

  it('is seen to be on again after Lapse had disabled it', () => {
    const { present } = compareInventory(rules(whole(object)), [known(object, later('disabled'))], now);
    expect(present.map((one) => one.why)).toEqual([['switched on']]);
  });

  it('is opened again where it had been removed', () => {
    const { present } = compareInventory(rules(whole(object)), [known(object, later('removed'))], now);
    expect(present.map((one) => one.why)).toEqual([['unknown']]);
  });

  it('is used although other parts of the listing failed', () => {
    const part = { objects: [object], complete: false, why: 'Exchange was busy.' };
    const { present, doubts } = compareInventory(rules(part), [], now);
    expect(present).toHaveLength(1);
    expect(doubts).toEqual([{ kind: 'transport-rule', why: 'Exchange was busy.' }]);
  });
});

describe('what may still be on its way', () => {
  it('our own disable of the last quarter of an hour is not contradicted', () => {
    const state = known(object, later('disabled'));
    const at = state.state === 'disabled' ? state.disabledAt : now;
    expect(compareInventory(rules(whole(object)), [state], after('PT14M', at)).present).toEqual([]);
    expect(compareInventory(rules(whole(object)), [state], after('PT16M', at)).present).toHaveLength(1);
  });

  it('what an answer has brought about in the last quarter of an hour is not contradicted', () => {
    const answered = {
      by: { type: 'person', slackUser: 'U1' },
      at: noon,
    } as unknown as Exception['answered'];
    const state = { ...known(object), answered, changedAt: instant('2026-01-01T00:00:00Z') } as Exception;
    const other = { ...object, settings: { SetSCL: -1 } };
    expect(compareInventory(rules(whole(other)), [state], after('PT14M')).present).toEqual([]);
    expect(compareInventory(rules(whole(other)), [state], after('PT16M')).present).toHaveLength(1);
  });

  it('a change of the last quarter of an hour is neither undone nor missing', () => {
    const state = { ...known(object), changedAt: noon };
    const soon = after('PT12M');
    expect(
      compareInventory(rules(whole({ ...object, settings: { SetSCL: -1 } })), [state], soon).present,
    ).toEqual([]);
    expect(compareInventory(rules(whole(protective)), [state], soon).missing).toEqual([]);
  });

  it('what is being disabled is left to who disables it', () => {
    const state = known(object, later('disabling'));
    expect(compareInventory(rules(whole({ ...object, enabled: false })), [state], now).present).toEqual([]);
    expect(compareInventory(rules(whole(protective)), [state], now).missing).toEqual([]);
  });
});

describe('what is being switched on again', () => {
  it('is left to who switches it on, however long that takes', () => {
    const acting = { act: 'restore', of: 1, attempt: 9, phase: 'waiting', nextAt: now } as const;
    const state = { ...known(object), acting };
    expect(compareInventory(rules(whole({ ...object, enabled: false })), [state], now).present).toEqual([]);
    expect(compareInventory(rules(whole(protective)), [state], now).missing).toEqual([]);
  });
});

describe('what is missing', () => {
  it('is what the register knows and no listing shows', () => {
    const { missing, doubts } = compareInventory(rules(whole(protective)), [known(object)], now);
    expect(missing.map(({ name }) => name)).toEqual(['Partner newsletter']);
    expect(doubts).toEqual([]);
  });

  it('is not concluded from a listing that is not complete', () => {
    const part = { objects: [protective], complete: false, why: 'Exchange was busy.' };
    expect(compareInventory(rules(part), [known(object)], now)).toMatchObject({ missing: [], doubts: [{}] });
  });

  it('is not concluded from an empty list, whatever it says of itself', () => {
    for (const nothing of [whole(), { objects: [], complete: false, why: 'none', nothing: true } as const]) {
      const { missing, doubts } = compareInventory(rules(nothing), [known(object)], now);
      expect(missing).toEqual([]);
      expect(doubts).toEqual([
        {
          kind: 'transport-rule',
          why: 'Exchange listed no transport rule at all, but the register knows 1.',
        },
      ]);
    }
  });

  it('nor from more than half vanishing at once', () => {
    const all = [1, 2, 3, 4, 5].map(numbered);
    const registered = all.map((one) => known(one));
    const twoLeft = compareInventory(rules(whole(...all.slice(3))), registered, now);
    expect(twoLeft.missing).toEqual([]);
    expect(twoLeft.doubts).toHaveLength(1);
    const threeLeft = compareInventory(rules(whole(...all.slice(2))), registered, now);
    expect(threeLeft.missing).toHaveLength(2);
    expect(threeLeft.doubts).toEqual([]);
  });

  it('nor of a kind that was not asked for', () => {
    const { missing, doubts } = compareInventory({}, [known(object)], now);
    expect(missing).toEqual([]);
    expect(doubts).toEqual([]);
  });

  it('nor of a name that two objects bear, of which neither is taken for the one that is known', () => {
    const unread = { ...known(object) };
    delete (unread as { guid?: string }).guid;
    const twins = [object, { ...numbered(2), name: object.name }];
    const { present, missing } = compareInventory(rules(whole(...twins)), [unread], now);
    expect(missing).toEqual([]);
    expect(present.map((one) => [one.object.guid, one.known])).toEqual(
      twins.map((twin) => [twin.guid, undefined]),
    );
  });

  it('is not an entry that Lapse has taken away, though others stand there', () => {
    const entry = (n: number): Shown => ({
      ...numbered(n),
      name: `203.0.113.${n}`,
      settings: { Entry: `203.0.113.${n}`, Policy: 'Default' },
    });
    const taken = { ...known(entry(1), later('disabled')), kind: 'ip-allow' as const };
    const listed = { ...rules(whole()), 'ip-allow': whole(entry(2)) };
    expect(compareInventory(listed, [taken], now).missing).toEqual([]);
  });

  it('raises no doubt where there is none and none was known', () => {
    expect(
      compareInventory(rules({ objects: [], complete: false, why: 'none', nothing: true }), [], now).doubts,
    ).toEqual([]);
  });

  it('says so where a kind that nobody knows of could not be listed', () => {
    const failed = { objects: [], complete: false, why: 'Exchange refused.' };
    expect(compareInventory(rules(failed), [], now).doubts).toEqual([
      { kind: 'transport-rule', why: 'Exchange refused.' },
    ]);
  });

  it('is as it should be for an entry that Lapse took away', () => {
    const entry = { ...known(object, later('disabled')), kind: 'ip-allow' as Kind };
    const { missing } = compareInventory({ ...rules(whole(protective)), 'ip-allow': whole() }, [entry], now);
    expect(missing).toEqual([]);
  });
});

describe('whatever a tenant shows', () => {
  const objects = fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 12 });
  const shown = fc.record({
    there: objects,
    registered: objects,
    states: fc.array(
      fc.constantFrom<State>('unconfirmed', 'confirmed', 'held', 'disabling', 'disabled', 'removed'),
      { minLength: 12, maxLength: 12 },
    ),
    off: objects,
    complete: fc.boolean(),
  });
  type Case = typeof shown extends fc.Arbitrary<infer T> ? T : never;
  const listing = ({ there, off, complete }: Case): Listing => ({
    objects: there.map((n) => ({ ...numbered(n), enabled: !off.includes(n) })),
    complete,
    ...(complete ? {} : { why: 'part of it failed' }),
  });
  const registeredIn = ({ registered, states }: Case): readonly Exception[] =>
    registered.map((n) => known(numbered(n), later(states[n] ?? 'confirmed')));

  it('order does not matter', () => {
    fc.assert(
      fc.property(shown, (given) => {
        const one = compareInventory(rules(listing(given)), registeredIn(given), now);
        const { objects: all, ...rest } = listing(given);
        const other = compareInventory(
          rules({ ...rest, objects: all.toReversed() }),
          registeredIn(given).toReversed(),
          now,
        );
        const plain = ({ present, missing, doubts }: typeof one) => ({
          present: present.map(({ object: { name }, why }) => `${name}: ${why.join()}`).sort(),
          missing: missing.map(({ id }) => id).sort(),
          doubts,
        });
        expect(plain(other)).toEqual(plain(one));
      }),
    );
  });

  it('nothing is both there and gone', () => {
    fc.assert(
      fc.property(shown, (given) => {
        const { missing } = compareInventory(rules(listing(given)), registeredIn(given), now);
        const there = new Set(given.there.map((n) => numbered(n).guid));
        expect(missing.filter((one) => there.has(one.guid ?? ''))).toEqual([]);
      }),
    );
  });

  it('an incomplete listing removes nothing, and shows what it shows', () => {
    fc.assert(
      fc.property(shown, (given) => {
        const part = compareInventory(
          rules(listing({ ...given, complete: false })),
          registeredIn(given),
          now,
        );
        const all = compareInventory(rules(listing({ ...given, complete: true })), registeredIn(given), now);
        expect(part.missing).toEqual([]);
        expect(part.doubts).toHaveLength(1);
        expect(part.present).toEqual(all.present);
      }),
    );
  });

  it('no exception is met twice', () => {
    fc.assert(
      fc.property(shown, (given) => {
        const { present, missing } = compareInventory(rules(listing(given)), registeredIn(given), now);
        const ids = [...present.flatMap((one) => one.known?.id ?? []), ...missing.map(({ id }) => id)];
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
