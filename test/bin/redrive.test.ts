import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { instant } from '#time/instant.ts';
import type { DeadLetters } from '#lib/local/dead-letters.ts';
import { run } from '../../bin/commands/redrive.ts';

const records: DeadLetters = {
  function: 'record-changes',
  count: 2,
  oldest: instant('2026-11-20T09:00:00Z'),
  kinds: { 'Audit Record New-TransportRule': 2 },
  again: true,
};
const enforce: DeadLetters = { function: 'enforce', count: 1, kinds: { 'Exception Lapsed': 1 }, again: true };

/** A local deployment with these dead letters; it sends again whatever is named, but for `failing`. */
async function deployment(dead: readonly DeadLetters[], failing?: string) {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    void Array.fromAsync(request as AsyncIterable<Buffer>).then((chunks) => {
      if (request.method === 'GET') return response.end(JSON.stringify(dead));
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { redrive: string[] };
      asked.push(body);
      const redriven = body.redrive.map((name) => ({
        function: name,
        sent: 1,
        left: name === failing ? 1 : 0,
      }));
      return response.end(JSON.stringify(redriven));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => log.mockRestore());
  return {
    asked,
    lapse: async (...args: string[]) => ({
      code: await run([...args, '--url', url]),
      said: lines.splice(0).join('\n'),
    }),
  };
}

describe('lapse redrive', () => {
  it('lists what is dead and why it is safe to send again, and sends nothing', async () => {
    const { lapse, asked } = await deployment([records, enforce]);
    const { code, said } = await lapse();
    expect(code).toBe(0);
    expect(said).toContain('record-changes: 2 dead letters, the oldest of 2026-11-20T09:00:00.000Z');
    expect(said).toContain('2 × Audit Record New-TransportRule');
    expect(said).toContain('what is already recorded changes nothing');
    expect(said).toContain('enforce: 1 dead letter\n');
    expect(asked).toEqual([]);
  });

  it('says so where nothing is dead', async () => {
    const { lapse } = await deployment([]);
    expect(await lapse()).toEqual({ code: 0, said: 'nothing was given up on' });
    expect(await lapse('--all')).toEqual({ code: 0, said: 'nothing was given up on' });
  });

  it('sends again what is named, and no more', async () => {
    const { lapse, asked } = await deployment([records, enforce]);
    expect(await lapse('enforce')).toEqual({ code: 0, said: 'enforce: 1 sent again' });
    expect(asked).toEqual([{ redrive: ['enforce'] }]);
  });

  it('sends everything again when told to, but past ticks', async () => {
    const ticks = { ...enforce, function: 'sweep-deadlines', again: false };
    const { lapse, asked } = await deployment([records, ticks, enforce]);
    expect((await lapse()).said).toContain('nothing to send again');
    await lapse('--all');
    expect(asked).toEqual([{ redrive: ['record-changes', 'enforce'] }]);
    await expect(lapse('sweep-deadlines')).rejects.toThrow(
      'sweep-deadlines has no dead letters to send again',
    );
  });

  it('ends with 1 where some failed once more', async () => {
    const { lapse } = await deployment([records, enforce], 'enforce');
    const { code, said } = await lapse('--all');
    expect(code).toBe(1);
    expect(said).toContain('enforce: 1 sent again, 1 failed once more');
  });

  it('speaks JSON to programs', async () => {
    const { lapse } = await deployment([enforce]);
    expect(JSON.parse((await lapse('--json')).said)).toEqual([enforce]);
    expect(JSON.parse((await lapse('--all', '--json')).said)).toEqual([
      { function: 'enforce', sent: 1, left: 0 },
    ]);
  });

  it.each([
    [['sweep'], 'sweep has no dead letters to send again'],
    [['--all', 'enforce'], '--all and enforce are both given'],
    [['--stack', 'lapse'], '--stack and --url are both given'],
  ])('refuses %j', async (args, says) => {
    const { lapse, asked } = await deployment([enforce]);
    await expect(lapse(...args)).rejects.toThrow(says);
    expect(asked).toEqual([]);
  });
});
