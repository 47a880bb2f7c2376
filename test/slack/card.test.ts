import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '#lifecycle/decide/decide.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { duration, plus } from '#time/instant.ts';
import { cutList } from '#risk/cut-setting.ts';
import { charactersIn, faults, viewFaults } from '#lib/standin/slack/limits.ts';
import { buttonsOf, entriesOf, read } from '#lib/standin/slack/shapes.ts';
import { createCard } from '#slack/card.ts';
import { describeChange } from '#slack/change.ts';
import { clip } from '#slack/escape.ts';
import { createDetails } from '#slack/details.ts';
import { createForm } from '#slack/form.ts';
import { createMenuForm, menuForms } from '#slack/menu-forms.ts';
import { describeEvent } from '#slack/trail-line.ts';
import { toMarkup } from '#slack/lines.ts';
import { describeAsked, describeHelp, describeQuestion, describeUnheard } from '#slack/pass-on.ts';
import { createNote } from '#slack/reply.ts';
import { describeCall } from '#slack/thread-line.ts';
import { noon, id, observation, policy } from './surroundings.ts';
import type { InputBlock } from '@slack/types';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { CardContent } from '#slack/card-content.ts';
import type { Finding } from '#risk/finding.ts';

const after = (length: string): Instant => plus(noon, duration(length));
const alex = { slackUser: 'U0ALEX', slackTeam: 'T1', standing: 'member' } as const;

/** The card after these commands, each at its time. */
function cardAfter(...steps: readonly (readonly [Instant, Command])[]): CardContent {
  const history: Event[] = [];
  let state: Exception | undefined;
  let now = noon;
  for (const [at, command] of steps) {
    now = at;
    for (const event of decide(state, command, { now, policy })) {
      history.push(event);
      state = evolve(state, event);
    }
  }
  if (!state) throw new Error('nothing was opened');
  return { exception: state, history, policy, now };
}

const observed = (given: Partial<typeof observation> = {}): readonly [Instant, Command] => [
  noon,
  { type: 'Observe', id, observation: { ...observation, ...given } },
];
const told: readonly [Instant, Command] = [
  after('PT1M'),
  {
    type: 'ReportTold',
    of: 1,
    card: { channel: 'D0ALEX', ts: '1.000001' },
    deadline: after('P3D'),
    slackUser: 'U0ALEX',
  },
];
const approved: readonly [Instant, Command] = [
  after('PT1H'),
  {
    type: 'Approve',
    by: alex,
    seen: 1,
    reason: 'The newsletter is sent by our partner.',
    expiresAt: after('P60D'),
    reviewEvery: duration('P30D'),
  },
];
const findings: readonly Finding[] = [
  { id: 'LAPSE-TR-001', risk: 'high', text: 'It skips spam filtering.' },
  { id: 'LAPSE-TR-002', risk: 'low', text: 'It has no end.' },
];
/** The findings' own words are the domain's. */
const fixed = (content: CardContent): CardContent => ({
  ...content,
  exception: { ...content.exception, risk: 'high', findings },
});
const textOf = (content: CardContent): string => read(createCard(fixed(content)).blocks);
const detailsOf = (content: CardContent, page = 0): string =>
  read(createDetails({ ...fixed(content), page }).blocks);
const actionsOf = (content: CardContent) =>
  createCard(content).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
const namesOf = (content: CardContent) =>
  actionsOf(content).map((action) => 'action_id' in action && action.action_id);
const menuOf = (content: CardContent): readonly string[] =>
  entriesOf(createCard(content)).map(({ label }) => label);
/** As a person counts them: each line of text, and one for the buttons. */
const linesOf = (content: CardContent): number =>
  read(createCard(content).blocks).split('\n').length + (actionsOf(content).length > 0 ? 1 : 0);

