/** One tenant's mail flow objects: read one, switch it off, switch it on. */
import { ExchangeError } from './exchange-error.ts';
import { inboundConnector } from './inbound-connector.ts';
import { createInvokeCommand } from './invoke-command.ts';
import { outboundConnector } from './outbound-connector.ts';
import { nameOf, select } from './select.ts';
import { transportRule } from './transport-rule.ts';
import type { Kind, Settings } from '#domain/exception.ts';
import type { Adapter } from './adapter.ts';
import type { ExchangeObject } from './answer.ts';
import type { Exchange } from './invoke-command.ts';

/** By GUID where it is known; the name is looked at only where it is not. */
export interface TenantObject {
  readonly kind: Kind;
  readonly name?: string;
  readonly guid?: string;
}

export interface Found {
  readonly found: true;
  /** In lower case. */
  readonly guid: string;
  readonly name: string;
  readonly enabled: boolean;
  /** What is set, by Exchange's own names. */
  readonly settings: Settings;
}

export interface NotFound {
  readonly found: false;
  /**
   * Whether the answer speaks of its absence: Exchange said "not found", or listed others without it. An answer
   * that lists nothing at all may as well be a failed one.
   */
  readonly certain: boolean;
}

export interface Tenant {
  read(object: TenantObject, signal?: AbortSignal): Promise<Found | NotFound>;
  /** Resolves when Exchange accepted the command; only a read tells whether it took. Safe to repeat. */
  disable(kind: Kind, guid: string): Promise<void>;
  enable(kind: Kind, guid: string): Promise<void>;
}

const adapters: Readonly<Record<Kind, Adapter>> = {
  'transport-rule': transportRule,
  'inbound-connector': inboundConnector,
  'outbound-connector': outboundConnector,
};

/** Every method throws `ExchangeError`; `ambiguous` where several objects have the name. */
export function createTenant(exchange: Exchange): Tenant {
  const invoke = createInvokeCommand(exchange);

  return {
    async read({ kind, name, guid }, signal) {
      const identity = guid ?? name;
      // An empty identity is one Exchange does not know: it would list everything.
      if (identity === undefined || identity === '')
        throw new RangeError('an object is read by its GUID or its name');
      const adapter = adapters[kind];
      const answers = await Promise.all(
        adapter.reads(identity).map(async (call): Promise<readonly ExchangeObject[] | 'not found'> => {
          try {
            return await invoke(call, signal);
          } catch (error) {
            if (error instanceof ExchangeError && error.code === 'not-found') return 'not found';
            throw error;
          }
        }),
      );
      const objects = answers.flatMap((answer) => (answer === 'not found' ? [] : answer));
      const selection = select(objects, guid === undefined ? { name: identity } : { guid });
      switch (selection.type) {
        case 'none':
          return { found: false, certain: objects.length > 0 || answers.includes('not found') };
        case 'several':
          throw new ExchangeError(
            'ambiguous',
            `The tenant has ${selection.count} objects of kind ${adapter.noun} with this name. Nothing is done to any of them; rename all but one.`,
          );
        case 'one':
          return {
            found: true,
            guid: selection.guid,
            name: nameOf(selection.object) ?? name ?? '',
            enabled: adapter.enabled(selection.object),
            settings: adapter.settings(selection.object),
          };
      }
    },
    async disable(kind, guid) {
      await invoke(adapters[kind].disable(guid));
    },
    async enable(kind, guid) {
      await invoke(adapters[kind].enable(guid));
    },
  };
}
