/** The first day in a tenant that has three hundred exceptions. */
import { describe, expect, it } from 'vitest';
import { takeTenant, type InventoryText } from '#inventory/take.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { compareForReview } from '#lifecycle/review.ts';
import { describeProgress, progressOf } from '#lifecycle/import-progress.ts';
import { dateOf } from '#time/local-time.ts';
import { duration, instant, plus, type Instant } from '#time/instant.ts';
import { isWorkingDay } from '#policy/working-hours.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { auditRecord, startTenant, tenantId } from '#test/exchange/surroundings.ts';
import { policy, sam } from '../lifecycle/examples.ts';
import type { Unconfirmed } from '#lifecycle/exception.ts';

const owners = Array.from({ length: 20 }, (_, index) => `owner${index}@contoso.com`);
/** One owner has two hundred, the others share the rest. */
const ownerOf = (index: number): string => owners[index < 200 ? 0 : 1 + (index % 19)] ?? '';
const rules = Array.from({ length: 300 }, (_, index) =>
  auditRecord('New-TransportRule', {
    Name: `Rule ${index}`,
    Comments: `owner: ${ownerOf(index)}`,
    SetSCL: '-1',
    ...(index % 3 === 0 ? {} : { SenderDomainIs: `partner${index}.example` }),
  }),
);

describe('three hundred exceptions at the first inventory', () => {
  it('fall due a few a working day, the most dangerous first, and people see how far they are', async () => {
    await using here = await startTenant({ seed: rules });
    const { tenant } = here;
    const register = createInMemoryRegister();
    const values = createInMemoryVersionedValues();
    const messages: InventoryText[] = [];
    const at = instant(here.now());
    let left = 120;
    const take = (hasTime: () => boolean) =>
      takeTenant({
        ...{ tenantId, tenant, register, values, policy, now: at, hasTime },
        sendMessage: (_run, message) => Promise.resolve(void messages.push(message)),
      });

    // The first run does not get far.
    await take(() => (left -= 1) >= 0);
    expect(await take(() => true)).toMatchObject({ finished: true });

    const all = (await Array.fromAsync(register.list())) as readonly Unconfirmed[];
    const asked = all.filter(({ kind }) => kind === 'transport-rule');
    expect(asked).toHaveLength(300);
    const deadlines = all.map(presentDeadlineOf);
    for (const deadline of deadlines) {
      expect(deadline >= plus(at, policy.graceOnImport)).toBe(true);
      expect(isWorkingDay(dateOf(deadline, policy.timeZone), policy.workingHours)).toBe(true);
    }
    const days = Object.values(Object.groupBy(deadlines, (deadline) => deadline.slice(0, 10)));
    expect(Math.max(...days.map((some) => some?.length ?? 0))).toBeLessThanOrEqual(policy.importPerDay);
    expect(days.length).toBeLessThanOrEqual(Math.ceil(all.length / policy.importPerDay));
    // The queue to review is the order in which they fall due.
    const inOrder = asked.toSorted(compareForReview).map(presentDeadlineOf);
    expect(inOrder).toEqual(inOrder.toSorted());

    for (const [index, { id, asOf }] of asked.slice(0, 212).entries())
      await execute(register, {
        ...{ id, receipt: `r${index}`, now: plus(at, duration('PT1H')), policy },
        command: { type: 'Decline', by: sam, seen: asOf },
      });
    const progress = progressOf(await Array.fromAsync(register.list()));
    expect(describeProgress(progress)).toMatch(/^212 of 301 answered, \d+ owners have not reacted/);
  });

  it('have their grace also where the first look could not record them, and what is made later has none', async () => {
    await using here = await startTenant({ seed: rules.slice(0, 2) });
    const { tenant } = here;
    const kept = createInMemoryRegister();
    const values = createInMemoryVersionedValues();
    let isBroken = true;
    const register = {
      ...kept,
      commit: (...given: Parameters<typeof kept.commit>) =>
        isBroken ? Promise.reject(new Error('throttled')) : kept.commit(...given),
    };
    const at = instant(here.now());
    const take = (now: Instant) =>
      takeTenant({
        ...{ tenantId, tenant, register, values, policy, now, hasTime: () => true },
        sendMessage: () => Promise.resolve(),
      });
    expect((await take(at)).failed.length).toBeGreaterThanOrEqual(2);
    // It fails once more.
    await take(plus(at, duration('PT1H')));
    isBroken = false;
    here.standIn.apply(auditRecord('New-TransportRule', { Name: 'Made since', SetSCL: '-1' }));
    await take(plus(at, duration('PT2H')));
    const all = await Array.fromAsync(kept.list());
    const graceOf = (name: string) => all.find((one) => one.name === name)?.graceEnd;
    expect(graceOf('Rule 0')).toBe(plus(at, duration('P14DT2H')));
    expect(graceOf('Rule 1')).toBe(plus(at, duration('P14DT2H')));
    expect(all.map(({ name }) => name)).toContain('Made since');
    expect(graceOf('Made since')).toBeUndefined();
  });
});
