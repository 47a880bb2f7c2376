/** Merges several sorted lists into one. No more of each is read than is consumed. */
export async function* mergeSorted<T>(
  lists: readonly AsyncIterable<T>[],
  isBefore: (a: T, b: T) => boolean,
): AsyncGenerator<T> {
  const iterators = lists.map((list) => list[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((one) => one.next()));
  for (;;) {
    let first: number | undefined;
    for (const [index, head] of heads.entries()) {
      const best = first === undefined ? undefined : heads[first];
      if (!head.done && (!best || best.done || isBefore(head.value, best.value))) first = index;
    }
    const [head, iterator] = first === undefined ? [] : [heads[first], iterators[first]];
    if (first === undefined || !head || head.done || !iterator) return;
    yield head.value;
    heads[first] = await iterator.next();
  }
}
