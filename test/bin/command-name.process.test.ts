import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { environment, projectFolder } from './process-tree.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>;

/** Everything that customers read or see. */
function told(...places: readonly string[]): string[] {
  return places.flatMap((place) =>
    statSync(place).isDirectory() ? told(...readdirSync(place).map((name) => join(place, name))) : [place],
  );
}

/** Runs `lapse --help` as the docs say, and hears what is asked of the registry. */
async function lapseIn(test: TestContext, folder: string) {
  const asked: unknown[] = [];
  const registry = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  test.onTestFinished(() => {
    registry.closeAllConnections();
    registry.close();
  });
  const { port } = registry.address() as AddressInfo;
  const child = spawn('npx', ['--offline', 'lapse', '--help'], {
    cwd: folder,
    env: {
      ...environment(temporaryFolder()),
      npm_config_offline: 'false',
      npm_config_registry: `http://127.0.0.1:${port}/`,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill());
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said, asked };
}

describe('the name lapse', () => {
  it('is not the name of a package that anybody could publish', () => {
    const { name, private: isPrivate, bin } = json('package.json');
    expect(name).toMatch(/^@[a-z-]+\//);
    expect(isPrivate).toBe(true);
    expect(bin).toEqual({ lapse: 'bin/lapse.mjs' });
    expect(json('package-lock.json')['name']).toBe(name);
  });

  it('is told to nobody in a way that could ask the public registry for it', () => {
    const files = told(
      ...['README.md', 'docs', 'policy.yaml', 'policy.schema.json', 'bin', 'lib', 'functions'].map((place) =>
        join(root, place),
      ),
    );
    expect(files.length).toBeGreaterThan(100);
    const unsafe = files.filter((file) =>
      /\b(npx|npm exec)( (?!--offline )-\S+)* lapse\b/.test(readFileSync(file, 'utf8')),
    );
    // `npx --offline lapse …`, or `lapse …` where it is clear how it is called.
    expect(unsafe.map((file) => relative(root, file))).toEqual([]);
  });

  it('stands for this project in its folder and inside it, without the registry', async (test) => {
    const folder = projectFolder(test);
    const inside = join(folder, 'inside');
    mkdirSync(inside);
    for (const place of [folder, inside]) {
      const { code, said, asked } = await lapseIn(test, place);
      expect([code, asked]).toEqual([0, []]);
      expect(said).toContain('usage: lapse <command>');
    }
  });

  it('stands for nothing anywhere else, without the registry', async (test) => {
    const { code, said, asked } = await lapseIn(test, temporaryFolder());
    expect(code).not.toBe(0);
    expect([said, asked]).toEqual(['', []]);
  });
});
