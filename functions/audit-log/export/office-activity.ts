/**
 * Microsoft Sentinel keeps audit records as rows of its table OfficeActivity: the same fields, some under other names.
 *
 * @see https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/officeactivity
 */

/** Its name for each field that is called otherwise, in small letters. */
const names: ReadonlyMap<string, string> = new Map([
  ['officeid', 'Id'],
  ['timegenerated', 'CreationTime'],
  // The portal says in the column's name which zone it shows.
  ['timegenerated [utc]', 'CreationTime'],
  ['officeworkload', 'Workload'],
  ['officeobjectid', 'ObjectId'],
]);

export const own = ['officeid', 'officeworkload', 'officeobjectid'];

/** Whether columns, or the keys of a row, are those of that table. */
export const areOfOfficeActivity = (keys: readonly string[]): boolean => {
  const lower = keys.map((key) => key.trim().toLowerCase());
  return lower.includes('operation') && own.some((name) => lower.includes(name));
};

export const isOfficeActivity = (row: object): boolean => areOfOfficeActivity(Object.keys(row));

export function recordOfActivity(row: object): object {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]: [string, unknown]) => {
      const name = names.get(key.trim().toLowerCase());
      // A column that a row has nothing for is empty text.
      if (value === '') return [];
      return [[name ?? key, name === 'CreationTime' ? inIso(value) : value]];
    }),
  );
}

/** As the Azure portal writes a time of a column that says `[UTC]`: `10/5/2026, 9:01:07.000 AM`, month first. */
const american =
  /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4}),? (?<hour>\d{1,2}):(?<rest>\d{2}:\d{2}(?:\.\d+)?)\s(?<half>[AP])M$/i;

/** What is written in another way stays, and is refused for what it is. */
function inIso(value: unknown): unknown {
  const { year, month, day, hour, rest, half } =
    (typeof value === 'string' ? american.exec(value.trim())?.groups : undefined) ?? {};
  if (!year || !month || !day || !hour || !rest || !half) return value;
  const clock = (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  const two = (text: string): string => text.padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(String(clock))}:${rest}`;
}
