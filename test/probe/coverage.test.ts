import { describe, expect, it } from 'vitest';
import { coverageOf, isInside, isOutside, type CoverageQuestion } from '#probe/coverage.ts';
import { duration, instant } from '#time/instant.ts';
import { refused, run, test } from './examples.ts';

const question: CoverageQuestion = {
  runs: [],
  domains: ['contoso.com'],
  connectors: ['Gateway'],
  now: instant('2026-12-01T00:00:00Z'),
  within: duration('P90D'),
};
const covered = (more: Partial<CoverageQuestion>) => coverageOf({ ...question, ...more });
const of = (control: string, all: ReturnType<typeof covered>) => all.find((one) => one.control === control);

describe('the coverage of a tenant', () => {
  it('names every door of every domain, and every connector, as never tested', () => {
    expect(covered({ domains: ['b.example', 'a.example'] })).toEqual([
      ...['a.example', 'b.example'].flatMap((domain) =>
        ['gateway', 'direct-delivery', 'direct-send', 'own-name'].map((control) => ({
          domain,
          control,
          untested: 'never tested',
        })),
      ),
      { control: 'connector', connector: 'Gateway', untested: 'never tested' },
    ]);
  });

  it('says when and with what result a door was tested last', () => {
    const before = run({ id: 'pr-1', at: instant('2026-11-20T00:00:00Z') });
    const after = run({ id: 'pr-2', tests: [test({ answer: refused('5.7.51') })] });
    expect(of('direct-delivery', covered({ runs: [before, after] }))).toMatchObject({
      tested: { run: 'pr-2', at: after.at, verdict: 'closed' },
    });
  });

  it('says why a door was not tested', () => {
    const untested = [{ control: 'connector', connector: 'Gateway', why: 'only the gateway can' } as const];
    expect(of('connector', covered({ runs: [run({ untested })] }))?.untested).toBe('only the gateway can');
  });

  it('does not take an attempt for a test', () => {
    const answer = { type: 'unreached', why: 'ETIMEDOUT' } as const;
    expect(of('direct-delivery', covered({ runs: [run({ tests: [test({ answer })] })] }))).toMatchObject({
      tested: { verdict: 'unknown' },
      untested: expect.stringContaining('could not connect') as string,
    });
  });

  it('still shows what was proven before an attempt failed', () => {
    const answer = { type: 'unreached', why: 'ETIMEDOUT' } as const;
    const proven = run({ at: instant('2026-11-20T00:00:00Z'), tests: [test({ answer: refused('5.7.51') })] });
    const found = of('direct-delivery', covered({ runs: [proven, run({ tests: [test({ answer })] })] }));
    expect(found?.tested?.verdict).toBe('closed');
    expect(found?.untested).toBeUndefined();
  });

  it('counts no result that is too old', () => {
    const old = run({ at: instant('2026-08-01T00:00:00Z') });
    expect(of('direct-delivery', covered({ runs: [old] }))).toMatchObject({
      tested: { at: old.at },
      untested: 'last tested 2026-08-01: too long ago',
    });
  });

  it('keeps domains apart', () => {
    const all = covered({ domains: ['contoso.com', 'other.example'], runs: [run()] });
    expect(all.filter(({ tested }) => tested).map(({ domain }) => domain)).toEqual(['contoso.com']);
  });
});

it('a test is sent to an address of a domain itself, and comes from none of them or below', () => {
  expect(isInside('alex@Contoso.com', ['contoso.com'])).toBe(true);
  expect(isInside('alex@mail.contoso.com', ['contoso.com'])).toBe(false);
  expect(isInside('alex@contoso.com.evil.example', ['contoso.com'])).toBe(false);
  expect(isOutside('a@outside.example', ['contoso.com'])).toBe(true);
  expect(isOutside('a@mail.contoso.com', ['contoso.com'])).toBe(false);
});
