import { describe, expect, it } from 'vitest';
import { inventory, nobody } from '#lifecycle/inventory.ts';
import { react } from '#lifecycle/react.ts';
import { after, approve, examples, guid, live, observation, observe, sam, types } from './examples.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Author, Exception } from '#lifecycle/exception.ts';
import type { Step } from './examples.ts';

const lapse = 'c1d2e3f4-0000-4000-8000-000000000001';
const stranger = 'c1d2e3f4-0000-4000-8000-000000000002';
const application = (id: string): Author => ({ type: 'application', id });
const by = (id: string) => ({ changedBy: application(id), applications: [id] });

const lapsed = examples.disabling.state;
/** Lapse reported which application it acted as. */
const disabled = live(
  [
    [
      after('P3DT0H1M'),
      { type: 'ReportDisabled', attempt: 1, guid, before: observation.settings, application: lapse },
    ],
  ],
  undefined,
  lapsed,
).state;
const echo = (given: Partial<Observation>): Partial<Observation> => ({
  record: 'echo',
  operation: 'Disable-TransportRule',
  change: 'disable',
  settings: {},
  complete: false,
  passed: [],
  enabled: false,
  changedAt: after('P3DT0H0M30S'),
  ...by(lapse),
  ...given,
});
const meets = (state: Exception, given: Partial<Observation>, at = after('P3DT2H')) =>
  live([[at, observe(echo(given))]], undefined, state);

describe('what Lapse did comes back in the log', () => {
  it('a disable is a confirmation, whatever the state has become meanwhile', () => {
    const restored = live(
      [[after('P3DT1H'), { type: 'Restore', by: sam, reason: 'mail was lost', expiresAt: after('P3DT9H') }]],
      undefined,
      disabled,
    ).state;
    for (const state of [lapsed, disabled, restored]) {
      const { last, state: now } = meets(state, {});
      expect(last).toMatchObject([{ type: 'ChangeNoted', ours: true }]);
      expect(now.state).toBe(state.state);
    }
  });

  it('a restore is one too', () => {
    const restored = live(
      [[after('P3DT1H'), { type: 'Restore', by: sam, reason: 'mail was lost', expiresAt: after('P3DT9H') }]],
      undefined,
      disabled,
    ).state;
    const enabled = {
      operation: 'Enable-TransportRule',
      change: 'enable',
      enabled: true,
      complete: true,
    } as const;
    const { last } = meets(restored, {
      ...enabled,
      settings: observation.settings,
      changedAt: after('P3DT1H1M'),
    });
    expect(last).toMatchObject([{ type: 'ChangeNoted', ours: true }]);
  });

  it('so is the end it wrote into an approved rule', () => {
    const { last } = meets(
      live([[after('PT1H'), (state) => approve(state, after('PT1H'))]], undefined, examples.unconfirmed.state)
        .state,
      {
        operation: 'Set-TransportRule',
        change: 'alter',
        passed: ['ExpiryDate'],
        settings: { ExpiryDate: '2027-01-01T00:00:00Z' },
        enabled: true,
        changedAt: after('PT1H1M'),
      },
      after('PT2H'),
    );
    expect(last).toMatchObject([{ type: 'ChangeNoted', ours: true }]);
  });

  it.each([
    ['a person', { changedBy: { type: 'person', id: 'toni.tenant@contoso.com' }, applications: [] }],
    ['another application', by(stranger)],
  ] as const)('%s doing the same is not Lapse', (_who, who) => {
    const state = { ...examples.confirmed.state, application: lapse };
    const { last } = meets(state, who, after('P1D'));
    expect(types(last)).toEqual(['ExceptionSwitchedOff']);
  });

  it('a person who switches off what Lapse is about to is not Lapse', () => {
    const { last } = meets(lapsed, {
      changedBy: { type: 'person', id: 'toni@contoso.com' },
      applications: [],
    });
    expect(last).toHaveLength(1);
    expect(last[0]).not.toHaveProperty('ours');
  });

  it('whoever sets more than the switch is not Lapse, even as the same application', () => {
    const restored = { ...examples.confirmed.state, application: lapse };
    const { last } = meets(
      restored,
      {
        operation: 'Set-TransportRule',
        change: 'alter',
        passed: ['Enabled', 'SenderDomainIs'],
        settings: { SenderDomainIs: 'other.example' },
        enabled: true,
        changedAt: after('PT2H'),
      },
      after('PT3H'),
    );
    expect(types(last)).toEqual(['ExceptionChanged']);
  });

  it('an application that switches off what Lapse never wanted off is not Lapse either', () => {
    const { last } = meets(examples.unconfirmed.state, {}, after('P1D'));
    expect(types(last)).toEqual(['ExceptionSwitchedOff']);
  });

  it('whoever enables what lapsed has undone it, even as the same application', () => {
    const { last } = meets(disabled, {
      operation: 'Enable-TransportRule',
      change: 'enable',
      enabled: true,
      complete: true,
      settings: observation.settings,
      changedAt: after('P3DT1H'),
    });
    expect(last).toMatchObject([{ type: 'ExceptionReopened', alert: true }]);
  });
});

