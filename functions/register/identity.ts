/** Identifies the objects of a tenant, and their exceptions. */
import { createHash } from 'node:crypto';
import { foldName } from '#kinds/fold-name.ts';
import type { Kind } from '#kinds/registry.ts';

/** An object of a tenant as the outside names it. The audit log never gives the GUID; Exchange does. */
export interface ObjectRef {
  /** GUID of the tenant (`OrganizationId` in its audit records). */
  readonly tenant: string;
  readonly kind: Kind;
  /** Exchange compares names without regard to case, and so does everything here. */
  readonly name: string;
  readonly guid?: string;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * The id of the exception of an object that has none yet: `ex-` and 16 characters (80 bits) derived from the tenant,
 * the kind and the name, so that every delivery of the first record leads to the same id. `namesake` tells apart
 * objects that had the name one after the other while their predecessor lived on under another name.
 */
export function createExceptionId(object: ObjectRef, namesake = 0): string {
  const parts = [
    object.tenant,
    object.kind,
    foldName(object.name),
    ...(namesake > 0 ? [String(namesake)] : []),
  ];
  // Separated by line breaks: no tenant, kind or name contains one, so different parts never make the same text.
  const digest = createHash('sha256').update(parts.join('\n')).digest();
  let id = '';
  // Five bits a character; ten bytes are sixteen characters exactly.
  for (let bit = 0; bit < 80; bit += 5) {
    const pair = digest.readUInt16BE(bit >> 3);
    id += alphabet.charAt((pair >> (11 - (bit & 7))) & 31);
  }
  return `ex-${id}`;
}
