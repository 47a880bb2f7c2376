/** One audit record as Microsoft writes it, reduced to the fields Lapse looks at. */
import * as z from 'zod';
import { parseInstant } from '#domain/instant.ts';
import type { Instant } from '#domain/instant.ts';
import { objectName } from './object-name.ts';
import { listOperationNamed, meaning, objectOperationNamed } from './operations.ts';
import { parametersOf } from './parameters.ts';

const required = (name: string) =>
  z
    .string({ error: ({ input }) => (input === undefined ? `${name} is missing` : `${name} is not text`) })
    .trim()
    .min(1, { error: `${name} is empty` });

/** Fields nobody depends on: what has an unexpected type counts as absent, and never costs the record. */
const text = z.string().optional().catch(undefined);
const code = z.union([z.number(), z.string()]).optional().catch(undefined);

const shape = z.object({
  Id: required('Id'),
  CreationTime: required('CreationTime').transform((written, issues): Instant => {
    const at = creationTime(written);
    if (at !== undefined) return at;
    issues.addIssue({ code: 'custom', message: 'CreationTime is not a UTC time like 2026-11-20T09:30:00' });
    return z.NEVER;
  }),
  Operation: required('Operation'),
  OrganizationId: text,
  OrganizationName: text,
  RecordType: code,
  ResultStatus: text,
  UserType: code,
  UserKey: text,
  UserId: text,
  ObjectId: text,
  ModifiedObjectResolvedName: text,
  Workload: text,
  AppId: text,
  ClientAppId: text,
  TokenObjectId: text,
  ExternalAccess: z.boolean().optional().catch(undefined),
  OriginatingServer: text,
  SessionId: text,
  /** `[{ Name, Value }]`, or a command line as text; read it with `parametersOf`. */
  Parameters: z.unknown().optional(),
});

const spelling = new Map(Object.keys(shape.shape).map((name) => [name.toLowerCase(), name]));

/** Graph writes `ID` where the Management API writes `Id`, and JSON nulls where that leaves a field out. */
const canonical = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value).flatMap(([key, field]: [string, unknown]) => {
          const name = spelling.get(key.toLowerCase());
          return name === undefined || field === null ? [] : [[name, wellFormed(field)] as const];
        }),
      );

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
 * operations Lapse follows, the tenant and the object, since a change that cannot be placed must be loud. Fields
 * Lapse does not look at (the client's address, for one) are left behind. Parsing twice changes nothing.
 *
 * Messages name fields and never quote what stands in them: records hold personal data.
 */
export const auditRecordSchema = z.preprocess(
  canonical,
  shape.superRefine((record, issues) => {
    const operation = objectOperationNamed(record.Operation);
    if (operation === undefined && listOperationNamed(record.Operation) === undefined) return;
    const complain = (message: string) => issues.addIssue({ code: 'custom', message });
    if ((record.OrganizationId ?? '').trim() === '') complain('OrganizationId is missing');
    // A change to a list names its entries, if anything.
    if (operation === undefined) return;
    if (!objectName(meaning(operation).change, parametersOf(record.Parameters), record))
      complain('no object is named, neither in Parameters nor in ObjectId');
  }),
);

/** A native audit record, with `CreationTime` made an `Instant`. */
export type AuditRecord = z.output<typeof auditRecordSchema>;

const written = /^(\d{4}-\d{2}-)(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$/i;

/** The log writes UTC without saying so; a zone is honoured where there is one. */
function creationTime(text: string): Instant | undefined {
  const [, month, day, zone] = written.exec(text) ?? [];
  if (month === undefined || day === undefined) return undefined;
  // JavaScript reads 30 February as 2 March.
  if (new Date(`${month}${day}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined;
  return parseInstant(zone === undefined ? `${text}Z` : text);
}
