/** Who made the change, before somebody answers for it: usually known since the question was asked. */
import { unsought } from '#domain/authority.ts';
import { identify } from './owner.ts';
import type { Exception } from '#domain/exception.ts';
import type { AnswerDependencies } from './answer.ts';

export async function knowMakers(
  { exceptions, slack, policy, now, log }: AnswerDependencies,
  exception: Exception,
): Promise<void> {
  const wanted = unsought(exception, policy);
  if (wanted.length === 0) return;
  const makers = await identify(slack, wanted, policy, log);
  if (makers.length === 0) return;
  await exceptions.execute({
    id: exception.id,
    receipt: `makers#${exception.id}#${exception.version}`,
    now,
    command: { type: 'ReportMakers', makers },
  });
}
