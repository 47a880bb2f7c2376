/** Somebody besides the owner is asked in Slack, because the owner was silent. */
import { afterEach, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { duration } from '#time/instant.ts';
import { id, openOffice, policy } from './surroundings.ts';
import type { Policy, RiskClass } from '#policy/policy.ts';
import type { Office } from './surroundings.ts';

let office: Office;
afterEach(async () => office.close());

const step: Partial<RiskClass> = { askNextAfter: duration('P1D') };
const { low, medium, high, critical } = policy.risk;
const rules = (backup: string): Policy => ({
  ...policy,
  people: [{ account: 'alex@contoso.example', backup }],
  risk: {
    low: { ...low, ...step },
    medium: { ...medium, ...step },
    high: { ...high, ...step },
    critical: { ...critical, ...step },
  },
});

async function silentFor(length: string): Promise<void> {
  office.wait(length);
  await office.run({ type: 'CheckDue' });
  await office.deliver();
}
const userAt = (start: string): string =>
  office.workspace.users().find(({ address }) => address.startsWith(start))?.id ?? '';

it('asks the backup in a message of their own, says why, and takes their answer', async () => {
  office = await openOffice(rules('bea@contoso.example'));
  await office.ask();
  await silentFor('P1D');
  const bea = userAt('bea');
  const [card, note] = office.workspace.messages().slice(-2);
  if (!card) throw new Error('no card');
  expect(office.buttons(card)).toContain('approve');
  expect(note).toMatchObject({ thread: card.ts });
  expect(read(note?.blocks)).toBe(
    `<@${bea}>: alex@contoso.example owns “Partner newsletter” and has not answered. Please answer in their place, or tell them.`,
  );
  await office.answer(card, bea);
  expect(await office.state()).toMatchObject({ state: 'confirmed', approval: { by: { slackUser: bea } } });
});

it('asks once, however often the event comes', async () => {
  office = await openOffice(rules('bea@contoso.example'));
  await office.ask();
  await silentFor('P1D');
  const before = office.workspace.messages().length;
  const asked = (await office.trail()).find(({ type }) => type === 'NextAsked');
  if (!asked) throw new Error('nobody was asked');
  await office.hear({ exceptionId: id, version: asked.version, event: asked });
  expect(office.workspace.messages()).toHaveLength(before);
});

it('goes on to the channel where the backup cannot be reached', async () => {
  office = await openOffice(rules('guest.gina@elsewhere.example'));
  await office.ask();
  await silentFor('P1D');
  expect((await office.trail()).filter(({ type }) => type === 'NextAsked')).toMatchObject([
    { next: { address: 'guest.gina@elsewhere.example' } },
    { next: { type: 'team' }, why: 'guest.gina@elsewhere.example is only a guest in Slack' },
  ]);
  expect(office.last().channel).toBe('C0SECURITY');
});

it('asks nobody else once it was answered', async () => {
  office = await openOffice(rules('bea@contoso.example'));
  const card = await office.ask();
  office.wait('P1D');
  await office.run({ type: 'CheckDue' });
  await office.answer(card, office.owner());
  await office.deliver();
  expect(userAt('bea')).toBe('');
});
