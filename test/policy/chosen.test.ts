/** Whom a maker chose is no second pair of eyes, however they chose them and whatever became of it since. */
import { describe, expect, it } from 'vitest';
import { authorityOf, findUnidentified } from '#policy/authority.ts';
import { duration, minus } from '#time/instant.ts';
import type { Answerer, Command, Observation } from '#lifecycle/commands.ts';
import type { Exception, Maker } from '#lifecycle/exception.ts';
import type { PersonRule, Policy } from '#policy/policy.ts';
import {
  after,
  approve,
  examples,
  live,
  noon,
  observation,
  observe,
  sam,
  unowned,
} from '../lifecycle/examples.ts';
import type { Step } from '../lifecycle/examples.ts';

const member = (slackUser: string): Answerer => ({ slackUser, slackTeam: 'T1', standing: 'member' });
/** Slack users are called like their addresses. */
const userOf = (address: string): string => `U${address.slice(0, address.indexOf('@')).toUpperCase()}`;
const [toni, olga, kim, bea, ria] = ['UTONI', 'UOLGA', 'UKIM', 'UBEA', 'URIA'].map(member) as [
  Answerer,
  Answerer,
  Answerer,
  Answerer,
  Answerer,
];
const rules: Policy = { ...unowned, approvers: [sam.slackUser, ria.slackUser] };
const addresses: Readonly<Record<string, string>> = { 'sam@contoso.com': sam.slackUser };

const made = (given: Partial<Observation> = {}, comment?: string): Command =>
  observe({
    changedBy: { type: 'person', id: 'toni@contoso.com' },
    ...given,
    settings: {
      ...observation.settings,
      ...given.settings,
      ...(comment === undefined ? {} : { Comments: comment }),
    },
  });
const later = (given: Partial<Observation>, comment?: string): Command =>
  made({ operation: 'Set-TransportRule', change: 'alter', changedAt: after('PT1H'), ...given }, comment);
const handed = (by: Answerer, address: string): Command => ({ type: 'Reassign', by, address });

/** The makers and the chosen are looked up in Slack, and the owner is asked. */
const lookedUp =
  (policy: Policy) =>
  (state: Exception): Command => ({
    type: 'ReportMakers',
    makers: findUnidentified(state, policy).map(({ id }): Maker => ({
      id,
      slackUser: addresses[id] ?? userOf(id),
      sought: true,
    })),
  });
const asked = (state: Exception): Command => ({
  type: 'ReportTold',
  of: state.asOf,
  card: { channel: 'D1', ts: String(state.version) },
  ...(state.owner.type === 'person'
    ? { owner: state.owner, slackUser: addresses[state.owner.address] ?? userOf(state.owner.address) }
    : {}),
});

/** After each command everybody is looked up and asked. */
function lived(commands: readonly Command[], policy: Policy = rules, from?: Exception): Exception {
  const steps = commands.flatMap((command, index): readonly Step[] => [
    [after(`PT${index}H`), command],
    [after(`PT${index}H`), lookedUp(policy)],
    [after(`PT${index}H`), asked],
  ]);
  return live(steps, policy, from).state;
}
const trying = (state: Exception, by: Answerer, policy: Policy = rules): string => {
  const [event] = live(
    [
      [
        after('PT20H'),
        (s) => approve(s, after('PT20H'), { by, expiresAt: after('P20D'), reviewEvery: duration('P10D') }),
      ],
    ],
    policy,
    state,
  ).last;
  return event?.type === 'AnswerRefused' ? event.why : (event?.type ?? 'nothing');
};
const approved = 'ExceptionApproved';

describe('a comment chooses', () => {
  it.each([
    'owner: olga@contoso.com; contact: kim@contoso.com',
    'owner: olga@contoso.com, kim@contoso.com',
    'Asked for by Olga <olga@contoso.com>; Kim (mailto:Kim@contoso.com.) may approve.',
  ])('everybody whose address stands in it: %s', (comment) => {
    const { state } = live([[noon, made({}, comment)]], rules);
    expect(state.chosen?.map(({ id }) => id)).toEqual(['kim@contoso.com', 'olga@contoso.com']);
  });
});

