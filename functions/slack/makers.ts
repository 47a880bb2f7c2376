/** Who is behind those who changed it, in Slack: usually known since the question was asked. */
import { findUnidentified } from '#policy/authority.ts';
import { identifyMakers } from './owner.ts';
import { SlackRefusal, SlackUnreachable } from './failure.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { CardDependencies } from './dependencies.ts';

export async function recordMakers(
  { exceptions, slack, policy, now, log }: CardDependencies,
  exception: Exception,
): Promise<Exception> {
  const wanted = findUnidentified(exception, policy);
  if (wanted.length === 0) return exception;
  const makers = await identifyMakers(slack, wanted, policy, log);
  if (makers.length === 0) return exception;
  const { exception: after = exception } = await exceptions.execute({
    id: exception.id,
    receipt: `makers#${exception.id}#${exception.version}`,
    now,
    command: { type: 'ReportMakers', makers },
  });
  return after;
}

/** Before an answer that depends on it: `false` if Slack does not say now. Then it could be anybody, so nothing counts. */
export async function areMakersKnown(dependencies: CardDependencies, exception: Exception): Promise<boolean> {
  try {
    await recordMakers(dependencies, exception);
    return true;
  } catch (error) {
    if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
    dependencies.log('Slack does not say who made it: no answer counts', { method: error.method });
    return false;
  }
}
