import type { Kind } from '#domain/exception.ts';

/**
 * The cmdlets whose audit records can make, change or end an exception, as Exchange spells them. The bus rule in
 * front of `record-changes` filters on exactly these names.
 */
export const operations = [
  'New-TransportRule',
  'Set-TransportRule',
  'Enable-TransportRule',
  'Disable-TransportRule',
  'Remove-TransportRule',
  'New-InboundConnector',
  'Set-InboundConnector',
  'Remove-InboundConnector',
  'New-OutboundConnector',
  'Set-OutboundConnector',
  'Remove-OutboundConnector',
] as const;
export type Operation = (typeof operations)[number];

const bySpelling = new Map(operations.map((name) => [name.toLowerCase(), name]));

/** The operation by Exchange's own spelling; `undefined` for one that is none of ours. */
export const operationNamed = (name: string): Operation | undefined => bySpelling.get(name.toLowerCase());

const kindOf: Readonly<Record<string, Kind>> = {
  TransportRule: 'transport-rule',
  InboundConnector: 'inbound-connector',
  OutboundConnector: 'outbound-connector',
};
const changeOf = {
  New: 'create',
  Set: 'alter',
  Enable: 'enable',
  Disable: 'disable',
  Remove: 'remove',
} as const;

/** What an operation does, and to what kind of object. */
export function meaning(operation: Operation): {
  readonly kind: Kind;
  readonly change: (typeof changeOf)[keyof typeof changeOf];
} {
  const [verb, noun] = operation.split('-') as [keyof typeof changeOf, string];
  return { kind: kindOf[noun] ?? 'transport-rule', change: changeOf[verb] };
}
