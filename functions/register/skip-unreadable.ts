/** Yields those that can be read. The others are passed to `unreadable`; without that, one is thrown at the end. */
export async function* skipUnreadable<Each, Unread extends Error>(
  all: AsyncIterable<Each>,
  unreadable?: (one: Unread) => unknown,
): AsyncGenerator<Exclude<Each, Unread | undefined>> {
  let untold: Unread | undefined;
  for await (const one of all) {
    if (one === undefined) continue;
    if (!(one instanceof Error)) yield one as Exclude<Each, Unread | undefined>;
    else if (unreadable) unreadable(one as unknown as Unread);
    else untold = one as unknown as Unread;
  }
  if (untold) throw untold;
}
