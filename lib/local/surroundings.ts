import * as z from 'zod';
import { Refusal } from './refusal.ts';

const standIn = 'a stand-in';
const real = 'a real one';

/** What a deployment is connected to. What is made up on one side must not reach what is real on the other. */
export type StandInsOrReal = z.output<typeof surroundingsSchema>;

const surroundingsSchema = z.object({
  /** A stand-in, or the id of the tenant. */
  tenant: z.string(),
  /** A stand-in, or a real one: which workspace, its address does not say. */
  slack: z.enum([standIn, real]),
});

/** Everything is made up: the only place for made-up exceptions. */
export const onlyStandIns: StandInsOrReal = { tenant: standIn, slack: standIn };

interface Elsewhere {
  readonly exchange?: { readonly tenantId: string };
  readonly slack?: object;
}

export const surroundingsOf = ({ exchange, slack }: Elsewhere): StandInsOrReal => ({
  tenant: exchange ? exchange.tenantId.toLowerCase() : standIn,
  slack: slack ? real : standIn,
});

/**
 * Throws a `Refusal` where `place` was used with something else than `now`. `noted` is what was written down there;
 * places used before anything was written down held stand-ins unless somebody took care.
 */
export function mustFit(place: string, noted: unknown, now: StandInsOrReal, what: string): void {
  const before = noted === undefined ? onlyStandIns : surroundingsSchema.parse(noted);
  for (const part of ['tenant', 'slack'] as const) {
    if (before[part] === now[part]) continue;
    const name = part === 'tenant' ? 'tenant' : 'Slack';
    throw new Refusal(
      `${place} was used with another ${name}`,
      `it was ${before[part]}, and now it is ${now[part]}: what was recorded with one must not be acted on in the other`,
      what,
    );
  }
}

/** An address that no program on this machine answers, nor one in a test network: those do without encryption. */
export function isReal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}
