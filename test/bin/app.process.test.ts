import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { policyFile } from '../policy/fixture.ts';

const project = join(import.meta.dirname, '..', '..');
const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
    }),
  ),
});

/** What the CDK's command line is handed, and what was said on the way. */
function synthesized(environments: string, account: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'environments.yaml');
  const own = readFileSync(policyFile, 'utf8').replace(/^approvers:.*$/m, 'approvers: [U0ANN, U0BOB]');
  writeFileSync(join(folder, 'own.yaml'), own);
  writeFileSync(file, environments);
  const outdir = join(folder, 'assembly');
  const { status, stderr } = spawnSync(join(project, 'node_modules', '.bin', 'node'), ['bin/app.ts'], {
    cwd: project,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_CONTEXT_JSON: JSON.stringify({ environments: file }),
      CDK_OUTDIR: outdir,
      ...account,
    },
  });
  const stacks = () =>
    Object.entries(
      manifestSchema.parse(JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))).artifacts,
    )
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([name, { environment }]) => [name, environment]);
  return { status, stderr, stacks };
}

describe('the app', () => {
  const account = { CDK_DEFAULT_ACCOUNT: '111111111111', CDK_DEFAULT_REGION: 'eu-central-1' };

  it('leaves out a stack for an account whose policy has placeholders, and names them', () => {
    const { status, stderr, stacks } = synthesized(
      `
lapse-try: { policy: ${policyFile} }
lapse-test: { policy: own.yaml }
lapse-prod: { policy: own.yaml, account: '222222222222', region: eu-west-1 }
`,
      account,
    );
    expect(status).toBe(0);
    expect(stderr).toMatch(/policy\.yaml:\d+: approvers\.0: found "USAMSECURITY"/);
    expect(stderr).toContain('lapse-try is left out');
    expect(stacks()).toEqual([
      ['lapse-test', 'aws://111111111111/eu-central-1'],
      ['lapse-prod', 'aws://222222222222/eu-west-1'],
    ]);
  });

  it('makes no template at all where none is left', () => {
    const { status, stderr, stacks } = synthesized(`lapse: { policy: ${policyFile} }`, account);
    expect([status, stderr]).toEqual([1, expect.stringContaining('Put in your own ids.')]);
    expect(stacks).toThrow('ENOENT');
  });

  it('makes none where the file has mistakes', () => {
    const { status, stderr, stacks } = synthesized('lapse: { policy: nowhere.yaml }');
    expect([status, stderr]).toEqual([1, expect.stringContaining('nowhere.yaml cannot be read')]);
    expect(stacks).toThrow('ENOENT');
  });
});
