/** What another policy would change for the exceptions on record, before it is put into force. */
import { applyPolicy, isNearer } from '#lifecycle/apply-policy.ts';
import { admitLapses, strictestOf, unused } from '#lifecycle/breaker.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { noticeEndOf } from '#policy/working-hours.ts';
import { classOf } from '#policy/policy.ts';
import { hashPolicy } from '#policy/hash-policy.ts';
import { compareText } from '#values/compare-text.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

export interface Move {
  readonly id: string;
  readonly name: string;
  readonly risk: string;
  readonly state: string;
  readonly owner: string;
  readonly from: Instant;
  readonly to: Instant;
  /** It would lapse at the end of the notice: nobody may have time to look twice. */
  readonly soon: boolean;
}

export interface Preview {
  readonly moves: readonly Move[];
  /** Exceptions for which silence would have a different result: disable, escalate or disable-first. */
  readonly silence: readonly {
    readonly id: string;
    readonly name: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** How many would only be reminded at other times. */
  readonly reminders: number;
  readonly looked: number;
  /** Tenants in which so many deadlines would be brought forward at once that an approver must look first. */
  readonly held: readonly { readonly tenant: string; readonly deadlines: number }[];
}

export function previewPolicy(
  exceptions: Iterable<Exception>,
  before: Policy,
  after: Policy,
  now: Instant,
): Preview {
  const moves: Move[] = [];
  const silence: { id: string; name: string; from: string; to: string }[] = [];
  let reminders = 0;
  let looked = 0;
  const nearer: Exception[] = [];
  const all = [...exceptions];
  const hash = hashPolicy(after);
  for (const exception of all) {
    const { state } = exception;
    if (state !== 'unconfirmed' && state !== 'confirmed') continue;
    looked += 1;
    const { id, name, risk, owner } = exception;
    const [was, is] = [classOf(before, exception).onSilence, classOf(after, exception).onSilence];
    if (was !== is && exception.remedy === 'disable') silence.push({ id, name, from: was, to: is });
    // A preview does not depend on whether the policy was applied before.
    const event = applyPolicy({ ...exception, appliedPolicy: '' }, { before, after, hash, now });
    if (!event) continue;
    if (isNearer(event)) nearer.push(exception);
    const moved = evolve(exception, event);
    if (!event.moved || (moved.state !== 'unconfirmed' && moved.state !== 'confirmed')) {
      reminders += 1;
      continue;
    }
    const to = presentDeadlineOf(moved);
    moves.push({
      id,
      name,
      risk,
      state,
      owner: owner.type === 'person' ? owner.address : (owner.channel ?? 'nobody'),
      from: presentDeadlineOf(exception),
      to,
      soon: to <= noticeEndOf(now, exception, after),
    });
  }
  // A policy is not judged by its own limits.
  const breaker = strictestOf([before.breaker, after.breaker]);
  const held = heldBack(all, nearer, { breaker }, now);
  return { moves: moves.sort((a, b) => compareText(a.to, b.to)), silence, reminders, looked, held };
}

function heldBack(
  all: readonly Exception[],
  nearer: readonly Exception[],
  policy: Pick<Policy, 'breaker'>,
  now: Instant,
): Preview['held'] {
  return [...new Set(nearer.map(({ tenant }) => tenant))].flatMap((tenant) => {
    const wanted = nearer.filter((one) => one.tenant === tenant);
    const wanting = {
      count: wanted.length,
      outOf: all.filter((one) => one.tenant === tenant && isAsked(one)).length,
      on: '',
    };
    return admitLapses(unused, wanting, now, policy).may ? [] : [{ tenant, deadlines: wanted.length }];
  });
}

const isAsked = ({ state }: Exception): boolean => state === 'unconfirmed' || state === 'confirmed';
