/** A few tenants at once, in the order of their ids: a thousand at once would only be in each other's way. */
import { compareText } from '#values/compare-text.ts';
import { unchecked, type Check } from './check.ts';

/** Those whose id comes after `after`; `most` at the same time. What has no turn in time was not checked. */
export function inTurn(
  byTenant: ReadonlyMap<string, readonly Check[]>,
  after: string,
  most: number,
): readonly Check[] {
  const tenants = [...byTenant.keys()].filter((tenant) => tenant > after).sort(compareText);
  const turns = new Map(tenants.map((tenant) => [tenant, Promise.withResolvers<undefined>()]));
  let begun = 0;
  const beginNext = (): void => {
    const tenant = tenants[begun];
    if (tenant === undefined) return;
    begun += 1;
    turns.get(tenant)?.resolve(undefined);
  };
  for (let lane = 0; lane < most; lane += 1) beginNext();

  return tenants.flatMap((tenant, place) => {
    const checks = byTenant.get(tenant) ?? [];
    let left = checks.length;
    return checks.map(({ name, run }): Check => ({
      name,
      async run(signal) {
        await turns.get(tenant)?.promise;
        try {
          return await run(signal);
        } finally {
          left -= 1;
          if (left === 0) beginNext();
        }
      },
      waiting: () =>
        place < begun
          ? undefined
          : unchecked(
              `there was no time for ${tenants.length - begun} of ${tenants.length} tenants`,
              `lapse doctor --stack NAME --after ${tenants[begun - 1] ?? after} goes on with them.`,
            ),
    }));
  });
}
