/** Nobody who touched what is asked about can be who approves it, whatever it was when they touched it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, minus, plus } from '#time/instant.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { keepRename } from '#register/names.ts';
import { after, approve, id, noon, observe, policy, tenant } from '../lifecycle/examples.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Register } from '#register/contract.ts';

const people = ['ann', 'bea', 'cleo', 'dora'] as const;
/** All of them could approve anything that none of them had touched. */
const rules: Policy = { ...policy, approvers: people.map((name) => `U${name.toUpperCase()}`) };

const harmless = { Name: 'Partner newsletter', Comments: 'nothing yet' };
const risky = { Name: 'Partner newsletter', SetSCL: -1, SenderDomainIs: ['partner.example'] };

interface Touch {
  readonly by: (typeof people)[number];
  readonly settings: Readonly<Record<string, unknown>>;
}

function recorded(touches: readonly Touch[], looked: boolean): readonly Command[] {
  const last = touches.at(-1);
  return touches.map(({ by, settings }, index) => {
    const given: Partial<Observation> = {
      record: `touch-${index}`,
      operation: index === 0 ? 'New-TransportRule' : 'Set-TransportRule',
      change: index === 0 ? 'create' : 'alter',
      changedBy: { type: 'person', id: `${by}@contoso.com` },
      changedAt: after(`PT${index}M`),
      settings,
      passed: Object.keys(settings),
    };
    // Whoever looks sees what all of them have made of it.
    const told = { change: given.change ?? 'alter', settings };
    return looked
      ? observe({ ...given, told, settings: last?.settings ?? settings })
      : observe({ ...given, complete: false });
  });
}

let receipts = 0;
const give = (register: Register, command: Command, now: Instant) =>
  execute(register, { id, receipt: `law#${(receipts += 1)}`, command, now, policy: rules });

/** Slack knows them all. */
async function identified(register: Register, now: Instant): Promise<Exception | undefined> {
  const makers = people.map((name) => ({
    id: `${name}@contoso.com`,
    slackUser: `U${name.toUpperCase()}`,
    sought: true as const,
  }));
  return (await give(register, { type: 'ReportMakers', makers }, now)).exception;
}

async function answersOf(touches: readonly Touch[], looked: boolean, order: readonly number[]) {
  const register = createInMemoryRegister();
  const commands = recorded(touches, looked);
  const first = after('PT20H');
  for (const [index, at] of order.entries()) {
    const command = commands[at];
    if (command) await give(register, command, plus(first, duration(`PT${index}S`)));
  }
  const now = after('P1D');
  const state = await identified(register, now);
  if (state?.state !== 'unconfirmed') return undefined;
  const refused = new Map<string, unknown>();
  for (const { by } of touches) {
    const answer = { slackUser: `U${by.toUpperCase()}`, slackTeam: 'T1', standing: 'member' as const };
    const { events } = await give(register, approve(state, now, { by: answer }), now);
    refused.set(by, events.map((event) => ('why' in event ? event.why : event.type)).join());
  }
  return refused;
}

const touch: fc.Arbitrary<Touch> = fc.record({
  by: fc.constantFrom(...people),
  settings: fc.constantFrom(harmless, harmless, risky),
});

describe('whoever touched it, whatever it was then', () => {
  it('cannot approve it, in whatever order that is told, seen or not', async () => {
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(touch, { minLength: 1, maxLength: 6 })
          .map((touches): readonly Touch[] => [...touches, { by: touches[0]?.by ?? 'ann', settings: risky }])
          .chain((touches) =>
            fc.record({
              touches: fc.constant(touches),
              looked: fc.boolean(),
              order: fc.shuffledSubarray(
                touches.map((_, index) => index),
                { minLength: touches.length },
              ),
            }),
          ),
        async ({ touches, looked, order }) => {
          const refused = await answersOf(touches, looked, order);
          if (!refused) return;
          asked += 1;
          expect([...refused.values()].every((why) => why === 'four-eyes')).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
    expect(asked).toBeGreaterThan(25);
  });

  it('cannot approve it either where more was told of it than is kept', async () => {
    const touches: readonly Touch[] = [
      { by: 'bea', settings: harmless },
      { by: 'ann', settings: harmless },
      ...Array.from({ length: 40 }, (_, index) => ({
        by: 'cleo' as const,
        settings: { ...harmless, Comments: `edit ${index}` },
      })),
      { by: 'cleo', settings: risky },
    ];
    const refused = await answersOf(
      touches,
      false,
      touches.map((_, index) => index),
    );
    expect(refused && Object.fromEntries(refused)).toEqual({
      ann: 'four-eyes',
      bea: 'four-eyes',
      cleo: 'four-eyes',
    });
  });
});

describe('who touched it when it bore another name', () => {
  it('is kept with the rest that is told of it, and what another object of the name is told of is not', async () => {
    const register = createInMemoryRegister();
    const old = { tenant, kind: 'transport-rule', name: 'Old name' } as const;
    const by = (name: string) => ({ type: 'person', id: `${name}@contoso.com` }) as const;
    const touched = [
      { record: 'before', by: by('ann'), at: after('PT1H'), operation: 'Set-TransportRule' },
      { record: 'after', by: by('bea'), at: after('PT3H'), operation: 'Set-TransportRule' },
    ];
    await register.remember([{ of: old, records: [], touched, renames: [], revision: 0 }], noon);
    await keepRename(register, old, { to: 'New name', until: { at: after('PT2H'), record: 'r' } }, noon);
    expect((await register.remembered({ ...old, name: 'New name' })).touched).toEqual([touched[0]]);
    expect((await register.remembered(old)).touched).toEqual([touched[1]]);
  });

  it('counts for nothing where it was made since: then that was another object', async () => {
    const register = createInMemoryRegister();
    const by = { type: 'person', id: 'ann@contoso.com' } as const;
    const touched = [
      { record: 'before', by, at: minus(noon, duration('PT1H')), operation: 'Set-TransportRule' },
    ];
    const of = { tenant, kind: 'transport-rule', name: 'Partner newsletter' } as const;
    await register.remember([{ of, records: [], touched, renames: [], revision: 0 }], noon);
    const { exception } = await give(register, observe({ changedAt: noon }), after('PT1H'));
    expect(exception?.makers).toEqual([{ id: 'toni.tenant@contoso.com' }]);
    expect((await register.remembered(of)).touched).toEqual([]);
  });
});
