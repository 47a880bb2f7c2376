/**
 * What message trace says, in each form in which it comes: Graph's rows, those of Get-MessageTraceV2, and the enhanced
 * summary that can be downloaded. Names of columns differ in case between them, and absent values are null or empty.
 */
import { parseInstant, type Instant } from '#time/instant.ts';
import { compareText } from '#values/compare-text.ts';
import { findMark, hideMarks } from './message.ts';
import type { ProbeRun, ProbeTest, Seen } from './run.ts';

export interface TracedMessage {
  /** By which its steps are asked for; absent in downloaded reports. */
  readonly id?: string;
  readonly messageId: string;
  readonly subject: string;
  /** In lower case. */
  readonly recipient: string;
  readonly received?: Instant;
  readonly status: string;
  readonly fromIP?: string;
  readonly connector?: string;
}

/** One thing that happened to a message in Exchange. */
export interface TraceStep {
  readonly at: string;
  readonly event: string;
  readonly detail: string;
  readonly data: string;
}

/** A row's text by the name of its column in lower case; `undefined` where it says nothing. */
type Columns = (name: string) => string | undefined;

/** `undefined` for what is no row of a message trace. */
export function readTraced(columns: Columns): TracedMessage | undefined {
  const get = (name: string): string => columns(name) ?? '';
  const report = /^([^#;]+)##([^;]*)/.exec(get('recipient_status'));
  const recipient = (report?.[1] ?? get('recipientaddress')).trim().toLowerCase();
  const status = report === null ? get('status') : lastStatus(report[2] ?? '');
  if (recipient === '' || status === '') return undefined;
  const received = moment(get('receiveddatetime') || get('received') || get('origin_timestamp_utc'));
  const optional = {
    // Graph's id is that of the trace; the cmdlet's has a name of its own.
    id: get('messagetraceid') || get('id'),
    fromIP: get('fromip') || get('original_client_ip'),
    connector: get('connector_id'),
  };
  return {
    messageId: get('messageid') || get('message_id'),
    subject: get('subject') || get('message_subject'),
    recipient,
    status,
    ...(received !== undefined && { received }),
    ...Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== '')),
  };
}

export function readStep(columns: Columns): TraceStep | undefined {
  const get = (name: string): string => columns(name) ?? '';
  const event = get('event');
  if (event === '') return undefined;
  return {
    at: get('datetime') || get('date'),
    event,
    detail: get('detail') || get('description'),
    data: get('data'),
  };
}

/** "Receive, Deliver": the last one tells what became of it. */
function lastStatus(events: string): string {
  const last = events.split(',').at(-1)?.trim() ?? '';
  return /^deliver/i.test(last) ? 'Delivered' : /^fail/i.test(last) ? 'Failed' : last;
}

/** Of an object as a service gave it. */
export function columnsOf(object: Readonly<Record<string, unknown>>): Columns {
  const texts = new Map(Object.entries(object).map(([name, one]) => [name.toLowerCase(), one]));
  return (name) => {
    const text = texts.get(name);
    return typeof text === 'string' && text !== '' ? text : undefined;
  };
}

/** Without a zone it is UTC, as everywhere in message trace. */
const moment = (text: string): Instant | undefined =>
  text === '' ? undefined : parseInstant(/(?:z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);

/** Copies of the message of each test, oldest first. `digest` is the one that its mark was hashed with. */
export function findTests(
  run: Pick<ProbeRun, 'to' | 'tests'>,
  messages: readonly TracedMessage[],
  digest: (text: string) => string,
): ReadonlyMap<ProbeTest, readonly TracedMessage[]> {
  const byMark = Map.groupBy(
    messages.filter(({ recipient }) => recipient === run.to.toLowerCase()),
    ({ messageId, subject }) => {
      const mark = findMark(messageId) ?? findMark(subject);
      return mark === undefined ? '' : digest(mark);
    },
  );
  return new Map(
    run.tests.flatMap((test) => {
      const copies = byMark.get(test.markHash) ?? [];
      const ordered = copies.toSorted((a, b) => compareText(a.received ?? '9', b.received ?? '9'));
      return ordered.length === 0 ? [] : [[test, ordered] as const];
    }),
  );
}

/** What is known of the first of the copies, with the steps of that one. */
export function describeSeen(
  copies: readonly [TracedMessage, ...TracedMessage[]],
  steps: readonly TraceStep[],
  at: Instant,
): Seen {
  const [{ status, received, fromIP, connector }] = copies;
  const taken = connector ?? connectorIn(steps);
  return {
    at,
    status: bounded(status),
    ...(received !== undefined && { received }),
    ...(fromIP !== undefined && { fromIP: bounded(fromIP) }),
    ...(taken === undefined
      ? {}
      : isDefault(taken)
        ? { none: true as const }
        : { connector: bounded(taken.slice(taken.lastIndexOf('\\') + 1)) }),
    events: steps.slice(0, mostSteps).map(describeStep),
    copies: copies.length,
  };
}

const mostSteps = 20;
const longest = 160;
const bounded = (text: string): string => hideMarks(text).slice(0, longest);

/** Only of what a control did: where mail was received and delivered, the detail names servers. */
const describeStep = ({ event, detail }: TraceStep): string =>
  bounded(/rule|spam|malware|phish|quarantine|filter|policy/i.test(event) ? `${event}: ${detail}` : event);

/**
 * The step "Receive" holds XML that names the connector: "server\Default server" is the one that takes what no other
 * does. Seen in public clients, not documented.
 */
function connectorIn(steps: readonly TraceStep[]): string | undefined {
  const received = steps.find(({ event }) => /^receive/i.test(event));
  const named = /Name="ConnectorId"\s+\w+="([^"]*)"/i.exec(received?.data ?? '')?.[1];
  return named === undefined || named === '' ? undefined : unescaped(named);
}

const isDefault = (connector: string): boolean => /(?:^|\\)Default /i.test(connector);

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (xml: string): string =>
  xml.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '');
