/**
 * Search-UnifiedAuditLog writes beside each record how many its search found. It hands out no more than 5,000 of them
 * at once, and no more than 50,000 at all, without a word: an export may hold fewer than were found.
 */
export interface Searches {
  readonly note: (row: unknown) => void;
  /** Why not every record that was found was read. */
  readonly missing: () => readonly string[];
}

export function startSearches(): Searches {
  /** How many rows say that so many were found: a search whose rows are all here adds exactly that many. */
  const rows = new Map<number, number>();
  return {
    note(row) {
      const found = foundOf(row);
      if (found !== undefined) rows.set(found, (rows.get(found) ?? 0) + 1);
    },
    missing: () =>
      [...rows].flatMap(([found, here]) =>
        found === 0
          ? ['Search-UnifiedAuditLog gave up on a search (ResultCount is 0): search again']
          : here % found === 0
            ? []
            : [
                `Search-UnifiedAuditLog found ${said(found)} records, and ${said(found - (here % found))} of them are ` +
                  'not in this file: search in shorter periods, and export all of them',
              ],
      ),
  };
}

const said = (count: number): string => count.toLocaleString('en');

/** The column that says so, in small letters. */
export const counted = 'resultcount';

function foundOf(row: unknown): number | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const value = Object.entries(row).find(([key]) => key.toLowerCase() === counted)?.[1] as unknown;
  const isCounted = Object.keys(row).some((key) => key.toLowerCase() === 'auditdata');
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  const count = text === '' ? NaN : Number(text);
  return isCounted && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
