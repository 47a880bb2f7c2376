import type { Kind } from '#lifecycle/exception.ts';

/** Cmdlets that make, change or end one object each. */
export const objectOperations = [
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
export type ObjectOperation = (typeof objectOperations)[number];

/** Cmdlets that change lists and switches: what they did to which entry is told by the list itself. */
export const listOperations = [
  'Set-HostedConnectionFilterPolicy',
  'New-HostedContentFilterPolicy',
  'Set-HostedContentFilterPolicy',
  'Remove-HostedContentFilterPolicy',
  'New-TenantAllowBlockListItems',
  'Set-TenantAllowBlockListItems',
  'Remove-TenantAllowBlockListItems',
  'New-TenantAllowBlockListSpoofItems',
  'Set-TenantAllowBlockListSpoofItems',
  'Remove-TenantAllowBlockListSpoofItems',
  'Set-ArcConfig',
  'New-ExoPhishSimOverrideRule',
  'Set-ExoPhishSimOverrideRule',
  'Remove-ExoPhishSimOverrideRule',
  'New-ExoSecOpsOverrideRule',
  'Set-ExoSecOpsOverrideRule',
  'Remove-ExoSecOpsOverrideRule',
  'Set-OrganizationConfig',
] as const;
export type ListOperation = (typeof listOperations)[number];

/**
 * The cmdlets whose audit records can make, change or end an exception, as Exchange spells them. The bus rule in
 * front of `record-changes` filters on exactly these names.
 */
export const operations = [...objectOperations, ...listOperations] as const;
export type Operation = ObjectOperation | ListOperation;

const spelled = <Name extends string>(names: readonly Name[]) => {
  const byFolded = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (name: string): Name | undefined => byFolded.get(name.toLowerCase());
};

/** The operation by Exchange's own spelling; `undefined` for one that is none of ours. */
export const operationNamed = spelled<Operation>(operations);
export const objectOperationNamed = spelled<ObjectOperation>(objectOperations);
export const listOperationNamed = spelled<ListOperation>(listOperations);

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
export function meaning(operation: ObjectOperation): {
  readonly kind: Kind;
  readonly change: (typeof changeOf)[keyof typeof changeOf];
} {
  const [verb, noun] = operation.split('-') as [keyof typeof changeOf, string];
  return { kind: kindOf[noun] ?? 'transport-rule', change: changeOf[verb] };
}
