import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, makeIfChanged } from '../../bin/kept-assembly.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { policy } from '../policy/fixture.ts';

const files = {
  'bin/app.ts': 'app',
  'functions/enforce.ts': 'enforce',
  'functions/risk/finding.ts': 'finding',
  'lib/lapse-stack.ts': 'stack',
  'package.json': '{}',
  'node_modules/.package-lock.json': '{}',
};

function project(): string {
  const folder = temporaryFolder();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

describe('the fingerprint of what an assembly is made of', () => {
  it('is the same for the same files elsewhere', () => {
    const [one, other] = [project(), temporaryFolder()];
    cpSync(one, other, { recursive: true });
    expect(fingerprintOf(other, policy)).toBe(fingerprintOf(one, policy));
  });
  it.each(Object.keys(files))('is another one after a change of %s', (file) => {
    const folder = project();
    const before = fingerprintOf(folder, policy);
    writeFileSync(join(folder, file), 'changed');
    expect(fingerprintOf(folder, policy)).not.toBe(before);
  });
  it('is another one with a new file, and with another policy', () => {
    const folder = project();
    const before = fingerprintOf(folder, policy);
    expect(fingerprintOf(folder, { ...policy, fallbackChannel: 'CELSEWHERE1' })).not.toBe(before);
    writeFileSync(join(folder, 'functions', 'new.ts'), '');
    expect(fingerprintOf(folder, policy)).not.toBe(before);
  });
});

describe('an assembly', () => {
  /** Makes one that says how often it was made. */
  function maker() {
    const outdir = join(temporaryFolder(), 'cdk.out');
    let times = 0;
    const make = () => {
      times += 1;
      mkdirSync(outdir);
      writeFileSync(join(outdir, `made ${times}`), '');
      return Promise.resolve();
    };
    return { outdir, make, made: (time: number) => existsSync(join(outdir, `made ${time}`)) };
  }

  it('is not made again while nothing has changed', async () => {
    const { outdir, make, made } = maker();
    await makeIfChanged(outdir, 'a', make);
    await makeIfChanged(outdir, 'a', make);
    expect([made(1), made(2)]).toEqual([true, false]);
  });
  it('is made again after a change, in an empty folder', async () => {
    const { outdir, make, made } = maker();
    await makeIfChanged(outdir, 'a', make);
    await makeIfChanged(outdir, 'b', make);
    expect([made(1), made(2)]).toEqual([false, true]);
  });
  it('is made again where that was interrupted', async () => {
    const { outdir, make, made } = maker();
    await makeIfChanged(outdir, 'a', make);
    const interrupted = makeIfChanged(outdir, 'b', async () => {
      await make();
      throw new Error('interrupted');
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    await makeIfChanged(outdir, 'b', make);
    expect(made(3)).toBe(true);
    expect(readFileSync(join(outdir, 'made-from'), 'utf8')).toBe('b');
  });
});
