/**
 * The input holds no mail statistics that Lapse understands. The message says what is missing, and never quotes what is
 * there.
 */
export class UnreadableEvidence extends Error {
  override readonly name = 'UnreadableEvidence';

  /** `found`: what it is instead, or what is missing, as part of a sentence. */
  constructor(found: string) {
    super(
      `these are no mail statistics Lapse can read: ${found}. It understands, plain or gzipped: EmailEvents as the CSV ` +
        'of the portal, as JSON Lines of the streaming API or as the answer to a hunting query, and the message trace ' +
        'reports that Exchange offers for download, extended or enhanced summary',
    );
  }
}
