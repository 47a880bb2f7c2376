import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
function synthesized(
  environments: string,
  account: Readonly<Record<string, string>> = {},
  elsewhere?: { readonly cwd: string; readonly args: readonly string[] },
) {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'environments.yaml');
  const own = readFileSync(policyFile, 'utf8').replace(/^approvers:.*$/m, 'approvers: [U0ANN, U0BOB]');
  writeFileSync(join(folder, 'own.yaml'), own);
  writeFileSync(file, environments);
  const outdir = join(folder, 'assembly');
  const node = join(project, 'node_modules', '.bin', 'node');
  const args = [...(elsewhere?.args ?? []), join(project, 'bin/app.ts')];
  const { status, stderr } = spawnSync(node, args, {
    cwd: elsewhere?.cwd ?? project,
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
  /** What is deployed, by its path: the templates, which assets go with them, and what is in these. */
  const deployed = () =>
    Object.fromEntries(
      globSync(['*.template.json', '*.assets.json', 'asset.*/**'], { cwd: outdir })
        .filter((path) => statSync(join(outdir, path)).isFile())
        .sort()
        .map((path) => [path, readFileSync(join(outdir, path), 'utf8')]),
    );
  return { status, stderr, stacks, deployed };
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

  it('makes the same to the byte at another time, in another place and for another user', () => {
    const one = synthesized('lapse: { policy: own.yaml }', account);
    const cwd = mkdtempSync(join(tmpdir(), 'lapse-elsewhere-'));
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
    mkdirSync(join(cwd, 'home'));
    const nextYear = `const { now } = Date;
      globalThis.Date = class extends Date {
        constructor(...args) { if (args.length > 0) super(...args); else super(now() + 366 * 86_400_000); }
        static now() { return now() + 366 * 86_400_000; }
      };`;
    const other = synthesized(
      'lapse: { policy: own.yaml }',
      {
        ...Object.fromEntries(Object.entries(account).reverse()),
        ...{ TZ: 'Asia/Kolkata', LANG: 'tr_TR.UTF-8', HOME: join(cwd, 'home'), USER: 'somebody', CI: 'true' },
      },
      { cwd, args: ['--import', `data:text/javascript,${encodeURIComponent(nextYear)}`] },
    );
    expect([one.status, other.status]).toEqual([0, 0]);
    const files = Object.keys(one.deployed());
    expect(files).toEqual(expect.arrayContaining(['lapse.assets.json', 'lapse.template.json']));
    expect(files.filter((path) => path.endsWith('/index.mjs'))).toHaveLength(8);
    expect(other.deployed()).toEqual(one.deployed());
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
