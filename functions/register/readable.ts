import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import type { Exception } from '#lifecycle/exception.ts';

/** Those that can be read, whatever stands between them; the others are told, or thrown once all have come. */
export async function* readable(
  all: AsyncIterable<Exception | UnreadableState | undefined>,
  unreadable?: (one: UnreadableState) => unknown,
): AsyncGenerator<Exception> {
  let untold: UnreadableState | undefined;
  for await (const one of all)
    if (!(one instanceof UnreadableState)) {
      if (one) yield one;
    } else if (unreadable) unreadable(one);
    else untold = one;
  if (untold) throw untold;
}
