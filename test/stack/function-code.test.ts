import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { environments, type FunctionName } from '#runtime/environment.ts';
import { buildAhead, functionCode } from '#lib/function-code.ts';
import { filesIn, sources } from '../../bin/kept-assembly.ts';

const project = join(import.meta.dirname, '../..');
const names = Object.keys(environments) as FunctionName[];

describe('the code of the functions', () => {
  it('is the same whether or not it is built ahead', async () => {
    const before = functionCode();
    await buildAhead();
    const after = functionCode();
    expect(after).not.toBe(before);
    expect(after.map(({ path, hash }) => [path, hash])).toEqual(before.map(({ path, hash }) => [path, hash]));
  });

  it.each(names)('of %s finds credentials in the environment and nowhere else', (name) => {
    const code = functionCode().find(({ path }) => path.endsWith(join(name, 'index.mjs')))?.text ?? '';
    const ways = ['AWS_SECRET_ACCESS_KEY', 'credential_process', 'sso_start_url', 'AWS_ROLE_ARN'];
    expect(ways.filter((way) => code.includes(way))).toEqual(['AWS_SECRET_ACCESS_KEY']);
  });
});

describe('a kept assembly', () => {
  it('is made anew after a change of any file it comes from', () => {
    const { metafile } = buildSync({
      absWorkingDir: project,
      entryPoints: ['bin/app.ts', ...names.map((name) => `functions/${name}.ts`)],
      packages: 'external',
      ...{ bundle: true, platform: 'node', format: 'esm', write: false, metafile: true, outdir: 'nowhere' },
    });
    const looked = new Set(sources.flatMap((source) => filesIn(project, source)));
    expect(Object.keys(metafile.inputs).length).toBeGreaterThan(200);
    expect(Object.keys(metafile.inputs).filter((file) => !looked.has(file))).toEqual([]);
  });
});