describe('a tool that re-applies what Lapse disabled', () => {
  const round = (day: number): readonly Step[] => [
    [
      after(`P${day}DT1H`),
      observe({
        record: `re-applied ${day}`,
        operation: 'Enable-TransportRule',
        change: 'enable',
        changedAt: after(`P${day}DT1H`),
        ...by(stranger),
      }),
    ],
    [after(`P${day}DT2H`), (state) => ({ type: 'Decline', by: sam, seen: state.asOf })],
    [
      after(`P${day}DT2H1M`),
      { type: 'ReportDisabled', attempt: 1, guid, before: observation.settings, application: lapse },
    ],
  ];
  const alerts = (days: readonly number[]): readonly string[] => {
    let state = disabled;
    const said: string[] = [];
    for (const day of days)
      for (const step of round(day)) {
        const next = live([step], undefined, state);
        state = next.state;
        for (const event of next.last)
          for (const effect of react(event, state))
            if (effect.type === 'alert' && event.type === 'ExceptionReopened') said.push(effect.text);
      }
    return said;
  };

  it('is called one from the third time within 30 days on, and named', () => {
    const [first, second, third, fourth] = alerts([4, 5, 6, 7]);
    for (const text of [first, second]) expect(text).not.toContain('a tool probably');
    expect(third).toContain('for the 3rd time within 30 days: a tool probably re-applies it');
    expect(third).toContain(stranger);
    expect(fourth).toContain('4th');
  });

  it('is named the second time already, with where to change it', () => {
    const [first, second] = alerts([4, 5]);
    expect(first).not.toContain('each time');
    expect(second).toContain(`It was the application ${stranger} each time`);
    expect(second).toContain('change it there, or approve it here');
  });

  it('is named once the log tells who did what the inventory had seen', () => {
    const seen = observe({
      record: 'inventory 1',
      operation: inventory,
      change: 'alter',
      changedBy: nobody,
      changedAt: after('P4DT2H'),
    });
    const log = observe({
      record: 'late',
      operation: 'Enable-TransportRule',
      change: 'enable',
      changedAt: after('P4DT1H'),
      ...by(stranger),
    });
    const { state: before } = live([[after('P4DT2H'), seen]], undefined, disabled);
    expect(before.reopenings).toMatchObject([{ by: nobody }]);
    const { state } = live([[after('P4DT3H'), log]], undefined, before);
    expect(state.reopenings).toMatchObject([{ by: { id: stranger }, at: after('P4DT1H') }]);
  });

  it('is none where it happens once in a season', () => {
    for (const text of alerts([4, 40, 80])) expect(text).not.toContain('a tool probably');
  });
});
