import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { run as list } from '../../bin/commands/list.ts';
import { run } from '../../bin/commands/show.ts';
import { createView } from '#lib/local/views.ts';
import { cutList } from '#risk/cut-setting.ts';
import { examples } from '../lifecycle/examples.ts';

const usage = {
  days: [],
  coverage: { 'extended-trace': { '2026-11-01': { rules: 'whole' }, '2026-11-02': { rules: 'whole' } } },
};

/** A deployment that has one exception with this trail, and says this of its chain. */
async function deployed(
  trail: readonly unknown[],
  check: unknown,
  more = {},
  decided: object = { usual: 'live', tenants: {} },
): Promise<string> {
  const view = createView({ ...examples.confirmed.state, ...more }, '#fallback');
  const server = createServer(({ url = '' }, response) => {
    const answers: readonly (readonly [string, unknown])[] = [
      ['/trail', trail],
      ['/trail-check', check],
      ['/usage', usage],
      ['/enforcement', decided],
      ['/most-dangerous', { exceptions: [view], unreadable: [], more: false }],
    ];
    const [, answer = view] = answers.find(([path]) => url.endsWith(path)) ?? [];
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('says which of its settings are too long to be kept whole', async () => {
  const settings = { SetSCL: -1, SenderDomainIs: cutList(['a.example', 'b.example'], 4_000, '0f5c2b1e') };
  const said: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
  onTestFinished(() => log.mockRestore());
  await run(['ex-aaaaaaaaaaaaaaaa', '--url', await deployed([told], unbroken, { settings })]);
  expect(said.join('\n')).toContain(
    '  SenderDomainIs is too long to be kept whole: Lapse keeps 2 of 4000 entries',
  );
});

async function shown(trail: readonly unknown[], check: unknown, ...more: readonly string[]) {
  const said: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
  onTestFinished(() => log.mockRestore());
  const code = await run(['ex-aaaaaaaaaaaaaaaa', '--url', await deployed(trail, check), ...more]);
  return { code, said: said.join('\n') };
}

const told = { version: 1, type: 'OwnerTold', at: '2026-11-02T12:00:00.000Z', actor: { type: 'messenger' } };
const unbroken = { ok: true, version: 1, head: 'h' };
const broken = { ok: false, version: 2, why: 'it does not follow the entry before it' };
const damaged = { version: 2, unreadable: 'Entry 2 cannot be read: its text is damaged.' };

it('a whole trail is printed, and that is all right', async () => {
  const { code, said } = await shown([told], unbroken);
  expect(code).toBe(0);
  expect(said).toContain('  mail      Unused for 2 days, up to 2 Nov 2026\n');
  expect(said).toContain('  trail     1 entry, unbroken\n');
  expect(said).toContain('  1  2026-11-02T12:00:00.000Z  OwnerTold  by messenger');
});

it('an entry that cannot be read is named in its place, and the command has not done all of its work', async () => {
  const { code, said } = await shown([told, damaged], unbroken);
  expect(code).toBe(1);
  expect(said).toContain('OwnerTold');
  expect(said).toContain('  2  could not be read: Entry 2 cannot be read: its text is damaged.');
});

it('programs read of it where the entry would be', async () => {
  const { code, said } = await shown([told, damaged], broken, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(said)).toMatchObject({ trail: [told, damaged], trailCheck: broken });
});

it('a broken chain is named with its place, and the command fails', async () => {
  const { code, said } = await shown([told], broken);
  expect(code).toBe(1);
  expect(said).toContain('  trail     broken at entry 2: it does not follow the entry before it\n');
});

const { tenant } = examples.confirmed.state;
const since = '2026-11-02T12:00:00.000Z';
const stopped = { [tenant]: { stopped: { at: since, by: 'sam', why: 'mail stands still' } } };
const observing = { [tenant]: { live: {}, observing: { 'transport-rule': { since, by: 'sam' } } } };

async function printed(command: typeof run, args: readonly string[], tenants: object, usual = 'live') {
  const said: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
  onTestFinished(() => log.mockRestore());
  await command([...args, '--url', await deployed([told], unbroken, {}, { usual, tenants })]);
  return said.join('\n');
}

it.each([
  ['stopped', stopped, `enforcement is stopped, since ${since} by sam: mail stands still`],
  ['observing', observing, `Lapse only observes, since ${since} by sam`],
])('show and list say that nothing is disabled where a tenant is %s', async (type, tenants, words) => {
  expect(await printed(run, ['ex-aaaaaaaaaaaaaaaa'], tenants)).toContain(
    `  stays on  nothing is disabled here: ${words}`,
  );
  expect(await printed(list, [], tenants)).toContain(
    `In ${tenant}, ${words}. Nothing is disabled of 1 of these.`,
  );
  expect(JSON.parse(await printed(list, ['--json'], tenants))).toMatchObject([{ enforcement: { type } }]);
});

it('list says so of what nobody has decided about, and nothing where Lapse acts', async () => {
  expect(await printed(list, [], {}, 'observing')).toContain(`In ${tenant}, Lapse only observes.`);
  expect(await printed(list, [], {})).not.toContain('Nothing is disabled');
  expect(await printed(run, ['ex-aaaaaaaaaaaaaaaa'], {})).not.toContain('stays on');
});
