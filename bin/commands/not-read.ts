/** What could not be read, for people: it may hold exceptions that are not in the table. */
export interface UnreadPlace {
  readonly file: string;
  /** Absent if it is the whole file. */
  readonly line?: number;
  readonly reason: string;
}
export interface Unread {
  readonly count: number;
  /** The first of them. */
  readonly places: readonly UnreadPlace[];
}
interface NotRead extends Unread {
  readonly add: (place: UnreadPlace) => void;
}

/** Places named one by one; the rest is summed up. */
const mostNamed = 20;
/** So that one reason, thousands of times, hides no other. */
const mostAlike = 10;

export function startNotRead(): NotRead {
  const places: UnreadPlace[] = [];
  let count = 0;
  return {
    add(place) {
      count += 1;
      const alike = places.filter(({ file, reason }) => file === place.file && reason === place.reason);
      if (places.length < mostNamed && alike.length < mostAlike) places.push(place);
    },
    get count() {
      return count;
    },
    places,
  };
}

export function formatNotRead({ count, places }: Unread): string {
  const more = count - places.length;
  return [
    ...places.map(
      ({ file, line, reason }) => `Not read: ${file}${line === undefined ? '' : `:${line}`}: ${reason}\n`,
    ),
    ...(more > 0 ? [`Not read: ${more.toLocaleString('en')} more\n`] : []),
  ].join('');
}
