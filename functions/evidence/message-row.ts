/** What one row says of a message, and which message and recipients it is about. */
import type { Sighting } from '#behaviour/sighting.ts';
import type { Row } from './row.ts';

export interface MessageRow extends Omit<Sighting, 'recipients'> {
  /** Only to tell them apart while the rows of a message are joined: they go no further. */
  readonly recipients: readonly string[];
}

/** `other`: the row is about something else, such as another table of the same stream. No evidence, and no fault. */
export type RowReading = MessageRow | { readonly reason: string } | 'other';

/** What to make of the rows of one source. */
export interface RowReader {
  /** As people call it. */
  readonly name: string;
  readonly source: Sighting['source'];
  /** Columns without which nothing can be read; of several, one is enough. */
  readonly needs: readonly (readonly string[])[];
  readonly read: (row: Row) => RowReading;
}

export const noTime = 'its time is not written in ISO 8601';
export const noMessage = 'it does not say which message it is about';
