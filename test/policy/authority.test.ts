import { describe, expect, it } from 'vitest';
import { authorityOf } from '#policy/authority.ts';
import { checkTerm, longestTerm } from '#policy/forms.ts';
import { duration } from '#time/instant.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception, Maker } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import {
  after,
  alex,
  approve,
  examples,
  live,
  noon,
  observe,
  policy,
  sam,
  told,
  toni,
  types,
} from '../lifecycle/examples.ts';

const { state: asked } = examples.unconfirmed;
const without: Policy = { ...policy, fourEyes: [] };
const answering = (state: Exception, by: typeof alex, rules: Policy = policy): readonly unknown[] =>
  live([[after('PT1H'), (s) => approve(s, after('PT1H'), { by })]], rules, state).last.map((event) =>
    event.type === 'AnswerRefused' ? event.why : event.type,
  );
const owned = (slackUser: string, makers: readonly Maker[]): Exception => ({
  ...asked,
  owner: { type: 'person', address: 'olga@contoso.com', slackUser },
  makers,
});
const maker = (slackUser?: string): Maker => ({
  id: 'toni.tenant@contoso.com',
  sought: true,
  ...(slackUser === undefined ? {} : { slackUser }),
});

describe('four eyes', () => {
  it('let its owner approve what somebody else made', () => {
    expect(answering(asked, alex)).toEqual(['ExceptionApproved']);
  });

  it('refuse who made it, by their Slack user, whatever address it is owned under', () => {
    expect(answering(owned('UTONI', [maker('UTONI')]), toni)).toEqual(['four-eyes']);
    // Without the guard it would pass.
    expect(answering(owned('UTONI', [maker('UTONI')]), toni, without)).toEqual(['ExceptionApproved']);
  });

  it('refuse an approver who made it, and no other approver', () => {
    const rules = { ...policy, approvers: ['UTONI', ...policy.approvers] };
    expect(answering(owned('UALEX', [maker('UTONI')]), toni, rules)).toEqual(['four-eyes']);
    expect(answering(owned('UALEX', [maker('UTONI')]), sam, rules)).toEqual(['ExceptionApproved']);
  });

  it('refuse the owner where Slack does not know who made it: they could be one person', () => {
    expect(answering(owned('UALEX', [maker()]), alex)).toEqual(['four-eyes']);
    expect(answering(owned('UALEX', [maker()]), sam)).toEqual(['ExceptionApproved']);
  });

  it('refuse everybody until Slack was asked who made it', () => {
    const unknown = owned('UALEX', [{ id: 'toni.tenant@contoso.com' }]);
    expect(answering(unknown, sam)).toEqual(['four-eyes']);
    const identified: Command = { type: 'ReportMakers', makers: [maker('UTONI')] };
    expect(answering(live([[after('PT1M'), identified]], policy, unknown).state, sam)).toEqual([
      'ExceptionApproved',
    ]);
  });

  it('do not apply to what no person made, nor to lower risks', () => {
    expect(answering(owned('UALEX', []), alex)).toEqual(['ExceptionApproved']);
    expect(answering({ ...owned('UTONI', [maker('UTONI')]), risk: 'medium' }, toni)).toEqual([
      'ExceptionApproved',
    ]);
  });

  it('hold for renewing, holding and restoring too, but never for saying no', () => {
    const rules = { ...policy, approvers: ['UTONI', ...policy.approvers] };
    const mine = { makers: [maker('UTONI')] };
    const by = toni;
    const tried = (state: Exception, command: Command, now = examples.disabled.now) =>
      live([[now, command]], rules, { ...state, ...mine }).last.map((event) =>
        event.type === 'AnswerRefused' ? event.why : event.type,
      );
    const until = after('P1D', examples.disabled.now);
    expect(answering({ ...examples.confirmed.state, ...mine }, toni, rules)).toEqual(['four-eyes']);
    expect(tried(asked, { type: 'Hold', by, until, reason: 'x' })).toEqual(['four-eyes']);
    expect(tried(examples.disabled.state, { type: 'Restore', by, expiresAt: until, reason: 'x' })).toEqual([
      'four-eyes',
    ]);
    expect(tried(asked, { type: 'Decline', by, seen: asked.asOf })).toEqual(['ExceptionDeclined']);
    expect(tried(examples.confirmed.state, { type: 'Revoke', by, seen: 99 })).toEqual(['ExceptionRevoked']);
  });

  it('are not about makers of an earlier question, whom a late look-up names', () => {
    const late: Command = {
      type: 'ReportMakers',
      makers: [maker('UTONI'), { id: 'gone@contoso.com', slackUser: 'UGONE', sought: true }],
    };
    expect(live([[after('PT2M'), late]], policy, owned('UALEX', [maker()])).state.makers).toEqual([
      maker('UTONI'),
    ]);
  });

  it('count everybody who changed it, also what somebody approved meanwhile', () => {
    const change = (record: string, id: string, domain: string, at: string): Command =>
      observe({
        record,
        operation: 'Set-TransportRule',
        change: 'alter',
        changedAt: after(at),
        changedBy: { type: 'person', id },
        settings: { SetSCL: -1, SenderDomainIs: [domain], SenderIpRanges: ['198.51.100.0/28'] },
      });
    const both = live(
      [[after('PT2H'), change('r2', 'mira.mail@contoso.com', 'b.example', 'PT1H')]],
      policy,
      asked,
    ).state;
    expect(both.makers?.map(({ id }) => id)).toEqual(['mira.mail@contoso.com', 'toni.tenant@contoso.com']);
    const anew = live(
      [[after('P1D'), change('r3', 'mira.mail@contoso.com', 'c.example', 'PT20H')]],
      policy,
      examples.confirmed.state,
    ).state;
    expect(anew).toMatchObject({
      state: 'unconfirmed',
      makers: [{ id: 'mira.mail@contoso.com' }, { id: 'toni.tenant@contoso.com', slackUser: 'UTONI' }],
    });
  });
});

