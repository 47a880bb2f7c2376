/** What a breaker holds back: shown once to the approvers, and let go as far as one of them ticks it. */
import { afterEach, describe, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { viewFaults } from '#lib/standin/slack/limits.ts';
import { admitLapses, unused, type Breaker } from '#lifecycle/breaker.ts';
import { createReleaseForm } from '#slack/release-form.ts';
import { duration, plus } from '#time/instant.ts';
import { approver, id, mallory, noon, observation, openOffice, policy, type Office } from './surroundings.ts';
import { tick } from './tick.ts';
import type { Policy } from '#policy/policy.ts';

let office: Office;
afterEach(async () => office.close());

const { tenant } = observation;
const second = 'U0SECOND';
const rules: Policy = { ...policy, approvers: [approver, second] };
const idOf = (n: number) => `ex-bbbbbbbbbbbbbb${String(n).padStart(2, '0')}`;
const names = ['Alpha', 'Beta', 'Gamma'];

/** Three rules whose owners were told in time and did not answer, held back by a breaker. */
async function trip(count = names.length, more: Parameters<Office['observe']>[0] = {}): Promise<void> {
  office = await openOffice(rules);
  office.workspace.admit({ id: second, address: 'second@contoso.example', standing: 'member' });
  for (let n = 0; n < count; n += 1) {
    const name = names[n] ?? `Rule ${n}`;
    await office.observe({ record: `record-${n}`, name, guid: `guid-${n}`, ...more }, idOf(n));
    await office.deliver(idOf(n));
  }
  office.wait('P3DT1M');
  const wanting = { count, outOf: count, on: idOf(0), shown: [idOf(0), idOf(1)] };
  const strict = { breaker: { ...policy.breaker, most: 1 } };
  const { breaker } = admitLapses(unused, wanting, plus(noon, duration('P3DT1M')), strict);
  await office.breakers.save(tenant, 'lapses', breaker, 0);
}

const form = () => office.workspace.views().findLast(({ state }) => state === 'open');
const open = async (user = approver) => {
  await office.workspace.command('release', user);
  const view = form();
  if (!view) throw new Error('no form was opened');
  return view;
};
const send = async (view: { readonly id: string; readonly view: object }, ...words: readonly string[]) => {
  await office.workspace.submit(view.id, tick({ ...view.view }, ...words));
  const after = office.workspace.views().find((one) => one.id === view.id);
  return { said: read(after?.view['blocks']), errors: after?.errors ?? {} };
};
const present = async (): Promise<Breaker> => (await office.breakers.load(tenant, 'lapses')).breaker;
const said = async (words: string, user = approver) => {
  const { body } = await office.workspace.command(words, user);
  return read((JSON.parse(body) as { blocks: unknown }).blocks);
};

describe('the alert that Lapse has stopped itself', () => {
  it('shows once what would lapse: whose, why, and what that does to mail', async () => {
    await trip();
    const { tripped } = await present();
    const { waiting, why, shown } = tripped ?? { waiting: 0, why: '' };
    await office.run({ type: 'TripBreaker', waiting, why, shown: shown ?? [] }, idOf(0));
    const before = office.workspace.messages().length;
    await office.deliver(idOf(0));
    expect(office.workspace.messages()).toHaveLength(before + 1);
    const alert = office.last();
    expect(alert.channel).toBe('C0SECURITY');
    const text = read(alert.blocks);
    expect(text).toContain('3 exceptions would have lapsed within 1 hour, in which policy allows 1.');
    expect(text).toContain(
      'CRITICAL · Alpha · transport rule · owner: alex@contoso.example. It lapses because nobody answered in time. Once it is off: Its mail is filtered like all other mail',
    );
    expect(text).toContain('Mail that this would change: not known.');
    expect(text).toContain('… and 1 more, which the form lists.');
    await office.workspace.press(alert, 'release', approver);
    expect(form()).toMatchObject({ user: approver, view: { callback_id: 'release_waiting' } });
  });

  it('opens nothing for whoever is no approver, and the trail says that they tried', async () => {
    await trip();
    await office.run({ type: 'TripBreaker', waiting: 3, why: 'too many' }, idOf(0));
    await office.deliver(idOf(0));
    await office.workspace.press(office.last(), 'release', mallory);
    expect(form()).toBeUndefined();
    expect(office.last().text).toContain('Only approvers may do that. Attempts are recorded.');
    expect((await office.trail(idOf(0))).at(-1)).toMatchObject({
      type: 'AnswerRefused',
      answer: 'ReleaseBreaker',
    });
  });

  it('of an older release still opens the form', async () => {
    await trip();
    const button = { type: 'button', action_id: 'release', value: JSON.stringify({ id, version: 1 }) };
    const card = { ...office.last(), blocks: [{ type: 'actions', elements: [button] }] };
    await office.workspace.press(card, 'release', approver);
    expect(form()?.view['callback_id']).toBe('release_waiting');
  });
});

describe('Review and release', () => {
  it('has nothing ticked, and releases nothing that way', async () => {
    await trip();
    const view = await open();
    expect(JSON.stringify(view)).not.toContain('initial_options');
    expect((await send(view)).errors).toEqual({
      which_0: 'Please tick at least one, or close this form: then all stay held back.',
    });
    expect(await present()).not.toHaveProperty('picked');
  });

  it('lets lapse what is ticked, on record with who did it, and holds back the rest', async () => {
    await trip();
    const { said: text } = await send(await open(), 'Alpha', 'Gamma');
    expect(text).toBe(
      'Released: Alpha.\nReleased: Gamma.\nThe next sweep lets them lapse, and Lapse switches them off.\nStill held back: 1. To see them again: /lapse release',
    );
    expect(await present()).toMatchObject({
      tripped: { waiting: 1 },
      picked: { by: approver, ids: [idOf(0), idOf(2)] },
    });
    expect((await office.trail(idOf(0))).at(-1)).toMatchObject({
      type: 'BreakerReleased',
      actor: { slackUser: approver },
      picked: [
        { id: idOf(0), name: 'Alpha' },
        { id: idOf(2), name: 'Gamma' },
      ],
      left: 1,
    });
    await office.workspace.openHome(approver);
    expect(read(office.workspace.home(approver)?.['blocks'])).toContain(
      'waits until an approver has looked: 1 now.',
    );
    expect(read((await open()).view['blocks'])).not.toContain('Alpha');
  });

  it('ends the stop where everything is ticked', async () => {
    await trip();
    await send(await open(), ...names);
    expect(await present()).not.toHaveProperty('tripped');
    expect(await said('release')).toBe('Nothing is held back.');
    await office.workspace.openHome(approver);
    expect(read(office.workspace.home(approver)?.['blocks'])).not.toContain('Stopped');
  });

  it('releases what still waits of a form that is out of date', async () => {
    await trip();
    const view = await open();
    const by = { slackUser: approver, slackTeam: 'T0STANDIN', standing: 'member' } as const;
    const until = plus(noon, duration('P8D'));
    await office.run({ type: 'Hold', by, until, reason: 'incident 42' }, idOf(0));
    const { said: text } = await send(view, 'Alpha', 'Beta');
    expect(text).toContain('Released: Beta.');
    expect(text).toContain('“Alpha” does not lapse any more, so there was nothing to release.');
    expect(await present()).toMatchObject({ picked: { ids: [idOf(1)] }, tripped: { waiting: 1 } });
  });

  it('releases nothing of another stop than the one that was looked at', async () => {
    await trip();
    const view = await open();
    const { breaker, revision } = await office.breakers.load(tenant, 'lapses');
    const at = plus(noon, duration('P3DT2M'));
    const tripped = { ...(breaker.tripped ?? { why: '', waiting: 3, on: idOf(0) }), at };
    await office.breakers.save(tenant, 'lapses', { ...breaker, tripped }, revision);
    expect((await send(view, 'Alpha')).said).toContain('Nothing was released by this form.');
    expect(await present()).not.toHaveProperty('picked');
    expect(await office.types(idOf(0))).not.toContain('BreakerReleased');
  });

  it('lists nothing of another tenant, and releases nothing of it', async () => {
    await trip();
    const other = 'ex-cccccccccccccccc';
    await office.observe({ record: 'record-9', name: 'Elsewhere', guid: 'g', tenant: 'elsewhere' }, other);
    const view = await open();
    expect(read(view.view['blocks'])).not.toContain('Elsewhere');
    const ticked = { which: { which: { selected_options: [{ value: other }, { value: idOf(0) }] } } };
    const metadata = JSON.parse(String(view.view['private_metadata'])) as object;
    await office.sendAs(approver, { form: 'release_waiting', subject: metadata as never }, ticked);
    expect(await present()).toMatchObject({ picked: { ids: [idOf(0)] } });
  });

  it('counts what two approvers tick at once', async () => {
    await trip();
    const mine = await open();
    const theirs = await open(second);
    const save = office.breakers.save.bind(office.breakers);
    let isFirst = true;
    Object.assign(office.breakers, {
      save: async (...args: Parameters<typeof office.breakers.save>) => {
        if (isFirst) {
          isFirst = false;
          await send(theirs, 'Beta');
        }
        return save(...args);
      },
    });
    await send(mine, 'Alpha');
    expect(new Set((await present()).picked?.ids)).toEqual(new Set([idOf(0), idOf(1)]));
    const released = (await office.trail(idOf(0))).filter(({ type }) => type === 'BreakerReleased');
    expect(released.map(({ actor }) => 'slackUser' in actor && actor.slackUser)).toEqual([approver, second]);
  });

  it('that crashed after its record is completed by the same form, and recorded once', async () => {
    await trip();
    const view = await open();
    const save = office.breakers.save.bind(office.breakers);
    Object.assign(office.breakers, { save: () => Promise.reject(new Error('crashed')) });
    await office.workspace.submit(view.id, tick(view.view, 'Alpha'));
    expect(await present()).not.toHaveProperty('picked');
    Object.assign(office.breakers, { save });
    await send(view, 'Alpha');
    expect(await present()).toMatchObject({ picked: { ids: [idOf(0)] } });
    expect((await office.types(idOf(0))).filter((type) => type === 'BreakerReleased')).toHaveLength(1);
  });

  it('stands in the trail of another exception where that of the stop cannot be read', async () => {
    await trip();
    office.makeUnreadable(idOf(0));
    await send(await open(), 'Beta');
    const types = await Promise.all([1, 2].map(async (n) => office.types(idOf(n))));
    expect(types.flat()).toContain('BreakerReleased');
  });

  it('is for approvers only, also where the form is sent by somebody else', async () => {
    await trip();
    const metadata = JSON.parse(String((await open()).view['private_metadata'])) as object;
    const ticked = { which_0: { which: { selected_options: [{ value: idOf(0) }] } } };
    await office.sendAs(mallory, { form: 'release_waiting', subject: metadata as never }, ticked);
    expect(await present()).not.toHaveProperty('picked');
    expect((await office.trail(idOf(0))).at(-1)).toMatchObject({ type: 'AnswerRefused' });
    const answer = `Only approvers may do that. Attempts are recorded.\nApprovers: <@${approver}> <@${second}>`;
    expect(await said('release', mallory)).toBe(answer);
  });

  it('lifts a stop behind which nothing waits any more', async () => {
    await trip();
    for (let n = 0; n < names.length; n += 1) {
      const { asOf } = await office.state(idOf(n));
      const by = { slackUser: approver, slackTeam: 'T0STANDIN', standing: 'member' } as const;
      await office.run({ type: 'Decline', by, seen: asOf }, idOf(n));
    }
    const view = await open();
    expect(read(view.view['blocks'])).toContain('Nothing waits there any more.');
    expect((await send(view)).said).toContain('is lifted.');
    expect(await present()).not.toHaveProperty('tripped');
  });

  it('lists many in fields that Slack takes, the most dangerous first, and says how many it does not list', async () => {
    await trip(12, { settings: { Name: 'Rule', SetSCL: -1 } });
    const view = await open();
    expect(viewFaults(view.view)).toEqual([]);
    expect(Object.keys(tick(view.view, 'Rule'))).toEqual(['which_0', 'which_10']);
    const { breaker } = await office.breakers.load(tenant, 'lapses');
    const state = await office.state(idOf(0));
    const found = Array.from({ length: 70 }, (_, n) => ({
      ...state,
      id: `${idOf(0)}${n}`,
      name: '<!here>'.repeat(90),
    }));
    const { tripped } = breaker;
    if (!tripped) throw new Error('nothing was stopped');
    const moment = { policy: rules, now: plus(noon, duration('P3DT1M')) };
    const long = createReleaseForm({ tenant, of: 'lapses', breaker, tripped }, { found, cut: false }, moment);
    expect(viewFaults({ ...long })).toEqual([]);
    expect(read(long.blocks)).toContain('20 others wait that are less dangerous.');
  });
});

describe('/lapse release', () => {
  it('lists several stops, and opens the form of the tenant that is named', async () => {
    await trip();
    const other = '22222222-7a54-4e0b-9d1c-5f20a6b8c9e1';
    const { breaker } = await office.breakers.load(tenant, 'lapses');
    await office.breakers.save(other, 'lapses', breaker, 0);
    expect(await said('release')).toContain(`${other}, where what would lapse waits`);
    expect(form()).toBeUndefined();
    await office.workspace.command(`release ${other}`, approver);
    expect(String(form()?.view['private_metadata'])).toContain(other);
  });
});

describe('the release of what a new policy brings nearer', () => {
  it('is for all of it, since a policy holds for all or for none', async () => {
    await trip();
    const why = 'too many';
    const stop = { passed: [], tripped: { at: noon, why, waiting: 30, on: idOf(0), policy: 'q' } };
    await office.breakers.save(tenant, 'policy', stop, 0);
    const soonest = [{ name: 'Alpha', from: noon, to: plus(noon, duration('P1D')) }];
    await office.run({ type: 'TripBreaker', waiting: 30, why, policy: 'q', soonest }, idOf(0));
    await office.deliver(idOf(0));
    expect(await said('release')).toContain(
      'deadlines that a new policy would bring forward wait until an approver has looked: 30.',
    );
    await office.workspace.press(office.last(), 'release', approver);
    const view = form();
    if (!view) throw new Error('no form was opened');
    expect(read(view.view['blocks'])).toContain(
      'Alpha: 3 Nov 2026 12:00 UTC instead of 2 Nov 2026 12:00 UTC',
    );
    expect((await send(view)).said).toContain('Released: 30 deadlines');
    const { breaker } = await office.breakers.load(tenant, 'policy');
    expect(breaker).toMatchObject({ released: { by: approver, policy: 'q' } });
    expect((await office.trail(idOf(0))).at(-1)).toMatchObject({ type: 'BreakerReleased', policy: 'q' });
    // What would lapse is another matter.
    expect(await present()).toHaveProperty('tripped');
  });
});
