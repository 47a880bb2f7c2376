/** `lapse revoke` and its like, from the words typed to what is on record in a local deployment. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { answering } from '../../bin/commands/answer-several.ts';
import { run as progress } from '../../bin/commands/progress.ts';
import { createLocalRoutes, type LocalRoutesOptions } from '#lib/local/local-routes.ts';
import { openGateway } from '#lib/local/gateway.ts';
import { createEnforcements } from '#register/enforcement.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { execute } from '#register/execute.ts';
import { after, noon, observation, policy, told } from '../lifecycle/examples.ts';
import type { Clock } from '#lib/local/clock.ts';
import type { Register } from '#register/contract.ts';

/** A local deployment with so many exceptions that were there before Lapse. */
async function deployed(size: number, more: Partial<LocalRoutesOptions> = {}) {
  const register = createInMemoryRegister();
  const ids = Array.from({ length: size }, (_, index) => `ex-${index}`);
  for (const id of ids) {
    const seen = {
      ...observation,
      record: id,
      name: `Rule ${id}`,
      guid: crypto.randomUUID(),
      imported: after('P14D'),
    };
    const give = (receipt: string, command: Parameters<typeof execute>[1]['command']) =>
      execute(register, { id, receipt, command, now: noon, policy });
    const { exception } = await give(`open ${id}`, { type: 'Observe', id, observation: seen });
    if (exception) await give(`told ${id}`, told(exception, noon));
  }
  const open = await openGateway(0);
  onTestFinished(() => open.close());
  const nobody = () => Promise.reject(new Error('nobody asks for this'));
  open.serve({
    clock: { now: () => after('PT1H') } as Clock,
    machine: () => 1_000_000,
    routes: [],
    local: createLocalRoutes({
      register,
      enforcements: createEnforcements(createInMemoryVersionedValues()),
      policy,
      now: () => after('PT1H'),
      real: [],
      routes: [],
      settled: nobody,
      ...more,
    } as unknown as LocalRoutesOptions),
  });
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(String(line)));
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => {
    log.mockRestore();
    error.mockRestore();
  });
  const typed = async (
    command: (args: readonly string[]) => Promise<number>,
    ...words: readonly string[]
  ) => {
    said.length = 0;
    const code = await command([...words, '--url', open.url]);
    return { code, said: said.join('\n') };
  };
  const revoke = (...words: readonly string[]) =>
    typed(answering('revoke').run, '--reason', 'not needed', '--as', 'USAMSECURITY', ...words);
  return { register, revoke, typed };
}

const statesIn = async (register: Register) =>
  [...Map.groupBy(await Array.fromAsync(register.list()), ({ state }) => state)]
    .map(([state, some]) => `${some.length} ${state}`)
    .toSorted();

it('a preview shows what would become of each, and changes nothing', async () => {
  const { register, revoke } = await deployed(3);
  const { code, said } = await revoke('--name', '*');
  expect(code).toBe(0);
  expect(said).toContain('3 of 3 would be done. Nothing was changed. To do it, add --apply.');
  expect(said).toMatch(/ex-0 .*unconfirmed until .*would be done: disabling/);
  expect(await statesIn(register)).toEqual(['3 unconfirmed']);
});

it('each of three hundred is done, and an interrupted run goes on without doing any twice', async () => {
  const { register, revoke } = await deployed(300);
  const run = ['--run', 'run-of-today', '--apply'];
  const firstHalf = Array.from({ length: 150 }, (_, index) => `ex-${index}`);
  expect(await revoke(...firstHalf, ...run)).toMatchObject({ code: 0 });
  const { code, said } = await revoke('--name', '*', '--json', ...run);
  expect(code).toBe(0);
  const { answers } = JSON.parse(said) as { answers: readonly { outcome: string }[] };
  expect(answers.filter(({ outcome }) => outcome === 'done')).toHaveLength(150);
  expect(answers.filter(({ outcome }) => outcome === 'done before')).toHaveLength(150);
  expect(await statesIn(register)).toEqual(['300 disabling']);
  const trail = await Array.fromAsync(register.trail('ex-0'));
  expect(trail.filter(({ type }) => type === 'ExceptionDeclined')).toHaveLength(1);
});

it('exits with 1 where any was not done, and says of each why not', async () => {
  const { revoke, typed } = await deployed(2);
  expect((await revoke('ex-0', 'ex-none', '--apply')).code).toBe(1);
  const again = await revoke('--name', '*', '--apply');
  expect(again.code).toBe(1);
  expect(again.said).toContain('refused: there was nothing of that kind to answer');
  expect(again.said).toContain('1 of 2 done.');
  const stranger = await typed(
    answering('hold').run,
    ...['--reason', 'x', '--for', '5d', '--as', 'UNOBODY', '--name', '*', '--apply'],
  );
  expect(stranger.code).toBe(1);
  expect(stranger.said).toContain('0 of 2 done.');
});

it('one that is removed is refused where it is named', async () => {
  const { register, revoke } = await deployed(1);
  const state = await register.load('ex-0');
  if (!state?.guid) throw new Error('nothing was opened');
  const gone = {
    ...{ ...observation, record: 'gone', name: state.name, guid: state.guid },
    ...{ operation: 'Remove-TransportRule', change: 'remove' as const, changedAt: after('PT30M') },
  };
  await execute(register, {
    ...{ id: 'ex-0', receipt: 'gone', now: after('PT1H'), policy },
    command: { type: 'ObserveRemoval', observation: gone },
  });
  expect(await statesIn(register)).toEqual(['1 removed']);
  expect((await revoke('--name', '*')).said).toBe('None of that kind is on record.');
  expect((await revoke('ex-0')).said).toContain('refused: there was nothing of that kind to answer');
});

it('nobody can answer where anything is real', async () => {
  const { register, revoke } = await deployed(1, { real: ['https://slack.com'] });
  await expect(revoke('--name', '*', '--apply')).rejects.toThrow(
    'https://slack.com would act on what anybody says',
  );
  expect(await statesIn(register)).toEqual(['1 unconfirmed']);
});

it('progress says how many of what was there before are answered', async () => {
  const { revoke, typed } = await deployed(3);
  await revoke('ex-0', '--apply');
  expect((await typed(progress)).said).toMatch(/: 1 of 3 answered, 1 owner has not reacted\.$/);
  expect(JSON.parse((await typed(progress, '--json')).said)).toMatchObject([
    { tenant: observation.tenant, total: 3, answered: 1, waiting: 2 },
  ]);
});
