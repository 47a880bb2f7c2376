import { doubleWait } from '#time/double-wait.ts';

/** Thrown where work cannot be done now, through no fault of the message: it comes again, as if it were new. */
export class PutOff extends Error {
  override readonly name = 'PutOff';
  readonly seconds: number;
  constructor(why: string, seconds: number) {
    super(why);
    this.seconds = seconds;
  }
}

/** Seconds. Whoever is busy for long is asked less and less often. */
const waits = { first: 2, longest: 300 } as const;

/** How long a message that was put off so many times before waits this time. */
export const putOffFor = ({ seconds }: PutOff, before: number): number =>
  Math.max(seconds, doubleWait(waits, before));
