/** The workflow that deploys from GitHub: what it runs exists, and nobody gets past the person who approves. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const project = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(project, '.github/workflows/deploy.yml'), 'utf8');
const jobSchema = z.object({
  needs: z.string().optional(),
  if: z.string(),
  environment: z.string().optional(),
  steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
});
const { permissions, jobs } = z
  .object({ permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), jobSchema) })
  .parse(parse(text));
const linesOf = (job: string): readonly string[] =>
  (jobs[job]?.steps ?? []).flatMap(({ run }) => run?.split('\n') ?? []);

describe('the workflow that deploys', () => {
  it('runs commands that exist', () => {
    const called = [...text.matchAll(/npx --offline lapse (\S+)/g)].map(([, command]) => command);
    expect(called).toEqual(['policy', 'policy', 'doctor']);
    for (const command of called) expect(existsSync(join(project, `bin/commands/${command}.ts`))).toBe(true);
  });

  it('deploys in one job alone: what is merged, checked, and approved by somebody', () => {
    const deploying = Object.keys(jobs).filter((job) =>
      linesOf(job).some((line) => line.includes('cdk deploy')),
    );
    expect(deploying).toEqual(['deploy']);
    expect(jobs['deploy']).toMatchObject({
      needs: 'check',
      if: "github.event_name == 'push'",
      environment: 'production',
    });
  });

  it('stores no secret, and may write nothing on GitHub', () => {
    expect(text).not.toContain('secrets.');
    expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  });

  it('runs nobody else’s code but that of a commit', () => {
    const used = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40}$/);
  });

  it('compares with a role that may change nothing', () => {
    const compared = linesOf('check').filter((line) => line.includes('cdk diff'));
    expect(compared).toEqual(['npx cdk diff "$STACK" --method template']);
  });

  it('checks the stack with the policy that the stack has', () => {
    const checked = linesOf('deploy').filter((line) => line.includes('lapse doctor'));
    expect(checked).toEqual(['npx --offline lapse doctor --stack "$STACK"']);
  });

  it('puts nothing that a pull request says into a command', () => {
    for (const job of Object.keys(jobs)) for (const line of linesOf(job)) expect(line).not.toContain('${{');
  });
});
