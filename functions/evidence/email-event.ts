/**
 * `EmailEvents`, the table of advanced hunting: one row a message and recipient, and another whenever the verdict changes.
 * The streaming API wraps each row (`unwrap`).
 */
import { isJsonObject, tryParseJson } from '#values/json.ts';
import { rememberingUpTo } from '#behaviour/account.ts';
import { addressIn, domainIn, guidPattern, ipIn, momentIn } from './fields.ts';
import { noMessage, noTime, type MessageRow, type RowReader } from './message-row.ts';
import { referencesIn } from './references.ts';
import { rowOfValue, type ReadRow, type Row } from './row.ts';
import type { Check, Sighting, Via } from '#behaviour/sighting.ts';

export const emailEvents: RowReader = {
  name: 'EmailEvents',
  source: 'email-events',
  needs: [['timestamp'], ['networkmessageid'], ['senderfromaddress', 'sendermailfromaddress']],
  read(given) {
    const row = unwrap(given);
    if (row === 'other' || 'reason' in row) return row;
    const at = momentIn(row.text('timestamp'));
    if (at === undefined) return { reason: noTime };
    const message = row.text('networkmessageid');
    if (message === undefined) return { reason: noMessage };
    const recipient = row.text('recipientemailaddress')?.toLowerCase();
    const direction = directionIn(row.text('emaildirection'));
    const sender = addressIn(row.text('senderfromaddress')) ?? addressIn(row.text('sendermailfromaddress'));
    const mailFrom =
      domainIn(row.text('sendermailfromdomain')) ?? domainIn(row.text('sendermailfromaddress'));
    const from = domainIn(row.text('senderfromdomain')) ?? domainIn(row.text('senderfromaddress'));
    const address = ipIn(row.text('senderipv4')) ?? ipIn(row.text('senderipv6'));
    const checks = row.text('authenticationdetails');
    const outcome = outcomes[row.text('deliveryaction')?.toLowerCase() ?? ''];
    return {
      source: 'email-events',
      at,
      message: message.toLowerCase(),
      recipients: recipient === undefined ? [] : [recipient],
      ...(direction && { direction }),
      ...(sender !== undefined && { sender }),
      ...(mailFrom !== undefined && { mailFrom }),
      ...(from !== undefined && { from }),
      ...(address !== undefined && { address }),
      passed: checks === undefined ? {} : readChecks(checks),
      ...(outcome && { outcome }),
      ...(row.has('threattypes') && { threat: row.text('threattypes') !== undefined }),
      via: viaIn(row),
    } satisfies MessageRow;
  },
};

/** What the streaming API writes around a row names its table. */
function unwrap(row: Row): Row | { readonly reason: string } | 'other' {
  const wrapped = row.has('timestamp') ? undefined : row.text('properties');
  if (wrapped === undefined) return row.has('timestamp') ? row : { reason: noTime };
  const table = row.text('category');
  if (table !== undefined && !/(?:^|-)EmailEvents$/i.test(table)) return 'other';
  const inner: ReadRow = rowOfValue(row.line, tryParseJson(wrapped));
  return inner;
}

function directionIn(text: string | undefined): Sighting['direction'] {
  switch (text?.toLowerCase().replace(/[^a-z]/g, '')) {
    case 'inbound':
      return 'inbound';
    case 'outbound':
      return 'outbound';
    case 'intraorg':
      return 'internal';
    default:
      return undefined;
  }
}

/** What was replaced arrived all the same, without its attachment. */
const outcomes: Readonly<Record<string, Sighting['outcome']>> = {
  delivered: 'delivered',
  replaced: 'delivered',
  junked: 'junked',
  blocked: 'blocked',
};

/** By Microsoft's keys in lower case. One that is not there is unknown: older rows have only some of them. */
const checkNames: Readonly<Record<string, Check>> = {
  spf: 'spf',
  dkim: 'dkim',
  dmarc: 'dmarc',
  compauth: 'compauth',
};

/** There are few different ones. */
const readChecks = rememberingUpTo(1_000, checksOf);

function checksOf(text: string): Partial<Record<Check, boolean>> {
  const details = tryParseJson(text);
  if (!isJsonObject(details)) return {};
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, result]) => {
      const check = checkNames[name.toLowerCase()];
      const said = typeof result === 'string' ? result.trim().toLowerCase() : '';
      // That a name server did not answer says nothing of the sender.
      if (!check || ['', 'unknown', 'temperror', 'timeout'].includes(said)) return [];
      return [[check, said === 'pass' || (check === 'compauth' && said === 'softpass')]];
    }),
  );
}

function viaIn(row: Row): Via {
  const hasRules = row.has('exchangetransportrule');
  const written = row.text('additionalfields');
  const further = written === undefined ? undefined : tryParseJson(written);
  const [, ruleGuid] = isJsonObject(further)
    ? (Object.entries(further).find(([name]) => /^transportruleguid$/i.test(name)) ?? [])
    : [];
  const decidedBy = /transport rule/i.test(row.text('emailactionpolicy') ?? '')
    ? guidPattern.exec(row.text('emailactionpolicyguid') ?? '')?.[0]
    : undefined;
  const rules = [
    ...referencesIn(row.text('exchangetransportrule')),
    ...referencesIn(typeof ruleGuid === 'string' ? ruleGuid : undefined),
    ...referencesIn(decidedBy),
  ];
  const lists = listsIn(row);
  return {
    ...((hasRules || rules.length > 0) && { rules }),
    ...(row.has('connectors') && {
      connectors: referencesIn(row.text('connectors')).flatMap(({ guid, name }) =>
        [guid, name].filter((one) => one !== undefined),
      ),
    }),
    ...(lists && { lists }),
  };
}

/** `undefined`: something of the organisation let it past, and the words do not tell what. */
function listsIn(row: Row): Via['lists'] {
  if (!row.has('orglevelpolicy') || !row.has('orglevelaction')) return undefined;
  if (row.text('orglevelaction')?.toLowerCase() !== 'allow') return [];
  const policy = row.text('orglevelpolicy') ?? '';
  if (/connection|\bip\b/i.test(policy)) return ['ip-allow'];
  if (/sender|domain/i.test(policy) && !/tenant allow|url|file/i.test(policy)) return ['allowed-sender'];
  return /transport rule|simulation|secops/i.test(policy) ? [] : undefined;
}
