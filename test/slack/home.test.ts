/** The home tab as a place of work, and `/lapse` by name. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { viewFaults } from '#lib/standin/slack/limits.ts';
import { read } from '#lib/standin/slack/shapes.ts';
import { createBulkForm } from '#slack/bulk.ts';
import { createHome, pageSize } from '#slack/home.ts';
import { createParagraph } from '#slack/lines.ts';
import { approver, id, mallory, noon, observation, openOffice, policy } from './surroundings.ts';
import type { Policy } from '#policy/policy.ts';
import type { Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => void (office = await openOffice()));
afterEach(async () => office.close());

const idOf = (n: number): string => `ex-${String(n).padStart(16, '0')}`;
/** So many of one owner, asked about, named "Rule 1" and so on. */
async function openMany(count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    await office.observe({ record: `record-${n}`, name: `Rule ${n}`, guid: `guid-${n}` }, idOf(n));
    await office.deliver(idOf(n));
  }
}
const subjectOf = (n: number): string => JSON.stringify({ id: idOf(n), version: 1 });
const homeOf = (user: string): string => read(office.workspace.home(user)?.['blocks']);
const say = async (text: string, user = approver): Promise<string> =>
  read((JSON.parse((await office.workspace.command(text, user)).body) as { blocks: unknown }).blocks);
const states = async (count: number): Promise<readonly string[]> =>
  Promise.all(Array.from({ length: count }, async (_, n) => (await office.state(idOf(n + 1))).state));

