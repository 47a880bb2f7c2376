/** What the answer to a test message proves about the door it was for, and what it does not. */
import { claimsExchange } from './endpoint.ts';
import type { Control, ProbeTest, Seen } from './run.ts';

/**
 * - `closed`: refused by the control that is there for it
 * - `filtered`: the door is open, and a filter stopped the message behind it, or put it aside
 * - `open`: the message got in
 * - `works`: it took the way that mail is meant to take
 * - `unknown`: nothing is known, or not yet
 */
export type Verdict = 'closed' | 'filtered' | 'open' | 'works' | 'unknown';

export interface Judgement {
  readonly verdict: Verdict;
  /** The control that saw it first, as far as that is known. */
  readonly first?: string;
  /** A sentence without its full stop. */
  readonly says: string;
  readonly provesNot?: string;
}

type Tested = Pick<ProbeTest, 'control' | 'connector' | 'host' | 'answer'> & { readonly seen?: Seen };

/** Exchange's own words for what it refuses at the door. */
const restricted = '5.7.51';
const directSendRejected = '5.7.68';

export function judge(test: Tested): Judgement {
  const { answer } = test;
  switch (answer.type) {
    case 'unreached':
      return unknown(`could not connect (${answer.why}): nothing is known`, portIsClosed);
    case 'broken':
      return unknown(`the server did not answer as a mail server does (${answer.why}): nothing is known`);
    case 'refused':
      return judgeRefusal(test, answer);
    case 'accepted':
      return judgeAccepted(test, answer);
  }
}

const portIsClosed =
  'Offices and clouds often block port 25 outwards. That says nothing about what others reach';

function judgeRefusal(test: Tested, answer: Extract<Tested['answer'], { type: 'refused' }>): Judgement {
  const said = `${answer.code}${answer.status === undefined ? '' : ` ${answer.status}`} at ${answer.at}`;
  if (answer.code < 500) return unknown(`told to come back later (${said}): try again in an hour`);
  if (answer.at === 'RCPT TO' && /^5\.(?:1\.\d+|4\.1)$/.test(answer.status ?? ''))
    return unknown(`the mailbox was not accepted (${said}): name one that exists, and try again`);
  if (test.control === 'gateway' && !claimsExchange(answer.server))
    return {
      verdict: 'filtered',
      first: answer.server,
      says: `${answer.server} refused it (${said})`,
      provesNot: 'It says nothing about mail that is handed in elsewhere',
    };
  if (!claimsExchange(answer.server)) return stranger(answer.server);
  const proof = answer.encryption.unproven === undefined ? undefined : unproven(answer.encryption.unproven);
  switch (answer.status) {
    case restricted:
      if (test.control === 'connector')
        return unknown(
          `refused at the door (${said}): Exchange did not take this machine for the connector's sender`,
          'The address given with --source may not be the one that mail arrives from',
        );
      return {
        verdict: 'closed',
        first: 'a partner connector that restricts who may deliver',
        says: `refused at the door (${said}): a partner connector takes mail only from where it should come`,
        provesNot: both(provesNotWhenClosed[test.control], proof),
      };
    case directSendRejected:
      return {
        verdict: 'closed',
        first: 'RejectDirectSend',
        says: `refused at the door (${said}): RejectDirectSend is on`,
        provesNot: both('It closes this door only: mail that claims another sender is still taken', proof),
      };
    default:
      if (answer.at === 'the message')
        return {
          verdict: 'filtered',
          first: 'a filter that looks into messages',
          says: `the door took it, and a filter refused what was in it (${said})`,
          provesNot: 'A message that looks better may get in',
        };
      return unknown(
        `refused for another reason (${said}: ${answer.text}): nothing is known about this door`,
      );
  }
}

const provesNotWhenClosed: Readonly<Record<Exclude<Control, 'connector'>, string>> = {
  gateway: 'The MX record leads to a door that is closed for everybody: this stops all mail from outside',
  'direct-delivery': 'Whoever the connector lets in can still deliver past the MX record',
  'direct-send': 'The connector refused it before RejectDirectSend was asked, so that switch was not tested',
  'own-name': 'What the gateway lets through with your domain as the visible sender was not tested',
};

