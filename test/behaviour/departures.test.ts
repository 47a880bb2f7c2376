import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineBefore, lookBack } from '#behaviour/baseline.ts';
import { limitsOf, lookAt } from '#behaviour/departures.ts';
import { dayOf, forged, historyOf, signed, today, type Came } from './flow.ts';

/** About thirty messages a day from one partner, all of them signed. */
const steady = (daysAgo: number): readonly Came[] => [{ count: 28 + (daysAgo % 5) }];

const signs = (looked: ReturnType<typeof lookAt>): readonly string[] =>
  looked.departures.map(({ signal, weight }) => `${signal} (${weight})`);

describe('given a partner who writes about thirty signed messages a day', () => {
  it('when thirty more come, then nothing is unusual', () => {
    const looked = lookAt(today, historyOf(steady, [{ count: 30 }]));
    expect(looked).toMatchObject({ level: 'usual', learning: false, departures: [] });
  });

  it('when nothing comes, as on a holiday, then nothing is unusual', () => {
    expect(lookAt(today, historyOf(steady, []))).toMatchObject({ level: 'usual', departures: [] });
  });

  it('when somebody else writes in its name, then that is an alarm by itself', () => {
    const looked = lookAt(
      today,
      historyOf(steady, [{ count: 30 }, { count: 6, address: '198.51.100.9', passed: forged }]),
    );
    expect(looked.level).toBe('alarm');
    expect(signs(looked)).toEqual(['new-origin (weak)', 'authentication (strong)']);
    expect(looked.departures[1]).toMatchObject({
      names: ['198.51.100.0/24'],
      text: 'Mail from 198.51.100.0/24 fails SPF, DKIM, DMARC and composite authentication, which nearly all mail through it passed since 2026-08-16.',
    });
  });

  it('when that is spread over many servers, then it is an alarm all the same', () => {
    const few = [1, 2, 3, 4, 5].map((at) => ({ count: 2, address: `198.51.${at}.9`, passed: forged }));
    expect(lookAt(today, historyOf(steady, [{ count: 30 }, ...few])).level).toBe('alarm');
  });

  it('when the partner moves to other servers and signs as before, then that is noted', () => {
    const looked = lookAt(today, historyOf(steady, [{ count: 30, address: '198.51.100.9' }]));
    expect(looked.level).toBe('note');
    expect(looked.departures.map(({ text }) => text)).toEqual([
      '30 messages in 7 days from 198.51.100.0/24, never seen before: since 2026-08-16 mail came from 1 network.',
    ]);
  });

  it('when that is signed with its key but comes from servers that are not its own, then that is an alarm', () => {
    const looked = lookAt(
      today,
      historyOf(steady, [
        { count: 30 },
        { count: 20, address: '198.51.100.9', passed: { ...signed, spf: false } },
      ]),
    );
    expect(looked.level).toBe('alarm');
    expect(signs(looked)).toEqual(['new-origin (weak)', 'authentication (weak)']);
  });

  it('when twice as many come, then that is noted, with what is usual', () => {
    const looked = lookAt(today, historyOf(steady, [{ count: 90 }]));
    expect(looked.level).toBe('note');
    expect(looked.departures[0]?.text).toBe(
      '90 messages on 2026-11-20: 13 to 53 are usual on such a weekday, and the most since 2026-08-22 was 32.',
    );
  });

  it('when ten times as many come, then that is an alarm', () => {
    expect(lookAt(today, historyOf(steady, [{ count: 300 }])).level).toBe('alarm');
  });

  it('when one message turns out to be a threat among few judged ones, then it shows', () => {
    const looked = lookAt(today, historyOf(steady, [{ count: 29 }, { count: 2, threat: true }]));
    expect(signs(looked)).toEqual(['threat (strong)']);
  });

  it('when its signature breaks, then that is noted: it comes from where it always came', () => {
    const looked = lookAt(today, historyOf(steady, [{ count: 30, passed: { ...signed, dkim: false } }]));
    expect(looked.level).toBe('note');
    expect(signs(looked)).toEqual(['authentication (weak)']);
  });
});

