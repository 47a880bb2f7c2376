/**
 * Works on several things at once and begins them in order. After a failure, it begins nothing new, waits for what is
 * under way so that nothing goes on unnoticed, and then throws the first failure.
 */
export async function runInParallel<T>(
  things: readonly T[],
  most: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const queue = things.values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const thing of queue) {
      if (failures.length > 0) return;
      try {
        await work(thing);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, things.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
