import { recordChange } from '#recording/record-change.ts';
import { createRegister } from '#register/register.ts';
import { policy, start, startTenant } from '../exchange/surroundings.ts';
import { counted } from './counted.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { Engine } from './table.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Tenants } from '#exchange/tenants.ts';

/** A tenant, and a register that has exceptions of another one. */
export async function beside(engine: Engine, tableName: string) {
  const requests = counted(engine.client());
  const register = createRegister({ client: requests.client, tableName });
  const running = await startTenant();
  requests.taken();
  let looks = 0;
  const tenants: Tenants = (...asked) => {
    looks += 1;
    return running.tenants(...asked);
  };
  return {
    ...running,
    looks: () => looks,
    register,
    requests,
    happen: async (record: AuditRecord) => {
      running.standIn.apply(record);
      const recording = { register, tenants, policy, domains: noDomains, now: start };
      await recordChange(record, { ...recording, enough: neverAborts });
      return requests.taken();
    },
    [Symbol.asyncDispose]: () => running.standIn.close(),
  };
}
