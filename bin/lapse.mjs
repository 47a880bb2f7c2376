#!/usr/bin/env node
// Lapse runs on the Node of its own dependencies (the one Lambda has); this starts it from whichever is at hand.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const needed = 24;
const main = join(import.meta.dirname, 'lapse.ts');

if (Number(process.versions.node.split('.')[0]) >= needed) {
  await import('./lapse.ts');
} else {
  const node = join(
    import.meta.dirname,
    '..',
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'node.cmd' : 'node',
  );
  if (!existsSync(node)) {
    console.error(
      `lapse needs Node ${needed}, and this is ${process.version}.\n` +
        '  The project brings its own, but it is not installed.\n' +
        '  Run `npm ci` in the project folder.',
    );
    process.exit(1);
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Ctrl-C reaches the child by itself, as it shares the terminal; a signal to this process alone does not.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128 + 15);
  });
}
