/**
 * Whole tenants through months of virtual time, with everything going wrong that can, and the promises checked after
 * every step: `npm run simulate`. Ends with 1 where a promise was broken.
 *
 *   npm run simulate -- [--seed TEXT] [--lives 1000] [--minutes N] [--json] [--only-seed WORLD] [--objects N]
 */
import { parseArgs } from 'node:util';
import { createPlan } from './plan.ts';
import { promises } from './promises.ts';
import { shrink, traceOf } from './shrink.ts';
import { addTo, emptyTally, neverTried, tableOf } from './tally.ts';
import { live } from './world.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    lives: { type: 'string', default: '1000' },
    /** Ends after so long, however many lives were lived. */
    minutes: { type: 'string', default: 'Infinity' },
    json: { type: 'boolean', default: false },
    'only-seed': { type: 'string' },
    /** Exceptions in each world, instead of what its seed says. */
    objects: { type: 'string' },
  },
});
const only = values['only-seed'];
const objects = values.objects === undefined ? undefined : Number(values.objects);
const wanted = only === undefined ? Number(values.lives) : 1;
const say = (line: string): void => {
  if (!values.json) console.log(line);
};

const tally = emptyTally();
const broken: {
  readonly world: string;
  readonly promise: string;
  readonly what: string;
  readonly at: string;
  readonly trace: readonly string[];
}[] = [];
const shown = new Set<string>();
const began = performance.now();
let told = began;
const longest = Number(values.minutes) * 60_000;
for (let index = 0; tally.lives < wanted && performance.now() - began < longest; index += 1) {
  const world = only ?? `${values.seed}.${String(index)}`;
  const plan = createPlan(world, objects);
  const lived = await live(plan);
  addTo(tally, lived);
  for (const { promise, what, at, exception } of lived.violations) {
    // One trace of each promise in each world, and no more than a few of each promise.
    const isNew =
      !shown.has(`${world} ${promise}`) && [...shown].filter((one) => one.endsWith(` ${promise}`)).length < 1;
    shown.add(`${world} ${promise}`);
    const trace = isNew ? traceOf((await shrink(plan, promise)).lived, promise) : [];
    broken.push({ world, promise, what, at, trace });
    say(`\nBROKEN in world ${world}: ${promises[promise]}`);
    say(`  ${what} (${exception ?? 'no exception'}, ${at})`);
    for (const line of trace) say(`    ${line}`);
    say(
      `  again: npm run simulate -- --only-seed ${world}${objects === undefined ? '' : ` --objects ${String(objects)}`}`,
    );
  }
  const now = performance.now();
  if (now - told > 10_000) {
    told = now;
    const seconds = (now - began) / 1000;
    say(
      `${String(tally.lives)} lives in ${String(tally.worlds)} worlds, ${String(tally.steps)} turns of functions, ` +
        `${(tally.lives / seconds).toFixed(1)} lives/s, ${String([...tally.tried.values()].reduce((a, b) => a + b, 0))} things tried, ${String(tally.violations)} violations`,
    );
  }
}
const seconds = (performance.now() - began) / 1000;
const cpu = process.cpuUsage();
const figures = {
  seed: only ?? values.seed,
  ...{ lives: tally.lives, worlds: tally.worlds, turns: tally.steps },
  years: Math.round(tally.days / 365),
  seconds: Math.round(seconds),
  ...(tally.lives < wanted && { endedBefore: `${String(wanted)} lives: the time was over` }),
  cpuSeconds: Math.round((cpu.user + cpu.system) / 1e6),
  violations: tally.violations,
};
if (values.json)
  console.log(
    JSON.stringify(
      {
        ...figures,
        tried: Object.fromEntries(tally.tried),
        events: Object.fromEntries(tally.events),
        ends: Object.fromEntries(tally.ends),
        neverTried: neverTried(tally),
        broken,
      },
      undefined,
      2,
    ),
  );
else {
  say('\nWhat was tried:');
  for (const line of tableOf(tally.tried)) say(line);
  say('\nWhat happened:');
  for (const line of tableOf(tally.events)) say(line);
  say('\nHow it ended:');
  for (const line of tableOf(tally.ends)) say(line);
  const never = neverTried(tally);
  say(never.length === 0 ? '\nNothing was left untried.' : `\nNot tried: ${never.join(', ')}.`);
  say(`\n${JSON.stringify(figures)}`);
}
if (tally.violations > 0) process.exitCode = 1;
