/** How long to wait before the next try: `first`, and twice as long each further time, up to `longest`. */
export const doubleWait = (
  { first, longest }: { readonly first: number; readonly longest: number },
  waitsBefore: number,
): number => Math.min(longest, first * 2 ** waitsBefore);
