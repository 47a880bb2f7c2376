/** Synthesizes the stack once for all journeys: they run the template that deploys. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../bin/app.ts';
import { policy } from '../policy/fixture.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the cloud assembly. */
    assembly: string;
  }
}

export default function setup(project: TestProject): () => void {
  const outdir = mkdtempSync(join(tmpdir(), 'lapse-assembly-'));
  // Its rules are checked by the tests of the stack.
  synthesize({ outdir, policy, checked: false });
  project.provide('assembly', outdir);
  return () => rmSync(outdir, { recursive: true, force: true });
}
