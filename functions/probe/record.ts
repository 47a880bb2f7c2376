/** What is kept of a test message once it was answered. */
import { hideMarks } from './message.ts';
import type { PlannedMessage } from './plan.ts';
import type { Answer, ProbeTest } from './run.ts';

/** Of the mark only what `digest` makes of it. */
export function recordTest(
  { control, connector, host, sender, from, mark }: PlannedMessage,
  answer: Answer,
  digest: (text: string) => string,
): ProbeTest {
  return {
    control,
    ...(connector !== undefined && { connector }),
    host,
    sender,
    from,
    markHash: digest(mark),
    answer: 'text' in answer ? { ...answer, text: hideMarks(answer.text) } : answer,
  };
}
