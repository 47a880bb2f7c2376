#!/usr/bin/env node
// Lapse runs on the Node of its own dependencies (the one Lambda has); this starts it from whichever is at hand. It
// stays beside it to see that it ends: at a signal, with whoever started it, and in time. For that it must never be
// busy itself.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { followStarter } from './starter.mjs';

const needed = 24;
/** A deployment ends in order within this, or as if it had been killed: it is made to survive that. */
const endsWithinMs = 4_000;

const node = nodeOfThisProject();
const child = spawn(node, [join(import.meta.dirname, 'lapse.ts'), ...process.argv.slice(2)], {
  // The fourth tells it when this process is gone, whatever it died of.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  // What was compiled once is not compiled at every start. In the project's folder: nobody else can put code there.
  env: {
    NODE_COMPILE_CACHE: join(import.meta.dirname, '..', 'node_modules', '.cache', 'lapse'),
    ...process.env,
  },
});

let ending = false;
function end(signal) {
  child.kill(signal);
  if (!ending) setTimeout(() => child.kill('SIGKILL'), endsWithinMs).unref();
  ending = true;
}
// With Ctrl-C it gets the signal from the terminal as well: twice is as good as once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
followStarter(() => end('SIGTERM'));

child.on('error', (error) => {
  console.error(`${node} cannot be started\n  ${error.message}\n  Run \`npm ci\` in the project folder.`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});

function nodeOfThisProject() {
  if (Number(process.versions.node.split('.')[0]) >= needed) return process.execPath;
  const name = process.platform === 'win32' ? 'node.cmd' : 'node';
  const own = join(import.meta.dirname, '..', 'node_modules', '.bin', name);
  if (existsSync(own)) return own;
  console.error(
    `lapse needs Node ${needed}, and this is ${process.version}.\n` +
      '  The project brings its own, but it is not installed.\n' +
      '  Run `npm ci` in the project folder.',
  );
  process.exit(1);
}
