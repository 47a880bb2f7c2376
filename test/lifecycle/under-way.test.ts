/** What was called for outside stands in the state until it is heard of: by each who is to hear it. */
import { describe, expect, it } from 'vitest';
import { findNextDue } from '#lifecycle/due.ts';
import { duration } from '#time/instant.ts';
import { react } from '#lifecycle/react.ts';
import { after, alex, approve, examples, live, noon, observe, policy, sam, told, types } from './examples.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';

const due: Command = { type: 'CheckDue' };
/** Toni made it and owns it: it takes an approver. */
const byOwner: Policy = { ...policy, owners: [] };
const made = live([[noon, observe()]], byOwner).state;
const toOwner: Command = {
  type: 'ReportTold',
  of: 1,
  card: { channel: 'D1', ts: '1' },
  deadline: after('P3D'),
  slackUser: 'UTONI',
  makers: [{ id: 'toni.tenant@contoso.com', slackUser: 'UTONI', sought: true }],
};
const toApprovers: Command = { type: 'ReportApproversTold', of: 1, card: { channel: 'C1', ts: '2' } };
const effectsOf = ({ last, state }: ReturnType<typeof live>) =>
  last.flatMap((event) => react(event, state).map(({ type }) => type));

describe('a message that has reached its owner, and not those who may approve', () => {
  const half = live([[after('PT1M'), toOwner]], byOwner, made);

  it('is called for again, for them alone, until it has reached them', () => {
    expect(half.state.unheard).toEqual({ of: 1, at: noon, repeated: 0, approvers: true });
    expect(findNextDue(half.state, byOwner)).toBe(after('PT1H'));
    const again = live([[after('PT1H'), due]], byOwner, half.state);
    expect(again.last).toMatchObject([{ type: 'QuestionRepeated', of: 1, approvers: true }]);
    expect(effectsOf(again)).toEqual(['ask-approvers']);
    const both = live([[after('PT2H'), { ...toApprovers, of: 3 }]], byOwner, again.state).state;
    expect(both.unheard).toBeUndefined();
  });

  it('is over once they were told too', () => {
    expect(live([[after('PT2M'), toApprovers]], byOwner, half.state).state.unheard).toBeUndefined();
  });

  it('is not over because they were told of an earlier question', () => {
    const { state } = half;
    const later = { ...state, unheard: { ...state.unheard, of: 2 } } as Exception;
    expect(live([[after('PT2M'), toApprovers]], byOwner, later).state.unheard).toMatchObject({ of: 2 });
  });

  it('stays owed to its owner where only they were told', () => {
    expect(live([[after('PT2M'), toApprovers]], byOwner, made).state.unheard).toEqual({
      of: 1,
      at: noon,
      repeated: 0,
    });
  });

  it('is whole where its owner may approve', () => {
    expect(examples.unconfirmed.state.unheard).toBeUndefined();
  });

  describe('a reminder of it', () => {
    const told = live([[after('PT2M'), toApprovers]], byOwner, half.state).state;
    const reminded = live([[after('P2D'), due]], byOwner, told);

    it('is for them alone, once its owner was told of the deadline', () => {
      expect(reminded.last).toMatchObject([{ type: 'ReminderDue', approvers: true }]);
      expect(effectsOf(reminded)).toEqual(['ask-approvers']);
      expect(reminded.state.unheard).toMatchObject({ of: reminded.state.version, approvers: true });
    });

    it('goes to its owner too where they were not told', () => {
      const untold = live([[after('P2D'), due]], byOwner, { ...told, told: [] });
      expect(effectsOf(untold)).toEqual(['remind']);
    });

    it('never takes the place of the notice that its owner is owed', () => {
      const late = live([[after('P3D'), due]], byOwner, { ...reminded.state, told: [] });
      expect(late.last).toMatchObject([{ type: 'DeadlinePostponed', untold: true }]);
    });
  });

  it('of a reminder says so when it is called for again', () => {
    const reminded = live([[after('P2D'), due]], byOwner, half.state).state;
    const of = reminded.version;
    const again = live(
      [
        [after('P2DT1M'), { ...toOwner, of }],
        [after('P2DT1H'), due],
      ],
      byOwner,
      reminded,
    );
    expect(again.last.flatMap((event) => react(event, again.state))).toEqual([
      { type: 'ask-approvers', deadline: after('P3D') },
    ]);
  });
});

