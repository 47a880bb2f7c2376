import { describe, expect, it } from 'vitest';
import { channelOf, ladderOf, listChannels } from '#policy/owner.ts';
import { matchesPattern } from '#policy/policy.ts';
import { react } from '#lifecycle/react.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Author } from '#lifecycle/exception.ts';
import type { OwnerRule, PersonRule, Policy } from '#policy/policy.ts';
import {
  after,
  alex,
  approve,
  live,
  noon,
  observation,
  observe,
  policy,
  sam,
  tenant,
  told,
  types,
  unowned,
} from '../lifecycle/examples.ts';
import type { Step } from '../lifecycle/examples.ts';
import type { Settings } from '#risk/settings.ts';

const toni: Author = { type: 'person', id: 'Toni.Tenant@contoso.com' };
const withRules = (owners: readonly OwnerRule[], people: readonly PersonRule[] = []): Policy => ({
  ...policy,
  owners,
  people,
});
const ladder = (given: { settings?: Settings; changedBy?: Author; name?: string }, rules: Policy = unowned) =>
  ladderOf(
    {
      tenant,
      kind: 'transport-rule',
      name: given.name ?? 'Partner newsletter',
      settings: given.settings ?? {},
      changedBy: given.changedBy ?? toni,
    },
    rules,
  ).map(({ from, owner }) => [from, owner.type === 'person' ? owner.address : (owner.channel ?? owner.why)]);