function judgeAccepted(test: Tested, answer: Extract<Tested['answer'], { type: 'accepted' }>): Judgement {
  const exchange = claimsExchange(answer.server);
  if (test.control !== 'gateway' && !exchange) return stranger(answer.server);
  const proof = answer.encryption.unproven === undefined ? undefined : unproven(answer.encryption.unproven);
  const { seen } = test;
  const way = describeWay(test);
  const at = exchange ? 'Exchange Online' : answer.server;
  if (seen === undefined) {
    const taken = `${at} took it (${answer.code})${exchange ? '' : ', and Exchange has not shown it yet'}`;
    return test.control === 'direct-delivery' || test.control === 'direct-send'
      ? {
          verdict: 'open',
          first: at,
          says: `${taken}; what became of it is not yet known: lapse probe result`,
          ...(proof !== undefined && { provesNot: proof }),
        }
      : unknown(`${taken}; what became of it is not yet known: lapse probe result`, proof);
  }
  const first = firstOf(test, at);
  const more = {
    first,
    provesNot:
      seen.copies > 1
        ? `${seen.copies} messages bear this mark: somebody sent it again, and this is the first of them`
        : provesNotWhenOpen[test.control],
  };
  switch (seen.status.toLowerCase()) {
    case 'delivered':
    case 'expanded':
      return test.control === 'gateway'
        ? { verdict: 'works', says: `delivered: ${way}`, ...more }
        : test.control === 'connector'
          ? through(test, seen, way, more)
          : { verdict: 'open', says: `delivered: ${way}`, ...more };
    case 'filteredasspam':
      return { verdict: 'filtered', says: `taken, and put into the junk folder: ${way}`, ...more };
    case 'quarantined':
      return { verdict: 'filtered', says: `taken, and quarantined: ${way}`, ...more };
    case 'failed':
      return { verdict: 'filtered', says: `taken, and not delivered: ${way}`, ...more };
    default:
      return unknown(`Exchange still works on it (${seen.status}): ${way}`, more.provesNot);
  }
}

const provesNotWhenOpen: Readonly<Record<Control, string>> = {
  gateway: 'Another message, from another network, may be judged otherwise',
  'direct-delivery': 'How a real attack would have been judged is not known: this message was harmless',
  'direct-send': 'How a real attack would have been judged is not known: this message was harmless',
  'own-name': 'How a real attack would have been judged is not known: this message was harmless',
  connector: 'Only one address of those that the connector knows was tried',
};

function through(
  { connector }: Tested,
  seen: Seen,
  way: string,
  more: Pick<Judgement, 'first' | 'provesNot'>,
): Judgement {
  if (seen.connector !== undefined && seen.connector.toLowerCase() === connector?.toLowerCase())
    return { verdict: 'works', says: `delivered: ${way}`, ...more };
  return {
    verdict: 'unknown',
    says: `delivered, and that this connector took it is not proven: ${way}`,
    ...more,
  };
}

/** The way it took, as far as it is known. */
export function describeWay({ host, seen }: Pick<Tested, 'host' | 'seen'>): string {
  const from = seen?.fromIP === undefined ? '' : ` from ${seen.fromIP}`;
  const through =
    seen?.connector !== undefined
      ? `, through the connector ${seen.connector}`
      : seen?.none === true
        ? ', through no connector'
        : seen === undefined
          ? ''
          : ', through which connector is not told';
  return `handed in at ${host}${seen === undefined ? '' : `, in Exchange${from}${through}`}`;
}

/** What is said of arriving and leaving is no control. */
const plumbing = /^(?:receive|send|deliver|transfer|expand|submit)\b/i;

function firstOf({ seen, control }: Tested, at: string): string {
  if (control === 'gateway' && at !== 'Exchange Online') return at;
  const looked = seen?.events.find((event) => !plumbing.test(event));
  return looked ?? (seen?.connector === undefined ? at : `the connector ${seen.connector}`);
}

const unknown = (says: string, provesNot?: string): Judgement => ({
  verdict: 'unknown',
  says,
  ...(provesNot !== undefined && { provesNot }),
});

const stranger = (server: string): Judgement =>
  unknown(
    `whoever answered calls itself ${server}, which is not Exchange Online: nothing is known`,
    'Something on the way may answer in its place: try from another network',
  );

/** The caveat that is about the door, and the one about who answered. */
const both = (...caveats: readonly (string | undefined)[]): string =>
  caveats.filter((one) => one !== undefined).join('. ');

const unproven = (why: string): string =>
  `The server's certificate does not prove that it is the one that was asked for (${why}): something on the way may have answered`;
