/** Where a breaker has stopped something: for the home tab, and for whoever wants to release it. */
import { breakerTypes, pickedOf } from '#lifecycle/breaker.ts';
import { tenantName } from '#policy/policy.ts';
import { clip } from './escape.ts';
import { createParagraph } from './lines.ts';
import { createReleaseButton, type Stopped } from './release-form.ts';
import { findWaiting } from './waiting.ts';
import type { KnownBlock } from '@slack/types';
import type { AnswerDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';

/** Every tenant's tripped breakers. */
export async function findStopped({
  breakers,
  policy,
}: Pick<AnswerDependencies, 'breakers' | 'policy'>): Promise<readonly Stopped[]> {
  const named = policy.tenants.map(({ id }) => id);
  const tenants = [...new Set([...(await breakers.tenants()), ...named])];
  const all = await Promise.all(
    tenants.flatMap((tenant) =>
      breakerTypes.map(async (of) => ({ tenant, of, ...(await breakers.load(tenant, of)) })),
    ),
  );
  return all.flatMap((one) => (one.breaker.tripped ? { ...one, tripped: one.breaker.tripped } : []));
}

const mostStopped = 5;

/** A line for each, and the button that opens its form. */
export async function describeStops(
  dependencies: AnswerDependencies,
  stops: readonly Stopped[],
): Promise<readonly KnownBlock[]> {
  const described = await Promise.all(
    stops.slice(0, mostStopped).map(async (stop) => ({ stop, line: await describeStop(dependencies, stop) })),
  );
  const more = stops.length - mostStopped;
  return [
    ...described.flatMap(({ stop, line }) =>
      line === undefined ? [] : [createParagraph(line), createReleaseButton(stop)],
    ),
    ...(more > 0 ? [createParagraph([`… and ${more} more`])] : []),
  ];
}

/** `undefined` once all is dealt with that an approver left out: that stop ends by itself. */
async function describeStop(dependencies: AnswerDependencies, stop: Stopped): Promise<Line | undefined> {
  const { policy, now } = dependencies;
  const { tenant, of, tripped, breaker } = stop;
  const name = clip(tenantName(policy, tenant), 80);
  if (of === 'policy')
    return [
      { bold: 'Stopped: ' },
      `${name}, where deadlines that a new policy would bring forward wait until an approver has looked: ${tripped.waiting}.`,
    ];
  const picked = pickedOf(breaker, now);
  const waiting = await findWaiting(dependencies, tenant);
  const count = waiting.found.filter(({ id }) => !picked.has(id)).length;
  if (count === 0 && !waiting.cut && breaker.picked) return undefined;
  return [
    { bold: 'Stopped: ' },
    `${name}, where what would lapse waits until an approver has looked: ${count}${waiting.cut ? ' or more' : ''} now.`,
  ];
}
