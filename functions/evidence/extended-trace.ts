/**
 * The extended message trace that Exchange offers for download: one row an event, about sixteen a message. What let the
 * message past stands in `custom_data` of the events of the filters, connectors in those of receiving and sending.
 */
import { addressIn, domainIn, guidPattern, ipIn, momentIn } from './fields.ts';
import { noMessage, noTime, type MessageRow, type RowReader } from './message-row.ts';
import type { Row } from './row.ts';
import type { Sighting, Via } from '#behaviour/sighting.ts';

export const extendedTrace: RowReader = {
  name: 'the extended message trace',
  source: 'extended-trace',
  needs: [
    ['date_time_utc', 'date_time'],
    ['network_message_id', 'message_id'],
    ['event_id'],
    ['source'],
    ['recipient_address'],
  ],
  read(row) {
    const at = momentIn(row.text('date_time_utc') ?? row.text('date_time'));
    if (at === undefined) return { reason: noTime };
    const message = row.text('network_message_id') ?? row.text('message_id');
    if (message === undefined) return { reason: noMessage };
    const filter = filterIn(row.text('custom_data'));
    const sender = addressIn(row.text('sender_address'));
    const from = domainIn(row.text('sender_address'));
    const mailFrom = domainIn(row.text('return_path'));
    const direction = directionIn(row.text('directionality'));
    const address = ipIn(row.text('original_client_ip')) ?? ipIn(filter.address);
    const outcome = outcomeOf(row);
    return {
      source: 'extended-trace',
      at,
      message: message.toLowerCase(),
      // Other events name whoever a message was redirected from, or nobody yet.
      recipients: outcome ? recipientsIn(row.text('recipient_address')) : [],
      ...(direction && { direction }),
      ...(sender !== undefined && { sender }),
      ...(from !== undefined && { from }),
      ...(mailFrom !== undefined && { mailFrom }),
      ...(address !== undefined && { address }),
      passed: {},
      ...(outcome && { outcome }),
      via: viaOf(row, filter),
    } satisfies MessageRow;
  },
};

const recipientsIn = (text: string | undefined): readonly string[] => [
  ...new Set((text ?? '').split(';').flatMap((one) => addressIn(one.trim()) ?? [])),
];

export function directionIn(text: string | undefined): Sighting['direction'] {
  switch (text?.toLowerCase()) {
    case 'incoming':
    case '1':
      return 'inbound';
    case 'originating':
    case '2':
      return 'outbound';
    default:
      return undefined;
  }
}

function outcomeOf(row: Row): Sighting['outcome'] {
  switch (row.text('event_id')?.toUpperCase()) {
    case 'DELIVER':
    case 'SENDEXTERNAL':
      return 'delivered';
    case 'SEND':
      return directionIn(row.text('directionality')) === 'outbound' ? 'delivered' : undefined;
    case 'FAIL':
    case 'DROP':
    case 'REJECT':
      return 'blocked';
    default:
      return undefined;
  }
}

interface Filter {
  readonly rules: readonly { readonly guid: string }[];
  readonly lists: Via['lists'];
  readonly address: string | undefined;
}

/**
 * `S:SFA=SUM|SFV=SKA|IPV=CAL|CIP=…;S:TRA=ETR|ruleId=…`. What a sender calls their server stands in it, too, so an entry
 * counts only from the beginning of the cell or behind a semicolon, and a rule only by its GUID.
 */
function filterIn(text: string | undefined): Filter {
  const rules = new Map<string, { readonly guid: string }>();
  let lists: ('ip-allow' | 'allowed-sender')[] | undefined;
  let address: string | undefined;
  if (text?.includes('S:') === true)
    for (const entry of text.split(';')) {
      const [kind = '', ...fields] = entry.trim().split('|');
      if (!kind.startsWith('S:')) continue;
      const value = (name: string): string | undefined =>
        fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1);
      if (kind === 'S:TRA=ETR') {
        const guid = guidPattern.exec(value('ruleId') ?? '')?.[0].toLowerCase();
        if (guid !== undefined) rules.set(guid, { guid });
      } else if (kind === 'S:SFA=SUM') {
        lists ??= [];
        if (value('IPV') === 'CAL') lists.push('ip-allow');
        if (value('SFV') === 'SKA') lists.push('allowed-sender');
        address ??= value('CIP');
      }
    }
  return { rules: [...rules.values()], lists, address };
}

function viaOf(row: Row, { rules, lists }: Filter): Via {
  const event = row.text('event_id')?.toUpperCase();
  const connector = row.text('connector_id');
  const isFiltered = event === 'AGENTINFO' && row.has('custom_data');
  // Only these events have one, so only they tell that there is none.
  const isHanded = row.has('connector_id') && row.text('source')?.toUpperCase() === 'SMTP';
  return {
    ...((isFiltered || rules.length > 0) && { rules }),
    ...(lists && { lists }),
    ...((isHanded || connector !== undefined) && {
      connectors: connector === undefined ? [] : [connector],
    }),
  };
}