describe('whom the comment names', () => {
  it('is its owner, and cannot approve it; an approver can', () => {
    const state = lived([made({}, 'owner: olga@contoso.com')]);
    expect(state.owner).toEqual({ type: 'person', address: 'olga@contoso.com', slackUser: 'UOLGA' });
    expect([trying(state, olga), trying(state, toni), trying(state, sam)]).toEqual([
      'chosen',
      'not-allowed',
      approved,
    ]);
    expect(authorityOf(state, rules)).toEqual({ owner: false, why: 'chosen', approvers: rules.approvers });
  });

  it.each([
    ['as Slack mentions them', 'ok by <@USAMSECURITY>'],
    ['by their Slack id', 'owner: USAMSECURITY'],
    ['by half of their address in quotes', '"sam"@contoso.com'],
    ['in a link', 'mailto:sam@contoso.com?subject=rule'],
    ['with a tag', 'sam+rules@contoso.com'],
  ])('cannot approve it where it names them %s', (_, comment) => {
    const state = lived([made({}, comment)]);
    expect([trying(state, sam), trying(state, ria)]).toEqual(['chosen', approved]);
  });

  it('by a Slack id is known without asking Slack', () => {
    const { state } = live([[noon, made({}, '<@USAMSECURITY>')]], rules);
    expect(findUnidentified(state, rules)).toEqual([{ id: 'toni@contoso.com' }]);
    const makers: readonly Maker[] = [{ id: 'toni@contoso.com', slackUser: 'UTONI', sought: true }];
    const known = live([[noon, { type: 'ReportMakers', makers }]], rules, state).state;
    expect([trying(known, sam), trying(known, ria)]).toEqual(['chosen', approved]);
  });

  it('is known not to be independent by the address alone, before Slack bound them to it', () => {
    const { state } = live(
      [
        [noon, made({}, 'owner: Olga@contoso.com')],
        [
          noon,
          (opened) =>
            ({
              ...lookedUp(rules)(opened),
              makers: [
                { id: 'toni@contoso.com', slackUser: 'UTONI', sought: true },
                { id: 'olga@contoso.com', sought: true },
              ],
            }) as Command,
        ],
      ],
      rules,
    );
    expect(authorityOf(state, rules)).toMatchObject({ owner: false, why: 'chosen' });
  });

  it('cannot approve it as an approver either: the others must', () => {
    const state = lived([made({}, 'owner: Sam@contoso.com')]);
    expect([trying(state, sam), trying(state, ria)]).toEqual(['chosen', approved]);
    expect(authorityOf(state, rules).approvers).toEqual([ria.slackUser]);
    // Without four eyes, and for lower risks, they can.
    expect(trying(state, sam, { ...rules, fourEyes: [] })).toBe(approved);
    expect(trying({ ...state, risk: 'medium' }, sam)).toBe(approved);
  });

  it('cannot approve it although a rule of policy names them as well', () => {
    const policy = { ...rules, owners: [{ name: '*', owner: 'olga@contoso.com' }] };
    expect(trying(lived([made()], policy), olga, policy)).toBe(approved);
    expect(trying(lived([made({}, 'owner: olga@contoso.com')], policy), olga, policy)).toBe('chosen');
  });

  it.each<[string, PersonRule, Answerer]>([
    ['who stands in for them', { account: 'olga@contoso.com', backup: 'UBEA' }, bea],
    ['who stands in for them, by address', { account: 'olga@contoso.com', backup: 'Bea@contoso.com' }, bea],
    ['whose second account it is', { account: 'olga@contoso.com', person: 'bea@contoso.com' }, bea],
  ])('stands for %s', (_, person, by) => {
    const policy = { ...rules, people: [person], approvers: [sam.slackUser, by.slackUser] };
    const state = lived([made({}, 'owner: olga@contoso.com')], policy);
    expect([trying(state, by, policy), trying(state, sam, policy)]).toEqual(['chosen', approved]);
  });

  it.each<[string, Command]>([
    ['in an edit of the comment alone', later({ record: 'r2' }, 'owner: sam@contoso.com')],
    [
      'in late news from the log alone',
      later({
        record: 'r2',
        complete: false,
        settings: { Comments: 'owner: sam@contoso.com' },
        changedAt: minus(after('PT1H'), duration('PT30M')),
      }),
    ],
  ])('counts %s', (_, edit) => {
    const state = lived([made(), later({ record: 'r1' }), edit]);
    expect([trying(state, sam), trying(state, ria)]).toEqual(['chosen', approved]);
  });

  it('stays chosen when the comment names them no more, when it is reassigned, and when Slack does not reach them', () => {
    const named = lived([made({}, 'owner: sam@contoso.com')]);
    const other = { SenderDomainIs: ['other.example'] };
    for (const commands of [
      [later({ record: 'r2', settings: other }, 'owner: olga@contoso.com')],
      [later({ record: 'r2', settings: other }, 'nothing')],
      [handed(ria, 'olga@contoso.com'), handed(ria, 'sam@contoso.com')],
      [{ type: 'ReportUnreachable', owner: named.owner, why: 'they left' }],
      [
        later({
          record: 'r2',
          changedBy: { type: 'person', id: 'kim@contoso.com' },
          changedAt: minus(noon, duration('P1D')),
        }),
      ],
    ] as readonly (readonly Command[])[])
      expect([
        trying(lived(commands, rules, named), sam),
        trying(lived(commands, rules, named), ria),
      ]).toEqual(['chosen', approved]);
  });

  it('is chosen while it is only harmless for a while, and not any more once it is gone and made anew', () => {
    const named = made({}, 'owner: sam@contoso.com');
    const harmless = later({ record: 'r2', settings: { SetSCL: 0 } });
    const again = later({ record: 'r3', changedAt: after('PT2H') });
    expect(trying(lived([named, harmless, again]), sam)).toBe('chosen');
    const gone: Command = {
      type: 'ObserveRemoval',
      observation: { ...observation, record: 'r2', change: 'remove', changedAt: after('PT1H') },
    };
    expect(trying(lived([named, gone, made({ record: 'r3', changedAt: after('PT2H') })]), sam)).toBe(
      approved,
    );
  });

  it('is looked for again once they are a maker too, under the same address', () => {
    const named = lived([made({}, 'owner: sam@contoso.com')]);
    const { state } = live(
      [[after('PT5H'), later({ record: 'r2', changedBy: { type: 'person', id: 'sam@contoso.com' } })]],
      rules,
      named,
    );
    expect(findUnidentified(state, rules)).toEqual([{ id: 'sam@contoso.com' }]);
  });

  it('could be anybody until Slack was asked who that is', () => {
    const opened = live([[noon, made({}, 'owner: sam@contoso.com')]], rules).state;
    const makerKnown = live(
      [
        [
          noon,
          { type: 'ReportMakers', makers: [{ id: 'toni@contoso.com', slackUser: 'UTONI', sought: true }] },
        ],
      ],
      rules,
      opened,
    ).state;
    expect(findUnidentified(makerKnown, rules)).toEqual([{ id: 'sam@contoso.com' }]);
    expect(trying(makerKnown, ria)).toBe('four-eyes');
    // Slack knows nobody of that address: nobody was chosen.
    const nobody = live(
      [[noon, { type: 'ReportMakers', makers: [{ id: 'sam@contoso.com', sought: true }] }]],
      rules,
      makerKnown,
    ).state;
    expect(trying(nobody, sam)).toBe(approved);
  });
});

