/** Audit record → what it shows of an exception, or why it shows nothing. */
import { flag } from '#domain/settings.ts';
import type { Observation } from '#domain/commands.ts';
import type { Settings } from '#domain/exception.ts';
import { authorOf } from './author.ts';
import { objectName } from './object-name.ts';
import { meaning, operationNamed } from './operations.ts';
import { parametersOf, parameterText, settingsOf, withoutPlumbing } from './parameters.ts';
import type { AuditRecord } from './record.ts';

export type Recognised =
  | { readonly relevant: true; readonly observation: Observation }
  /** `why` is fixed wording: it never quotes the record. */
  | { readonly relevant: false; readonly why: string };

const nothing = (why: string): Recognised => ({ relevant: false, why });

/** Exchange writes "False", other workloads words. What is unknown counts as done: better asked than missed. */
const undone = new Set(['false', 'failed', 'failure', 'fail']);

export function recognise(record: AuditRecord): Recognised {
  const operation = operationNamed(record.Operation);
  if (operation === undefined) return nothing('another operation');
  if (undone.has(record.ResultStatus?.trim().toLowerCase() ?? ''))
    return nothing('the operation did not succeed');

  const changedBy = authorOf(record);
  if (changedBy.type === 'service') return nothing("a service of Microsoft's did it");

  const parameters = parametersOf(record.Parameters);
  if (/^\$?true$/i.test(parameterText(parameters, 'WhatIf') ?? ''))
    return nothing('a rehearsal (WhatIf): nothing was changed');

  const { kind, change } = meaning(operation);
  const named = objectName(change, parameters, record.ObjectId);
  // Both are malformed records at the door (`auditRecordSchema`); here only the types need it said again.
  if (named === undefined) return nothing('no object is named');
  if (record.OrganizationId === undefined) return nothing('no tenant is named');

  const settings = settingsOf(parameters);
  const enabled = enabledAfter(change, settings);
  return {
    relevant: true,
    observation: {
      record: record.Id,
      operation,
      change,
      tenant: record.OrganizationId.trim().toLowerCase(),
      kind,
      ...named,
      settings,
      complete: false,
      passed: withoutPlumbing(parameters).map(({ name }) => name),
      ...(enabled === undefined ? {} : { enabled }),
      changedBy,
      changedAt: record.CreationTime,
    },
  };
}

/** Rules are switched by their own cmdlets, connectors by a parameter; what is made is on unless made otherwise. */
function enabledAfter(change: Observation['change'], settings: Settings): boolean | undefined {
  switch (change) {
    case 'create':
      return flag(settings, 'Enabled') ?? true;
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
