/** What people see and may do in Slack where Lapse may not act, and the kill switch. */
import { afterEach, describe, expect, it } from 'vitest';
import { buttonsOf, read } from '#lib/standin/slack/shapes.ts';
import { viewFaults } from '#lib/standin/slack/limits.ts';
import { createCard } from '#slack/card.ts';
import { createDetails } from '#slack/details.ts';
import { describeOutcome } from '#slack/outcome.ts';
import { describeRow } from '#slack/row.ts';
import { toMarkup } from '#slack/lines.ts';
import type { Mode } from '#policy/enforcement-mode.ts';
import { after, live, noon, observe, told, policy as rules } from '../lifecycle/examples.ts';
import { approver, mallory, observation, openOffice, policy } from './surroundings.ts';

let office: Awaited<ReturnType<typeof openOffice>>;
let open: typeof office | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const tenants = [
  { id: observation.tenant, name: 'Contoso Europe', cloud: 'worldwide' as const, without: [] },
];
const observing = { modes: (): Mode => ({ type: 'observing' }) };

describe('the kill switch', () => {
  const say = async (text: string, user = approver) => {
    const { body } = await office.workspace.command(text, user);
    return read((JSON.parse(body) as { blocks: unknown }).blocks);
  };
  const present = async () => (await office.enforcements.read()).get(observation.tenant);

  it('stops a tenant by its name, with a reason that everybody can read, until somebody lifts it', async () => {
    open = office = await openOffice({ ...policy, tenants });
    expect(await say('stop Contoso Europe mail from partners stands still')).toContain(
      'Enforcement in Contoso Europe is stopped: nothing is disabled there',
    );
    expect(await present()).toMatchObject({
      stopped: { by: `Slack user ${approver}`, why: 'mail from partners stands still' },
    });
    expect(await say('stop Contoso Europe again')).toContain('was stopped before');
    await office.workspace.openHome(approver);
    expect(read(office.workspace.home(approver)?.['blocks'])).toContain(
      'Enforcement is stopped: in Contoso Europe',
    );
    expect(await say('resume contoso europe')).toContain('Enforcement in Contoso Europe is resumed');
    expect(await present()).not.toHaveProperty('stopped');
    expect(await say('resume Contoso Europe')).toBe('Enforcement in Contoso Europe is not stopped.');
  });

  it('takes the GUID of a tenant that policy does not name, and asks for what is missing', async () => {
    open = office = await openOffice();
    expect(await say('stop')).toContain('Please say which tenant');
    expect(await say(`stop ${observation.tenant}`)).toContain('Please give a reason');
    expect(await present()).toBeUndefined();
    expect(await say(`stop ${observation.tenant} incident 42`)).toContain('is stopped');
  });

  it('is for approvers only', async () => {
    open = office = await openOffice();
    expect(await say(`stop ${observation.tenant} because`, mallory)).toContain('Only approvers may do that.');
    expect(await present()).toBeUndefined();
  });

  it('who may not is told of in the channel and logged, without an exception, and no more than three times an hour', async () => {
    open = office = await openOffice({ ...policy, tenants });
    const told = () =>
      office.workspace
        .messages()
        .filter(({ channel }) => channel === policy.fallbackChannel)
        .map(({ blocks }) => read(blocks));
    for (const words of [
      'stop Contoso Europe because',
      'resume Contoso Europe',
      'live Contoso Europe',
      'stop',
    ])
      expect(await say(words, mallory)).toContain('Only approvers may do that.');
    expect(told()).toHaveLength(3);
    expect(told()[0]).toContain('tried /lapse stop in Contoso Europe and was refused');
    expect(office.logged.filter((line) => line.endsWith(' refused'))).toHaveLength(4);
    office.wait('PT61M');
    await say('observe Contoso Europe', mallory);
    expect(told()).toHaveLength(4);
  });

  it('somebody is refused although the channel does not take the message', async () => {
    open = office = await openOffice({ ...policy, tenants });
    office.onlyReaches((body) => !body.includes('refused'));
    expect(await say('stop Contoso Europe because', mallory)).toContain('Only approvers may do that.');
    expect(office.logged).toContain('refused attempt not told');
  });
});

