/** An item in the register that this release cannot read: it stops nothing else, and somebody is told. */
/** Never includes the content. */
export class UnreadableState extends Error {
  override readonly name = 'UnreadableState';
  /** Of the exception. */
  readonly id: string;
  /** Set if at least that could be read. */
  readonly tenant: string | undefined;

  constructor(id: string, tenant: string | undefined, why: string) {
    super(
      `Exception ${id} in the register cannot be read: ${why}. Nothing is done about it until it can: deploy the release that wrote it, or a newer one.`,
    );
    this.id = id;
    this.tenant = tenant;
  }
}
