/** Observe, go live with a preview, stop and resume: on the local deployment, from the command line and from Slack. */
import { expect, it, vi } from 'vitest';
import { run } from '../../bin/commands/enforce.ts';
import { newRule, tenant } from './records.ts';
import { actions, approver, begin, text } from './world.ts';

it('what would have been disabled is disabled only once its tenant is live and its owner had full notice', async () => {
  const world = await begin();
  const types = async (id: string) => (await world.trail(id)).map(({ type }) => type);
  const enforce = async (...args: readonly string[]): Promise<string> => {
    const said: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    try {
      expect(await run([...args, '--tenant', tenant, '--url', world.local.url])).toBe(0);
    } finally {
      log.mockRestore();
    }
    await world.local.settled();
    return said.join('\n');
  };
  const isOn = () =>
    world.local.tenant?.objects('transport-rule').find(({ name }) => name === 'Partner')?.enabled;

  // Observed: the deadline comes, and nothing happens but that it is said.
  expect(await enforce('off', '--apply')).toContain('Done.');
  await world.feed(newRule('Partner', world.past()));
  const { id } = await world.one('Partner');
  expect(actions(world.card(id))).not.toContain('disable');
  expect(text(world.card(id))).toContain('Lapse only observes here');
  await world.advance('P3DT1H');
  expect(await world.one('Partner')).toMatchObject({ state: 'unconfirmed' });
  expect((await types(id)).at(-1)).toBe('LapseObserved');
  expect(text(world.card(id))).toContain('It would have been switched off at');
  expect(isOn()).toBe(true);

  // Live: first looked at, then decided, and full notice from then on.
  expect(await enforce('on')).toMatch(/would lapse within 30 days if nobody answered[^]* Partner /);
  expect(await enforce('status')).toContain('observes only');
  expect(await enforce('on', '--apply')).toContain('Done.');
  await world.advance('PT2M');
  expect(await types(id)).toContain('DeadlineRestarted');
  expect(await enforce('status')).toContain('all kinds');
  expect(actions(world.card(id))).toContain('disable');

  // Stopped in between, from Slack: nothing acts, and it is loud.
  await world.local.slack?.command(`stop ${tenant} mail stands still`, approver);
  await world.advance('P3DT1H');
  expect(isOn()).toBe(true);
  const alerts = world.local.slack
    ?.messages()
    .map(text)
    .filter((one) => one.includes('Enforcement in this tenant'));
  expect(alerts?.some((one) => one.includes('was stopped'))).toBe(true);
  expect(alerts?.filter((one) => one.includes('is still stopped'))).toHaveLength(3);
  expect(await enforce('status')).toContain('STOPPED');

  // Lifted: what came due meanwhile has its notice again, and then it is over.
  expect(await enforce('resume')).toContain('Nothing was changed.');
  expect(await enforce('resume', '--apply')).toContain('Done.');
  await world.advance('P2D');
  expect(isOn()).toBe(true);
  await world.advance('P1DT1H');
  expect(await world.one('Partner')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
  expect(isOn()).toBe(false);
});
