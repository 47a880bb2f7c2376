/** The workflow that deploys from GitHub, where a pull request brings a policy that was not there before. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const workflow = join(import.meta.dirname, '../../.github/workflows/deploy.yml');

it('a policy that is new is compared with none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-workflow-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
  git('init', '-q');
  git('-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit', '-q', '--allow-empty', '-m', 'base');
  const [compare = ''] =
    /^ *if ! git cat-file[^]*?^ *git show .*$/m.exec(readFileSync(workflow, 'utf8')) ?? [];
  const env = { ...process.env, BASE: git('rev-parse', 'HEAD').trim(), POLICY: 'new.yaml' };
  const said = execFileSync('bash', ['-e', '-c', compare], {
    ...{ cwd: folder, env, encoding: 'utf8' },
    stdio: 'pipe',
  });
  expect(said).toBe('There was no new.yaml before: there is nothing to compare it with.\n');
});
