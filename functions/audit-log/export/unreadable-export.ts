/**
 * The input is not an audit export that Lapse understands. Thrown before any record is returned. The message says
 * what was found instead, and never quotes it. `empty` is set if nothing was found at all: PowerShell saves a search
 * without hits as such a file.
 */
export class UnreadableExport extends Error {
  override readonly name = 'UnreadableExport';
  /** What it is instead, as part of a sentence. */
  readonly found: string;
  readonly empty: boolean;

  constructor(found: string, { empty = false }: { readonly empty?: boolean } = {}) {
    super(
      `this is no audit export Lapse can read: ${found}. It understands, plain or gzipped: the JSON array of the ` +
        'Management Activity API, one record per line (JSONL), the CSV or JSON of Search-UnifiedAuditLog, the CSV of ' +
        'the Purview portal, auditLogRecord answers of Microsoft Graph, and what Sentinel, Defender, Splunk, Elastic ' +
        'and Wazuh export of these records; in UTF-8, or in UTF-16 with a byte order mark. ' +
        'Settings saved from Exchange, such as the answer of Get-TransportRule, are read by lapse assess',
    );
    this.found = found;
    this.empty = empty;
  }
}

/**
 * The input ended or broke in the middle. What came before remains valid. The message is a reason for people to read.
 */
export class CutShort extends Error {
  override readonly name = 'CutShort';
}