describe('going live in Slack', () => {
  const present = async () => (await office.enforcements.read()).get(observation.tenant);
  const start = async () => {
    open = office = await openOffice({ ...policy, tenants, ...observing });
    await office.enforcements.change(observation.tenant, () => ({ live: {} }));
    await office.observe();
  };
  const form = () => {
    const found = office.workspace.views().findLast(({ state }) => state === 'open');
    if (!found) throw new Error('no form is open');
    return found;
  };
  const send = async (user = approver) => (await office.workspace.submit(form().id, {}, user)).body;

  it('shows first what would lapse, and then starts with a press', async () => {
    await start();
    await office.workspace.command('live Contoso Europe transport-rule', approver);
    const shown = read(form().view['blocks']);
    expect(shown).toContain('1 would lapse within 30 days if nobody answered');
    expect(shown).toContain('Partner newsletter · transport rule · owner: alex@contoso.example · not before');
    expect(await present()).toEqual({ live: {} });
    expect(viewFaults(form().view)).toEqual([]);
    expect(await send()).toContain('live from now on');
    expect(await present()).toMatchObject({
      live: { 'transport-rule': { since: noon, by: `Slack user ${approver}` } },
      pending: { to: 'live' },
    });
    await office.workspace.command('observe Contoso Europe', approver);
    await send();
    expect(await present()).toMatchObject({
      live: {},
      observing: { 'transport-rule': { since: noon } },
      pending: { to: 'observing' },
    });
  });

  it('says that a stopped tenant stays stopped, and lists what was to be disabled before', async () => {
    await start();
    await office.enforcements.change(observation.tenant, () => ({
      live: {},
      stopped: { at: noon, by: 'sam', why: 'x' },
    }));
    await office.workspace.command('live Contoso Europe', approver);
    expect(read(form().view['blocks'])).toContain('Enforcement is stopped there');
    await send();
    expect(await present()).toMatchObject({ stopped: { by: 'sam' } });
  });

  it('changes nothing where all of that is live, and asks for what it does not understand', async () => {
    await start();
    const say = async (text: string) => (await office.workspace.command(text, approver)).body;
    expect(await say('live')).toContain('Please say which tenant');
    expect(await say('live Contoso Europe rules')).toContain('There is no kind “rules”');
    await office.enforcements.change(observation.tenant, () => ({}));
    expect(await say('live Contoso Europe')).toContain('Nothing to do');
  });

  it('is refused to whoever is no approver any more when the form comes back', async () => {
    await start();
    await office.workspace.command('live Contoso Europe', approver);
    expect(await send(mallory)).toContain('Only approvers may do that.');
    expect(await present()).toEqual({ live: {} });
  });
});

describe('where Lapse only observes', () => {
  it('a card offers no disable, and says what would happen', async () => {
    open = office = await openOffice({ ...policy, ...observing });
    const card = await office.ask();
    expect(buttonsOf(card).map((button) => button['action_id'])).not.toContain('disable');
    expect(read(card.blocks)).toContain('Lapse would disable it in Exchange. It stays on');
  });

  it('a card says what would have happened', () => {
    const seen = { ...rules, ...observing };
    const { state, events } = live(
      [
        [noon, observe()],
        [after('PT1M'), (now) => told(now, after('PT1M'))],
        [after('P3D'), { type: 'CheckDue' }],
      ],
      seen,
    );
    const said = describeOutcome(state, events, seen).map(toMarkup).join('\n');
    expect(said).toContain('It would have been switched off at');
    expect(said).toContain('It stays on: Lapse only observes here.');
    const moment = { exception: state, history: events, policy: seen, now: after('P3DT1M') };
    expect(read(createCard(moment).blocks)).toContain('would have been off since');
    expect(toMarkup(describeRow(state, moment))).toMatch(
      /would have been switched off at .*; Lapse only observes here/,
    );
  });

  it('a list says beside each date that it leads to nothing', () => {
    const seen = { ...rules, ...observing };
    const { state } = live([[noon, observe()]], seen);
    const row = (policy: typeof rules) => toMarkup(describeRow(state, { policy, now: noon }));
    expect(row(seen)).toMatch(/answer by .*; Lapse only observes here/);
    expect(row(rules)).not.toContain('observes');
    const card = createCard({ exception: state, history: [], policy: seen, now: noon });
    expect(read(card.blocks)).toMatch(/would be off .* unless approved/);
  });
});

describe('what waits to be switched off', () => {
  const disabling = (seen = rules) =>
    live(
      [
        [noon, observe()],
        [after('PT1M'), (now) => told(now, after('PT1M'))],
        [after('P3D'), { type: 'CheckDue' }],
      ],
      seen,
    ).state;
  const stopped: Mode = { type: 'stopped', at: after('P3DT1M'), by: 'sam', why: 'mail stands still' };

  it.each<[string, Mode, string]>([
    ['stopped', stopped, 'waits: enforcement is stopped.'],
    ['observed only', { type: 'observing' }, 'waits: Lapse only observes here.'],
  ])('says so on its card, in lists and in Details where enforcement is %s', (_, mode, words) => {
    const state = disabling();
    const seen = { ...rules, modes: () => mode };
    const moment = { exception: state, history: [], policy: seen, now: after('P3DT2M') };
    expect(state.state).toBe('disabling');
    expect(read(createCard(moment).blocks)).toContain(words);
    expect(read(createCard(moment).blocks)).toContain('waits to be switched off');
    expect(read(createDetails(moment).blocks)).toContain(words);
    expect(toMarkup(describeRow(state, moment))).toContain('waits to be switched off');
  });

  it('goes on where Lapse may act', () => {
    const state = disabling();
    const card = createCard({ exception: state, history: [], policy: rules, now: after('P3DT2M') });
    expect(read(card.blocks)).toContain('being switched off');
    expect(read(card.blocks)).not.toContain('waits');
  });
});
