/** Replays standard input, and says how much memory that took at most, in MB. In a process of its own. */
import { replay } from '../../bin/commands/replay.ts';
import { instant } from '#time/instant.ts';

const nowhere = { write: () => true };
await replay(['-', '--json'], {
  stdin: process.stdin,
  stdout: nowhere,
  stderr: nowhere,
  now: () => instant(Date.now()),
});
console.log(process.resourceUsage().maxRSS / 1000);
