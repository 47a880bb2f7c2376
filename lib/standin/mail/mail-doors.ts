/**
 * Where mail comes into a stand-in tenant: its own endpoint, which refuses as Exchange Online documents it by the
 * tenant's settings, and a gateway in front of it, which takes everything. What was let in is in its message trace.
 */
import { randomUUID } from 'node:crypto';
import { startSmtpServer, type Envelope } from './smtp-server.ts';

export interface DoorSettings {
  readonly rejectsDirectSend: boolean;
  readonly connectors: readonly {
    readonly name: string;
    readonly senderDomains: readonly string[];
    readonly addresses: readonly string[];
    /** It refuses its senders' mail where it comes from elsewhere, or without their certificate. */
    readonly restricts: boolean;
  }[];
}

export interface StandInTrace {
  readonly id: string;
  readonly messageId: string;
  readonly subject: string;
  readonly sender: string;
  readonly recipient: string;
  readonly received: string;
  readonly status: 'Delivered' | 'FilteredAsSpam';
  readonly fromIP: string;
  /** `undefined` for the one that takes what no other does. */
  readonly connector: string | undefined;
}

export interface MailDoors {
  /** Where to connect for a host; everything that is not the gateway is the tenant itself. */
  readonly via: { readonly endpoint: Place; readonly gateway: Place };
  readonly gateway: string;
  readonly traces: (tenant: string) => readonly StandInTrace[];
  readonly close: () => Promise<void>;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/** From where mail arrives at the tenant: from this machine, and from the gateway. */
export const addresses = { here: '203.0.113.50', gateway: '198.51.100.7' } as const;
const gatewayName = 'mx1.gateway.example';
const endpointName = 'AB1STANDIN001.mail.protection.outlook.com';

export async function startMailDoors({
  domains,
  settings,
  now,
}: {
  /** The accepted domains of each tenant, by its GUID. */
  readonly domains: Readonly<Record<string, readonly string[]>>;
  readonly settings: (tenant: string) => DoorSettings;
  readonly now: () => Date;
}): Promise<MailDoors> {
  const traces = new Map<string, StandInTrace[]>();
  const tenantOf = (address: string): string | undefined =>
    Object.entries(domains).find(([, own]) => own.includes(domainOf(address)))?.[0];

  const refuses = ({ sender, recipient }: Envelope, from: string): string | undefined => {
    const tenant = tenantOf(recipient);
    if (tenant === undefined || recipient.startsWith('nobody@'))
      return `550 5.4.1 Recipient address rejected: Access denied. [${endpointName}]`;
    const { rejectsDirectSend, connectors } = settings(tenant);
    const meant = connectors.filter(({ senderDomains }) => isFor(senderDomains, domainOf(sender)));
    // A certificate is nothing that anybody has here.
    if (meant.some((one) => one.restricts && !one.addresses.includes(from)))
      return "550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the message's recipient domain. The connector had either the RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set";
    if (rejectsDirectSend && tenantOf(sender) === tenant && !throughWhich(connectors, from))
      return '550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources';
    return undefined;
  };

  const takes = ({ sender, recipient }: Envelope, message: string, from: string): string => {
    const tenant = tenantOf(recipient) ?? '';
    const [head = ''] = message.split('\r\n\r\n');
    const header = (name: string): string =>
      new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
    const shown = /<([^<>]*)>/.exec(header('From'))?.[1] ?? '';
    // What only claims to be from inside is what spoof intelligence looks for.
    const spoofed = tenantOf(shown) === tenant && tenantOf(sender) !== tenant;
    const id = randomUUID();
    traces.set(tenant, [
      ...(traces.get(tenant) ?? []),
      {
        id,
        messageId: header('Message-ID'),
        subject: header('Subject'),
        sender,
        recipient,
        received: now().toISOString(),
        status: spoofed ? 'FilteredAsSpam' : 'Delivered',
        fromIP: from,
        connector: throughWhich(settings(tenant).connectors, from)?.name,
      },
    ]);
    return `250 2.6.0 ${header('Message-ID')} [InternalId=${id}] Queued mail for delivery`;
  };

  const endpoint = await startSmtpServer({
    name: endpointName,
    refuses: (envelope) => refuses(envelope, addresses.here),
    takes: (envelope, message) => takes(envelope, message, addresses.here),
  });
  const gateway = await startSmtpServer({
    name: gatewayName,
    refuses: (envelope) => refuses(envelope, addresses.gateway),
    takes: (envelope, message) => takes(envelope, message, addresses.gateway),
  });
  return {
    via: {
      endpoint: { host: endpoint.host, port: endpoint.port },
      gateway: { host: gateway.host, port: gateway.port },
    },
    gateway: gatewayName,
    traces: (tenant) => traces.get(tenant.toLowerCase()) ?? [],
    close: async () => {
      await Promise.all([endpoint.close(), gateway.close()]);
    },
  };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

const isFor = (senderDomains: readonly string[], domain: string): boolean =>
  senderDomains.some((one) => one === '*' || one.toLowerCase() === domain);

const throughWhich = (connectors: DoorSettings['connectors'], from: string) =>
  connectors.find((one) => one.addresses.includes(from));
