import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../../bin/app.ts';
import { policy } from '../policy/fixture.ts';
import { assembly } from './template.ts';

const outdir = mkdtempSync(join(tmpdir(), 'lapse-placeholders-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));
const templateSchema = z.object({ Rules: z.record(z.string(), z.unknown()).default({}) });
const rulesIn = (folder: string) =>
  templateSchema.parse(JSON.parse(readFileSync(join(folder, 'lapse.template.json'), 'utf8'))).Rules;

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

  it('has none any more once they are replaced', () => {
    const folder = join(outdir, 'own');
    synthesize({ policy: { ...policy, approvers: ['U0ANN', 'U0BOB'] }, outdir: folder, checked: false });
    expect(rulesIn(folder)).not.toHaveProperty('PolicyNamesPeople');
  });
});
