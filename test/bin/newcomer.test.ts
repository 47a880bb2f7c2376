/** What the command line says to whoever gives it something wrong: what happened, why, what to do, and never a stack. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { run as doctor } from '../../bin/commands/doctor.ts';
import { run as list } from '../../bin/commands/list.ts';
import { run as local } from '../../bin/commands/local.ts';
import { run as mailboxes } from '../../bin/commands/mailboxes.ts';
import { run as policy } from '../../bin/commands/policy.ts';
import { run as redrive } from '../../bin/commands/redrive.ts';
import { replay } from '../../bin/commands/replay.ts';
import { run as show } from '../../bin/commands/show.ts';
import { run as tenant } from '../../bin/commands/tenant.ts';
import { instant } from '#time/instant.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { policyFile } from '../policy/fixture.ts';

type Run = (args: readonly string[]) => Promise<number>;

async function refusalOf(run: Run, args: readonly string[]): Promise<Refusal> {
  const ended = await run(args).catch((error: unknown) => error);
  if (!(ended instanceof Refusal)) throw new TypeError(`no refusal of ${args.join(' ')}: ${String(ended)}`);
  expect([ended.message, ended.why, ended.what]).not.toContain('');
  expect(ended.toString()).not.toMatch(/ENOENT|EISDIR|\n +at /);
  return ended;
}

const folder = mkdtempSync(join(tmpdir(), 'lapse-newcomer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const missing = join(folder, 'missing');
const empty = file('empty', ' \n');
const binary = file('binary', Buffer.from([0xff, 0xfe, 0x41, 0x42]));
const zeros = file('zeros', 'a\0b');
const cut = file('cut.json', '{"a":1');
mkdirSync(join(folder, 'folder'));

describe('arguments that cannot be used', () => {
  it.each<[string, Run, readonly string[], string]>([
    ['list', list, ['extra'], 'lapse list takes options only'],
    ['mailboxes', mailboxes, ['extra'], 'lapse mailboxes takes options only'],
    ['mailboxes', mailboxes, [], 'no tenant is named'],
    ['doctor', doctor, ['extra'], 'lapse doctor takes options only'],
    ['tenant', tenant, ['extra'], 'lapse tenant takes options only'],
    ['policy', policy, [], 'lapse policy: no command was given'],
    ['policy', policy, ['dance'], 'lapse policy dance cannot be used'],
    ['policy', policy, ['diff', 'one'], 'lapse policy diff one cannot be used'],
    ['list', list, ['--nonsense'], "Unknown option '--nonsense'"],
    ['list', list, ['--url'], "Option '--url <value>' argument missing"],
    ['list', list, ['--url', ''], 'an argument is empty'],
    ['list', list, ['--stack', ''], 'an argument is empty'],
    ['list', list, ['--url', 'ftp://x'], '--url ftp://x is no address'],
    ['show', show, [''], 'an argument is empty'],
    ['redrive', redrive, ['--all', 'enforce'], '--all and enforce are both given'],
    ['tenant', tenant, ['--delay', '-1'], "Option '--delay' argument is ambiguous."],
    ['local', local, ['--port', '99999'], '--port 99999 is no port'],
  ])('%s: %j', async (_, run, args, happened) => {
    expect(await refusalOf(run, args)).toMatchObject({ message: happened, exitCode: 2 });
  });
});

describe.each<[string, (file: string) => readonly [Run, readonly string[]]]>([
  ['lapse policy check', (name) => [policy, ['check', name]]],
  [
    'lapse policy check --explain',
    (name) => [policy, ['check', '--explain', name, '--kind', 'transport-rule']],
  ],
  ['lapse policy diff', (name) => [policy, ['diff', name, name]]],
  ['lapse policy diff --register', (name) => [policy, ['diff', policyFile, policyFile, '--register', name]]],
  ['lapse doctor --policy', (name) => [doctor, ['--stack', 'x', '--policy', name]]],
  ['lapse local --policy', (name) => [local, ['--policy', name]]],
])('a file for %s', (_, of) => {
  it.each([
    ['is a folder', join(folder, 'folder'), 'it is a folder'],
    ['is empty', empty, 'nothing is in it'],
    ['is binary', binary, 'it is not text in UTF-8'],
    ['holds what no text does', zeros, 'it is not text in UTF-8'],
  ])('that %s', async (__, name, why) => {
    const [run, args] = of(name);
    expect(await refusalOf(run, args)).toMatchObject({ why, exitCode: 2 });
  });
});

it('a file that is not there, or is cut off', async () => {
  expect(await refusalOf(policy, ['check', missing])).toMatchObject({ why: 'there is no such file' });
  expect(await refusalOf(local, [missing])).toMatchObject({ why: 'there is no such file' });
  expect(await refusalOf(local, [folder])).toMatchObject({
    why: 'it is a folder',
    what: 'name the files in it',
  });
  expect((await refusalOf(policy, ['check', '--explain', cut])).message).toBe(`${cut} is not JSON`);
});

it('an empty argument of replay', async () => {
  let said = '';
  const out = { write: (text: string) => (said += text) };
  const io = { stdout: out, stderr: out, stdin: process.stdin, now: () => instant('2026-11-02T12:00:00Z') };
  expect(await replay([''], io)).toBe(2);
  expect(said).toContain('lapse replay: an argument is empty');
});

describe('a local deployment that does not answer as one', () => {
  const listening = async (answer: RequestListener): Promise<{ url: string; server: Server }> => {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('no port');
    return { url: `http://127.0.0.1:${address.port}`, server };
  };
  const serving = async (status: number, body: string): Promise<string> => {
    const { url, server } = await listening((_request, response) => {
      response.writeHead(status);
      response.end(body);
    });
    onTestFinished(() => void server.close());
    return url;
  };
  const commands: readonly (readonly [string, Run, readonly string[]])[] = [
    ['list', list, []],
    ['show', show, ['ex-1']],
    ['redrive', redrive, []],
    ['doctor', doctor, []],
  ];

  it.each(commands)('is not there: %s', async (_, run, args) => {
    const { url, server } = await listening(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect((await refusalOf(run, [...args, '--url', url])).why).toBe(`${url}: nothing listens there`);
  });

  it.each(commands)('is something else: %s', async (_, run, args) => {
    for (const url of [await serving(200, '<html>'), await serving(404, '{}')])
      expect((await refusalOf(run, [...args, '--url', url])).message).toBe(
        `${url} is not a local deployment of Lapse`,
      );
  });

  it.each(commands)('says itself what is wrong: %s', async (_, run, args) => {
    const error = 'Exception ex-1 in the register cannot be read: unexpected values in kind.';
    const what = 'docs/runbook.md has more under ExceptionsUnreadable';
    const url = await serving(500, JSON.stringify({ error, what }));
    expect(await refusalOf(run, [...args, '--url', url])).toMatchObject({
      message: error,
      what,
      exitCode: 1,
    });
  });
});
