/**
 * How fast Lapse is, against what it should be: `npm run bench`. Not part of the tests, which never look at a clock.
 * Everything is measured beside a yardstick on the same machine, or counted.
 *
 *   npm run bench -- [--only NAME] [--json]
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { bundles } from './groups/bundles.ts';
import { local } from './groups/local.ts';
import { register } from './groups/register.ts';
import { replay } from './groups/replay.ts';
import { requests } from './groups/requests.ts';
import { suite } from './groups/suite.ts';
import { isReached, tableOf } from './row.ts';
import type { Group, Row } from './row.ts';

const groups: readonly Group[] = [replay, register, requests, local, bundles, suite];

const { values } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const wanted = groups.filter(({ name, onlyNamed }) =>
  values.only === undefined ? !onlyNamed : name.includes(values.only),
);
if (wanted.length === 0) {
  console.error(
    `There is no group "${values.only}"; there are ${groups.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const begun = performance.now();
const rows: Row[] = [];
const say = (line: string): void => {
  const seconds = Math.round((performance.now() - begun) / 1_000);
  process.stderr.write(`${String(seconds).padStart(4)} s  ${line}\n`);
};
for (const group of wanted) {
  say(group.name);
  for await (const row of group.rows((line) => say(`  ${line}`))) {
    rows.push(row);
    say(`  ${row.what}: ${row.reached}`);
  }
}
const machine = {
  at: new Date().toISOString(),
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  load: loadavg().map((value) => Number(value.toFixed(1))),
};
if (values.json)
  console.log(
    JSON.stringify(
      { machine, rows: rows.map((row) => ({ ...row, isReached: isReached(row) })) },
      undefined,
      2,
    ),
  );
else {
  const { at, node, processor, cores, load } = machine;
  console.log(`${at.slice(0, 10)}, ${cores} × ${processor}, Node ${node}, load ${load.join(' ')}\n`);
  console.log(tableOf(rows));
  const short = rows.filter((row) => !isReached(row)).length;
  console.log(`\n${rows.length - short} of ${rows.length} reached.`);
}