describe('the card', () => {
  it('of an unconfirmed exception says at a glance what it does, whose it is, what it rests on, what silence does', () => {
    expect(textOf(cardAfter(observed(), told))).toBe(
      [
        '⏳ HIGH · Partner newsletter · off 5 Nov 2026 12:00 UTC unless approved',
        'Transport rule, 1 sender: It skips spam filtering.',
        'Owner: alex@contoso.example · made by alex@contoso.example at 2 Nov 2026 10:55 UTC',
        'Evidence: name-only. The sender’s name alone, which anybody can write on a message.',
        'If nobody answers by 5 Nov 2026 12:00 UTC (5 Nov, 12:00 UTC), Lapse disables it in Exchange.',
      ].join('\n'),
    );
  });

  it('has at most eight lines, whatever state it is in and whomever it is for', () => {
    const security = { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' } as const;
    const step = (at: string, command: Command) => [after(at), command] as const;
    const seen = (given: Partial<typeof observation>): Command => ({
      type: 'Observe',
      id,
      observation: { ...observation, record: 'record-2', operation: 'Set-TransportRule', ...given },
    });
    const altered = seen({
      change: 'alter',
      settings: { ...observation.settings, SenderDomainIs: ['a.example'] },
      changedBy: { type: 'person', id: 'kim@contoso.example' },
    });
    const report = { type: 'ReportDisabled', attempt: 1, guid: 'g', before: observation.settings } as const;
    const declined = step('PT1H', { type: 'Decline', by: alex, seen: 1 });
    const off = [observed(), told, declined, step('PT2H', report)] as const;
    const hold: Command = { type: 'Hold', by: security, until: after('P4D'), reason: 'incident 42' };
    const restore: Command = { type: 'Restore', by: security, expiresAt: after('P1D'), reason: 'month-end' };
    const { risk } = policy;
    const first = { ...risk.high, onSilence: 'disable-first' as const };
    const contents = [
      cardAfter(observed(), told, approved, step('PT2H', altered)),
      cardAfter(observed({ complete: false }), told),
      cardAfter(...off, step('P1D', seen({ change: 'enable', changedAt: after('PT3H') }))),
      cardAfter(...off, step('PT3H', restore)),
      cardAfter(observed(), told, approved, step('P2D', hold)),
      cardAfter(...off),
      cardAfter(observed(), told, approved),
    ].flatMap((content) => [content, { ...content, fallback: 'an application made it' }]);
    const whileOff = {
      ...cardAfter(...off),
      policy: { ...policy, risk: { ...risk, high: first, critical: first } },
    };
    const { exception } = whileOff;
    const asked = { ...exception, cause: 'disable first' } as Exception;
    for (const content of [
      ...contents,
      { ...whileOff, exception: asked, fallback: 'an application made it' },
    ])
      expect([read(createCard(content).blocks), linesOf(content) <= 8]).toEqual([expect.any(String), true]);
  });

  it('has everything else behind Details', () => {
    expect(detailsOf(cardAfter(observed(), told))).toBe(
      [
        'Partner newsletter',
        `Transport rule · high risk · ${id}`,
        'Tenant: b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1',
        'Owner: alex@contoso.example',
        'Lets past: 1 sender',
        'Evidence: name-only. The sender’s name alone, which anybody can write on a message.',
        'Not renewed so far.',
        'Where it stands',
        'If nobody answers by 5 Nov 2026 12:00 UTC (5 Nov, 12:00 UTC), Lapse disables it in Exchange.',
        'Who may keep it',
        'Its owner may approve it, and so may the approvers: <@U0SECURITY>',
        'Why it is risky',
        'high: It skips spam filtering.',
        'low: It has no end.',
        'If it is disabled',
        'Its mail is filtered like all other mail: what looks like spam or forgery goes to junk or quarantine.',
        'Mail through it: not known.',
        'What changed',
        'Made (New-TransportRule): by alex@contoso.example at 2 Nov 2026 10:55 UTC.',
        'Settings',
        'set SCL: -1',
        'sender domain is: partner.example',
        'How exact this is',
        'The audit log can be an hour or more late: changes in the tenant happened before this message.',
        'Exchange may take more than 30 minutes to apply a change to mail.',
        'History, newest first',
        '2 Nov 2026 12:01 UTC: Its owner, <@U0ALEX>, was told in Slack.',
        '2 Nov 2026 12:00 UTC: Found: made or changed by alex@contoso.example.',
      ].join('\n'),
    );
  });

  it('names the tenant only where policy has several', () => {
    const tenants = [observation.tenant, '11111111-2222-3333-4444-555555555555'].map((tenant, index) => ({
      id: tenant,
      name: ['Contoso', 'Fabrikam'][index] ?? '',
      cloud: 'worldwide' as const,
      without: [],
    }));
    const content = cardAfter(observed());
    expect(textOf({ ...content, policy: { ...policy, tenants } })).toContain(
      'Transport rule in Contoso, 1 sender: ',
    );
    expect(textOf({ ...content, policy: { ...policy, tenants: tenants.slice(0, 1) } })).not.toContain(
      'Contoso',
    );
    expect(textOf(content)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  it('is told anew to nobody who owned it before: there is nothing left for them', () => {
    const content = cardAfter(observed(), told);
    const former = createCard({ ...fixed(content), former: true });
    expect(read(former.blocks)).toBe(
      '⏳ HIGH · Partner newsletter · off 5 Nov 2026 12:00 UTC unless approved\nalex@contoso.example owns it now. There is nothing left for you to do.',
    );
    expect(former.blocks.some(({ type }) => type === 'actions')).toBe(false);
  });

  it('says which of its settings are too long to be kept whole', () => {
    const settings = { SetSCL: -1, SenderDomainIs: cutList(['a.example'], 4_000, '0f5c2b1e') };
    expect(
      detailsOf(cardAfter([noon, { type: 'Observe', id, observation: { ...observation, settings } }])),
    ).toContain('SenderDomainIs is too long to be kept whole: Lapse keeps 1 of 4000 entries');
  });

  it('names who made it and who changed it last, each with their own time', () => {
    const kim = { type: 'person', id: 'kim@contoso.example' } as const;
    const set = { operation: 'Set-TransportRule', change: 'alter', record: 'record-2' } as const;
    const later = observed({ ...set, changedBy: kim, changedAt: after('PT1H') });
    for (const content of [cardAfter(observed(), later), cardAfter(later, observed())]) {
      expect(textOf(content)).toContain(
        'made by alex@contoso.example at 2 Nov 2026 10:55 UTC · last changed by kim@contoso.example at 2 Nov 2026 13:00 UTC',
      );
      expect(detailsOf(content)).toContain(
        [
          'Made (New-TransportRule): by alex@contoso.example at 2 Nov 2026 10:55 UTC.',
          'Last changed (Set-TransportRule): by kim@contoso.example at 2 Nov 2026 13:00 UTC.',
        ].join('\n'),
      );
    }
    expect(textOf(cardAfter(later))).toContain('first seen changed by kim@contoso.example');
    expect(detailsOf(cardAfter(later))).toContain(
      'First known change (Set-TransportRule): by kim@contoso.example',
    );
  });

  it('of a changed exception says what is different, in words', () => {
    const connector = (addresses: string, settings = {}) => ({
      kind: 'inbound-connector' as const,
      operation: 'Set-InboundConnector',
      settings: { Name: 'Partner', SenderIPAddresses: [addresses], ...settings },
    });
    const content = cardAfter(
      observed(connector('8.8.8.0/24', { RestrictDomainsToCertificate: true, Comment: 'a' })),
      told,
      approved,
      [
        after('PT2H'),
        {
          type: 'Observe',
          id,
          observation: {
            ...observation,
            ...connector('8.8.8.0/24', { Comment: 'b' }),
            settings: {
              Name: 'Partner',
              SenderIPAddresses: ['8.8.8.0/24', '9.9.9.1', '9.9.9.2', '9.9.9.3'],
              RestrictDomainsToCertificate: false,
              Comment: 'b',
            },
            record: 'record-2',
            change: 'alter',
          },
        },
      ],
    );
    const differs = 'certificate requirement dropped; 3 addresses added, now 259; comment changed';
    expect(textOf(content)).toContain(`\nChanged: ${differs}.\n`);
    expect(detailsOf(content)).toContain(`\nCompared with before: ${differs}.\n`);
  });

  it('offers to approve, and to disable after asking once more', () => {
    expect(actionsOf(cardAfter(observed()))).toMatchObject([
      {
        action_id: 'approve',
        style: 'primary',
        text: { text: 'Approve' },
        accessibility_label: 'Approve: Partner newsletter',
        value: JSON.stringify({ id, version: 1 }),
      },
      {
        action_id: 'disable',
        style: 'danger',
        text: { text: 'Disable now' },
        accessibility_label: 'Disable now: Partner newsletter',
        confirm: {
          title: { text: 'Disable it now?' },
          text: {
            text: 'Lapse disables it in Exchange and reads it back. Its mail is filtered like all other mail: what looks like spam or forgery goes to junk or quarantine. Details shows what rests on it.',
          },
          confirm: { text: 'Disable now' },
          deny: { text: 'Keep it' },
        },
      },
      { action_id: 'details', accessibility_label: 'Details: Partner newsletter' },
      { action_id: 'more' },
    ]);
    expect(menuOf(cardAfter(observed()))).toEqual(['Not mine', 'Ask a colleague', 'Remind me tomorrow']);
  });

  it('says in its notification what must be known without opening it', () => {
    expect(createCard(fixed(cardAfter(observed()))).text).toBe(
      'Partner newsletter · HIGH · off 5 Nov 2026 12:00 UTC unless approved. Transport rule, 1 sender: It skips spam filtering.',
    );
  });

  it('shows moments in the reader’s own time zone', () => {
    expect(JSON.stringify(createCard(cardAfter(observed())).blocks)).toContain(
      '{"type":"date","timestamp":1793880000,"format":"{date_short} {time}","fallback":"5 Nov 2026 12:00 UTC","style":{"bold":true}}',
    );
  });

  it('admits when Exchange could not be read', () => {
    expect(textOf(cardAfter(observed({ complete: false })))).toContain(
      ' Exchange could not be read: this comes from the audit log alone.',
    );
  });

  it('of what protects rather than bypasses offers no disable and threatens none', () => {
    const content = cardAfter(observed());
    const escalating = { ...content, exception: { ...content.exception, remedy: 'escalate' as const } };
    expect(namesOf(escalating)).toEqual(['approve', 'details', 'more']);
    expect(textOf(escalating)).toMatch(/^⏳ HIGH · Partner newsletter · answer due 5 Nov 2026 12:00 UTC\n/);
    expect(textOf(escalating)).toContain(
      'If nobody answers by 5 Nov 2026 12:00 UTC (5 Nov, 12:00 UTC), people in <#C0SECURITY> are alerted. Lapse disables nothing here: switching this off would remove protection.',
    );
  });

  it('where policy only escalates says that it stays on', () => {
    const content = cardAfter(observed());
    const { risk } = policy;
    const lenient = { ...policy, risk: { ...risk, high: { ...risk.high, onSilence: 'escalate' as const } } };
    expect(textOf({ ...content, policy: lenient })).toContain(
      'If nobody answers by 5 Nov 2026 12:00 UTC (5 Nov, 12:00 UTC), people in <#C0SECURITY> are alerted. It stays on.',
    );
  });

  it('of a confirmed exception says who answered, when, why and until when', () => {
    const content = cardAfter(observed(), told, approved);
    expect(textOf(content)).toBe(
      [
        '✅ HIGH · Partner newsletter · approved until 2 Dec 2026 13:00 UTC',
        'Transport rule, 1 sender: It skips spam filtering.',
        'Owner: alex@contoso.example · made by alex@contoso.example at 2 Nov 2026 10:55 UTC',
        'Evidence: name-only. The sender’s name alone, which anybody can write on a message.',
        'Approved by <@U0ALEX> at 2 Nov 2026 13:00 UTC: “The newsletter is sent by our partner.”',
        'If nobody renews it by 2 Dec 2026 13:00 UTC (2 Dec, 13:00 UTC), Lapse disables it in Exchange.',
      ].join('\n'),
    );
    expect(detailsOf(content)).toContain(
      'It may stay until 1 Jan 2027 12:00 UTC, with a review by 2 Dec 2026 13:00 UTC. Not renewed so far.',
    );
    // The second after an approval nobody has to renew it.
    expect(namesOf(content)).toEqual(['disable', 'details', 'more']);
    expect(menuOf(content)).toEqual(['Renew early', 'Not mine', 'Ask a colleague']);
  });

  it('offers to renew in the last part of a term, and on every reminder', () => {
    const content = cardAfter(observed(), told, approved);
    const early = ['disable', 'details', 'more'];
    const due = ['renew', 'disable', 'details', 'more'];
    const names = (given: Partial<CardContent>) => namesOf({ ...content, ...given });
    // It ends 30 days after the approval: the last quarter is 7 days and 12 hours.
    expect(names({ now: plus(after('PT1H'), duration('PT539H')) })).toEqual(early);
    expect(names({ now: plus(after('PT1H'), duration('PT540H')) })).toEqual(due);
    expect(textOf({ ...content, now: plus(after('PT1H'), duration('PT540H')) })).toMatch(
      /^⏳ HIGH · Partner newsletter · off 2 Dec 2026 13:00 UTC unless renewed\n/,
    );
    expect(names({ now: after('P1D'), reminder: true })).toEqual(due);
    const { risk } = policy;
    const twice = { ...risk.critical, remindBefore: [duration('P20D'), duration('P1D')] };
    const patient = { ...policy, risk: { ...risk, high: twice, critical: twice } };
    expect(names({ policy: patient, now: plus(after('PT1H'), duration('P9D')) })).toEqual(early);
    expect(names({ policy: patient, now: plus(after('PT1H'), duration('P10D')) })).toEqual(due);
    const never = { ...twice, remindBefore: [duration('P40D')] };
    const vain = { ...policy, risk: { ...risk, high: never, critical: never } };
    expect(names({ policy: vain, now: after('P1D') })).toEqual(early);
  });

  it('says of each decision who, when and why as that decision’s own event does', () => {
    const security = { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' } as const;
    const step = (at: string, command: Command) => [after(at), command] as const;
    const renewed = step('P1D', { ...approved[1], type: 'Renew', seen: 9, reason: 'Still sent.' } as Command);
    const held = step('P2D', { type: 'Hold', by: security, until: after('P4D'), reason: 'incident 42' });
    const over = step('P4D', { type: 'CheckDue' });
    const heldAgain = step('P5D', { type: 'Hold', by: security, until: after('P6D'), reason: 'incident 43' });
    const life = [observed(), told, approved, renewed, held, over] as const;
    const renewal = 'Renewed by <@U0ALEX> at 3 Nov 2026 12:00 UTC: “Still sent.”';

    // A reminder after the hold: the hold is over, and the renewal is not its doing.
    const resumed = cardAfter(...life);
    expect(textOf({ ...resumed, reminder: true })).toContain(`\n${renewal}\n`);
    expect(textOf(resumed)).not.toContain('Put on hold');
    expect(textOf(cardAfter(...life, heldAgain))).toContain(
      '\nPut on hold by <@U0SECURITY> at 7 Nov 2026 12:00 UTC: “incident 43”.\n',
    );
  });

  it('says nothing of a reason that it cannot read', () => {
    const security = { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' } as const;
    const hold = { type: 'Hold', by: security, until: after('P4D'), reason: 'incident 42' } as const;
    const held = { ...cardAfter(observed(), [after('PT1H'), hold]), history: [] };
    expect(textOf(held)).toContain('Put on hold by <@U0SECURITY> at 2 Nov 2026 13:00 UTC.\n');
    const declined = [after('PT1H'), { type: 'Decline', by: alex, seen: 1 }] as const;
    expect(textOf(cardAfter(observed(), told, declined))).toContain(
      'Declined by <@U0ALEX> at 2 Nov 2026 13:00 UTC, without a reason.\n',
    );
    expect(textOf({ ...cardAfter(observed(), told, approved), history: [] })).toContain(
      'Approved by <@U0ALEX> at 2 Nov 2026 13:00 UTC: “The newsletter is sent by our partner.”\n',
    );
  });

  it('of a declined exception does not say disabled before the read-back', () => {
    const declined = [after('PT1H'), { type: 'Decline', by: alex, seen: 1, reason: 'Old.' }] as const;
    const before = cardAfter(observed(), told, declined);
    expect(textOf(before)).toContain(
      [
        'Declined by <@U0ALEX> at 2 Nov 2026 13:00 UTC: “Old.”',
        'Lapse is disabling it in Exchange, because it was declined. It may still be on: this card changes once Exchange has been read again.',
      ].join('\n'),
    );
    expect(`${textOf(before)}${createCard(before).text}`).not.toMatch(/Disabled|is off/);
    expect(textOf(before)).toMatch(/^⏳ HIGH · Partner newsletter · being switched off\n/);
    expect(namesOf(before)).toEqual(['undo', 'details']);

    const report = { type: 'ReportDisabled', attempt: 1, guid: observation.guid ?? '', before: {} } as const;
    const done = cardAfter(observed(), told, declined, [after('PT2H'), report]);
    expect(textOf(done)).toContain(
      [
        'Declined by <@U0ALEX> at 2 Nov 2026 13:00 UTC: “Old.”',
        'Off because it was declined: configuration disabled, read back at 2 Nov 2026 14:00 UTC.',
      ].join('\n'),
    );
    expect(textOf(done)).toMatch(/^⛔ HIGH · Partner newsletter · off\n/);
    expect(detailsOf(done)).toContain('Mail may follow the old setting for 30 minutes or more.');
    // Only approvers may restore it.
    expect(menuOf(done)).toEqual(['Not mine', 'Ask a colleague']);
    expect(menuOf({ ...done, forApprovers: true })).toEqual([
      'Name another owner',
      'Ask a colleague',
      'Restore',
    ]);
    expect(menuOf({ ...done, policy: { ...policy, approvers: ['U0ALEX'] } })).toEqual([
      'Not mine',
      'Ask a colleague',
      'Restore',
    ]);
  });

  it('of a disable that failed says that it may still be on, and when it is tried again', () => {
    const content = cardAfter(
      observed(),
      told,
      [after('P3D'), { type: 'CheckDue' }],
      [after('P3D'), { type: 'ReportDisableFailed', attempt: 1, why: 'Exchange answered 403' }],
    );
    expect(textOf(content)).toContain(
      'Attempt 1 to disable it failed: “Exchange answered 403”. It may still be on. Lapse tries again at 5 Nov 2026 12:01 UTC, and keeps trying until it works.',
    );
    expect(textOf(content)).not.toContain('Disabled');
  });

  it('of an exception switched off by somebody else says so', () => {
    const content = cardAfter(observed(), told, [
      after('PT2H'),
      {
        type: 'Observe',
        id,
        observation: {
          ...observation,
          record: 'record-2',
          operation: 'Disable-TransportRule',
          change: 'disable',
          enabled: false,
          changedBy: { type: 'person', id: 'kim@contoso.example' },
          changedAt: after('PT1H'),
        },
      },
    ]);
    expect(textOf(content)).toContain(
      'Switched off in the tenant by kim@contoso.example, not by Lapse, at 2 Nov 2026 13:00 UTC.',
    );
  });

  it('of a removed exception asks nothing', () => {
    const removal = {
      type: 'ObserveRemoval',
      observation: {
        ...observation,
        record: 'record-2',
        operation: 'Remove-TransportRule',
        change: 'remove',
        changedAt: after('PT1H'),
      },
    } as const;
    const content = cardAfter(observed(), told, [after('PT2H'), removal]);
    expect(textOf(content)).toContain(
      'It has been gone from the tenant since 2 Nov 2026 13:00 UTC.\nThere is nothing left to answer.',
    );
    expect(textOf(content)).toMatch(/^➖ HIGH · Partner newsletter · gone\n/);
    expect(namesOf(content)).toEqual(['details']);
  });

  it('of an exception that goes on as another one says which', () => {
    const joined = { type: 'Join', into: 'ex-bbbbbbbbbbbbbbbb' } as const;
    const content = cardAfter(observed(), told, [after('PT2H'), joined]);
    expect(textOf(content)).toContain(
      'Exchange shows that this is the same object as ex-bbbbbbbbbbbbbbbb, which goes on: please answer there.',
    );
    expect(textOf(content)).not.toContain('gone from the tenant');
    expect(namesOf(content)).toEqual(['details']);
  });

  it('in the fallback channel says why it is there and who may answer', () => {
    const content = { ...cardAfter(observed()), fallback: 'an application made it' };
    expect(textOf(content)).toContain(
      'Asked here because an application made it. Its owner may approve it, and so may the approvers: <@U0SECURITY>',
    );
    expect(menuOf(content)).toEqual(['Name another owner', 'Ask a colleague', 'Hold']);
  });
});

describe('text from the tenant', () => {
  const hostile = '<!channel> *bold* <@U0CEO> <https://evil.example|click> &amp; `code`';
  const content = fixed(
    cardAfter(
      observed({
        name: hostile,
        settings: { ...observation.settings, SenderDomainIs: [hostile] },
        changedBy: { type: 'person', id: hostile },
      }),
    ),
  );

  it('pings nobody and links nowhere in the part that Slack parses', () => {
    const { text } = createCard({ ...content, fallback: hostile });
    expect(text).not.toMatch(/<[!@#h]/);
    expect(text).toContain(
      '&lt;!channel&gt; *bold* &lt;@U0CEO&gt; &lt;https://evil.example|click&gt; &amp;amp; `code`',
    );
  });

  it('stands in the blocks as it is, where nothing is parsed', () => {
    const views = [
      createCard({ ...content, fallback: hostile }).blocks,
      createForm('approve', content.exception, policy, noon),
      createDetails(content),
      ...menuForms.map((form) => createMenuForm(form, content.exception, policy)),
    ];
    expect(read(views[0])).toContain(hostile);
    for (const view of views) expect(JSON.stringify(view)).not.toContain('mrkdwn');
  });
});

describe('Slack’s limits', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '',
      ' ',
      '\u0000\u001b[31m',
      '\ud800',
      '👩‍👩‍👧‍👦'.repeat(2_000),
      '<!here>'.repeat(500),
      'x'.repeat(10_000),
    ),
  );
  const states = [
    cardAfter(observed(), told),
    cardAfter(observed(), told, approved),
    cardAfter(observed(), told, [after('PT1H'), { type: 'Decline', by: alex, seen: 1 }]),
  ];

  it('hold for every card and form, whatever the tenant calls its things', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...states),
        fc.record({ name: nasty, author: nasty, reason: nasty, why: nasty, tenant: nasty, finding: nasty }),
        fc.nat({ max: 200 }),
        fc.dictionary(nasty, fc.oneof(nasty, fc.array(nasty, { maxLength: 5 })), { maxKeys: 40 }),
        (content, given, count, settings) => {
          const { exception } = content;
          const answered = exception.state === 'confirmed' ? exception.approval : undefined;
          const odd = {
            ...exception,
            name: given.name,
            tenant: given.tenant,
            changedBy: { type: 'person', id: given.author },
            owner: { type: 'team', why: given.why },
            findings: Array.from({ length: count }, () => ({ id: 'X', risk: 'high', text: given.finding })),
            ...(answered ? { approval: { ...answered, reason: given.reason } } : {}),
          } as Exception;
          const history = content.history.map((event) =>
            event.type === 'ExceptionOpened' ? { ...event, settings, operation: given.name } : event,
          );
          const { text, blocks } = createCard({ ...content, exception: odd, history, fallback: given.why });
          expect(faults(blocks, 'message')).toEqual([]);
          expect(charactersIn(blocks)).toBeLessThan(10_000);
          expect(text.length).toBeLessThan(4_000);
          // Halves of surrogate pairs would not survive the way to Slack.
          expect(JSON.stringify({ text, blocks })).not.toMatch(/\\ud[89a-f]/);
          expect(viewFaults(createForm('renew', odd, policy, content.now))).toEqual([]);
          for (const page of [0, 1, 9]) {
            const details = createDetails({ exception: odd, history, policy, page, unread: [1, 2] });
            expect(viewFaults(details)).toEqual([]);
            expect(JSON.stringify(details)).not.toMatch(/\\ud[89a-f]/);
          }
          for (const form of menuForms) expect(viewFaults(createMenuForm(form, odd, policy))).toEqual([]);
          const asked = {
            type: 'HelpAsked',
            at: noon,
            actor: { type: 'owner', slackUser: given.author, slackTeam: 'T1' },
            colleague: given.author,
            question: given.reason,
          } as const;
          const said = [
            ...(['ask', 'remind', 'tell'] as const).map((type) => describeCall(type, odd, policy, noon)),
            describeHelp(asked, odd, [given.author]),
            describeQuestion(asked, odd),
            describeAsked(asked, odd),
            describeUnheard(asked, odd, [given.author]),
            describeUnheard(asked, odd, []),
            describeEvent(asked),
          ];
          for (const line of said) {
            const note = createNote(line);
            expect(faults(note.blocks, 'message')).toEqual([]);
            expect(note.text.length).toBeLessThan(4_000);
            expect(note.text).not.toMatch(/<[!#h]/);
            expect(JSON.stringify(note)).not.toMatch(/\\ud[89a-f]/);
          }
          expect(linesOf({ ...content, exception: odd, history, fallback: given.why })).toBeLessThanOrEqual(
            8,
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('leave findings that do not fit as a count', () => {
    const content = cardAfter(observed());
    const many = Array.from({ length: 200 }, (_, n) => ({
      id: 'X',
      risk: 'high' as const,
      text: `Reason ${n}.`,
    }));
    const text = read(
      createDetails({ ...content, exception: { ...content.exception, findings: many } }).blocks,
    );
    expect(text).toContain('Reason 19.');
    expect(text).not.toContain('Reason 20.');
    expect(text).toContain('… and 180 more');
  });

  it('are seen by the stand-in workspace when they are broken', () => {
    const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } });
    expect(faults([header('x'.repeat(151))], 'message')).toEqual(['blocks.0.text: 1–150 characters']);
    expect(faults([header('')], 'message')).toEqual(['blocks.0.text: 1–150 characters']);
    expect(
      faults(
        Array.from({ length: 51 }, () => header('x')),
        'message',
      ),
    ).toEqual(['at most 50 blocks']);
  });
});

describe('the form', () => {
  const formOf = (renewals: number, now: Instant) => {
    const { exception } = cardAfter(observed(), told, approved);
    return read(createForm('renew', { ...exception, renewals }, policy, now).blocks);
  };

  it('says what an early renewal does', () => {
    const start =
      'This is early: it may stay until 2 Dec 2026 13:00 UTC without it. A renewal starts a new term today';
    expect(formOf(0, after('P1D'))).toContain(
      `${start} and uses up one of the 3 renewals that its owner may still give alone.`,
    );
    expect(formOf(2, after('P1D'))).toContain(
      `${start} and uses up the last renewal that its owner may give alone.`,
    );
    expect(formOf(3, after('P1D'))).toContain(`${start}.`);
    expect(formOf(0, after('P29D'))).not.toContain('This is early');
  });

  it('asks for reason, expiry and cadence, as far as policy allows', () => {
    const { exception } = fixed(cardAfter(observed()));
    const view = createForm('approve', exception, policy, noon);
    expect(view).toMatchObject({
      callback_id: 'approve',
      private_metadata: JSON.stringify({ id, version: 1 }),
      title: { text: 'Approve exception' },
      submit: { text: 'Approve' },
    });
    const inputs = view.blocks.flatMap((block) => (block.type === 'input' ? [block as InputBlock] : []));
    expect(inputs.map(({ label, hint }) => [label.text, hint?.text])).toEqual([
      ['Why must it stay?', 'What relies on it, and what would break without it. Up to 500 characters.'],
      ['Needed until the end of', '2027-01-30 at the latest, time zone Europe/Berlin.'],
      ['Review it every', 'At each review, somebody must renew it.'],
    ]);
    expect(inputs[1]?.element).toMatchObject({ type: 'datepicker', initial_date: '2026-12-02' });
    expect(inputs[2]?.element).toMatchObject({
      options: [
        { text: { text: '7 days' }, value: 'P7D' },
        { text: { text: '14 days' }, value: 'P14D' },
        { text: { text: '30 days' }, value: 'P30D' },
      ],
      initial_option: { value: 'P30D' },
    });
  });
});

describe('the date on the form', () => {
  const { exception } = fixed(cardAfter(observed()));
  const shown = (chosen: Parameters<typeof createForm>[4]) =>
    read(createForm('approve', exception, policy, noon, chosen).blocks)
      .split('\n')
      .at(-1);

  it('is when it ends if nobody acts, whichever field makes it so', () => {
    const ends = 'If nobody renews it, it ends on';
    expect(shown({})).toBe(`${ends} 2 Dec 2026 12:00 UTC, when its first review is due.`);
    expect(shown({ date: '2026-12-20' })).toBe(`${ends} 2 Dec 2026 12:00 UTC, when its first review is due.`);
    expect(shown({ date: '2026-11-20' })).toBe(`${ends} 20 Nov 2026 22:59 UTC.`);
    expect(shown({ date: '2026-11-20', cadence: duration('P7D') })).toBe(
      `${ends} 9 Nov 2026 12:00 UTC, when its first review is due.`,
    );
  });

  it('is not there where it cannot be chosen', () => {
    expect(shown({ date: '2026-11-01' })).toBe('That date is in the past. Choose a later one.');
    expect(shown({ date: '2027-02-30' })).toBe('Please choose a date, 2027-01-30 at the latest.');
    expect(shown({ date: '2027-03-01' })).toContain('Choose 2027-01-30 or earlier.');
  });

  it('and the reason are not taken from the comment, which stands beside them', () => {
    const note = { ticket: 'CHG-42', expires: '2026-11-20', reason: 'the fair' };
    const view = createForm('approve', { ...exception, note }, policy, noon);
    expect(read(view.blocks)).toContain('Its comment proposes: ticket CHG-42, until 2026-11-20, “the fair”');
    expect(JSON.stringify(view)).not.toContain('initial_value');
    expect(JSON.stringify(view)).toContain('"initial_date":"2026-12-02"');
  });
});

describe('a history', () => {
  it('is words, the newest first, and pages of fifteen', () => {
    const security = { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' } as const;
    const holds = Array.from({ length: 20 }, (_, day) => {
      const at = after(`P${day * 2}D`);
      const until = after(`P${day * 2 + 1}D`);
      return [
        [at, { type: 'Hold', by: security, until, reason: `incident ${day}` }],
        [until, { type: 'CheckDue' }],
      ] as const;
    });
    const content = cardAfter(observed(), ...holds.flat());
    expect(detailsOf(content)).toContain(
      [
        'History, page 1 of 3, newest first',
        '11 Dec 2026 12:00 UTC: The hold ended.',
        '10 Dec 2026 12:00 UTC: Put on hold by <@U0SECURITY> until 11 Dec 2026 12:00 UTC: “incident 19”.',
      ].join('\n'),
    );
    expect(detailsOf(content, 2)).toMatch(
      /page 3 of 3[^]*2 Nov 2026 12:00 UTC: Found: made or changed by alex/,
    );
    expect(detailsOf(content, 2).split('page 3')[1]?.split('\n')).toHaveLength(12);
    expect(detailsOf(content, 99)).toBe(detailsOf(content, 2));
    const buttons = (page: number) =>
      buttonsOf(createDetails({ ...content, page })).map((button) => [button['action_id'], button['value']]);
    const to = (page: number) => JSON.stringify({ id, version: content.exception.asOf, page });
    expect(buttons(1)).toEqual([
      ['trail_newer', to(0)],
      ['trail_older', to(2)],
    ]);
    expect(buttons(0)).toEqual([['trail_older', to(1)]]);
  });

  it('names what only a newer release knows', () => {
    const odd = { type: 'ExceptionMoved', at: noon, actor: { type: 'schedule' } } as never;
    expect(toMarkup(describeEvent(odd))).toBe('2 Nov 2026 12:00 UTC: Exception Moved.');
  });
});

describe('text from a tenant', () => {
  it('is one line, and hides nothing', () => {
    expect(clip('pay\u202eroll\nnow\u0007', 40)).toBe('pay roll now');
    expect(clip('pay\u2028roll\u2029no\u200bw', 40)).toBe('pay roll no w');
    expect(clip('\u200b\u00ad\u2060', 40)).toBe('');
  });

  it('mentions nobody where Slack parses it, be it a name or a sentence', () => {
    expect(toMarkup(['<!channel> ', { bold: '<@U0BOSS> & co' }, { user: '<!here>' }])).toBe(
      '&lt;!channel&gt; &lt;@U0BOSS&gt; &amp; co&lt;!here&gt;',
    );
  });
});

describe('what changed', () => {
  const look = (complete: boolean, settings: Record<string, unknown>) =>
    ({ type: 'ExceptionChanged', operation: 'Set-TransportRule', complete, settings }) as never;

  it('is not said where only part of the settings was seen before: everything would seem new', () => {
    const now = { SetSCL: -1, SenderDomainIs: ['a.example'], SenderIpRanges: ['198.51.100.7'] };
    const differs = (complete: boolean) =>
      describeChange([look(complete, { SetSCL: '-1' }), look(true, now)], 'transport-rule')?.differs;
    expect(differs(false)).toBeUndefined();
    expect(differs(true)).toContain('1 address added');
  });
});

describe('a button and a form', () => {
  it('carry the question they belong to, and not what was recorded since', () => {
    const content = cardAfter(observed(), told);
    expect(content.exception.version).toBeGreaterThan(content.exception.asOf);
    const carried = JSON.stringify({ id, version: content.exception.asOf });
    expect(createForm('approve', content.exception, policy, noon).private_metadata).toBe(carried);
    expect(createMenuForm('hold', content.exception, policy).private_metadata).toBe(carried);
    expect(actionsOf(content).map((element) => 'value' in element && element.value)).toEqual([
      carried,
      carried,
      carried,
      false,
    ]);
    expect(
      entriesOf(createCard({ ...content, forApprovers: true })).map(({ option }) => option['value']),
    ).toEqual([`not-mine ${id} 1`, `ask-colleague ${id} 1`, `hold ${id} 1`]);
  });
});