describe('the home tab', () => {
  it('shows its owner what waits for them, and opens the form for it', async () => {
    const card = await office.ask();
    const owner = office.owner();
    await office.workspace.openHome(owner);
    expect(homeOf(owner)).toContain('Partner newsletter');
    const { view } = await office.workspace.pressHome(owner, 'approve');
    expect(view?.view['callback_id']).toBe('approve');
    await office.workspace.submit(view?.id ?? '', { reason: 'Our partner sends it.' });
    expect((await office.state()).state).toBe('confirmed');
    // What is answered waits no longer, without the tab being opened again.
    expect(homeOf(owner)).toContain('Nothing waits for you.');
    expect(card.channel).not.toBe('');
  });

  it('shows what became of a row whose button was pressed', async () => {
    await office.ask();
    const owner = office.owner();
    await office.workspace.openHome(owner);
    await office.workspace.pressHome(owner, 'home_words', 'partner');
    await office.workspace.pressHome(owner, 'disable');
    expect((await office.state()).state).toBe('disabling');
    expect(homeOf(owner)).not.toContain('answer by');
    expect(homeOf(owner)).toContain('Nothing here matches “partner”.');
  });

  it('says why nothing opens for somebody about whom Slack says nothing', async () => {
    await openMany(2);
    const owner = office.owner();
    await office.workspace.openHome(owner);
    office.workspace.fail('users.info', 'internal_error');
    office.wait('PT10M');
    const { view } = await office.workspace.pressHome(owner, 'approve_several');
    expect(read(view?.view['blocks'])).toContain('Slack could not tell Lapse who you are');
  });

  it('says of which tenant each is, where two are called the same', async () => {
    await office.close();
    const [one, two] = [observation.tenant, 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e2'];
    office = await openOffice({
      ...policy,
      tenants: [
        { id: one, name: 'Contoso', cloud: 'worldwide', without: [] },
        { id: two, name: 'Fabrikam', cloud: 'worldwide', without: [] },
      ],
    });
    await office.observe({}, idOf(1));
    await office.deliver(idOf(1));
    await office.observe({ tenant: two, record: 'record-2' }, idOf(2));
    await office.deliver(idOf(2));
    const owner = office.owner();
    await office.workspace.openHome(owner);
    for (const name of ['Contoso', 'Fabrikam'])
      expect(homeOf(owner)).toContain(`Partner newsletter · transport rule in ${name} ·`);
    const { view } = await office.workspace.pressHome(owner, 'approve_several');
    for (const name of ['Contoso', 'Fabrikam'])
      expect(JSON.stringify(view?.view)).toContain(`critical in ${name}, ends 5 Nov`);
  });

  it('is made again after a form that opened before Slack had said who pressed', async () => {
    await office.close();
    office = await openOffice(policy, { headStart: () => Promise.resolve() });
    await office.ask();
    const owner = office.owner();
    await office.workspace.openHome(owner);
    const { view } = await office.workspace.pressHome(owner, 'approve');
    await office.workspace.submit(view?.id ?? '', { reason: 'Our partner sends it.' });
    expect(homeOf(owner)).toContain('Nothing waits for you.');
  });

  it('turns pages, and finds by words', async () => {
    await openMany(pageSize + 2);
    const owner = office.owner();
    await office.workspace.openHome(owner);
    const rows = () => homeOf(owner).match(/Rule \d+ ·/g) ?? [];
    const first = rows();
    expect(first).toHaveLength(pageSize);
    await office.workspace.pressHome(owner, 'home_later');
    const second = rows();
    expect(second).toHaveLength(2);
    expect(new Set([...first, ...second]).size).toBe(pageSize + 2);
    await office.workspace.pressHome(owner, 'home_earlier');
    expect(rows()).toEqual(first);
    await office.workspace.pressHome(owner, 'home_words', 'rule 12');
    expect(rows()).toEqual(['Rule 12 ·']);
    await office.workspace.pressHome(owner, 'home_words', 'nothing like it');
    expect(homeOf(owner)).toContain('Nothing here matches “nothing like it”.');
  });

  it('shows approvers what is on hold, and nobody else other people’s', async () => {
    await office.ask();
    await office.workspace.command(`hold ${id} 3d incident 42`, approver);
    await office.workspace.openHome(approver);
    await office.workspace.pressHome(approver, 'home_scope', 'held');
    expect(homeOf(approver)).toContain('CRITICAL · Partner newsletter · transport rule · on hold until');
    await office.workspace.openHome(mallory);
    await office.workspace.pressHome(mallory, 'home_scope', 'held');
    expect(homeOf(mallory)).not.toContain('Partner newsletter');
    await office.workspace.pressHome(mallory, 'home_scope', 'all');
    expect(homeOf(mallory)).not.toContain('Partner newsletter');
  });

  it('answers several at once, leaving out what was unticked', async () => {
    await openMany(3);
    const owner = office.owner();
    await office.workspace.openHome(owner);
    const { view } = await office.workspace.pressHome(owner, 'approve_several');
    const [one, two] = await Promise.all([office.state(idOf(1)), office.state(idOf(2))]);
    const ticked = [one, two].map((of) => JSON.stringify({ id: of.id, version: of.asOf })).join('\n');
    const { view: after } = await office.workspace.submit(view?.id ?? '', {
      which: ticked,
      reason: 'All of one contract.',
    });
    expect(read(after?.view['blocks'])).toContain('Done: Rule 1: ends on');
    expect(await states(3)).toEqual(['confirmed', 'confirmed', 'unconfirmed']);
    expect(homeOf(owner)).toMatch(/Rule 3 ·/);
    expect(homeOf(owner)).not.toMatch(/Rule 1 ·/);
    // The same form sent again is no second answer.
    await office.workspace.submit(view?.id ?? '', { which: ticked, reason: 'All of one contract.' });
    expect((await office.types(idOf(1))).filter((type) => type === 'ExceptionApproved')).toHaveLength(1);
  });

  it('disables several only once that was confirmed, each by itself', async () => {
    await openMany(2);
    const owner = office.owner();
    await office.workspace.openHome(owner);
    const { view } = await office.workspace.pressHome(owner, 'disable_several');
    expect(await states(2)).toEqual(['unconfirmed', 'unconfirmed']);
    await office.workspace.submit(view?.id ?? '', {});
    expect(await states(2)).toEqual(['disabling', 'disabling']);
  });

  it('records a bulk answer by somebody else as refused, for each, and changes nothing', async () => {
    await openMany(2);
    const owner = office.owner();
    await office.workspace.openHome(owner);
    for (const action of ['approve_several', 'disable_several']) {
      const { view } = await office.workspace.pressHome(owner, action);
      const { view: after } = await office.workspace.submit(view?.id ?? '', { reason: 'x' }, mallory);
      expect(read(after?.view['blocks'])).toContain('Only its owner and the approvers may answer this.');
    }
    expect(await states(2)).toEqual(['unconfirmed', 'unconfirmed']);
    expect((await office.types(idOf(1))).filter((type) => type === 'AnswerRefused')).toHaveLength(2);
  });

  it('gives each no longer a term than policy allows it', async () => {
    await openMany(2);
    const owner = office.owner();
    await office.workspace.openHome(owner);
    const { view } = await office.workspace.pressHome(owner, 'approve_several');
    await office.workspace.submit(view?.id ?? '', { reason: 'Needed.', term: 'P365D' });
    // The longest term of its class is 90 days.
    expect(await office.state(idOf(1))).toMatchObject({
      approval: { expiresAt: new Date(Date.parse(noon) + 90 * 86_400_000).toISOString() },
    });
  });

  it('offers no answer to somebody who must not give it', async () => {
    await office.close();
    const apart: Policy = { ...policy, fourEyes: ['low', 'medium', 'high', 'critical'] };
    office = await openOffice(apart);
    await openMany(2);
    const owner = office.owner();
    await office.workspace.openHome(owner);
    expect(homeOf(owner)).not.toContain('Waiting');
    expect(JSON.stringify(office.workspace.home(owner))).not.toContain('approve_several');
    // Those who may, find it waiting.
    await office.workspace.openHome(approver);
    expect(homeOf(approver)).toMatch(/Rule 1 ·/);
    expect(JSON.stringify(office.workspace.home(approver))).toContain('approve_several');
  });

  it('says what was stopped to approvers only', async () => {
    await office.ask();
    await office.breakers.save(
      observation.tenant,
      'lapses',
      { passed: [], tripped: { at: noon, why: 'too many', waiting: 22, on: id } },
      0,
    );
    await office.workspace.openHome(approver);
    expect(homeOf(approver)).toContain('where what would lapse waits until an approver has looked: 0 now.');
    await office.workspace.openHome(office.owner());
    expect(homeOf(office.owner())).not.toContain('Stopped');
  });

  it('tells somebody who presses an outdated row why, although there is no channel to tell them in', async () => {
    await office.ask();
    const owner = office.owner();
    await office.workspace.openHome(owner);
    await office.run({
      type: 'ObserveRemoval',
      observation: {
        ...observation,
        record: 'record-9',
        operation: 'Remove-TransportRule',
        change: 'remove',
        changedAt: noon,
      },
    });
    const { view } = await office.workspace.pressHome(owner, 'approve');
    expect(read(view?.view['blocks'])).toContain('It is too late to answer');
  });

  it('stays within Slack’s limits whatever the tenant’s data, and nothing in it is parsed', async () => {
    await office.ask();
    const state = await office.state();
    const by = { slackUser: approver, slackTeam: 'T', standing: 'member' } as const;
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('', '\ud800', '<!here>'.repeat(500), 'x'.repeat(10_000)),
    );
    fc.assert(
      fc.property(nasty, nasty, fc.nat({ max: pageSize }), (name, words, count) => {
        const found = Array.from({ length: count }, () => ({ ...state, name }));
        const shown = { scope: 'all', words: words.slice(0, 100), page: 1 } as const;
        const page = { found, more: true, unreadable: 1, cut: true, page: 1 };
        const home = createHome(page, shown, { by, policy, now: noon }, [
          createParagraph([name.slice(0, 300)]),
        ]);
        expect(viewFaults(home)).toEqual([]);
        expect(JSON.stringify(home)).not.toContain('mrkdwn');
        if (count > 0) expect(viewFaults(createBulkForm('renew_several', found, policy))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('/lapse by name', () => {
  it.each([
    ['hold', 'hold'],
    ['reassign', 'not-mine'],
  ])('opens the form of %s where only a name is typed', async (verb, form) => {
    await office.ask();
    await office.workspace.command(`${verb} partner newsletter`, approver);
    const view = office.workspace.views().at(-1);
    expect(view).toMatchObject({ state: 'open', view: { callback_id: form } });
  });

  it('holds by the form', async () => {
    await office.ask();
    await office.workspace.command('hold partner newsletter', approver);
    const view = office.workspace.views().at(-1);
    await office.workspace.submit(view?.id ?? '', { length: 'P3D', reason: 'incident 42' });
    expect((await office.state()).state).toBe('held');
  });

  it('shows, renews, holds and hands over what is called so', async () => {
    await office.ask();
    expect(await say('show partner NEWSLETTER')).toContain('Partner newsletter');
    expect(await say('hold Partner newsletter 3d incident 42')).toBe(
      'Lapse does nothing about “Partner newsletter” until 5 Nov 2026 12:00 UTC.',
    );
    expect(await say('reassign Partner newsletter kim@contoso.example')).toContain(
      'kim@contoso.example now owns “Partner newsletter”',
    );
  });

  it('asks which one where several match, and takes the one that is called just so', async () => {
    await openMany(3);
    await office.observe({ record: 'record-9', name: 'Rule', guid: 'guid-9' }, idOf(9));
    expect(await say('show Rul')).toMatch(/^Which one do you mean\?\nCRITICAL · Rule/);
    expect(await say('hold Rul 3d incident')).toMatch(/^Which one do you mean\?/);
    expect(await say('hold rule 3d incident')).toContain('“Rule” until');
    expect(await states(3)).toEqual(['unconfirmed', 'unconfirmed', 'unconfirmed']);
    // Nor does it say that there are more than it lists.
    expect(await say('show Rul')).not.toContain('There are more');
  });

  it('takes what looks like a time or an address for part of a name, if something is called so', async () => {
    await office.observe({ record: 'record-1', name: 'Partner', guid: 'guid-1' }, idOf(1));
    await office.observe({ record: 'record-2', name: 'Partner 30d newsletter', guid: 'guid-2' }, idOf(2));
    await office.observe(
      { record: 'record-3', name: 'Mail of kim@contoso.example', guid: 'guid-3' },
      idOf(3),
    );
    const opened = () => office.workspace.views().at(-1)?.view;
    await office.workspace.command('hold Partner 30d newsletter', approver);
    expect(opened()).toMatchObject({ callback_id: 'hold', private_metadata: subjectOf(2) });
    await office.workspace.command('reassign Mail of kim@contoso.example', approver);
    expect(opened()).toMatchObject({ callback_id: 'not-mine', private_metadata: subjectOf(3) });
    expect(await states(3)).toEqual(['unconfirmed', 'unconfirmed', 'unconfirmed']);
    expect(await say('hold Partner 30d newsletter 3d incident')).toContain(
      '“Partner 30d newsletter” until 5 Nov',
    );
    expect(await say('hold Partner 3d incident')).toContain('“Partner” until 5 Nov');
  });

  it.each(['"Partner newsletter"', '“Partner newsletter”', '„partner newsletter“'])(
    'takes a name in quotation marks, as messages show it: %s',
    async (name) => {
      await office.ask();
      expect(await say(`show ${name}`)).toContain('Partner newsletter');
      expect(await say(`Hold ${name} 3d incident 42`)).toBe(
        'Lapse does nothing about “Partner newsletter” until 5 Nov 2026 12:00 UTC.',
      );
    },
  );

  it('finds nothing for somebody who may see nothing, whatever exists', async () => {
    await office.ask();
    const found = await say('show Partner newsletter', mallory);
    expect(found.replace('Partner newsletter', 'X')).toBe(await say('show X', mallory));
    expect(await say('search partner', mallory)).toContain('None that you may see matches “partner”.');
  });

  it('lists what is asked for', async () => {
    await openMany(2);
    expect(await say('list rule 2')).toMatch(/^CRITICAL · Rule 2 ·[^\n]*$/);
    expect(await say('mine', office.owner())).toMatch(/Rule 1 ·/);
    expect(await say('mine')).toBe('You own none.');
    expect(await say('expiring 2d')).toBe('None ends that soon.');
    expect(await say('expiring 4d')).toMatch(/Rule 1 ·/);
    expect(await say('expiring soon')).toBe('Please say how soon: /lapse expiring 14d');
    await office.workspace.press(office.last(), 'disable', office.owner());
    await office.run({ type: 'ReportDisabled', attempt: 1, guid: 'guid-2', before: {} }, idOf(2));
    expect(await say('list rule 2')).toBe('None that you may see matches “rule 2”.');
    expect(await say('search rule 2')).toMatch(/^CRITICAL · Rule 2 · transport rule · switched off/);
  });

  it('offers the answer beside what waits for whoever asked', async () => {
    await office.ask();
    const { body } = await office.workspace.command('mine', office.owner());
    expect(body).toContain('"action_id":"approve"');
    const others = (await office.workspace.command('list', approver)).body;
    expect(others).toContain('"action_id":"details"');
    expect(others).not.toContain('"action_id":"approve"');
  });
});
