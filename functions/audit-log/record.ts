/** One audit record as Microsoft writes it, reduced to the fields Lapse looks at. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { parseInstant } from '#time/instant.ts';
import type { Instant } from '#time/instant.ts';
import { isMailboxOperation } from './mailbox-operations.ts';
import { passesNoDoor } from './mailbox-parameters.ts';
import { objectName } from './object-name.ts';
import { objectOperationNamed, operationNamed } from './operations.ts';
import { asCmdlet } from './outlook-rules.ts';
import { readParameters } from './parameters.ts';

const required = (name: string) =>
  z
    .string({ error: ({ input }) => (input === undefined ? `${name} is missing` : `${name} is not text`) })
    .trim()
    .min(1, { error: `${name} is empty` });

/**
 * Far more than Exchange ever writes, and far less than the register can hold (400 KB an item): what passes here can
 * be recorded.
 */
export const longest = { id: 256, name: 1_024, text: 4_096, parameters: 128 * 1_024 } as const;

/**
 * Fields that nothing depends on: a value of an unexpected type or length counts as absent and never costs the
 * record.
 */
const text = z.string().max(longest.text).optional().catch(undefined);
const code = z
  .union([z.number(), z.string().max(longest.text)])
  .optional()
  .catch(undefined);
/** Fields that say where a change belongs: their length is checked where it matters. */
const placing = z.string().trim().optional().catch(undefined);

const shape = z.object({
  Id: required('Id').max(longest.id, { error: `Id is longer than ${longest.id} characters` }),
  CreationTime: required('CreationTime').transform((written, issues): Instant => {
    const at = creationTime(written);
    if (at !== undefined) return at;
    issues.addIssue({ code: 'custom', message: 'CreationTime is not a UTC time like 2026-11-20T09:30:00' });
    return z.NEVER;
  }),
  Operation: required('Operation'),
  OrganizationId: placing,
  OrganizationName: text,
  ResultStatus: text,
  UserType: code,
  UserId: text,
  /** True for Microsoft's staff and systems, and for partners with delegated rights. */
  ExternalAccess: z
    .union([z.boolean(), z.string().max(longest.text)])
    .optional()
    .catch(undefined),
  ObjectId: placing,
  /** Kept of changes in mailboxes alone. */
  ClientIP: text,
  AppId: text,
  ClientAppId: text,
  /** `[{ Name, Value }]`, or another form; read it with `readParameters`. */
  Parameters: z.unknown().optional(),
});

/** The fields of a record by their names in lower case. */
export const spelling: ReadonlyMap<string, string> = new Map(
  Object.keys(shape.shape).map((name) => [name.toLowerCase(), name]),
);
/** Another name that products write beside or in place of `Operation`. */
export const alsoOperation = 'operations';

/** Graph writes `ID` where the Management API writes `Id`, and JSON nulls where that leaves a field out. */
function canonical(given: unknown, issues: z.core.$RefinementCtx): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const value = asCmdlet(given);
  const all = Object.entries(value).flatMap(([key, field]: [string, unknown]) => {
    const name = spelling.get(key.toLowerCase());
    return name === undefined || field === null ? [] : [{ name, field: wellFormed(field) }];
  });
  const mailbox = all.some(({ name, field }) => name === 'Operation' && isMailbox(field));
  const fields = mailbox ? all : all.filter(({ name }) => name !== 'ClientIP');
  const record = Object.fromEntries(fields.map(({ name, field }) => [name, field]));
  // As Search-UnifiedAuditLog calls it, beside the record.
  const beside = Object.entries(value).flatMap(([key, field]: [string, unknown]) =>
    key.toLowerCase() === alsoOperation && typeof field === 'string' ? [{ name: 'Operation', field }] : [],
  );
  const said = 'Operation' in record ? [...fields, ...beside] : fields;
  const twice = said.find(({ name, field }) => !isDeepStrictEqual(record[name], field));
  // Records of other operations may have any form.
  if (twice && said.some(({ name, field }) => name === 'Operation' && isFollowed(field)))
    issues.addIssue({ code: 'custom', message: `${twice.name} is there twice, with different values` });
  return record;
}