describe('a second approver', () => {
  const renewed = (renewals: number): Exception => ({ ...examples.confirmed.state, renewals });
  const most = policy.risk.high.renewalsBeforeSecondApprover;

  it('is needed after so many renewals, and is not its owner', () => {
    expect(answering(renewed(most - 1), alex)).toEqual(['ExceptionRenewed']);
    expect(answering(renewed(most), alex)).toEqual(['second-approver']);
    expect(answering(renewed(most), sam)).toEqual(['ExceptionRenewed']);
    const both = { ...policy, approvers: ['UALEX', ...policy.approvers] };
    expect(answering(renewed(most), alex, both)).toEqual(['second-approver']);
    const lenient = { ...policy.risk.high, renewalsBeforeSecondApprover: most + 1 };
    expect(answering(renewed(most), alex, { ...policy, risk: { ...policy.risk, high: lenient } })).toEqual([
      'ExceptionRenewed',
    ]);
  });
});

describe('what an exception rests on', () => {
  const weak: Exception = { ...asked, evidence: { grade: 'none', why: 'Nobody knows.' } };

  it('bounds the longest term, and never makes it longer', () => {
    const bounded = (longestTerm: string): Policy => ({
      ...policy,
      evidence: { none: { longestTerm: duration(longestTerm) } },
    });
    expect(longestTerm(weak, bounded('P10D'))).toBe('P10D');
    expect(longestTerm(weak, bounded('P999D'))).toBe(policy.risk.high.longestTerm);
    expect(checkTerm(weak, after('P11D'), noon, bounded('P10D'))).toContain('the longest term is 10 days');
  });

  it('counts by its narrower bound, where it also lets everybody past', () => {
    const everybody = { ...examples.unconfirmed.state.breadth, everyone: true } as Exception['breadth'];
    const bounds = (evidence: string, everyone: string): Policy => ({
      ...policy,
      evidence: { none: { longestTerm: duration(evidence) } },
      everyone: { longestTerm: duration(everyone) },
    });
    const open = { ...weak, ...(everybody && { breadth: everybody }) };
    expect(longestTerm(open, bounds('P10D', 'P5D'))).toBe('P5D');
    expect(longestTerm(open, bounds('P5D', 'P10D'))).toBe('P5D');
  });

  it('can take the approval out of its owner’s hands alone', () => {
    const rules: Policy = { ...policy, evidence: { none: { approvedBy: 'approvers' } } };
    expect(answering(weak, alex, rules)).toEqual(['approvers-only']);
    expect(answering(weak, sam, rules)).toEqual(['ExceptionApproved']);
    expect(authorityOf(weak, rules)).toEqual({
      owner: false,
      why: 'approvers-only',
      approvers: policy.approvers,
    });
  });
});

describe('who may approve', () => {
  it('is its owner and the approvers, or the approvers who did not make it', () => {
    expect(authorityOf(asked, policy)).toEqual({ owner: true, approvers: policy.approvers });
    const own = { ...policy, approvers: ['UTONI', 'USAMSECURITY'] };
    expect(authorityOf(owned('UTONI', [maker('UTONI')]), own)).toEqual({
      owner: false,
      why: 'four-eyes',
      approvers: ['USAMSECURITY'],
    });
  });

  it('are other approvers where a class or kind names them', () => {
    const rules: Policy = { ...policy, kinds: { 'transport-rule': { high: { approvers: ['UROUTING'] } } } };
    expect(authorityOf(asked, rules).approvers).toEqual(['UROUTING']);
    expect(answering(owned('UX', [maker('UTONI')]), sam, rules)).toEqual(['not-allowed']);
  });
});

describe('off first, and ask after', () => {
  const offFirst: Policy = {
    ...policy,
    kinds: { 'transport-rule': { high: { onSilence: 'disable-first' } } },
  };
  const report: Command = {
    type: 'ReportDisabled',
    attempt: 1,
    guid: '0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d11',
    before: {},
  };

  it('switches a new one off at once, keeps it off through silence, and on again once somebody approves', () => {
    const { last, state } = live([[noon, observe()]], offFirst);
    expect(types(last)).toEqual(['ExceptionOpened', 'DisableOrdered']);
    const off = live(
      [
        [after('PT1M'), report],
        [after('PT2M'), (s) => ({ ...told(s), of: s.asOf }) as Command],
      ],
      offFirst,
      state,
    ).state;
    expect(off).toMatchObject({ state: 'disabled', cause: 'disable first' });
    const later = live([[after('P99D'), { type: 'CheckDue' }]], offFirst, off);
    expect(types(later.last)).toEqual(['LookOrdered']);
    expect(later.state.state).toBe('disabled');
    const on = live(
      [[after('PT1H'), (s) => ({ ...approve(s, after('PT1H')), type: 'Approve' }) as Command]],
      offFirst,
      off,
    );
    expect(on.last).toMatchObject([{ type: 'ExceptionApproved', restore: true }]);
    expect(on.state.state).toBe('confirmed');
  });

  it('spares what the inventory finds, which was there all along', () => {
    const { last } = live([[noon, observe({ imported: noon })]], offFirst);
    expect(last).toMatchObject([{ type: 'ExceptionOpened', confirmBy: after(policy.graceOnImport) }]);
  });
});
