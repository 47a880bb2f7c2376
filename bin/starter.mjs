// npm and npx start Lapse through a shell, npm → sh → launcher, and hand on none of their signals dependably: of some
// they die and leave the rest behind, and others end in the shell. So the launcher looks after itself.
import { readFileSync } from 'node:fs';

const lookEveryMs = 250;
/** Who looks four times a second and finds that much time gone was stopped meanwhile, and so was everybody else. */
const stoppedMs = 2_000;

/** Calls `gone` once when npm, npx or the shell between is gone, or when that shell was interrupted. */
export function followStarter(gone) {
  // npm's word for what it runs. Whoever starts Lapse otherwise may leave it running and go.
  const script = process.env['npm_lifecycle_script'];
  if (!script?.includes('lapse')) return;
  const parent = process.ppid;
  const shell = argumentsOf(parent)?.join(' ').includes(` -c ${script}`) ? parent : undefined;
  const npm = shell && parentOf(shell);
  const sleep = watchSleep();
  process.on('SIGCONT', sleep.resumed);
  const timer = setInterval(() => {
    const isThere = process.ppid === parent && (!shell || parentOf(shell) === npm);
    if (isThere && !(shell && sleep.broken(Date.now(), wakingsOf(shell)))) return;
    clearInterval(timer);
    gone();
  }, lookEveryMs);
  timer.unref();
}

/**
 * dash keeps SIGINT to itself until the command it runs has ended, which does not hear of it. The one trace is that
 * it woke up: until its command ends it sleeps, and nothing else wakes it alone.
 */
export function watchSleep() {
  let known;
  let suspected = false;
  let lookedAt;
  const startOver = () => {
    known = undefined;
    suspected = false;
  };
  return {
    /** Whether it was woken, at a look at `now` that found so many wakings; `undefined` while it is awake. */
    broken(now, wakings) {
      const isLate = now - (lookedAt ?? now) > stoppedMs;
      lookedAt = now;
      if (isLate) {
        startOver();
        return false;
      }
      known ??= wakings;
      if (wakings === undefined || wakings === known) return false;
      // Twice, because what explains it may be about to be heard of.
      if (suspected) return true;
      suspected = true;
      return false;
    },
    /** This process was continued, after Ctrl-Z and `fg` for one: so was everybody. */
    resumed: startOver,
  };
}

// Where there is no /proc, the shell is one that makes way for its command, and the signals arrive.

function wakingsOf(pid) {
  const status = ofProcess(pid, 'status');
  // Before it sleeps for the first time, the count is still on its way.
  if (!/^State:\s+S/m.test(status ?? '')) return undefined;
  return /^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1];
}

const parentOf = (pid) => /^PPid:\s+(\d+)/m.exec(ofProcess(pid, 'status') ?? '')?.[1];

const argumentsOf = (pid) => ofProcess(pid, 'cmdline')?.split('\0');

function ofProcess(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