describe('the ladder of those who can be asked', () => {
  it('is the comment, a rule of policy, who made it, their backup, and the team, in this order', () => {
    const rules = withRules(
      [{ name: '*newsletter*', owner: 'marketing@contoso.com' }],
      [{ account: 'toni.tenant@contoso.com', backup: 'bea.backup@contoso.com' }],
    );
    expect(ladder({ settings: { Comments: 'owner: olga@contoso.com' } }, rules)).toEqual([
      ['comment', 'olga@contoso.com'],
      ['rule', 'marketing@contoso.com'],
      ['maker', 'toni.tenant@contoso.com'],
      ['backup', 'bea.backup@contoso.com'],
      ['fallback', 'nobody else is known to own it'],
    ]);
  });

  it.each<[Author, string]>([
    [{ type: 'application', id: 'app@contoso.com' }, 'an application made it'],
    [{ type: 'service', id: 'NT SERVICE\\x' }, 'the log does not say which person made it'],
    [{ type: 'unknown', id: '' }, 'the log does not say which person made it'],
    [{ type: 'person', id: 'S-1-5-21' }, 'the log does not give an address for the person who made it'],
  ])('never holds %j', (changedBy, why) => {
    expect(ladder({ changedBy })).toEqual([['fallback', why]]);
  });

  it('asks a guest under the address they came with, unless policy knows their account', () => {
    const id = 'ann_lee_partner.example#EXT#@contoso.onmicrosoft.com';
    const changedBy: Author = { type: 'person', id, outside: 'guest' };
    const first = (people: readonly PersonRule[] = []) => ladder({ changedBy }, withRules([], people))[0];
    expect(first()).toEqual(['maker', 'ann_lee@partner.example']);
    expect(first([{ account: 'ann_lee@partner.example', person: 'UANN' }])).toEqual(['maker', 'UANN']);
    expect(first([{ account: id, person: 'ann@contoso.com' }])).toEqual(['maker', 'ann@contoso.com']);
  });

  it('names nobody twice', () => {
    expect(ladder({ settings: { Comments: 'owner: TONI.tenant@contoso.com' } })).toEqual([
      ['comment', 'toni.tenant@contoso.com'],
      ['fallback', 'nobody else is known to own it'],
    ]);
  });

  it.each<[OwnerRule, boolean]>([
    [{ name: 'PARTNER*', owner: 'UMARKETING' }, true],
    [{ name: 'partner', owner: 'UMARKETING' }, false],
    [{ domain: 'partner.example', owner: 'UMARKETING' }, true],
    [{ domain: 'ner.example', owner: 'UMARKETING' }, false],
    [{ kind: 'inbound-connector', owner: 'UMARKETING' }, false],
    [{ tenant: tenant.toUpperCase(), kind: 'transport-rule', owner: 'UMARKETING' }, true],
    [{ kind: 'transport-rule', domain: 'elsewhere.example', owner: 'UMARKETING' }, false],
  ])('takes %j as fitting: %j', (rule, fits) => {
    const settings = { SenderDomainIs: ['mail.partner.example'] };
    expect(ladder({ settings }, withRules([rule])).some(([from]) => from === 'rule')).toBe(fits);
  });

  it('asks an administrator without mail under their other account, and a channel where policy names one', () => {
    const people = [{ account: 'adm-toni@contoso.com', person: 'toni@contoso.com', backup: 'UBEA' }];
    expect(
      ladder({ changedBy: { type: 'person', id: 'adm-toni@contoso.com' } }, withRules([], people)),
    ).toEqual([
      ['maker', 'toni@contoso.com'],
      ['backup', 'UBEA'],
      ['fallback', 'nobody else is known to own it'],
    ]);
    expect(ladder({}, withRules([{ name: '*', owner: '#mail-routing' }]))[0]).toEqual([
      'rule',
      '#mail-routing',
    ]);
  });

  it('matches patterns without trying every way of doing so', () => {
    // Whatever tries every way does not end before the sun does.
    expect(matchesPattern('*a*a*a*a*a*a*a*a*b', 'a'.repeat(5000))).toBe(false);
    expect([matchesPattern('*', ''), matchesPattern('a?c', 'ABC'), matchesPattern('a?c', 'ac')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('the channel for those who are not the owner', () => {
  const channels = [
    { tenant, domain: 'partner.example', channel: '#partners' },
    { tenant, channel: '#contoso' },
  ];
  const routed: Policy = { ...policy, channels };
  const about = { tenant, kind: 'transport-rule', name: 'Partner newsletter' } as const;

  it('is that of the first rule that fits the exception', () => {
    expect(channelOf(routed, { ...about, settings: { SenderDomainIs: ['partner.example'] } })).toBe(
      '#partners',
    );
    expect(channelOf(routed, { ...about, settings: {} })).toBe('#contoso');
    expect(channelOf(routed, { ...about, tenant: 'another', settings: {} })).toBe(policy.fallbackChannel);
  });

  it('is for a tenant as a whole that of a rule which names nothing else', () => {
    expect(channelOf(routed, { tenant })).toBe('#contoso');
    const byName = { ...policy, channels: [{ name: '*', channel: '#any' }] };
    expect(channelOf(byName, { tenant })).toBe(policy.fallbackChannel);
  });

  it('are all those that policy names, each once', () => {
    const named: Policy = {
      ...policy,
      channels: [{ tenant, channel: '#contoso' }],
      owners: [
        { name: 'A*', owner: '#team' },
        { name: 'B*', owner: 'ann@contoso.com' },
        { name: 'C*', owner: '#contoso' },
      ],
    };
    expect(listChannels(named)).toEqual([policy.fallbackChannel, '#contoso', '#team']);
  });
});

describe('an owner whom Slack does not reach', () => {
  const opened = live([[noon, observe()]]).state;
  const unreachable = (state: typeof opened): Command => ({
    type: 'ReportUnreachable',
    owner: state.owner,
    why: 'they left',
  });

  it('is passed over, step by step, down to the team', () => {
    const { events, state } = live(
      [
        [noon, unreachable],
        [noon, unreachable],
        [noon, unreachable],
      ],
      policy,
      opened,
    );
    expect(events).toMatchObject([
      {
        type: 'OwnerUnreachable',
        owner: { address: 'alex.admin@contoso.com' },
        why: 'they left',
        next: { address: 'toni.tenant@contoso.com' },
        rung: 1,
      },
      { type: 'OwnerUnreachable', next: { type: 'team', why: 'they left' }, rung: 2 },
    ]);
    expect(state.owner.type).toBe('team');
  });

  it('is nobody any more once it was handed to somebody else', () => {
    const handed: readonly Step[] = [
      [noon, { type: 'Reassign', by: sam, address: 'mira.mail@contoso.com' }],
      [noon, { type: 'ReportUnreachable', owner: opened.owner, why: 'they left' }],
    ];
    const { last, state } = live(handed, policy, opened);
    expect(last).toEqual([]);
    expect(state.owner).toMatchObject({ address: 'mira.mail@contoso.com' });
  });
});

describe('a comment that names another owner', () => {
  const changed = (settings: Settings): Command =>
    observe({
      record: 'rec-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedAt: after('P1D'),
      changedBy: { type: 'person', id: 'mira.mail@contoso.com' },
      settings: { ...observation.settings, ...settings },
    });

  it('counts together with a change that does: the new owner is asked', () => {
    const { last, state } = live([
      [noon, observe()],
      [after('PT1M'), (s) => told(s)],
      [after('PT1H'), (s) => approve(s, after('PT1H'))],
      [after('P1DT1H'), changed({ Comments: 'owner: olga@contoso.com', SenderDomainIs: ['other.example'] })],
    ]);
    expect(state.owner).toEqual({ type: 'person', address: 'olga@contoso.com' });
    expect(state.makers).toMatchObject([{ id: 'mira.mail@contoso.com' }, { id: 'toni.tenant@contoso.com' }]);
    expect(react(last[0] as Event, state).map(({ type }) => type)).toContain('ask');
  });

  it('hands nothing over by itself: who edits it is not among the makers', () => {
    const { last, state } = live([
      [noon, observe()],
      [after('P1DT1H'), changed({ Comments: 'owner: mira.mail@contoso.com' })],
    ]);
    expect(types(last)).toEqual(['ChangeNoted']);
    expect(state.owner).toMatchObject({ address: 'alex.admin@contoso.com' });
  });
});

describe('whoever was handed an exception', () => {
  it('keeps it at the next change, though the comment still names who had it before', () => {
    const Comments = 'owner: petra@contoso.com';
    const { state } = live([
      [noon, observe({ settings: { ...observation.settings, Comments } })],
      [after('PT1H'), { type: 'Reassign', by: sam, address: 'olga@contoso.com' }],
      [
        after('P1DT1H'),
        observe({
          record: 'rec-2',
          operation: 'Set-TransportRule',
          change: 'alter',
          changedAt: after('P1D'),
          settings: { ...observation.settings, Comments, SenderDomainIs: ['other.example'] },
        }),
      ],
    ]);
    expect(state.owner).toMatchObject({ address: 'olga@contoso.com' });
  });
});

describe('who made a change under a name that cannot be read', () => {
  it('is somebody, and nobody knows who', () => {
    const { state } = live([[noon, observe({ changedBy: { type: 'unknown', id: 'EURPR04A001\\Toni' } })]]);
    expect(state.makers).toEqual([{ id: 'eurpr04a001\\toni' }]);
  });
});

describe('a rule for owners', () => {
  it.each([
    ['of another tenant', { tenant: 'aaaaaaaa-7a54-4e0b-9d1c-5f20a6b8c9e1' }, false],
    ['of this tenant', { tenant: tenant.toUpperCase() }, true],
    ['of another kind', { kind: 'ip-allow' as const }, false],
    ['of this kind', { kind: 'transport-rule' as const }, true],
  ])('%s fits: %s', (_, match, fits) => {
    const owners = ladder({}, withRules([{ ...match, owner: 'rule@contoso.com' }])).map(([from]) => from);
    expect(owners.includes('rule')).toBe(fits);
  });
});

describe('what the comment proposes', () => {
  it('is kept with the exception and approves nothing', () => {
    const { state } = live([
      [
        noon,
        observe({
          settings: { ...observation.settings, Comments: 'reason: it is fine; expires: 2027-01-01' },
        }),
      ],
    ]);
    expect(state).toMatchObject({
      state: 'unconfirmed',
      note: { reason: 'it is fine', expires: '2027-01-01' },
    });
    expect(alex.slackUser).toBe('UALEX');
  });
});
