/** A trail entry that is missing or cannot be read. The exception and its other entries can. Never includes the content. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
  /** Of the exception. */
  readonly id: string;
  readonly version: number;

  constructor(id: string, version: number, why: string) {
    super(`Entry ${version} in the trail of exception ${id} cannot be read: ${why}.`);
    this.id = id;
    this.version = version;
  }
}
