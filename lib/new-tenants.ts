/** Whether a stack is live or only observes in tenants of which nobody has decided: the same for all its functions. */
import { environments, type FunctionName } from '#runtime/environment.ts';
import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { UsualMode } from '#policy/enforcement-mode.ts';

const key = 'newTenants';

/** Before any of its functions is made. */
export const setNewTenants = (stack: Stack, mode: UsualMode): void => stack.node.setContext(key, mode);

/** For those functions that ask. */
export function newTenantsFor(name: FunctionName, scope: Construct): Readonly<Record<string, string>> {
  const mode: unknown = scope.node.tryGetContext(key);
  return 'NEW_TENANTS' in environments[name].shape && typeof mode === 'string' ? { NEW_TENANTS: mode } : {};
}
