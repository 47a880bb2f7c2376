/** `npm run grants`: what the template grants that a life in which everything happens does not use, and why it is there. */
import { createVitest } from 'vitest/node';
import { createTable } from './table.ts';

const asJson = process.argv.includes('--json');
const life = 'test/journeys/rights.test.ts';

const vitest = await createVitest({ watch: false, reporters: [{}], project: 'journeys' });
const { testModules, unhandledErrors } = await vitest.start([life]);
const tests = testModules.flatMap(({ children }) => [...children.allTests()]);
const unused = tests.flatMap((test) => test.meta().unusedGrants ?? []);
const failures = [...unhandledErrors, ...tests.flatMap((test) => test.result().errors ?? [])];
await vitest.close();

if (asJson) console.log(JSON.stringify(unused, undefined, 2));
else for (const line of createTable(unused)) console.log(line);
for (const failure of failures) console.error(String((failure as { message?: unknown }).message ?? failure));
if (tests.length === 0) console.error(`${life} did not run`);
if (failures.length > 0 || tests.length === 0) process.exitCode = 1;
