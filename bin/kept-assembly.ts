/** A synthesis takes some seconds, and at most starts the local deployment would get the same result as before. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '#policy/policy.ts';

/** Files and folders of the project that an assembly is made from; npm records in the last what is installed. */
export const sources = [
  'bin/app.ts',
  'bin/environments.ts',
  'bin/feature-flags.json',
  'functions',
  'lib',
  'package.json',
  'node_modules/.package-lock.json',
];

/** Changes with everything that an assembly is made from. */
export function fingerprintOf(project: string, policy: Policy): string {
  const hash = createHash('sha256').update(JSON.stringify(policy));
  for (const file of sources.flatMap((source) => filesIn(project, source)))
    hash.update(`\0${file}\0`).update(readFileSync(join(project, file)));
  return hash.digest('hex');
}

/** Paths within the project, always in the same order; none for what does not exist. */
export function filesIn(project: string, source: string): readonly string[] {
  const path = join(project, source);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [source];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(project, join(source, name)));
}

/** Has `outdir` made again unless it was made completely from the same input. */
export async function makeIfChanged(
  outdir: string,
  fingerprint: string,
  make: () => Promise<void>,
): Promise<void> {
  const note = join(outdir, 'made-from');
  if (existsSync(note) && readFileSync(note, 'utf8') === fingerprint) return;
  rmSync(outdir, { recursive: true, force: true });
  await make();
  // Last, so that an interrupted one is made again.
  writeFileSync(note, fingerprint);
}
