/** Five hundred openings at once under the limits of Slack, in the order and at the pace that Slack allows. */
import { afterEach, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { SlackUnreachable } from '#slack/failure.ts';
import { duration } from '#time/instant.ts';
import { openOffice, policy as plain, type Office } from './surroundings.ts';
import type { Policy } from '#policy/policy.ts';

const policy: Policy = {
  ...plain,
  digest: { above: 3, within: duration('PT1H'), daily: [] },
};
const count = 500;

let office: Office;
afterEach(async () => office.close());

const idOf = (index: number): string => `ex-${String(index).padStart(16, '0')}`;

/** As its queue does: what Slack is too busy for comes again once Slack takes it. */
async function until(work: () => Promise<unknown>): Promise<void> {
  for (;;)
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof SlackUnreachable) || error.retryAfter === undefined) throw error;
      office.wait(`PT${Math.max(1, error.retryAfter)}S`);
    }
}

it('loses none of five hundred questions to one owner, in three cards and one digest', async () => {
  office = await openOffice(policy, { strict: { channels: ['C0SECURITY'] } });
  const ids = Array.from({ length: count }, (_, index) => idOf(index));
  for (const [index, id] of ids.entries()) {
    await office.observe({ name: `Partner ${index} `, guid: `guid-${index}`, record: `record-${id}` }, id);
    await until(() => office.deliver(id));
  }
  for (let called = office.digests.splice(0); called.length > 0; called = office.digests.splice(0)) {
    office.wait('PT1H');
    for (const to of new Set(called.map((one) => one.to))) await until(() => office.sendDigest(to));
  }
  const tops = office.workspace.messages().filter(({ thread }) => thread === undefined);
  expect(tops.length).toBeLessThanOrEqual(5);
  const said = office.workspace
    .messages()
    .map(({ blocks }) => read(blocks))
    .join(' ');
  for (const [index, id] of ids.entries()) {
    expect(said).toContain(`Partner ${index} `);
    const { unheard, told } = await office.state(id);
    expect(unheard).toBeUndefined();
    expect(told).toHaveLength(1);
  }
});
