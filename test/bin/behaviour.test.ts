import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../../bin/commands/behaviour.ts';
import { createView } from '#lib/local/views.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { forged, historyOf } from '../behaviour/flow.ts';
import { examples } from '../lifecycle/examples.ts';
import type { Coverage } from '#behaviour/coverage.ts';
import type { UsageDay } from '#behaviour/usage.ts';

/** Thirty messages a day, and on the last one six in the partner's name from somewhere else. */
const { days, known } = historyOf(
  () => [{ count: 30 }],
  [{ count: 30 }, { count: 6, address: '198.51.100.9', passed: forged }],
);
const coverage: Coverage = {
  'email-events': Object.fromEntries(known.map((date) => [date, { rules: 'whole' }])),
};

async function explained(
  usage: { readonly days: readonly UsageDay[]; readonly coverage: Coverage },
  ...more: readonly string[]
): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const view = createView(examples.confirmed.state, '#fallback');
    const answers: readonly (readonly [string, unknown])[] = [
      ['/trail', []],
      ['/trail-check', { ok: true, version: 0, head: 'h' }],
      ['/usage', usage],
    ];
    const [, answer = view] = answers.find(([path]) => url.endsWith(path)) ?? [];
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const said: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
  onTestFinished(() => {
    server.close();
    log.mockRestore();
  });
  const { port } = server.address() as AddressInfo;
  expect(await run(['ex-aaaaaaaaaaaaaaaa', '--url', `http://127.0.0.1:${port}`, ...more])).toBe(0);
  return said.join('\n');
}

describe('lapse behaviour', () => {
  it('says what is usual, and what departed from it', async () => {
    const said = await explained({ days, coverage });
    expect(said).toContain('  usual     22 Aug 2026 to 19 Nov 2026: 2,700 messages on 90 of 90 known days\n');
    expect(said).toContain('  volume    13 to 53 on a Friday, of 12 such days; 30 at most\n');
    expect(said).toContain('  domains   payroll.example (2,700, 22 Aug 2026 to 19 Nov 2026)\n');
    expect(said).toContain('SPF 2,700 of 2,700');
    expect(said).toMatch(/2026-11-20 +alarm +new-origin .*198\.51\.100\.0\/24/);
    expect(said).toMatch(/authentication \(strong\) +Mail from 198\.51\.100\.0\/24 fails SPF/);
  });

  it('says so where nothing departed', async () => {
    const quiet = historyOf(() => [{ count: 30 }], [{ count: 30 }]);
    const said = await explained({ days: quiet.days, coverage });
    expect(said).toContain('Nothing departed from it on the 30 days known last.');
  });

  it('gives programs the same', async () => {
    const answer = JSON.parse(await explained({ days, coverage }, '--json', '--days', '2')) as {
      readonly days: readonly { readonly date: string; readonly level: string }[];
    };
    expect(answer.days.map(({ date, level }) => [date, level])).toEqual([
      ['2026-11-19', 'usual'],
      ['2026-11-20', 'alarm'],
    ]);
  });

  it('where nothing was read, it is unknown, and not usual', async () => {
    const said = await explained({ days: [], coverage: {} });
    expect(said).toContain('It is unknown what is usual for it: no mail statistics have been read.');
  });

  it('while too little is known, it learns', async () => {
    const [first] = known.slice(-5);
    const few = days.filter(({ date }) => date >= (first ?? ''));
    const said = await explained({ days: few, coverage });
    expect(said).toContain('  learning  4 of 14 days: until then, threats alone count\n');
  });

  it.each([
    [['ex-1', 'ex-2'], 'it explains one exception'],
    [['ex-1', '--sensitivity', 'loud'], 'it is one of low, usual, high'],
    [['ex-1', '--days', '0'], 'it is a number of days from 1 to 999'],
  ])('%j cannot be used', async (args, why) => {
    await expect(run(args)).rejects.toSatisfy(
      (error) => error instanceof Refusal && `${error.message} ${JSON.stringify(error)}`.includes(why),
    );
  });
});
