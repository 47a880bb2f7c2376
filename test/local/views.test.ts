import { describe, expect, it } from 'vitest';
import type {
  Approval,
  Confirmed,
  Disabled,
  Disabling,
  Held,
  Known,
  Unconfirmed,
} from '#lifecycle/exception.ts';
import { duration, instant } from '#time/instant.ts';
import { describeNextStep, createView } from '#lib/local/views.ts';
import type { Mode } from '#policy/enforcement-mode.ts';

const at = instant('2026-11-20T09:00:00Z');
const expiresAt = instant('2026-12-20T23:59:59Z');
const approval: Approval = {
  by: { type: 'owner', slackUser: 'U1', slackTeam: 'T1' },
  at,
  reason: 'migration',
  expiresAt,
  reviewEvery: duration('P30D'),
  reviewBy: expiresAt,
};
const known = {
  id: 'ex-a',
  tenant: 't',
  kind: 'transport-rule',
  name: 'Bypass',
  settings: {},
  complete: true,
  risk: 'high',
  findings: [],
  remedy: 'disable',
  owner: { type: 'person', address: 'alex@contoso.com', slackUser: 'U1' },
  openedAt: at,
  changedBy: { type: 'person', id: 'alex@contoso.com' },
  changedAt: at,
  renewals: 0,
  version: 2,
  asOf: 1,
} as unknown as Known;
const unconfirmed = {
  ...known,
  state: 'unconfirmed',
  confirmBy: expiresAt,
  question: 'opened',
} as Unconfirmed;
const confirmed = { ...known, state: 'confirmed', approval } as Confirmed;

describe('an exception as others see it', () => {
  it('has null for what does not apply', () => {
    expect(createView(unconfirmed, '#mail')).toMatchObject({
      guid: null,
      owner: 'alex@contoso.com',
      ownerSlackUser: 'U1',
      confirmBy: expiresAt,
      expiresAt: null,
      reason: null,
      cause: null,
    });
    expect(createView(confirmed, '#mail')).toMatchObject({ confirmBy: null, expiresAt, reason: 'migration' });
  });

  it('names the channel where nobody is known to own it', () => {
    const orphan = { ...unconfirmed, owner: { type: 'team', why: 'an application made it' } } as Unconfirmed;
    expect(createView(orphan, '#mail')).toMatchObject({
      owner: '#mail',
      ownerType: 'team',
      ownerSlackUser: null,
    });
  });

  it('does not show an approval that was given for something else', () => {
    expect(createView({ ...unconfirmed, approval }, '#mail')).toMatchObject({
      expiresAt: null,
      reason: null,
    });
  });

  it('still shows, once disabled, what had been approved and why it ended', () => {
    const disabled = {
      ...known,
      state: 'disabled',
      approval,
      cause: 'expired',
      disabledAt: expiresAt,
    } as Disabled;
    expect(createView(disabled, '#mail')).toMatchObject({ expiresAt, reason: 'migration', cause: 'expired' });
    expect(describeNextStep(createView(disabled, '#mail'))).toBe(`expired ${expiresAt}`);
  });

  it('says that what is to be disabled waits where Lapse may not act', () => {
    const disabling = { ...known, state: 'disabling', approval, cause: 'expired', attempt: 2 } as Disabling;
    const under = (enforcement: Mode) => describeNextStep({ ...createView(disabling, '#mail'), enforcement });
    expect(under({ type: 'live' })).toBe('attempt 2');
    expect(under({ type: 'observing' })).toBe('waits: Lapse only observes');
    expect(under({ type: 'stopped', at, by: 'sam', why: 'x' })).toBe('waits: enforcement is stopped');
  });

  it('keeps the question of what is held before it was answered', () => {
    const held = { ...known, state: 'held', until: at, resume: 'unconfirmed', confirmBy: expiresAt } as Held;
    expect(createView(held, '#mail')).toMatchObject({ confirmBy: expiresAt, heldUntil: at });
  });
});
