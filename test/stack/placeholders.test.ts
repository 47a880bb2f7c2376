import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../../bin/app.ts';
import { policy, policyFile } from '../policy/fixture.ts';
import { assembly } from './template.ts';

const outdir = mkdtempSync(join(tmpdir(), 'lapse-placeholders-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));
const project = join(import.meta.dirname, '..', '..');
const templateSchema = z.object({ Rules: z.record(z.string(), z.unknown()).default({}) });
const rulesIn = (folder: string) =>
  templateSchema.parse(JSON.parse(readFileSync(join(folder, 'Lapse.template.json'), 'utf8'))).Rules;

describe('a policy with placeholders', () => {
  it('makes a template that can be tried, and that CloudFormation refuses', () => {
    // The rules that a template may assert with know only comparisons; this one never holds.
    expect(rulesIn(assembly)).toMatchObject({
      PolicyNamesPeople: {
        Assertions: [
          {
            Assert: { 'Fn::Equals': ['USAMSECURITY URITARISK', ''] },
            AssertDescription: expect.stringContaining('USAMSECURITY, URITARISK') as string,
          },
        ],
      },
    });
  });

  it('makes none for an account, and says which ones they are', () => {
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

  it('has none any more once they are replaced', () => {
    const folder = join(outdir, 'own');
    synthesize({ policy: { ...policy, approvers: ['U0ANN', 'U0BOB'] }, outdir: folder, checked: false });
    expect(rulesIn(folder)).not.toHaveProperty('PolicyNamesPeople');
  });
});
