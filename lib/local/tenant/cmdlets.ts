/** The cmdlets the stand-in knows, with the traps of the real ones. */
import { rendered } from './rendering.ts';
import { properties, propertyOf } from './properties.ts';
import { asText, isOn } from './text.ts';
import type { Kind } from '#domain/exception.ts';
import type { History, Operation, StoredObject } from './history.ts';
import type { Rendered } from './rendering.ts';

export type Outcome =
  | { readonly type: 'objects'; readonly objects: readonly Rendered[] }
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

export interface Invocation {
  readonly tenant: string;
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Effects {
  readonly history: (kind: Kind) => History;
  /** Keeps a change made by a cmdlet. */
  readonly change: (
    kind: Kind,
    change: Pick<Operation, 'change' | 'target' | 'renamed' | 'parameters'>,
  ) => void;
  /** Whether this read lags behind the newest change. */
  readonly lags: () => boolean;
  /** Whether this change is accepted but not made. */
  readonly swallows: () => boolean;
}

const kindsByNoun: Readonly<Record<string, Kind>> = {
  transportrule: 'transport-rule',
  inboundconnector: 'inbound-connector',
  outboundconnector: 'outbound-connector',
};

const verbs: Readonly<Record<string, readonly Kind[]>> = {
  get: ['transport-rule', 'inbound-connector', 'outbound-connector'],
  set: ['transport-rule', 'inbound-connector', 'outbound-connector'],
  enable: ['transport-rule'],
  disable: ['transport-rule'],
};

const alwaysTaken = new Set(['Identity', 'Name', 'Confirm', 'WhatIf', 'NotifySender']);

export function invoke({ tenant, cmdlet, parameters }: Invocation, effects: Effects): Outcome {
  const [verb = '', noun = ''] = cmdlet.toLowerCase().split('-');
  const kind = kindsByNoun[noun];
  if (!kind || verbs[verb]?.includes(kind) !== true) return { type: 'forbidden' };
  if (verb === 'get') return get(tenant, kind, parameters, effects);

  const identity = asText(parameters['Identity']);
  const target = effects
    .history(kind)
    .objects()
    .find((object) => isCalled(object, identity));
  if (!target)
    return {
      type: 'error',
      status: 404,
      code: 'NotFound',
      exception: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
      text: `The operation couldn't be performed because object '${identity}' couldn't be found.`,
    };
  if (verb !== 'set')
    return change(kind, effects, {
      change: verb === 'enable' ? 'enable' : 'disable',
      target: target.guid,
      parameters: {},
    });

  const stranger = Object.keys(parameters).find((name) => !takes(kind, name));
  if (stranger !== undefined)
    return {
      type: 'error',
      status: 400,
      code: 'BadRequest',
      exception: 'System.Management.Automation.ParameterBindingException',
      text: `A parameter cannot be found that matches parameter name '${stranger}'.`,
    };
  const name = parameters['Name'];
  return change(kind, effects, {
    change: 'alter',
    target: target.guid,
    ...(name === undefined ? {} : { renamed: asText(name) }),
    parameters: Object.fromEntries(
      Object.entries(parameters).filter(
        ([parameter]) => !['Identity', 'Name', 'Confirm', 'WhatIf'].includes(parameter),
      ),
    ),
  });
}

function change(
  kind: Kind,
  effects: Effects,
  operation: Pick<Operation, 'change' | 'target' | 'renamed' | 'parameters'>,
): Outcome {
  if (!effects.swallows()) effects.change(kind, operation);
  return { type: 'done' };
}

/** `Enabled` belongs to connectors: a rule is switched by cmdlets of its own. */
const takes = (kind: Kind, parameter: string): boolean =>
  alwaysTaken.has(parameter) ||
  (parameter === 'Enabled' && kind !== 'transport-rule') ||
  propertyOf(parameter) in properties[kind];

function get(
  tenant: string,
  kind: Kind,
  parameters: Readonly<Record<string, unknown>>,
  { history, lags }: Effects,
): Outcome {
  const stored = lags() ? history(kind).lagging() : history(kind).objects();
  const all = stored.map((object, position) => ({ object, shown: rendered(tenant, kind, object, position) }));
  const visible = kind === 'outbound-connector' ? all.filter(({ shown }) => inClass(shown, parameters)) : all;
  const identity = parameters['Identity'];
  const named =
    identity === undefined ? visible : visible.filter(({ object }) => isCalled(object, asText(identity)));
  // An identity that fits nothing is as good as none: everything comes back.
  return { type: 'objects', objects: (named.length > 0 ? named : visible).map(({ shown }) => shown) };
}

/** Without a switch: neither rule-scoped nor test-mode connectors. With one: that class and nothing else. */
const inClass = (shown: Rendered, parameters: Readonly<Record<string, unknown>>): boolean =>
  shown['IsTransportRuleScoped'] === isOn(parameters['IsTransportRuleScoped']) &&
  shown['TestMode'] === isOn(parameters['IncludeTestModeConnectors']);

const isCalled = ({ guid, name }: StoredObject, identity: string): boolean =>
  guid === identity.toLowerCase() || name.toLowerCase() === identity.toLowerCase();
