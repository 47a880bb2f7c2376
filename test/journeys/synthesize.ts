/** Synthesizes the stack once for all journeys: they run the template that deploys. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../bin/app.ts';
import { parsePolicy } from '#policy/policy-file.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the cloud assembly. */
    assembly: string;
  }
}

export default function setup(project: TestProject): () => void {
  const outdir = mkdtempSync(join(tmpdir(), 'lapse-assembly-'));
  const parsed = parsePolicy(readFileSync(new URL('../../policy.yaml', import.meta.url), 'utf8'));
  if ('mistakes' in parsed) throw new Error('policy.yaml is not sound');
  synthesize({ outdir, policy: parsed.policy });
  project.provide('assembly', outdir);
  return () => rmSync(outdir, { recursive: true, force: true });
}