export const isFollowed = (operation: unknown): boolean =>
  typeof operation === 'string' && operationNamed(plainly(operation)) !== undefined;

const isMailbox = (operation: unknown): boolean =>
  typeof operation === 'string' && isMailboxOperation(operation.trim());

/** Without the characters that text programs put in the place of hyphens, and without invisible ones. */
const plainly = (operation: string): string =>
  operation
    .normalize('NFKC')
    .replaceAll(/\p{Pd}/gu, '-')
    .replaceAll(/[^A-Za-z-]/g, '');

/** Exchange writes text and, in lists, a level or two; DynamoDB refuses what is nested deeper than 32. */
const deepest = 16;

/**
 * JSON can spell half of a surrogate pair, which no UTF-8 text can hold: DynamoDB would refuse the record each time
 * it comes. Such a half becomes U+FFFD, as wherever text is encoded.
 */
function wellFormed(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return null;
  if (Array.isArray(value)) return value.map((each) => wellFormed(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.toWellFormed(), wellFormed(each, depth + 1)]),
  );
}

/**
 * Tolerant of everything but what makes a record usable: Id, Operation, a valid CreationTime, and, for the
 * operations Lapse follows, the tenant and the object, since a change that cannot be placed must be loud. (Whether
 * what was set can be read is for `recognise` and `recogniseListChange` to say.) Fields Lapse does not look at (the
 * session, for one, and the client's address but for changes in mailboxes) are left behind: neither stored nor sent on.
 * Parsing twice changes nothing.
 *
 * Messages name fields and never quote what stands in them: records hold personal data.
 */
export const auditRecordSchema = z.preprocess(
  canonical,
  shape.superRefine((record, issues) => {
    const followed = operationNamed(record.Operation);
    const complain = (message: string) => issues.addIssue({ code: 'custom', message });
    const isPlaced = followed !== undefined || opensMailbox(record);
    if (isPlaced) {
      const tenant = record.OrganizationId ?? '';
      if (tenant === '') complain('OrganizationId is missing');
      else if (!guid.test(tenant)) complain('OrganizationId is no GUID');
    }
    if (followed === undefined) {
      if (isFollowed(record.Operation)) complain('Operation contains invalid characters');
      return;
    }
    if (bytesOf(record.Parameters) > longest.parameters)
      complain(`Parameters are longer than ${longest.parameters / 1_024} KB`);
    if ((record.ObjectId ?? '').length > longest.text)
      complain(`ObjectId is longer than ${longest.text} characters`);
    const onObject = objectOperationNamed(followed);
    // A change to a list names its entries, if anything.
    if (onObject === undefined) return;
    const read = readParameters(record.Parameters, followed);
    const named = objectName(onObject.change, read.parameters, record);
    // What was set may be lost: as long as the object is named, a look at it tells.
    if (!named) {
      complain('no object is named, neither in Parameters nor in ObjectId');
      if (read.unread !== undefined) complain(read.unread);
    } else if ([named.name, named.renamed ?? ''].some(({ length }) => length > longest.name))
      complain(`the name of the object is longer than ${longest.name} characters`);
  }),
);

const opensMailbox = ({ Operation, Parameters }: { Operation: string; Parameters?: unknown }): boolean =>
  isMailboxOperation(Operation) && !passesNoDoor(Operation, Parameters);

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const bytesOf = (value: unknown): number =>
  value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));

/** A native audit record, with `CreationTime` made an `Instant`. */
export type AuditRecord = z.output<typeof auditRecordSchema>;

const written = /^(\d{4}-\d{2}-)(\d{2})[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$/i;

/** As the log itself writes it, on a day that every month has: then nothing has to be computed. */
const plain = /^[2-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

/**
 * The log writes UTC without saying so; if there is a zone, it counts. Some products write a blank instead of the T.
 */
export function creationTime(text: string): Instant | undefined {
  if (plain.test(text)) return `${text}.000Z` as Instant;
  const [, month, day, zone] = written.exec(text) ?? [];
  if (month === undefined || day === undefined) return undefined;
  // JavaScript reads 30 February as 2 March.
  if (new Date(`${month}${day}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined;
  const iso = text.replace(' ', 'T');
  return parseInstant(zone === undefined ? `${iso}Z` : iso);
}
