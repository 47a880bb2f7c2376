import { describe, expect, it } from 'vitest';
import { narrate } from '#lib/local/narrate.ts';
import { formatTrailLine } from '#lib/local/trail-line.ts';
import { instant } from '#time/instant.ts';
import type { AnswerRefused, ExceptionSwitchedOff } from '#lifecycle/events.ts';

const stranger: AnswerRefused = {
  type: 'AnswerRefused',
  at: instant('2026-11-02T12:00:00Z'),
  actor: { type: 'outsider', slackUser: 'U0EVE', slackTeam: 'T0OTHER' },
  answer: 'Approve',
  why: 'not-allowed',
  standing: 'foreign',
};
const owner: AnswerRefused = {
  type: 'AnswerRefused',
  at: stranger.at,
  actor: { type: 'owner', slackUser: 'U0ALEX', slackTeam: 'T0HOME' },
  answer: 'Renew',
  why: 'four-eyes',
};
const rule = {
  id: 'ex-1',
  name: 'Newsletter',
  kind: 'transport-rule',
  risk: 'high',
  owner: { type: 'person', address: 'alex@contoso.example' },
  cards: [],
} as const;

describe('an answer that was refused', () => {
  it('shows in the trail who gave it, from where, and why it did not count', () => {
    expect(
      [stranger, owner].map((event, index) => formatTrailLine({ ...event, version: index + 1 })),
    ).toEqual([
      '  1  2026-11-02T12:00:00.000Z  AnswerRefused  by outsider U0EVE of T0OTHER: Approve refused, Slack says that they are of another organisation',
      '  2  2026-11-02T12:00:00.000Z  AnswerRefused  by owner U0ALEX of T0HOME: Renew refused, nobody may approve their own change',
    ]);
  });

  it('is told with the same words as it happens', () => {
    expect([stranger, owner].map((event) => narrate(event, rule))).toEqual([
      'REFUSED    Approve of transport rule "Newsletter" by outsider U0EVE of T0OTHER: Slack says that they are of another organisation',
      'REFUSED    Renew of transport rule "Newsletter" by owner U0ALEX of T0HOME: nobody may approve their own change',
    ]);
  });

  it('cannot bring the terminal what a request named as its workspace', () => {
    const actor = { ...stranger.actor, slackTeam: 'T0\u001b[31m' };
    expect(formatTrailLine({ ...stranger, actor, version: 1 })).not.toContain('\u001b');
  });
});

it('a name of any length takes one line', () => {
  const author = { type: 'unknown', id: 'x'.repeat(4000) } as const;
  const off: ExceptionSwitchedOff = {
    type: 'ExceptionSwitchedOff',
    at: stranger.at,
    actor: { type: 'administrator', author },
    record: 'r',
    operation: 'Disable-TransportRule',
    changedBy: author,
    changedAt: stranger.at,
  };
  expect(narrate(off, rule)).toBe(`OFF        transport rule "Newsletter" by ${'x'.repeat(79)}…`);
  expect(formatTrailLine({ ...off, version: 3 })).toHaveLength(
    200 + '  3  2026-11-02T12:00:00.000Z  ExceptionSwitchedOff  by '.length,
  );
});
