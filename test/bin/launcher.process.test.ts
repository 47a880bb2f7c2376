import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../local/temporary-folder.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'lapse.mjs');

function lapse(args: readonly string[], cwd = temporaryFolder(), environment: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH, ...environment },
  });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  it('lists its commands when asked', () => {
    const { status, stdout } = lapse(['--help']);
    expect(status).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z-]+) +\S/gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(['local', 'assess', 'replay', 'list', 'mailboxes', 'show']));
    expect(names.length).toBeGreaterThan(6);
  });

  it.each([[['frobnicate']], [[]]])('ends with 2 and the list for %j', (args) => {
    const { status, stderr } = lapse(args);
    expect(status).toBe(2);
    expect(stderr).toContain('usage: lapse <command>');
  });

  it.each(['local', 'assess', 'list', 'show'])('explains %s', (command) => {
    const { status, stdout } = lapse([command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain(`usage: lapse ${command}`);
  });

  it('ends with 1 where no local deployment runs', () => {
    const { status, stderr } = lapse(['list']);
    expect(status).toBe(1);
    expect(stderr).toContain('no local deployment answers');
  });
});

describe('lapse local', () => {
  it.each([
    [['--port', 'abc'], '--port abc is no port'],
    [['--port', '65536'], '--port 65536 is no port'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['missing.jsonl'], 'missing.jsonl cannot be read'],
    [['--policy', 'missing.yaml'], 'the policy missing.yaml cannot be read'],
    [['--dynamodb-endpoint', 'here'], '--dynamodb-endpoint here is no address'],
    [['--slack-api-url', 'http://x'], 'needs SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET'],
    [
      ['--exchange-url', 'http://x'],
      'needs EXCHANGE_TENANT_ID and EXCHANGE_CLIENT_ID and EXCHANGE_CLIENT_SECRET',
    ],
    [['--login-url', 'http://x'], '--login-url is given without --exchange-url'],
  ])('ends with 2 for %j and leaves nothing behind', (args, says) => {
    const folder = temporaryFolder();
    const { status, stderr } = lapse(['local', ...args], folder);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
    expect(existsSync(join(folder, '.lapse'))).toBe(false);
  });

  it('names only the variables that are missing', () => {
    const { stderr } = lapse(['local', '--slack-api-url', 'http://x'], undefined, {
      SLACK_BOT_TOKEN: 'xoxb',
    });
    expect(stderr).toContain('--slack-api-url needs SLACK_SIGNING_SECRET in the environment');
    expect(stderr).not.toContain('xoxb');
  });

  it('tells every mistake of a policy with its line and field', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'p.yaml'), 'approvers: [U1]\nfallbackChannel: "#x"\nrisk: 3\n');
    const { status, stderr } = lapse(['local', '--policy', 'p.yaml'], folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/p\.yaml:3: risk: found 3, expected/);
  });

  it('ends with 1 where .lapse/ cannot be a folder', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.lapse'), '');
    const { status, stderr } = lapse(['local'], folder);
    expect(status).toBe(1);
    expect(stderr).toContain('.lapse cannot be used');
  });
});

describe('lapse show', () => {
  it('asks for an id', () => {
    const { status, stderr } = lapse(['show']);
    expect(status).toBe(2);
    expect(stderr).toContain('no exception is named');
  });
});
