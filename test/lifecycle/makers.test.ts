/** Who made an exception, who changed it last, and whom that makes its owner, in whatever order the log tells. */
import { describe, expect, it } from 'vitest';
import { inventory, nobody } from '#lifecycle/inventory.ts';
import { firstChange, lastChange } from '#lifecycle/changes.ts';
import { makersOf } from '#policy/makers.ts';
import { react } from '#lifecycle/react.ts';
import {
  after,
  approve,
  examples,
  evolveAll,
  live,
  noon,
  observation,
  observe,
  policy,
  sam,
  told,
  toni,
  types,
  unowned,
} from './examples.ts';
import { duration, minus } from '#time/instant.ts';
import type { Step } from './examples.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Author, Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';

const person = (name: string): Author => ({ type: 'person', id: `${name}@contoso.com` });
const [mira, jonas, kim] = [person('mira'), person('jonas'), person('kim')];
/** What Exchange shows by now, whichever record is read first. */
const present = { SetSCL: -1, SenderDomainIs: ['partner.example', 'offers.example'] };

const made = observe({ record: 'made', settings: present, changedBy: mira, changedAt: noon });
const change = (given: Partial<Observation>): Command =>
  observe({
    record: 'changed',
    operation: 'Set-TransportRule',
    change: 'alter',
    settings: present,
    changedBy: jonas,
    changedAt: after('PT1H'),
    ...given,
  });
const edited = change({});
const touched = change({ record: 'touched', changedBy: kim, changedAt: after('PT2H') });

const before = (length: string) => minus(noon, duration(length));

/** Read one after the other, all of them long after they were made. */
const reading = (...commands: readonly Command[]) =>
  live(
    commands.map((command, index): Step => [after(`PT${5 + index}H`), command]),
    unowned,
  );
const makers = ({ makers }: Exception) => makers?.map(({ id }) => id);
const dated = (state: Exception) => {
  const [first, last] = [firstChange(state), lastChange(state)];
  return { made: [first.by.id, first.at], changed: [last.by.id, last.at] };
};
const orders = [
  [made, edited, touched],
  [made, touched, edited],
  [edited, made, touched],
  [edited, touched, made],
  [touched, made, edited],
  [touched, edited, made],
];

describe('an exception that was edited before its first record was read', () => {
  it.each(orders)(
    'has all who changed it as makers, each change with its own author and time (%#)',
    (...order) => {
      const { state } = reading(...order);
      expect(makers(state)).toEqual(['jonas@contoso.com', 'kim@contoso.com', 'mira@contoso.com']);
      expect(dated(state)).toEqual({
        made: ['mira@contoso.com', noon],
        changed: ['kim@contoso.com', after('PT2H')],
      });
    },
  );

  it.each(orders)(
    'is by default owned by who made it, and asked of them once that is known (%#)',
    (...order) => {
      const { state, events } = reading(...order);
      expect(state.owner).toMatchObject({ address: 'mira@contoso.com' });
      expect(state.ladder?.map(({ from }) => from)).toEqual(['maker', 'fallback']);
      const asking = events.filter((event) => react(event, state).some(({ type }) => type === 'ask'));
      // Once of whoever is read of first, and once more of each who is found to have been there before.
      const times = order.map((command) => ('observation' in command ? command.observation.changedAt : noon));
      expect(asking).toHaveLength(
        times.filter((at, index) => times.slice(0, index).every((one) => at < one)).length,
      );
    },
  );

  it.each(orders)('is the same whatever the order (%#)', (...order) => {
    const plain = ({ version, asOf, since, openedAt, told, unheard, ...state }: Exception) => {
      const asked = unheard !== undefined;
      expect([version > 0, asOf > 0, since >= noon, openedAt >= noon, told.length >= 0, asked]).not.toContain(
        false,
      );
      return { ...state, confirmBy: '' };
    };
    expect(plain(reading(...order).state)).toEqual(plain(reading(made, edited, touched).state));
  });
});