describe('who made it, of whom Slack has not told yet', () => {
  const late = (given: Partial<Observation> = {}): Command =>
    observe({
      record: 'late',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedBy: { type: 'person', id: 'kim@contoso.com' },
      ...given,
    });
  const kept = examples.confirmed.state;
  const seeking = live([[after('P1D'), late()]], policy, kept);
  const makers = [{ id: 'kim@contoso.com', slackUser: alex.slackUser, sought: true }] as const;

  it('is looked for again after an hour, two, four, and in the end every day', () => {
    expect(effectsOf(seeking)).toContain('identify');
    let { state } = seeking;
    for (const [index, hours] of [1, 2, 4, 8, 16, 24, 24].entries()) {
      const at = state.seeking?.at ?? noon;
      const next = after(`PT${hours}H`, at);
      expect(state.seeking).toMatchObject({ repeated: index });
      expect(findNextDue(state, policy)).toBe(next);
      const again = live([[next, due]], policy, state);
      expect(types(again.last)).toEqual(['LookUpRepeated']);
      expect(effectsOf(again)).toContain('identify');
      state = again.state;
    }
  });

  it('may be who approved it: that is found once Slack answers, and not at the next reminder', () => {
    const found = live([[after('P1DT2H'), { type: 'ReportMakers', makers }]], policy, seeking.state);
    expect(types(found.last)).toEqual(['MakersIdentified', 'ApprovalVoided']);
    expect(found.state.seeking).toBeUndefined();
  });

  it('is not looked for where policy does not need to know', () => {
    const none: Policy = { ...policy, fourEyes: [] };
    expect(seeking.state.seeking).toBeDefined();
    expect(live([[after('P2D'), due]], none, seeking.state).last).toEqual([]);
    expect((findNextDue(seeking.state, none) ?? '') > after('P10D')).toBe(true);
  });

  it('is not looked for of what is over', () => {
    const revoked = live(
      [[after('P1DT1M'), { type: 'Revoke', by: sam, seen: seeking.state.asOf }]],
      policy,
      seeking.state,
    ).state;
    expect(revoked.seeking).toBeUndefined();
    const removed = live([[after('P1D'), late({ settings: { Name: 'x' } })]], policy, kept).state;
    expect(removed.state).toBe('removed');
    const touched = live(
      [[after('P2D'), late({ record: 'later', settings: { Name: 'y' }, changedAt: after('P1DT1H') })]],
      policy,
      removed,
    );
    expect(effectsOf(touched)).toContain('identify');
    expect(touched.state.seeking).toBeUndefined();
  });

  it('leaves those who may approve to be asked, where it is its owner', () => {
    const asked = examples.unconfirmed.state;
    const noted = live([[after('PT2H'), late()]], policy, asked).state;
    const found = live([[after('PT3H'), { type: 'ReportMakers', makers }]], policy, noted);
    expect(found.last).toMatchObject([{ type: 'MakersIdentified', approvers: true }]);
    expect(effectsOf(found)).toEqual(['ask-approvers']);
    expect(found.state.unheard).toMatchObject({ of: found.state.version, approvers: true });
    expect(types(live([[after('PT4H'), due]], policy, found.state).last)).toEqual(['QuestionRepeated']);
    const nobody = live(
      [
        [
          after('PT3H'),
          { type: 'ReportMakers', makers: [{ id: 'kim@contoso.com', slackUser: 'UKIM', sought: true }] },
        ],
      ],
      policy,
      noted,
    );
    expect(nobody.last[0]).not.toHaveProperty('approvers');
    expect(nobody.state.unheard).toBeUndefined();
  });

  it('has them asked once', () => {
    const asked = live([[after('PT1H'), toApprovers]], policy, examples.unconfirmed.state).state;
    const found = live(
      [
        [after('PT2H'), late()],
        [after('PT3H'), { type: 'ReportMakers', makers }],
      ],
      policy,
      asked,
    );
    expect(found.last[0]).not.toHaveProperty('approvers');
  });

  it('has nobody asked of whom nothing was asked yet, or whose question is on its way', () => {
    for (const given of [{ imported: after('P21D') }, {}]) {
      const opened = live([[noon, observe(given)]], byOwner).state;
      const found = live(
        [
          [
            after('PT3H'),
            {
              type: 'ReportMakers',
              makers: [{ id: 'toni.tenant@contoso.com', slackUser: 'UTONI', sought: true }],
            },
          ],
        ],
        byOwner,
        opened,
      );
      expect(found.last[0]).not.toHaveProperty('approvers');
    }
  });

  it('has nobody asked beside the question about a change that is on its way', () => {
    const settings = { Name: 'Partner newsletter', SetSCL: -1 };
    const changed = live(
      [[after('PT2H'), late({ settings, changedAt: after('PT1H') })]],
      policy,
      examples.unconfirmed.state,
    ).state;
    expect(changed.unheard).toMatchObject({ of: changed.version });
    const found = live([[after('PT3H'), { type: 'ReportMakers', makers }]], policy, changed);
    expect(found.last).toMatchObject([{ type: 'MakersIdentified' }]);
    expect(found.last[0]).not.toHaveProperty('approvers');
  });

  it('is whoever is owed nothing any more, once it shows that its owner may approve', () => {
    const asked = live(
      [[after('PT1M'), { ...told(made), slackUser: 'UALEX', makers: [] } as Command]],
      policy,
      live([[noon, observe()]], policy).state,
    ).state;
    expect(asked.unheard).toMatchObject({ approvers: true });
    const found = live(
      [
        [
          after('PT2M'),
          {
            type: 'ReportMakers',
            makers: [{ id: 'toni.tenant@contoso.com', slackUser: 'UTONI', sought: true }],
          },
        ],
      ],
      policy,
      asked,
    );
    expect(found.state.unheard).toBeUndefined();
  });
});

