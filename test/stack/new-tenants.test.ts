/** Where nobody has decided yet: every function that acts or tells of it goes by the same. */
import { expect, it } from 'vitest';
import { environments } from '#runtime/environment.ts';
import { synthesize } from '../../bin/app.ts';
import { policy } from '../policy/fixture.ts';

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties?: {
          readonly Description?: string;
          readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
        };
      }
    >
  >;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}
const templateOf = (newTenants?: 'live' | 'observing'): Template =>
  synthesize({ policy, checked: false, ...(newTenants && { newTenants }) }).getStackArtifact('lapse')
    .template as Template;

it.each(['live', 'observing'] as const)(
  'a stack that is %s says so to all of them, and in an output',
  (mode) => {
    const { Resources, Outputs } = templateOf(mode);
    const asking = Object.entries(environments).filter(([, { shape }]) => 'NEW_TENANTS' in shape);
    expect(asking.length).toBeGreaterThanOrEqual(5);
    for (const [name] of asking) {
      const own = Object.values(Resources).find(
        ({ Properties }) => Properties?.Description === `Lapse: ${name}`,
      );
      expect(own?.Properties?.Environment?.Variables).toMatchObject({ NEW_TENANTS: mode });
    }
    expect(Outputs['NewTenants']?.Value).toBe(mode);
  },
);
