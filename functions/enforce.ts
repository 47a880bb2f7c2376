/** Bus → Exchange: carries out the disables and restores that recorded events call for, and reports what came of it. */
import { lifecycleEventSchema } from '#bus/lifecycle-event.ts';
import { fromMillis } from '#time/instant.ts';
import { react } from '#lifecycle/react.ts';
import { disable, restore, setExpiry } from '#exchange/enforcement.ts';
import { lookIfOff } from '#exchange/still-off.ts';
import { modesIn, readEnforcements } from '#register/enforcement.ts';
import { execute } from '#register/execute.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { describeFailure } from '#runtime/failure.ts';
import { once } from '#runtime/once.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { createQueueFunction } from '#runtime/queue-function.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { surroundings } from '#runtime/surroundings.ts';
import { logWarnings, tenantsFromEnvironment } from '#runtime/tenants.ts';
import { versionedValuesFromEnvironment } from '#runtime/versioned-values.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Report } from '#exchange/enforcement.ts';
import type { LifecycleEvent } from '#bus/lifecycle-event.ts';
import type { Tenants } from '#exchange/tenants.ts';
import type { Surroundings } from '#microsoft/retry.ts';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import type { Policy } from '#policy/policy.ts';
import type { Register } from '#register/contract.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { Log } from '#runtime/turn.ts';
import type { Instant } from '#time/instant.ts';

const getDependencies = once(() => {
  const environment = readEnvironment('enforce');
  return {
    register: registerFromEnvironment(environment.TABLE_NAME),
    tenants: tenantsFromEnvironment(environment),
    values: versionedValuesFromEnvironment(environment.TABLE_NAME),
    usual: environment.NEW_TENANTS,
  };
});

export const handler = createQueueFunction('enforce', lifecycleEventSchema, (event, { logger }) =>
  enforce(
    event,
    {
      ...getDependencies(),
      policy: loadPolicy(),
      now: () => fromMillis(Date.now()),
      wait: surroundings.wait,
    },
    logger,
  ),
);

interface Sources {
  readonly register: Register;
  readonly tenants: Tenants;
  readonly values: VersionedValues;
  readonly usual: UsualMode;
  readonly policy: Policy;
  readonly now: () => Instant;
  readonly wait: Surroundings['wait'];
}

export async function enforce(
  { metadata, data }: LifecycleEvent,
  { register, tenants, values, usual, policy, now, wait }: Sources,
  logger: Log,
): Promise<void> {
  const id = metadata.exception_id;
  const exception = await register.load(id);
  if (!exception) throw new Error('an event came before its exception could be read');
  // Decided on as it was read with the event, once: what comes of the first act, the next one must see.
  let first: Exception | undefined = exception;
  const enforcement = {
    load: async () => {
      const found = first ?? (await register.load(id));
      first = undefined;
      return found;
    },
    report: async (command: Report, receipt: string) => {
      // Not the time at which the turn began: what the log says of these seconds came before the disable.
      await execute(register, { id, receipt, command, now: now(), policy });
    },
    tenants: logWarnings(tenants, { logger }),
    wait,
    // Not remembered: whoever throws the switch may have done so a second ago.
    mode: async (of: Exception) => modesIn(await readEnforcements(values), usual)(of),
  };

  for (const effect of react(data, exception)) {
    if (effect.type === 'disable') {
      const result = await disable(effect.attempt, enforcement);
      logger.info('disable carried out', {
        exception: id,
        attempt: effect.attempt,
        outcome: result.outcome,
        ...(result.outcome === 'gone' && result.why !== undefined && { why: result.why }),
      });
      if (result.outcome === 'failed')
        logger.error('disable failed', {
          code: 'DISABLE_FAILED',
          exception: id,
          attempt: effect.attempt,
          why: result.why,
          ...(result.error === undefined ? {} : { failure: describeFailure(result.error) }),
        });
    } else if (effect.type === 'restore' || effect.type === 'set-expiry' || effect.type === 'look') {
      const { attempt } = effect;
      const carryOut = { restore, 'set-expiry': setExpiry, look: lookIfOff }[effect.type];
      const result = await carryOut(attempt, { ...enforcement, now });
      const said = { exception: id, act: effect.type, attempt };
      logger.info('act carried out', { ...said, outcome: result.outcome });
      if (result.outcome === 'failed')
        logger.error('act failed', {
          code: 'ACT_FAILED',
          ...said,
          why: result.why,
          ...(result.error === undefined ? {} : { failure: describeFailure(result.error) }),
        });
    }
  }
}
