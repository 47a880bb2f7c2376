/** A hold, wherever people look; and what follows when its time is over. */
import { describe, expect, it } from 'vitest';
import { describeNextStep, createView } from '#lib/local/views.ts';
import { read } from '#lib/standin/slack/shapes.ts';
import { findNextDue } from '#lifecycle/due.ts';
import { createCard } from '#slack/card.ts';
import { createDetails } from '#slack/details.ts';
import { createDigest } from '#slack/digest.ts';
import { after, examples, live, policy, told } from '../lifecycle/examples.ts';

const { state: held } = examples.held;
const end = after('P5D');

describe('what is on hold', () => {
  it('says so, and until when, on its card, in Details, digests, lapse list and lapse show', () => {
    const content = { exception: held, history: [], policy, now: after('P1D') };
    const digest = { head: { total: 1 } };
    expect(read(createCard(content).blocks)).toContain('on hold until');
    expect(read(createDetails(content).blocks)).toContain('Lapse does nothing about it until');
    expect(read(createDigest({ exceptions: [held], digest, policy, now: after('P1D') }).blocks)).toContain(
      'on hold until',
    );
    expect(describeNextStep(createView(held, '#mail'))).toBe(`held until ${end}`);
  });

  it('is asked about again by itself at its end, with full notice from when its owner is told', () => {
    expect(findNextDue(held, policy)).toBe(end);
    const before = live([[after('P4D'), { type: 'CheckDue' }]], policy, held);
    expect(before.state.state).toBe('held');
    const over = live([[end, { type: 'CheckDue' }]], policy, held);
    expect(over.last).toMatchObject([{ type: 'HoldEnded' }]);
    // Nobody was told yet: whatever the date says, nothing lapses.
    const silent = live([[after('P30D'), { type: 'CheckDue' }]], policy, over.state);
    expect(silent.state.state).not.toBe('disabling');
    // Told, but shorter ago than policy's notice.
    const heard = live([[after('P30D'), (now) => told(now, after('P30D'))]], policy, silent.state);
    const early = live([[after('P30DT1H'), { type: 'CheckDue' }]], policy, heard.state);
    expect(early.state.state).not.toBe('disabling');
  });
});
