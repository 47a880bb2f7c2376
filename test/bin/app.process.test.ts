import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { policyFile } from '../policy/fixture.ts';

const project = join(import.meta.dirname, '..', '..');

it('a policy with placeholders makes no template for an account, and is told which ones they are', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'lapse-placeholders-'));
  onTestFinished(() => rmSync(outdir, { recursive: true, force: true }));
  const { status, stderr } = spawnSync(join(project, 'node_modules', '.bin', 'node'), ['bin/app.ts'], {
    cwd: project,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_CONTEXT_JSON: JSON.stringify({ policy: policyFile }),
      CDK_OUTDIR: join(outdir, 'refused'),
      CDK_DEFAULT_ACCOUNT: '111111111111',
      CDK_DEFAULT_REGION: 'eu-central-1',
    },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/policy\.yaml:\d+: approvers\.0: found "USAMSECURITY"/);
  expect(stderr).toContain('Put in your own ids.');
  expect(readdirSync(outdir)).toEqual([]);
});
