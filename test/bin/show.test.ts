import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../../bin/commands/show.ts';
import { createView } from '#lib/local/views.ts';
import { examples } from '../lifecycle/examples.ts';

/** A deployment that has one exception with this trail. */
async function deployed(trail: readonly unknown[]): Promise<string> {
  const server = createServer((request, response) => {
    const isTrail = request.url?.endsWith('/trail') === true;
    response.end(JSON.stringify(isTrail ? trail : createView(examples.confirmed.state, '#fallback')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function shown(trail: readonly unknown[], ...more: readonly string[]) {
  const said: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
  onTestFinished(() => log.mockRestore());
  const code = await run(['ex-aaaaaaaaaaaaaaaa', '--url', await deployed(trail), ...more]);
  return { code, said: said.join('\n') };
}

const told = { version: 1, type: 'OwnerTold', at: '2026-11-02T12:00:00.000Z', actor: { type: 'messenger' } };
const damaged = { version: 2, unreadable: 'Entry 2 cannot be read: its text is damaged.' };

it('a whole trail is printed, and that is all right', async () => {
  const { code, said } = await shown([told]);
  expect(code).toBe(0);
  expect(said).toContain('  1  2026-11-02T12:00:00.000Z  OwnerTold  by messenger');
});

it('an entry that cannot be read is named in its place, and the command has not done all of its work', async () => {
  const { code, said } = await shown([told, damaged]);
  expect(code).toBe(1);
  expect(said).toContain('OwnerTold');
  expect(said).toContain('  2  could not be read: Entry 2 cannot be read: its text is damaged.');
});

it('programs read of it where the entry would be', async () => {
  const { code, said } = await shown([told, damaged], '--json');
  expect(code).toBe(1);
  expect((JSON.parse(said) as { trail: unknown }).trail).toEqual([told, damaged]);
});