describe('who counts as a maker', () => {
  const confirmed = examples.confirmed.state;
  const late = (given: Partial<Observation>): readonly Step[] => [
    [after('P2D'), observe({ record: 'late', operation: 'Set-TransportRule', change: 'alter', ...given })],
  ];
  const meeting = (steps: readonly Step[], from: Exception = confirmed) => live(steps, policy, from);

  it('is also whoever changes nothing that matters, and whoever did so before all that is known', () => {
    const { last, state } = meeting(late({ changedBy: kim, changedAt: before('P9D') }));
    expect(types(last)).toEqual(['ChangeNoted']);
    expect(makers(state)).toContain('kim@contoso.com');
  });

  it('is still who made what somebody else has approved, once a change asks anew', () => {
    const { state } = meeting(
      late({
        changedBy: kim,
        changedAt: after('P1D'),
        settings: { ...observation.settings, SenderDomainIs: ['b.example'] },
      }),
    );
    expect(state.state).toBe('unconfirmed');
    expect(makers(state)).toEqual(['kim@contoso.com', 'toni.tenant@contoso.com']);
  });

  it.each<[string, Author]>([
    ['an application', { type: 'application', id: 'app' }],
    ["a service of Microsoft's", { type: 'service', id: 'NT SERVICE\\x' }],
  ])('is not %s', (_, changedBy) => {
    expect(makers(meeting(late({ changedBy, changedAt: after('P1D') })).state)).toEqual(makers(confirmed));
  });

  it('is not Lapse, whose own acts are no news of who changed it and when either', () => {
    const { last, state } = meeting(
      [
        [
          after('P4D'),
          observe({
            record: 'echo',
            operation: 'Disable-TransportRule',
            change: 'disable',
            enabled: false,
            settings: {},
            complete: false,
            changedBy: { type: 'application', id: 'lapse' },
            changedAt: after('P3DT1M'),
          }),
        ],
      ],
      examples.disabled.state,
    );
    expect(last).toMatchObject([{ type: 'ChangeNoted', ours: true }]);
    expect([makers(state), dated(state)]).toEqual([
      makers(examples.disabled.state),
      dated(examples.disabled.state),
    ]);
  });

  it('is one person however the log spells their account', () => {
    const { state } = meeting(late({ changedBy: person('KIM'), changedAt: after('P1D') }));
    const again = meeting(
      late({ record: 'again', changedBy: person('Kim'), changedAt: after('P1DT1H') }),
      state,
    );
    expect(makers(again.state)).toEqual(['kim@contoso.com', 'toni.tenant@contoso.com']);
  });

  it('is somebody unknown where the inventory sees a change, not where it only completes what is known', () => {
    const seen = { operation: inventory, changedBy: nobody, change: 'alter' as const };
    const logged = reading(observe({ complete: false })).state;
    const completed = live(
      [[after('PT9H'), observe({ ...seen, record: 'look', changedAt: after('PT9H') })]],
      policy,
      logged,
    );
    expect(completed.last).toMatchObject([{ type: 'ExceptionChanged', completes: true }]);
    expect(makers(completed.state)).toEqual(['toni.tenant@contoso.com']);
    const other = live(
      [[after('PT9H'), observe({ ...seen, record: 'look', settings: present, changedAt: after('PT9H') })]],
      policy,
      reading(observe()).state,
    ).state;
    expect(makers(other)).toEqual(['toni.tenant@contoso.com', 'unknown']);
    expect(dated(other)).toEqual({
      made: ['toni.tenant@contoso.com', observation.changedAt],
      changed: ['unknown', after('PT9H')],
    });
    // The log tells who it was.
    const named = live([[after('PT10H'), change({ changedAt: after('PT8H') })]], policy, other).state;
    expect(dated(named)).toMatchObject({ changed: ['jonas@contoso.com', after('PT8H')] });
  });

  it('is nobody who changed what bore the name before it was made; who made it is who is asked', () => {
    const first = observe({ record: 'first', settings: present, changedBy: kim, changedAt: before('P1D') });
    const anew = observe({ record: 'anew', settings: present, changedBy: mira, changedAt: after('P2D') });
    for (const order of [
      [first, anew],
      [anew, first],
    ]) {
      const { state } = reading(...order);
      expect(makers(state)).toEqual(['mira@contoso.com']);
      expect(dated(state).made).toEqual(['mira@contoso.com', after('P2D')]);
      expect(state.owner).toMatchObject({ address: 'mira@contoso.com' });
    }
  });

  it('is still who made it risky before it was harmless for a while', () => {
    const harmless = change({ record: 'harmless', changedBy: kim, settings: { SetSCL: 0 } });
    const again = change({ record: 'again', changedAt: after('PT3H') });
    const { events, state } = reading(made, harmless, again);
    expect(types(events)).toEqual(['ExceptionOpened', 'ExceptionRemoved', 'ExceptionOpened']);
    expect(makers(state)).toEqual(['jonas@contoso.com', 'kim@contoso.com', 'mira@contoso.com']);
    expect(dated(state).made).toEqual(['mira@contoso.com', noon]);
    // What was recorded before other changes were told together with it says only that it was never gone.
    const recorded = events.map((event) =>
      event.type === 'ExceptionOpened' ? { ...event, earlier: [] } : event,
    );
    expect(evolveAll(undefined, recorded)?.makers?.map(({ id }) => id)).toContain('mira@contoso.com');
  });

  it('is nobody of before once it was gone and is made anew', () => {
    const removal: Command = {
      type: 'ObserveRemoval',
      observation: {
        ...observation,
        record: 'gone',
        change: 'remove',
        changedBy: kim,
        changedAt: after('PT2H'),
      },
    };
    const anew = observe({ record: 'anew', changedBy: jonas, changedAt: after('PT3H') });
    expect(makers(reading(made, removal, anew).state)).toEqual(['jonas@contoso.com']);
  });
});