describe('what is known too little of', () => {
  it('is learned first: a new exception gives no alarm but for threats', () => {
    const since = (daysAgo: number): readonly Came[] => (daysAgo <= 10 ? [{ count: 30 }] : []);
    const forgedNow = [{ count: 6, address: '198.51.100.9', passed: forged }];
    expect(lookAt(today, historyOf(since, forgedNow))).toMatchObject({ learning: true, level: 'usual' });
    const threat = lookAt(today, historyOf(since, [{ count: 3, threat: true }]));
    expect(threat).toMatchObject({ learning: true, level: 'alarm' });
  });

  it('is what the source does not tell: results that are missing never count as failed', () => {
    const looked = lookAt(
      today,
      historyOf(
        (daysAgo) => steady(daysAgo).map((one) => ({ ...one, passed: {} })),
        [
          { count: 30, passed: {} },
          { count: 9, address: '198.51.100.9', passed: {} },
        ],
      ),
    );
    expect(signs(looked)).toEqual(['new-origin (weak)']);
  });

  it('is a day that no source covers: it is no silence', () => {
    const all = historyOf((daysAgo) => (daysAgo > 65 ? [{ count: 30 }] : []), [{ count: 30 }]);
    expect(lookAt(today, all).departures.map(({ signal }) => signal)).toContain('silence');
    const gap = { ...all, known: all.known.filter((date) => date < '2026-09-17' || date >= today) };
    expect(lookAt(today, gap)).toMatchObject({ learning: false, departures: [] });
  });

  it('is who is new where more write than are kept by name', () => {
    const crowd = (): readonly Came[] =>
      Array.from({ length: 40 }, (_, at) => ({
        count: 6,
        from: `d${at}.example`,
        address: `198.18.${at}.1`,
      }));
    const looked = lookAt(
      today,
      historyOf(crowd, [...crowd(), { count: 9, from: 'new.example', address: '203.0.113.1' }]),
    );
    expect(looked.departures).toEqual([]);
  });
});

describe('what a person called usual', () => {
  const campaign = [{ count: 30 }, { count: 20, address: '198.51.100.9' }, { count: 100 }];
  it('departs no more', () => {
    const history = historyOf(steady, campaign);
    expect(lookAt(today, history).level).toBe('alarm');
    const accepted = [{ date: today, domains: [], networks: ['198.51.100.0/24'], messages: 150 }];
    expect(lookAt(today, history, { accepted })).toMatchObject({ level: 'usual', departures: [] });
  });

  it('and more than that departs again', () => {
    const accepted = [{ date: today, domains: [], networks: [], messages: 150 }];
    expect(signs(lookAt(today, historyOf(steady, [{ count: 400 }]), { accepted }))).toEqual([
      'volume (weak)',
    ]);
  });
});

it('mail after a long silence is noted, and where it comes from elsewhere then, it is an alarm', () => {
  const long = (daysAgo: number): readonly Came[] => (daysAgo > 70 ? [{ count: 20 }] : []);
  expect(signs(lookAt(today, historyOf(long, [{ count: 5 }])))).toEqual(['silence (weak)']);
  const elsewhere = lookAt(today, historyOf(long, [{ count: 9, address: '198.51.100.9' }]));
  expect(elsewhere.level).toBe('alarm');
});

it('each weekday is compared with its like: a newsletter every Friday is usual on Fridays alone', () => {
  const fridays = (daysAgo: number): readonly Came[] =>
    daysAgo % 7 === 0 ? [{ count: 300 }] : [{ count: 3 }];
  expect(lookAt(today, historyOf(fridays, [{ count: 310 }])).level).toBe('usual');
  const { volume } = baselineBefore(today, historyOf(fridays, []));
  expect(volume).toMatchObject({ of: 'weekday', count: 12 });
});

describe('laws', () => {
  const came = fc.record({
    count: fc.integer({ min: 1, max: 12 }),
    address: fc.constantFrom('203.0.113.7', '198.51.100.9', '192.0.2.4', '2001:db8::1', 'none'),
    from: fc.constantFrom('payroll.example', 'other.example', ''),
    passed: fc.constantFrom<Came['passed'] & object>(signed, forged, {}, { spf: false }),
    threat: fc.boolean(),
  });
  const flow = fc.array(fc.array(came, { maxLength: 3 }), { minLength: 100, maxLength: 100 });

  it('what lies beyond the look back, and what comes later, changes nothing', () => {
    fc.assert(
      fc.property(flow, fc.array(came, { maxLength: 3 }), (before, now) => {
        const history = historyOf((daysAgo) => before[daysAgo - 1] ?? [], now);
        const later = dayOf('2026-11-21', [{ count: 500, address: '192.0.2.99' }]);
        const trimmed = {
          days: history.days.filter(({ date }) => date >= '2026-08-15'),
          known: history.known.filter((date) => date >= '2026-08-15'),
        };
        // The window of new origins begins a week before that of the day.
        expect(lookBack + 7).toBe(97);
        expect(lookAt(today, trimmed)).toEqual(lookAt(today, history));
        expect(lookAt(today, { ...history, days: [...history.days, ...(later ? [later] : [])] })).toEqual(
          lookAt(today, history),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('whatever is not unusual at low sensitivity by its volume is not more unusual there than at high', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), (count) => {
        const history = historyOf(steady, count === 0 ? [] : [{ count }]);
        const [low, high] = [limitsOf.low, limitsOf.high].map(
          (limits) => lookAt(today, history, { limits }).departures.length,
        );
        expect(low).toBeLessThanOrEqual(high ?? 0);
      }),
      { numRuns: 25 },
    );
  });

  it('a day without mail is never unusual', () => {
    fc.assert(
      fc.property(flow, (before) => {
        expect(
          lookAt(
            today,
            historyOf((daysAgo) => before[daysAgo - 1] ?? [], []),
          ).level,
        ).toBe('usual');
      }),
      { numRuns: 10 },
    );
  });
});
