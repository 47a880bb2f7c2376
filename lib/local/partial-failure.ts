import * as z from 'zod';

const answerSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
});

/**
 * Which items of a batch a function says it failed on. An answer that does not name items of the batch fails all
 * of it, as Lambda does: half an answer must not lose messages.
 */
export function failedItems(answer: unknown, items: readonly string[]): ReadonlySet<string> {
  if (answer === undefined || answer === null || answer === '') return new Set();
  const parsed = answerSchema.safeParse(answer);
  const named = parsed.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];
  if (!parsed.success || named.some((item) => !items.includes(item))) return new Set(items);
  return new Set(named);
}
