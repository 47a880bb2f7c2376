/** The enhanced summary of a message trace that Exchange offers for download: one row a message. It names no rules. */
import { addressIn, domainIn, ipIn, momentIn } from './fields.ts';
import { directionIn } from './extended-trace.ts';
import { noMessage, noTime, type MessageRow, type RowReader } from './message-row.ts';
import type { Outcome } from '#behaviour/sighting.ts';

export const enhancedSummary: RowReader = {
  name: 'the enhanced summary of a message trace',
  source: 'enhanced-summary',
  needs: [['origin_timestamp_utc'], ['network_message_id', 'message_id'], ['recipient_status']],
  read(row) {
    const at = momentIn(row.text('origin_timestamp_utc'));
    if (at === undefined) return { reason: noTime };
    const message = row.text('network_message_id') ?? row.text('message_id');
    if (message === undefined) return { reason: noMessage };
    const statuses = (row.text('recipient_status') ?? '').split(';').filter((one) => one.includes('##'));
    const sender = addressIn(row.text('sender_address'));
    const from = domainIn(row.text('sender_address'));
    const address = ipIn(row.text('original_client_ip'));
    const direction = directionIn(row.text('directionality'));
    const outcome = outcomeOf(statuses);
    const connector = row.text('connector_id');
    return {
      source: 'enhanced-summary',
      at,
      message: message.toLowerCase(),
      recipients: statuses.map((one) => one.slice(0, one.indexOf('##')).trim().toLowerCase()),
      ...(direction && { direction }),
      ...(sender !== undefined && { sender }),
      ...(from !== undefined && { from }),
      ...(address !== undefined && { address }),
      passed: {},
      ...(outcome && { outcome }),
      via: row.has('connector_id') ? { connectors: connector === undefined ? [] : [connector] } : {},
    } satisfies MessageRow;
  },
};

/** The best of what became of it for any recipient. */
function outcomeOf(statuses: readonly string[]): Outcome | undefined {
  const has = (word: RegExp): boolean =>
    statuses.some((status) => word.test(status.slice(status.indexOf('##') + 2)));
  if (has(/deliver/i)) return 'delivered';
  if (has(/spam|junk/i)) return 'junked';
  return has(/fail|quarantine|drop|reject/i) ? 'blocked' : undefined;
}
