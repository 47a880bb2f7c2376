/** The cmdlets the stand-in knows, with the traps of the real ones. */
import { isObject } from '#kinds/form.ts';
import { kinds } from '#kinds/registry.ts';
import { aliasOf, primaryAddress, rendered } from './rendering.ts';
import { properties, propertyOf } from './properties.ts';
import { changesOf, cmdletOf, settingsIn } from './shelves.ts';
import { asText, isOn } from './text.ts';
import type { TenantHistory, StoredObject } from './history.ts';
import type { Rendered } from './rendering.ts';
import type { Shelf } from './shelf.ts';
import type { ShelfChange } from './shelves.ts';

export type CmdletOutcome =
  /** Each is shown where it is asked for: a look at one rule among thousands shows that one, and a page its own. */
  | { readonly type: 'objects'; readonly objects: readonly (() => Rendered)[] }
  | { readonly type: 'done' }
  | {
      readonly type: 'error';
      readonly status: number;
      readonly code: string;
      readonly exception: string;
      readonly text: string;
    }
  /** Unknown and unauthorised cmdlets are answered alike. */
  | { readonly type: 'forbidden' };

export interface CmdletCall {
  readonly tenant: string;
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Effects {
  readonly history: (kind: Shelf) => TenantHistory;
  /** Keeps a change made by a cmdlet. */
  readonly change: (kind: Shelf, change: ShelfChange) => void;
  /** Whether this read lags behind the newest change. */
  readonly lags: () => boolean;
  /** Whether this change is accepted but not made. */
  readonly swallows: () => boolean;
}

const alwaysTaken = new Set(['Identity', 'Name', 'Confirm', 'WhatIf', 'NotifySender']);

export function invoke({ tenant, cmdlet, parameters }: CmdletCall, effects: Effects): CmdletOutcome {
  const known = cmdletOf(cmdlet);
  if (!known) return { type: 'forbidden' };
  const { verb, shelf: kind } = known;
  if (verb === 'get') return get(tenant, kind, parameters, effects);
  if (!switched.has(kind)) return alterList(tenant, kind, verb, parameters, effects);

  const identity = asText(parameters['Identity']);
  const target = effects
    .history(kind)
    .objects()
    .find((object) => isCalled(object, identity));
  if (!target) return missing(identity);
  if (verb !== 'set')
    return change(kind, effects, {
      change: verb === 'enable' ? 'enable' : 'disable',
      target: target.guid,
      parameters: {},
    });

  const stranger = Object.keys(parameters).find((name) => !takes(kind, name));
  if (stranger !== undefined)
    return unbound(`A parameter cannot be found that matches parameter name '${stranger}'.`);
  const name = parameters['Name'];
  return change(kind, effects, {
    change: 'alter',
    target: target.guid,
    ...(name === undefined ? {} : { renamed: asText(name) }),
    parameters: settingsIn(parameters),
  });
}

/** Kinds with cmdlets or a parameter that switch them off; everything else is a list or a policy. */
const switched: ReadonlySet<string> = new Set(kinds.filter(isObject));

const missing = (identity: string): CmdletOutcome => ({
  type: 'error',
  status: 404,
  code: 'NotFound',
  exception: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
  text: `The operation couldn't be performed because object '${identity}' couldn't be found.`,
});
const unbound = (text: string): CmdletOutcome => ({
  type: 'error',
  status: 400,
  code: 'BadRequest',
  exception: 'System.Management.Automation.ParameterBindingException',
  text,
});

const listParameters = new Set(['Entries', 'Ids', 'Allow', 'Block', 'NoExpiration', 'OutputJson', 'Force']);

function alterList(
  tenant: string,
  kind: Shelf,
  verb: Parameters<typeof changesOf>[1],
  parameters: Readonly<Record<string, unknown>>,
  effects: Effects,
): CmdletOutcome {
  for (const [name, value] of Object.entries(parameters)) {
    if (!takes(kind, name) && !listParameters.has(name))
      return unbound(`A parameter cannot be found that matches parameter name '${name}'.`);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    // Without its annotation a hashtable is an object of no known type.
    const annotated = (value as Record<string, unknown>)['@odata.type'] === '#Exchange.GenericHashTable';
    if (!annotated || kind === 'arc-configuration')
      return unbound(`Cannot process argument transformation on parameter '${name}'.`);
  }
  // An allow for a sender, a link or a file must end some day.
  if (
    kind === 'tenant-allow' &&
    isOn(parameters['NoExpiration']) &&
    isOn(parameters['Allow']) &&
    !/^ip$/i.test(asText(parameters['ListType'])) &&
    !/^advanceddelivery$/i.test(asText(parameters['ListSubType']))
  )
    return unbound('NoExpiration cannot be used with this list type.');

  const serial = `${String(effects.history(kind).size()).padStart(8, '0')}-0000-4000-8000-000000000000`;
  for (const one of changesOf(kind, verb, parameters, serial)) {
    const there = effects
      .history(kind)
      .objects()
      .find((object) => isCalled(object, one.target) || isMailboxAt(tenant, kind, object, one.target));
    if (one.change !== 'create' && !there) return missing(one.target);
    change(kind, effects, { ...one, target: there?.guid ?? one.target });
  }
  return { type: 'done' };
}

function change(kind: Shelf, effects: Effects, operation: ShelfChange): CmdletOutcome {
  if (!effects.swallows()) effects.change(kind, operation);
  return { type: 'done' };
}

/** `Enabled` belongs to connectors: a rule is switched by cmdlets of its own. */
const takes = (kind: Shelf, parameter: string): boolean =>
  alwaysTaken.has(parameter) ||
  (parameter === 'Enabled' && kind !== 'transport-rule') ||
  propertyOf(parameter) in properties[kind];

function get(
  tenant: string,
  kind: Shelf,
  parameters: Readonly<Record<string, unknown>>,
  { history, lags }: Effects,
): CmdletOutcome {
  const stored = lags() ? history(kind).lagging() : history(kind).objects();
  const all = stored.map((object, position) => ({
    object,
    show: () => rendered(tenant, kind, object, position),
  }));
  const visible = all.filter(({ object, show }) => isAskedFor(kind, object, show, parameters));
  const identity = parameters['Identity'];
  const named =
    identity === undefined
      ? visible
      : visible.filter(
          ({ object }) =>
            isCalled(object, asText(identity)) || isMailboxAt(tenant, kind, object, asText(identity)),
        );
  // Of a mailbox, an identity that fits nothing is an error.
  if (kind === 'mailbox' && identity !== undefined && named.length === 0) return missing(asText(identity));
  // Elsewhere it is as good as none: everything comes back.
  return { type: 'objects', objects: (named.length > 0 ? named : visible).map(({ show }) => show) };
}

function isAskedFor(
  kind: Shelf,
  { parameters: set }: StoredObject,
  show: () => Rendered,
  asked: Readonly<Record<string, unknown>>,
): boolean {
  if (kind === 'outbound-connector') return inClass(show(), asked);
  if (kind === 'mailbox') return asked['Filter'] === undefined || forwards(show());
  if (kind !== 'tenant-allow') return true;
  const subtype = (value: unknown): string => asText(value).toLowerCase() || 'tenant';
  return (
    asText(set['ListType']).toLowerCase() === asText(asked['ListType']).toLowerCase() &&
    subtype(set['ListSubType']) === subtype(asked['ListSubType'])
  );
}

/** The one filter by which Lapse asks. */
const forwards = (shown: Rendered): boolean =>
  shown['ForwardingSmtpAddress'] !== null || shown['ForwardingAddress'] !== null;

/** Without a switch: neither rule-scoped nor test-mode connectors. With one: that class and nothing else. */
const inClass = (shown: Rendered, parameters: Readonly<Record<string, unknown>>): boolean =>
  shown['IsTransportRuleScoped'] === isOn(parameters['IsTransportRuleScoped']) &&
  shown['TestMode'] === isOn(parameters['IncludeTestModeConnectors']);

const isCalled = ({ guid, name }: StoredObject, identity: string): boolean =>
  guid === identity.toLowerCase() || name.toLowerCase() === identity.toLowerCase();

const isMailboxAt = (tenant: string, kind: Shelf, object: StoredObject, identity: string): boolean =>
  kind === 'mailbox' &&
  [primaryAddress(tenant, object), aliasOf(object)].some(
    (name) => name.toLowerCase() === identity.toLowerCase(),
  );
