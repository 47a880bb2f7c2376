/** Audit record → what it shows about an exception, or why it shows nothing. */
import { createHash } from 'node:crypto';
import { flag } from '#risk/settings.ts';
import { settingsToKeep } from '#kinds/settings-to-keep.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Settings } from '#risk/settings.ts';
import { madeOn } from '#kinds/form.ts';
import { admitRecord } from './admit.ts';
import { writtenAt } from './moment.ts';
import { objectName } from './object-name.ts';
import { objectOperationNamed } from './operations.ts';
import { readSettings, withoutPlumbing } from './parameters.ts';
import type { AuditRecord } from './record.ts';

export type Recognised =
  /**
   * `unread`: why the record does not show what was set. The observation then says where the change was made and
   * nothing about the settings: only the object itself shows them.
   */
  | { readonly relevant: true; readonly observation: Observation; readonly unread?: string }
  /** `why` is fixed wording: it never quotes the record. */
  | { readonly relevant: false; readonly why: string };

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const nothing = (why: string): Recognised => ({ relevant: false, why });

export function recognise(record: AuditRecord): Recognised {
  const named = objectOperationNamed(record.Operation);
  if (named === undefined) return nothing('another operation');
  const { operation, kind, change } = named;
  const admitted = admitRecord(record, operation);
  if ('why' in admitted) return nothing(admitted.why);
  const { parameters, unread, changedBy, applications, tenant, ownDomains } = admitted;

  const object = objectName(change, parameters, record);
  // A malformed record at the door (`auditRecordSchema`); here only the types need it said again.
  if (object === undefined) return nothing('no object is named');

  // Part of a change must not count as the change.
  const settings = unread === undefined ? settingsToKeep(kind, readSettings(parameters), digest) : {};
  const enabled = enabledAfter(kind, change, settings);
  return {
    relevant: true,
    ...(unread === undefined ? {} : { unread }),
    observation: {
      record: record.Id,
      operation,
      change,
      tenant,
      kind,
      ...object,
      settings,
      complete: false,
      passed: withoutPlumbing(parameters).map(({ name }) => name),
      ...(enabled === undefined ? {} : { enabled }),
      changedBy,
      ...(ownDomains.length === 0 ? {} : { ownDomains }),
      ...writtenAt(record, change),
      ...(applications.length === 0 ? {} : { applications }),
    },
  };
}

/**
 * Rules are switched by cmdlets of their own, connectors by a parameter; a new object is as its kind is created by
 * default, unless created otherwise.
 */
function enabledAfter(kind: Kind, change: Observation['change'], settings: Settings): boolean | undefined {
  switch (change) {
    case 'create':
      return flag(settings, 'Enabled') ?? madeOn(kind);
    case 'enable':
      return true;
    case 'disable':
      return false;
    case 'alter':
      return flag(settings, 'Enabled');
    case 'remove':
      return undefined;
  }
}
