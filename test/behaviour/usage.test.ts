import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '#behaviour/network.ts';
import { addToSketch, emptySketch, estimate, mergeSketches, type Sketch } from '#behaviour/sketch.ts';
import { addSighting, fuller, mostNamed, sumOf, trimDay, type UsageDay } from '#behaviour/usage.ts';
import { instant } from '#time/instant.ts';
import { hash } from './flow.ts';
import type { Sighting } from '#behaviour/sighting.ts';

const seen = (given: Partial<Sighting> = {}): Sighting => ({
  source: 'email-events',
  at: instant('2026-11-20T09:00:00.000Z'),
  message: 'm1',
  recipients: 1,
  sender: 'pay@payroll.example',
  from: 'payroll.example',
  address: '203.0.113.7',
  passed: { spf: true, dkim: true },
  outcome: 'delivered',
  via: {},
  ...given,
});

const dayOf = (all: readonly Sighting[]): UsageDay | undefined => {
  const messages = new Set<string>();
  return all.reduce<UsageDay | undefined>((day, one) => {
    const isFirst = !messages.has(one.message);
    messages.add(one.message);
    return addSighting(day, one, { hash, isFirst });
  }, undefined);
};

describe('a day of an exception', () => {
  it('counts messages once, recipients each, and what is unknown as neither passed nor failed', () => {
    const day = dayOf([
      seen(),
      seen({ at: instant('2026-11-20T09:00:01.000Z') }),
      seen({ message: 'm2', recipients: 3, passed: { spf: false }, outcome: 'junked', threat: true }),
      seen({ message: 'm3', passed: {}, threat: false }),
    ]);
    expect(day).toMatchObject({
      date: '2026-11-20',
      messages: 3,
      recipients: 6,
      checked: {
        spf: { passed: 1, failed: 1 },
        dkim: { passed: 1, failed: 0 },
        dmarc: { passed: 0, failed: 0 },
      },
      became: { delivered: 2, junked: 1, blocked: 0 },
      judged: 2,
      threats: 1,
      first: '2026-11-20T09:00:00.000Z',
      last: '2026-11-20T09:00:01.000Z',
    });
  });

  it('names the domain that people see, or else that of the envelope, and the network of the server', () => {
    const day = dayOf([
      seen(),
      seen({ message: 'm2', from: 'other.example', address: '203.0.113.99' }),
      seen({ message: 'm3', from: 'other.example', address: '2001:db8:1:2:3::9' }),
    ]);
    expect(day?.domains.map(({ name, messages }) => [name, messages])).toEqual([
      ['payroll.example', 1],
      ['other.example', 2],
    ]);
    expect(day?.networks.map(({ name, messages }) => [name, messages])).toEqual([
      ['203.0.113.0/24', 2],
      ['2001:db8:1:2::/64', 1],
    ]);
    expect(estimate(day?.senders ?? [])).toEqual({ count: 1, isExact: true });
  });

  it('keeps its size, whatever comes', () => {
    const many = Array.from({ length: 1000 }, (_, at) =>
      seen({
        message: `m${at}`,
        sender: `s${at}@d${at}.example`,
        from: `d${at}.example`,
        address: `10.${at >> 8}.${at & 255}.1`,
      }),
    );
    const day = dayOf([...many, seen({ message: 'again', from: 'd7.example' })]);
    const kept = trimDay(day ?? expect.fail('nothing was counted'));
    expect(kept.messages).toBe(1001);
    expect(kept.domains).toHaveLength(mostNamed);
    expect(kept.domains[0]).toMatchObject({ name: 'd7.example', messages: 2 });
    expect(kept.senders.length).toBeLessThanOrEqual(64);
    const { count, isExact } = estimate(kept.allDomains);
    expect(isExact).toBe(false);
    expect(count).toBeGreaterThan(700);
    expect(count).toBeLessThan(1400);
  });

  it('that two files tell of is the fuller one, so that what is read again counts once', () => {
    const whole = dayOf([seen(), seen({ message: 'm2' })]) ?? expect.fail('nothing');
    const part = dayOf([seen()]) ?? expect.fail('nothing');
    expect(fuller(whole, part)).toBe(whole);
    expect(fuller(part, whole)).toBe(whole);
    expect(fuller(whole, whole)).toBe(whole);
  });

  it('never holds a sender’s address', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (sender) => {
        const day = dayOf([seen({ sender, from: 'payroll.example', mailFrom: 'payroll.example' })]);
        return !JSON.stringify(day).includes(sender);
      }),
    );
  });

  it('adds up with others', () => {
    const a = dayOf([seen(), seen({ message: 'm2', sender: 'b@payroll.example' })]) ?? expect.fail('nothing');
    const b = dayOf([seen({ message: 'm3' })]) ?? expect.fail('nothing');
    const both = sumOf([a, b]);
    expect(both).toMatchObject({ messages: 3, recipients: 3, checked: { spf: { passed: 3, failed: 0 } } });
    expect(estimate(both.senders)).toEqual({ count: 2, isExact: true });
  });
});

describe('a sketch', () => {
  const things = fc.array(fc.string(), { maxLength: 300 });
  const sketchOf = (all: readonly string[]): Sketch =>
    all.reduce((sketch, one) => addToSketch(sketch, hash(one)), emptySketch);

  it('is the same in whatever order things come, and however often', () => {
    fc.assert(
      fc.property(things, (all) => {
        expect(sketchOf([...all, ...all.toReversed()])).toEqual(sketchOf(all));
      }),
    );
  });

  it('of two halves is the sketch of the whole', () => {
    fc.assert(
      fc.property(things, things, (some, others) => {
        expect(mergeSketches(sketchOf(some), sketchOf(others))).toEqual(sketchOf([...some, ...others]));
      }),
    );
  });

  it('counts few things exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 60 }), (all) => {
        const sketch = all.reduce<Sketch>((so, one) => addToSketch(so, hash(String(one))), emptySketch);
        expect(estimate(sketch).isExact).toBe(true);
        expect(estimate(sketch).count).toBe(new Set(all.map((one) => hash(String(one)))).size);
      }),
    );
  });
});

it.each([
  ['203.0.113.7', '203.0.113.0/24'],
  ['[203.0.113.7]', '203.0.113.0/24'],
  ['::ffff:203.0.113.7', '203.0.113.0/24'],
  ['2001:DB8::1', '2001:db8:0:0::/64'],
  ['203.0.113.0/24', undefined],
  ['not an address', undefined],
  ['', undefined],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