describe('the owner that is found to be another', () => {
  const own = { ...observation.settings, Comments: 'owner: alex.admin@contoso.com' };
  const rules: Policy = { ...unowned, people: [{ account: mira.id, backup: 'bea@contoso.com' }] };
  const opened = live([[after('PT5H'), change({ settings: own })]], rules).state;
  const earlier = observe({ record: 'made', settings: own, changedBy: mira, changedAt: noon });

  it('does not take the place of who is named in the comment, and keeps them bound to their Slack user', () => {
    const bound = live([[after('PT5H'), (state) => told(state)]], rules, opened).state;
    const { last, state } = live([[after('PT6H'), earlier]], rules, bound);
    expect(state.owner).toEqual({ type: 'person', address: 'alex.admin@contoso.com', slackUser: 'UALEX' });
    expect(state.ladder?.map(({ from }) => from)).toEqual(['comment', 'maker', 'backup', 'fallback']);
    expect(react(last[0] as Event, state).map(({ type }) => type)).not.toContain('ask');
  });

  it('does not take the place of who was named in Slack', () => {
    const { state } = live(
      [
        [after('PT6H'), { type: 'Reassign', by: sam, address: 'olga@contoso.com' }],
        [after('PT7H'), earlier],
      ],
      rules,
      opened,
    );
    expect(state.owner).toMatchObject({ address: 'olga@contoso.com' });
  });

  it('does not take the place of them either when a later change leaves the comment as it was', () => {
    const wider = { ...own, SenderDomainIs: ['c.example'] };
    const { last, state } = live(
      [
        [after('PT6H'), { type: 'Reassign', by: sam, address: 'olga@contoso.com' }],
        [after('PT7H'), change({ record: 'wider', settings: wider, changedAt: after('PT6H') })],
      ],
      rules,
      opened,
    );
    expect(types(last)).toEqual(['ExceptionChanged']);
    expect(state.owner).toMatchObject({ address: 'olga@contoso.com' });
  });

  it('is asked anew: an answer to the card of before comes too late', () => {
    const { state: unnamed } = live([[after('PT5H'), change({})]], unowned);
    const { state } = live([[after('PT6H'), made]], unowned, unnamed);
    expect(state.owner).toEqual({ type: 'person', address: 'mira@contoso.com' });
    const { last } = live(
      [[after('PT7H'), { ...approve(unnamed, after('PT7H'), { by: sam }) }]],
      policy,
      state,
    );
    expect(last).toMatchObject([{ type: 'AnswerRefused', why: 'changed' }]);
  });
});

it('who made it and was found in Slack is known by their Slack user again after it was harmless for a while', () => {
  const { state } = live([
    [noon, observe()],
    [after('PT1M'), (asked) => told(asked, after('PT1M'))],
    [
      after('PT1H'),
      observe({
        ...{ record: 'r2', operation: 'Set-TransportRule', change: 'alter', changedAt: after('PT50M') },
        settings: { Name: 'Partner newsletter', PrependSubject: '[partner]' },
      }),
    ],
    [
      after('PT2H'),
      observe({ record: 'r3', operation: 'Set-TransportRule', change: 'alter', changedAt: after('PT110M') }),
    ],
  ]);
  expect(state.state).toBe('unconfirmed');
  expect(makersOf(state)).toContainEqual(
    expect.objectContaining({ id: observation.changedBy.id, slackUser: toni.slackUser }),
  );
});
