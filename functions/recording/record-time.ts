/** Milliseconds for one record of a long list: the rest of the batch waits for it. */
const longest = 20_000;
/** Milliseconds: enough to finish what was begun. */
const leastRemaining = 10_000;

/** Whether one record, begun now, may go on: not if that takes the time of those behind it. */
export function recordTime(remaining: () => number): () => boolean {
  const begun = remaining();
  return () => begun - remaining() < longest && remaining() > leastRemaining;
}
