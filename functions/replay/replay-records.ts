/**
 * What audit records amount to, as Lapse itself would have it: each goes the way that every record goes, in the order
 * in which the changes were made, into a register that is empty at first, and with no tenant to look at.
 */
import { recogniseListChange } from '#audit-log/list-change.ts';
import { writtenAt } from '#audit-log/moment.ts';
import { recognise } from '#audit-log/recognise.ts';
import { compareMoments } from '#time/moment.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { compareByDanger, readLoggedExceptions } from './logged-exceptions.ts';
import { findNeverOpened } from './never-opened.ts';
import { nobodysPolicy } from './nobodys-policy.ts';
import { compareText } from '#values/compare-text.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Moment } from '#time/moment.ts';
import type { LoggedException } from './logged-exceptions.ts';
import type { Unknown } from './never-opened.ts';

export interface Replayed {
  /** Most dangerous first. */
  readonly exceptions: readonly LoggedException[];
  readonly unknown: readonly Unknown[];
  /** Records of which the register keeps no more: there were too many about one object without an exception. */
  readonly forgotten: readonly string[];
  /** Records that do not say which entry of a list was changed. */
  readonly untold: readonly string[];
}

/** It will not be reached by trying again. */
const noLook = new ExchangeError('no-credential', 'A replay does not look at the tenant.');
const nobodyLooks = () => Promise.reject(noLook);

/** `records`: in any order, and any of them more than once. `domains`: known to be the tenant's own. */
export async function replayRecords(
  records: readonly AuditRecord[],
  domains: readonly string[] = [],
): Promise<Replayed> {
  const register = createInMemoryRegister();
  const forgotten: string[] = [];
  const untold: string[] = [];
  for (const { id, record, moment } of inOrder(records)) {
    const recorded = await recordChange(record, {
      register,
      tenants: nobodyLooks,
      domains: () => Promise.resolve(domains),
      policy: nobodysPolicy,
      // Had Lapse been there, it would have heard of it then.
      now: moment.at,
      enough: () => new AbortController().signal,
    });
    forgotten.push(...(recorded.forgotten ?? []));
    if (recorded.outcome === 'nothing' && recorded.unseen !== undefined) untold.push(id);
  }
  const others = register.waiting().map((records) => findNeverOpened(records, domains));
  const opened = await readLoggedExceptions(register);
  return {
    exceptions: [...opened, ...others.flatMap(({ lost }) => lost)].sort(compareByDanger),
    unknown: others.flatMap(({ unknown }) => unknown),
    forgotten,
    untold,
  };
}

interface Placed {
  /** The record's id as it stands in the export. */
  readonly id: string;
  readonly record: AuditRecord;
  readonly moment: Moment;
  /** All that counts of it, as text. */
  readonly tells: string;
}

function inOrder(records: readonly AuditRecord[]): readonly Placed[] {
  const sorted = records
    .map((record): Placed => {
      const { changedAt: at, order } = writtenAt(record);
      const moment = { at, ...(order === undefined ? {} : { order }), record: record.Id.toLowerCase() };
      return {
        id: record.Id,
        record,
        moment,
        tells: JSON.stringify(recogniseListChange(record) ?? recognise(record)),
      };
    })
    .sort((a, b) => compareMoments(a.moment, b.moment) || compareText(a.tells, b.tells));
  const distinct: Placed[] = [];
  for (const one of sorted) {
    const last = distinct.at(-1);
    if (last?.moment.record !== one.moment.record) distinct.push(one);
    // Two records with one id are none that Microsoft wrote; neither is to hide the other.
    else if (last.tells !== one.tells)
      distinct.push({ ...one, record: { ...one.record, Id: `${one.record.Id} again` } });
  }
  return distinct;
}
