/**
 * Microsoft Sentinel keeps audit records as rows of its table OfficeActivity, with some of the fields renamed.
 *
 * @see https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/officeactivity
 */

/** The renamed fields, in lower case. */
const names: ReadonlyMap<string, string> = new Map([
  ['officeid', 'Id'],
  ['timegenerated', 'CreationTime'],
  // The portal puts the time zone into the column's name.
  ['timegenerated [utc]', 'CreationTime'],
  ['officeworkload', 'Workload'],
  ['officeobjectid', 'ObjectId'],
]);

export const ownColumns = ['officeid', 'officeworkload', 'officeobjectid'];

/** Whether these are the columns of that table, or the keys of one of its rows. */
export const areOfficeActivityColumns = (keys: readonly string[]): boolean => {
  const lower = keys.map((key) => key.trim().toLowerCase());
  return lower.includes('operation') && ownColumns.some((name) => lower.includes(name));
};

export const isOfficeActivity = (row: object): boolean => areOfficeActivityColumns(Object.keys(row));

export function toNativeFields(row: object): object {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]: [string, unknown]) => {
      const name = names.get(key.trim().toLowerCase());
      // A row has empty text in a column for which it has no value.
      if (value === '') return [];
      return [[name ?? key, name === 'CreationTime' ? toIsoTime(value) : value]];
    }),
  );
}

/** How the Azure portal writes times in a column named `[UTC]`: `10/5/2026, 9:01:07.000 AM`, month first. */
const american =
  /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4}),? (?<hour>\d{1,2}):(?<rest>\d{2}:\d{2}(?:\.\d+)?)\s(?<half>[AP])M$/i;

/** Any other format is left as it is, and refused later. */
function toIsoTime(value: unknown): unknown {
  const { year, month, day, hour, rest, half } =
    (typeof value === 'string' ? american.exec(value.trim())?.groups : undefined) ?? {};
  if (!year || !month || !day || !hour || !rest || !half) return value;
  const clock = (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  const two = (text: string): string => text.padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(String(clock))}:${rest}`;
}