describe('whom somebody in Slack named', () => {
  const own = () => lived([made()]);

  it('cannot approve it where its maker did, nor can whom these name, nor those who stand in for them', () => {
    const policy: Policy = {
      ...rules,
      approvers: [sam.slackUser, 'UBEA', 'UKIM'],
      people: [{ account: 'olga@contoso.com', backup: 'UBEA' }],
    };
    const friend = lived([handed(toni, 'olga@contoso.com')], policy, lived([made()], policy));
    expect(friend.owner).toMatchObject({ slackUser: 'UOLGA' });
    expect([olga, bea, sam].map((by) => trying(friend, by, policy))).toEqual(['chosen', 'chosen', approved]);
    const theirs = lived([handed(olga, 'kim@contoso.com')], policy, friend);
    expect([kim, olga, sam].map((by) => trying(theirs, by, policy))).toEqual([
      'chosen',
      'not-allowed',
      approved,
    ]);
    const away = lived([handed(sam, 'lee@contoso.com')], policy, theirs);
    expect([member('ULEE'), kim].map((by) => trying(away, by, policy))).toEqual([approved, 'chosen']);
  });

  it('can where somebody independent did', () => {
    const state = lived([handed(ria, 'olga@contoso.com')], rules, own());
    expect(trying(state, olga)).toBe(approved);
  });

  it('cannot any more once it turns out that who named them had changed it', () => {
    const state = lived([handed(ria, 'olga@contoso.com')], rules, own());
    const known = lived(
      [later({ record: 'r2', changedBy: { type: 'person', id: 'ria@contoso.com' } })],
      rules,
      state,
    );
    expect([olga, ria, sam].map((by) => trying(known, by))).toEqual(['chosen', 'four-eyes', approved]);
  });

  it('is not who was told of it after it was handed on: a late card binds nobody else', () => {
    const state = own();
    const late = asked(state);
    const { state: bound } = live(
      [
        [after('PT1H'), handed(sam, 'olga@contoso.com')],
        [after('PT1H'), late],
      ],
      rules,
      state,
    );
    expect(bound.owner).toEqual({ type: 'person', address: 'olga@contoso.com' });
  });
});

