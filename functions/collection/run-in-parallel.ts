/**
 * Works on several things at once, beginning them in order. After a failure nothing new is begun; what is under way
 * is waited for, so that nothing goes on behind the caller's back, and then the first failure is thrown.
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
