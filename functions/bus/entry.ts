/** One event on its way to the bus, under EventBridge's own names. */
export interface BusEntry {
  readonly Source: string;
  readonly DetailType: string;
  /** JSON. */
  readonly Detail: string;
}

/** Bytes of an entry as EventBridge counts them, without `Time` and `Resources`, which ours do not have. */
export const sizeOf = (entry: BusEntry): number =>
  Buffer.byteLength(entry.Source) + Buffer.byteLength(entry.DetailType) + Buffer.byteLength(entry.Detail);

/** EventBridge refuses entries of 1 MB and more, and calls whose entries amount to it. */
export const largestCall = 1_048_576;