describe('an exception that is handed over', () => {
  const handOver: Command = { type: 'Reassign', by: sam, address: 'mira.mail@contoso.com' };
  const toMira = (state: Exception, given: object = {}): Command => ({
    type: 'ReportTold',
    of: state.version,
    card: { channel: 'D9', ts: '9' },
    slackUser: 'UMIRA',
    deadline: after('P3D'),
    ...given,
  });

  it('does not lapse before its new owner had the least notice', () => {
    const handed = live([[after('P2DT22H'), handOver]], policy, examples.unconfirmed.state).state;
    expect(types(live([[after('P3D'), due]], policy, handed).last)).toEqual(['DeadlinePostponed']);
    const late = live(
      [
        [after('P2DT23H'), (state) => toMira(state)],
        [after('P3D'), due],
      ],
      policy,
      handed,
    );
    expect(late.last).toMatchObject([{ type: 'DeadlinePostponed', to: after('P3DT7H') }]);
    // They were told of it, only late: nobody else need be alerted.
    expect(effectsOf(late)).toEqual(['refresh']);
  });

  it('and back again gains no time: whoever owns it now was told', () => {
    const back = live(
      [
        [after('P2DT22H'), handOver],
        [after('P2DT23H'), { ...handOver, address: 'alex.admin@contoso.com' }],
        [after('P3D'), due],
      ],
      policy,
      examples.unconfirmed.state,
    );
    expect(types(back.last)).toEqual(['ExceptionLapsed']);
  });

  it('was not chosen by its new owner, however short its term is', () => {
    const brief = live(
      [
        [
          after('PT1H'),
          (state) =>
            approve(state, after('PT1H'), { expiresAt: after('PT9H'), reviewEvery: duration('P1D') }),
        ],
      ],
      policy,
      examples.unconfirmed.state,
    ).state;
    const ends = (state: Exception) => types(live([[after('PT9H'), due]], policy, state).last);
    if (brief.state === 'confirmed') expect(ends(brief)).toEqual(['ExceptionLapsed']);
    const handed = live([[after('PT2H'), handOver]], policy, brief).state;
    expect(ends(handed)).toEqual(['DeadlinePostponed']);
  });

  it('is not told to its new owner by a message that was on its way to the former one', () => {
    const handed = live([[after('PT2H'), handOver]], policy, examples.unconfirmed.state).state;
    const former = examples.unconfirmed.state.owner;
    const { state } = live([[after('PT2H'), toMira(handed, { owner: former })]], policy, handed);
    expect(state.unheard).toEqual(handed.unheard);
    expect(types(live([[after('P3D'), due]], policy, state).last)).toEqual(['DeadlinePostponed']);
  });

  it('is told to its new owner at once where the reminders have gone to the former one', () => {
    const kept = examples.confirmed.state;
    const reminded = live([[findNextDue(kept, policy) ?? noon, due]], policy, kept).state;
    const handed = live([[after('P28D'), handOver]], policy, reminded);
    expect(types(handed.last)).toEqual(['OwnerReassigned']);
    expect(effectsOf(handed)).toEqual(['refresh', 'remind', 'inform']);
    expect(effectsOf(live([[after('P1D'), handOver]], policy, kept))).toEqual([
      'identify',
      'refresh',
      'inform',
    ]);
  });

  it('to the next on the ladder was not told to them before', () => {
    const asked = examples.unconfirmed.state;
    const passed = live(
      [[after('P2DT23H'), { type: 'ReportUnreachable', owner: asked.owner, why: 'they left' }]],
      policy,
      asked,
    ).state;
    expect(types(live([[after('P3D'), due]], policy, passed).last)).toEqual(['DeadlinePostponed']);
  });
});