describe('what is critical', () => {
  const policy = { ...rules, owners: [{ name: '*', owner: 'olga@contoso.com' }] };
  const critical: Exception = { ...lived([made()], policy), risk: 'critical' };
  const tried = (by: Answerer, rules: Policy) => trying(critical, by, rules);

  it('takes an approver of policy, where policy wants four eyes for it', () => {
    expect([tried(olga, policy), tried(sam, policy)]).toEqual(['critical', approved]);
    expect(authorityOf(critical, policy)).toEqual({
      owner: false,
      why: 'critical',
      approvers: policy.approvers,
    });
    expect(tried(olga, { ...policy, approvers: [olga.slackUser] })).toBe(approved);
    expect(tried(olga, { ...policy, fourEyes: ['high'] })).toBe(approved);
  });
});

describe('a second approver', () => {
  const renewing = (state: Exception, by: Answerer, policy: Policy): string =>
    trying(
      {
        ...examples.confirmed.state,
        ...state,
        state: 'confirmed',
        risk: 'low',
        renewals: policy.risk.low.renewalsBeforeSecondApprover,
      } as Exception,
      by,
      policy,
    );

  it('is independent of those who made it, also where policy wants no four eyes', () => {
    const named = lived([made({}, 'owner: sam@contoso.com'), handed(ria, 'olga@contoso.com')]);
    expect(renewing(named, sam, rules)).toBe('second-approver');
    const makers = { ...rules, approvers: [toni.slackUser, sam.slackUser] };
    const own = lived([made(), handed(sam, 'olga@contoso.com')], makers);
    expect(renewing(own, toni, makers)).toBe('second-approver');
  });

  it('is not who made its owner the owner', () => {
    const state = lived([made(), handed(sam, 'olga@contoso.com')]);
    expect([renewing(state, sam, rules), renewing(state, ria, rules)]).toEqual([
      'second-approver',
      'ExceptionRenewed',
    ]);
  });
});
