/** The cmdlets about mail itself: which domains a tenant takes it for, and what became of it. */
import { asText } from './text.ts';
import type { CmdletCall, CmdletOutcome } from './cmdlets.ts';
import type { StandInTrace } from '../mail/mail-doors.ts';

export interface TenantMail {
  readonly domains: readonly string[];
  readonly traces: readonly StandInTrace[];
}

/** `undefined` for any other cmdlet. */
export function answerAboutMail(
  { cmdlet, parameters }: Pick<CmdletCall, 'cmdlet' | 'parameters'>,
  { domains, traces }: TenantMail,
): CmdletOutcome | undefined {
  const of = (name: string): string => asText(parameters[name]).toLowerCase();
  const objects = (all: readonly Readonly<Record<string, unknown>>[]): CmdletOutcome => ({
    type: 'objects',
    objects: all.map((one) => () => one),
  });
  switch (cmdlet.toLowerCase()) {
    case 'get-accepteddomain':
      return objects(
        domains.map((domain, at) => ({
          Name: domain,
          DomainName: domain,
          DomainType: 'Authoritative',
          Default: at === 0,
        })),
      );
    case 'get-messagetracev2':
      return objects(
        traces
          .filter(({ recipient, received }) => {
            const at = Date.parse(received);
            return (
              recipient.toLowerCase() === of('RecipientAddress') &&
              at >= Date.parse(asText(parameters['StartDate'])) &&
              at <= Date.parse(asText(parameters['EndDate']))
            );
          })
          .map((one) => ({
            MessageTraceId: one.id,
            MessageId: one.messageId,
            Received: one.received.replace(/\.(\d{3})Z$/, '.$10000'),
            SenderAddress: one.sender,
            RecipientAddress: one.recipient,
            Subject: one.subject,
            Status: one.status,
            FromIP: one.fromIP,
            ToIP: null,
            Size: 2_048,
          })),
      );
    case 'get-messagetracedetailv2':
      return objects(
        traces
          .filter(({ id }) => id === asText(parameters['MessageTraceId']))
          .flatMap(({ id, messageId, received, status, connector }) =>
            [
              {
                Event: 'Receive',
                Detail: 'Message received by: AB1STANDIN001',
                Data: `<root><MEP Name="ConnectorId" String="AB1STANDIN001\\${escaped(connector ?? 'Default AB1STANDIN001')}"/></root>`,
              },
              ...(status === 'Delivered'
                ? []
                : [{ Event: 'Spam Diagnostics', Detail: 'Spoof intelligence marked it.' }]),
              { Event: 'Deliver', Detail: 'The message was delivered.' },
            ].map((step) => ({
              MessageTraceId: id,
              MessageId: messageId,
              Date: received,
              Action: '',
              Data: '',
              ...step,
            })),
          ),
      );
    default:
      return undefined;
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
