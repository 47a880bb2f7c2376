/** What stands in the register and this release cannot read: it stops nothing else, and somebody hears of it. */
/** Never tells the content. */
export class UnreadableState extends Error {
  override readonly name = 'UnreadableState';
  /** Of the exception. */
  readonly id: string;
  /** Where at least that could be read. */
  readonly tenant: string | undefined;

  constructor(id: string, tenant: string | undefined, why: string) {
    super(
      `Exception ${id} in the register cannot be read: ${why}. Nothing is done about it until it can: deploy the release that wrote it, or a newer one.`,
    );
    this.id = id;
    this.tenant = tenant;
  }
}
