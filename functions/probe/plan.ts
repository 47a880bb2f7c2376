/** Which test messages a tenant calls for, and what cannot be tested from here. Nothing is sent by this. */
import { anyDomain, knownBy, onPremises, refusesOthers } from '#kinds/inbound-connector/findings.ts';
import { addsAddresses } from '#risk/addresses.ts';
import { domainName, domainOf, list, listSome, text, type Settings } from '#risk/settings.ts';
import { findEndpoint, isHost, isTenantEndpoint } from './endpoint.ts';
import type { Control, Untested } from './run.ts';

export interface InboundConnector {
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: Settings;
}

export interface Posture {
  /** Those that the tenant accepts mail for, in lower case. */
  readonly domains: readonly string[];
  /** `undefined` where Exchange did not tell. */
  readonly connectors?: readonly InboundConnector[] | undefined;
  readonly rejectsDirectSend?: boolean | undefined;
  /** How the names of the tenant's endpoints end. */
  readonly suffix: string;
}

/** The MX record of one domain, best first. */
export type MxRecord = { readonly hosts: readonly string[] } | { readonly unknown: string };

export interface ProbeQuestion {
  readonly posture: Posture;
  readonly mx: MxRecord;
  /** The mailbox, of one of the tenant's domains. */
  readonly to: string;
  /** Who sends from outside: of none of them. */
  readonly sender: string;
  /** The address from which this machine's mail arrives there, if somebody says. */
  readonly source?: string | undefined;
  readonly endpoint?: string | undefined;
}

export interface PlannedMessage {
  readonly control: Control;
  readonly connector?: string;
  readonly host: string;
  /** Of the envelope (P1), and as people read it (P2). */
  readonly sender: string;
  readonly from: string;
  readonly to: string;
  /** Nobody can guess it. */
  readonly mark: string;
}

export interface ProbePlan {
  readonly messages: readonly PlannedMessage[];
  readonly untested: readonly Untested[];
}

/** Messages in one run: it is a test, not a load. */
export const mostMessages = 6;

/** Of three hundred connectors, all reasons fit into one item of the register. */
const longestWhy = 300;

/** `newMark`: a new one each time, made by chance. */
export function planProbe(question: ProbeQuestion, newMark: () => string): ProbePlan {
  const { posture, mx, to, sender } = question;
  const domain = domainOf(to);
  const own = `lapse-probe@${domain}`;
  const hosts = 'hosts' in mx ? mx.hosts.filter((host) => host !== '') : [];
  const endpoint = findEndpoint({ domain, mx: hosts, suffix: posture.suffix, given: question.endpoint });
  const planned: Omit<PlannedMessage, 'to' | 'mark'>[] = [];
  const untested: Untested[] = [];
  const [first] = hosts;

  if (first === undefined)
    untested.push({
      control: 'gateway',
      why: 'unknown' in mx ? mx.unknown : `${domain} has no MX record: mail from outside has no way in`,
    });
  else if (isHost(first)) planned.push({ control: 'gateway', host: first, sender, from: sender });
  else untested.push({ control: 'gateway', why: 'the MX record names something that is no host' });

  if ('unknown' in endpoint)
    for (const control of ['direct-delivery', 'direct-send', 'own-name'] as const)
      untested.push({ control, why: endpoint.unknown });
  else {
    const { host } = endpoint;
    if (first !== undefined && isTenantEndpoint(first))
      untested.push({
        control: 'direct-delivery',
        why: `the MX record of ${domain} leads to the tenant itself: there is no gateway that mail could go past`,
      });
    else planned.push({ control: 'direct-delivery', host, sender, from: sender });
    planned.push({ control: 'direct-send', host, sender: own, from: own });
    planned.push({ control: 'own-name', host, sender, from: own });
  }

  if (posture.connectors === undefined)
    untested.push({ control: 'connector', why: 'Exchange did not tell which inbound connectors there are' });
  for (const connector of posture.connectors ?? []) {
    const why =
      'unknown' in endpoint
        ? endpoint.unknown
        : planned.length >= mostMessages
          ? `a run sends at most ${mostMessages} messages`
          : whyNotThrough(connector, question);
    if (why !== undefined)
      untested.push({ control: 'connector', connector: connector.name, why: why.slice(0, longestWhy) });
    else if ('host' in endpoint)
      planned.push({
        control: 'connector',
        connector: connector.name,
        host: endpoint.host,
        sender,
        from: sender,
      });
  }
  return { messages: planned.map((one) => ({ ...one, to, mark: newMark() })), untested };
}

/** Whoever uses a connector proves to be somebody, which this machine usually is not. */
function whyNotThrough(
  { enabled, settings }: InboundConnector,
  { sender, source }: Pick<ProbeQuestion, 'sender' | 'source'>,
): string | undefined {
  if (!enabled) return 'it is switched off';
  switch (knownBy(settings)) {
    case 'certificate':
      return `only whoever has the certificate ${text(settings, 'TlsSenderCertificateName') ?? ''} can use it`;
    case 'name':
      return `whoever names ${listSome(list(settings, 'SenderDomains').map(domainName))} as sender uses it, and a test does not send in the name of others`;
    case 'nothing':
      return refusesOthers(settings)
        ? 'it says whom it refuses, and not whom it lets in'
        : 'it is for mail from anywhere: the other tests go through it as all mail does';
    case 'addresses':
    case 'shared addresses': {
      const addresses = list(settings, 'SenderIPAddresses');
      if (source === undefined || addsAddresses([source], addresses))
        return `only ${listSome(addresses)} can use it: run this there, with --source and that address`;
      const fits =
        onPremises(settings) ||
        anyDomain(settings) ||
        list(settings, 'SenderDomains').some((one) => domainName(one) === domainOf(sender));
      return fits
        ? undefined
        : `it is for mail from ${listSome(list(settings, 'SenderDomains').map(domainName))}: give a --sender of yours there`;
    }
  }
}
