import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '#lifecycle/decide/decide.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { duration, plus } from '#time/instant.ts';
import { cutList } from '#risk/cut-setting.ts';
import { charactersIn, faults, viewFaults } from '#lib/standin/slack/limits.ts';
import { read } from '#lib/standin/slack/shapes.ts';
import { createCard } from '#slack/card.ts';
import { describeChange } from '#slack/change.ts';
import { clip } from '#slack/escape.ts';
import { createForm } from '#slack/form.ts';
import { toMarkup } from '#slack/lines.ts';
import { noon, id, observation, policy } from './surroundings.ts';
import type { InputBlock } from '@slack/types';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { CardContent } from '#slack/card.ts';
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
const actionsOf = (content: CardContent) =>
  createCard(content).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

describe('the card', () => {
  it('of an unconfirmed exception says what changed, who did it, why it is risky, and what silence does', () => {
    expect(textOf(cardAfter(observed(), told))).toBe(
      [
        'A way past your mail filters needs approval',
        'Partner newsletter',
        `Transport rule · high risk · ${id}`,
        'Tenant b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1',
        'Owner: alex@contoso.example',
        'Lets past: 1 sender',
        'Rests on: name-only. The sender’s name alone, which anybody can write on a message.',
        'What changed',
        'It is new to Lapse.',
        'Made (New-TransportRule): by alex@contoso.example at 2 Nov 2026 10:55 UTC.',
        'SetSCL: -1',
        'SenderDomainIs: partner.example',
        'Why it is risky',
        'high: It skips spam filtering.',
        'low: It has no end.',
        'What happens if nobody answers',
        'If nobody answers by 5 Nov 2026 12:00 UTC, Lapse disables it in Exchange.',
        'Its owner may approve it, and so may the approvers: <@U0SECURITY>',
        'Not renewed so far.',
        'The audit log can be an hour or more late: changes in the tenant happened before this message.',
        'Exchange may take more than 30 minutes to apply a change to mail.',
      ].join('\n'),
    );
  });

  it('says which of its settings are too long to be kept whole', () => {
    const settings = { SetSCL: -1, SenderDomainIs: cutList(['a.example'], 4_000, '0f5c2b1e') };
    const card = createCard(
      cardAfter([noon, { type: 'Observe', id, observation: { ...observation, settings } }]),
    );
    expect(read(card.blocks)).toContain(
      'SenderDomainIs is too long to be kept whole: Lapse keeps 1 of 4000 entries',
    );
  });

  it('names who made it and who changed it last, each with their own time', () => {
    const kim = { type: 'person', id: 'kim@contoso.example' } as const;
    const set = { operation: 'Set-TransportRule', change: 'alter', record: 'record-2' } as const;
    const later = observed({ ...set, changedBy: kim, changedAt: after('PT1H') });
    for (const content of [cardAfter(observed(), later), cardAfter(later, observed())])
      expect(textOf(content)).toContain(
        [
          'It is new to Lapse.',
          'Made (New-TransportRule): by alex@contoso.example at 2 Nov 2026 10:55 UTC.',
          'Last changed (Set-TransportRule): by kim@contoso.example at 2 Nov 2026 13:00 UTC.',
        ].join('\n'),
      );
    expect(textOf(cardAfter(later))).toContain(
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
    expect(textOf(content)).toContain(
      [
        'Its settings have changed.',
        'Made (Set-InboundConnector): by alex@contoso.example at 2 Nov 2026 10:55 UTC.',
        'certificate requirement dropped; 3 addresses added, now 259; comment changed',
        'Why it is risky',
      ].join('\n'),
    );
  });

  it('offers to approve, and to disable after asking once more', () => {
    expect(actionsOf(cardAfter(observed()))).toMatchObject([
      {
        action_id: 'approve',
        style: 'primary',
        text: { text: 'Approve' },
        accessibility_label: 'Approve Partner newsletter',
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
            text: 'Lapse disables it in Exchange and reads it back. Mail that relies on it may be stopped or filtered.',
          },
          confirm: { text: 'Disable now' },
          deny: { text: 'Keep it' },
        },
      },
    ]);
  });

  it('says in its notification what must be known without opening it', () => {
    expect(createCard(fixed(cardAfter(observed()))).text).toBe(
      'A way past your mail filters needs approval: transport rule “Partner newsletter”, high risk. If nobody answers by 5 Nov 2026 12:00 UTC, Lapse disables it in Exchange.',
    );
  });

  it('shows moments in the reader’s own time zone', () => {
    expect(JSON.stringify(createCard(cardAfter(observed())).blocks)).toContain(
      '{"type":"date","timestamp":1793880000,"format":"{date_short_pretty} {time}","fallback":"5 Nov 2026 12:00 UTC"}',
    );
  });

  it('admits when Exchange could not be read', () => {
    expect(textOf(cardAfter(observed({ complete: false })))).toContain(
      'Exchange could not be read: this comes from the audit log alone, which shows only what the change set.',
    );
  });

  it('of what protects rather than bypasses offers no disable and threatens none', () => {
    const content = cardAfter(observed());
    const escalating = { ...content, exception: { ...content.exception, remedy: 'escalate' as const } };
    expect(actionsOf(escalating).map((action) => 'action_id' in action && action.action_id)).toEqual([
      'approve',
    ]);
    expect(textOf(escalating)).toContain(
      'If nobody answers by 5 Nov 2026 12:00 UTC, people in <#C0SECURITY> are alerted. Lapse disables nothing here: switching this off would remove protection.',
    );
  });

  it('where policy only escalates says that it stays on', () => {
    const content = cardAfter(observed());
    const { risk } = policy;
    const lenient = { ...policy, risk: { ...risk, high: { ...risk.high, onSilence: 'escalate' as const } } };
    expect(textOf({ ...content, policy: lenient })).toContain(
      'If nobody answers by 5 Nov 2026 12:00 UTC, people in <#C0SECURITY> are alerted. It stays on.',
    );
  });

  it('of a confirmed exception says who answered, when, why and until when', () => {
    const content = cardAfter(observed(), told, approved);
    const text = textOf(content);
    expect(text).toContain(
      [
        'Where it stands',
        'Approved by <@U0ALEX> at 2 Nov 2026 13:00 UTC: “The newsletter is sent by our partner.”.',
        'It may stay until 1 Jan 2027 12:00 UTC, with a review by 2 Dec 2026 13:00 UTC. Not renewed so far.',
        'If nobody renews it by 2 Dec 2026 13:00 UTC, Lapse disables it in Exchange.',
      ].join('\n'),
    );
    // The second after an approval nobody has to renew it.
    expect(actionsOf(content)).toMatchObject([{ action_id: 'disable' }]);
    expect(text).toContain(`Lapse asks for a renewal in time. To renew it earlier: /lapse renew ${id}`);
  });

  it('offers to renew in the last part of a term, and on every reminder', () => {
    const content = cardAfter(observed(), told, approved);
    const names = (given: Partial<CardContent>) =>
      actionsOf({ ...content, ...given }).map((action) => 'action_id' in action && action.action_id);
    // It ends 30 days after the approval: the last quarter is 7 days and 12 hours.
    expect(names({ now: plus(after('PT1H'), duration('PT539H')) })).toEqual(['disable']);
    expect(names({ now: plus(after('PT1H'), duration('PT540H')) })).toEqual(['renew', 'disable']);
    expect(names({ now: after('P1D'), reminder: true })).toEqual(['renew', 'disable']);
    const { risk } = policy;
    const early = { ...risk.critical, remindBefore: [duration('P20D'), duration('P1D')] };
    const patient = { ...policy, risk: { ...risk, high: early, critical: early } };
    expect(names({ policy: patient, now: plus(after('PT1H'), duration('P9D')) })).toEqual(['disable']);
    const due = { policy: patient, now: plus(after('PT1H'), duration('P10D')) };
    expect(names(due)).toEqual(['renew', 'disable']);
    expect(textOf({ ...content, ...due })).not.toContain('/lapse renew');
    const never = { ...early, remindBefore: [duration('P40D')] };
    const vain = { ...policy, risk: { ...risk, high: never, critical: never } };
    expect(names({ policy: vain, now: after('P1D') })).toEqual(['disable']);
  });

  it('says of each decision who, when and why as that decision’s own event does', () => {
    const security = { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' } as const;
    const step = (at: string, command: Command) => [after(at), command] as const;
    const renewed = step('P1D', { ...approved[1], type: 'Renew', seen: 9, reason: 'Still sent.' } as Command);
    const held = step('P2D', { type: 'Hold', by: security, until: after('P4D'), reason: 'incident 42' });
    const over = step('P4D', { type: 'CheckDue' });
    const heldAgain = step('P5D', { type: 'Hold', by: security, until: after('P6D'), reason: 'incident 43' });
    const life = [observed(), told, approved, renewed, held, over] as const;
    const renewal = 'Renewed by <@U0ALEX> at 3 Nov 2026 12:00 UTC: “Still sent.”.';

    // A reminder after the hold: the hold is over, and the renewal is not its doing.
    const resumed = cardAfter(...life);
    expect(textOf({ ...resumed, reminder: true })).toContain(`Where it stands\n${renewal}\n`);
    expect(textOf(resumed)).not.toContain('Put on hold');
    expect(textOf(cardAfter(...life, heldAgain))).toContain(
      'Where it stands\nPut on hold by <@U0SECURITY> at 7 Nov 2026 12:00 UTC: “incident 43”.\n',
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
      'Approved by <@U0ALEX> at 2 Nov 2026 13:00 UTC: “The newsletter is sent by our partner.”.\n',
    );
  });

  it('of a declined exception does not say disabled before the read-back', () => {
    const declined = [after('PT1H'), { type: 'Decline', by: alex, seen: 1, reason: 'Old.' }] as const;
    const before = cardAfter(observed(), told, declined);
    expect(textOf(before)).toContain(
      [
        'Declined by <@U0ALEX> at 2 Nov 2026 13:00 UTC: “Old.”.',
        'Lapse is disabling it in Exchange, because it was declined. It may still be on: this card changes once Exchange has been read again.',
      ].join('\n'),
    );
    expect(`${textOf(before)}${createCard(before).text}`).not.toMatch(/Disabled|is off/);
    expect(actionsOf(before)).toEqual([]);

    const report = { type: 'ReportDisabled', attempt: 1, guid: observation.guid ?? '', before: {} } as const;
    const done = cardAfter(observed(), told, declined, [after('PT2H'), report]);
    expect(textOf(done)).toContain(
      [
        'Declined by <@U0ALEX> at 2 Nov 2026 13:00 UTC: “Old.”.',
        'Disabled because it was declined. Exchange was read again at 2 Nov 2026 14:00 UTC and says it is off.',
        'Mail may follow the old setting for 30 minutes or more.',
        `To undo this, an approver types /lapse restore ${id} P1D, followed by a reason.`,
      ].join('\n'),
    );
    expect(actionsOf(done)).toEqual([]);
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
    expect(actionsOf(content)).toEqual([]);
  });

  it('of an exception that goes on as another one says which', () => {
    const joined = { type: 'Join', into: 'ex-bbbbbbbbbbbbbbbb' } as const;
    const content = cardAfter(observed(), told, [after('PT2H'), joined]);
    expect(textOf(content)).toContain(
      'Exchange shows that this is the same object as ex-bbbbbbbbbbbbbbbb, which goes on: please answer there.',
    );
    expect(textOf(content)).not.toContain('gone from the tenant');
    expect(actionsOf(content)).toEqual([]);
  });

  it('in the fallback channel says why it is there and who may answer', () => {
    expect(textOf({ ...cardAfter(observed()), fallback: 'an application made it' })).toContain(
      [
        'Asked here because its owner could not be asked: an application made it.',
        `To name another owner: /lapse reassign ${id} name@example.com`,
        'Its owner may approve it, and so may the approvers: <@U0SECURITY>',
      ].join('\n'),
    );
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
    const text = read(createCard({ ...content, exception: { ...content.exception, findings: many } }).blocks);
    expect(text).toContain('Reason 7.');
    expect(text).not.toContain('Reason 8.');
    expect(text).toContain('… and 192 more');
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

describe('text from a tenant', () => {
  it('is one line, and hides nothing', () => {
    expect(clip('pay\u202eroll\nnow\u0007', 40)).toBe('pay roll now');
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

  it('lists the settings where only part of them was seen before: everything would seem new', () => {
    const now = { SetSCL: -1, SenderDomainIs: ['a.example'], SenderIpRanges: ['198.51.100.7'] };
    expect(
      describeChange([look(false, { SetSCL: '-1' }), look(true, now)], 'transport-rule')?.settings,
    ).toHaveLength(3);
    expect(
      describeChange([look(true, { SetSCL: '-1' }), look(true, now)], 'transport-rule')?.settings,
    ).toHaveLength(1);
  });
});

describe('a button and a form', () => {
  it('carry the question they belong to, and not what was recorded since', () => {
    const content = cardAfter(observed(), told);
    expect(content.exception.version).toBeGreaterThan(content.exception.asOf);
    const carried = JSON.stringify({ id, version: content.exception.asOf });
    expect(createForm('approve', content.exception, policy, noon).private_metadata).toBe(carried);
    const actions = createCard(content).blocks.flatMap((block) =>
      block.type === 'actions' ? block.elements : [],
    );
    expect(actions.map((element) => 'value' in element && element.value)).toEqual([carried, carried]);
  });
});
