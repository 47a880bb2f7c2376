/**
 * Which object an audit record is about. On New- the name is a parameter, and ObjectId was seen empty. On the other
 * verbs it is the Identity parameter or ObjectId, in any of the shapes measured on real records: a canonical path,
 * `tenant.onmicrosoft.com\name`, `alias\name`, the bare name, or a GUID.
 *
 * No real record of another verb than New- was to be had for these objects: that Identity is what was typed, and
 * that ObjectId names the object before a rename, is inferred. This is the place to correct.
 */
import { parameterText } from './parameters.ts';
import type { Parameter } from './parameters.ts';

export interface ObjectName {
  /** The name before a rename; the GUID where the record tells nothing else. */
  readonly name: string;
  readonly guid?: string;
  /** The new name, where the operation gives one. */
  readonly renamed?: string;
}

const guidShape = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

/** `undefined` where the record names no object. */
export function objectName(
  change: 'create' | 'alter' | 'enable' | 'disable' | 'remove',
  parameters: readonly Parameter[],
  objectId: string | undefined,
): ObjectName | undefined {
  const given = parameterText(parameters, 'Name');
  if (change === 'create') {
    const name = given ?? lastPart(objectId);
    return name === undefined ? undefined : { name };
  }
  const candidates = [lastPart(parameterText(parameters, 'Identity')), lastPart(objectId)].filter(
    (part) => part !== undefined,
  );
  const guid = candidates
    .map((part) => guidShape.exec(part)?.[1]?.toLowerCase())
    .find((part) => part !== undefined);
  const name = candidates.find((part) => !guidShape.test(part)) ?? guid;
  if (name === undefined) return undefined;
  return {
    name,
    ...(guid === undefined ? {} : { guid }),
    ...(change === 'alter' && given !== undefined && given !== name ? { renamed: given } : {}),
  };
}

/** A directory path begins with the name of Microsoft's forest; in it a slash within a name is written `\/`. */
const canonical = /^[\w.-]+\.outlook\.(?:com|cn|de|us)\//i;
/** A name may hold a backslash, but only an alias or a domain, which hold no blanks, qualifies one. */
const qualified = /^[^\s\\/]+\\(?=\S)/;

/** The name at the end of an identity of any shape. */
export function lastPart(identity: string | undefined): string | undefined {
  let part = identity?.trim() ?? '';
  if (canonical.test(part)) part = (part.split(/(?<!\\)\//).at(-1) ?? '').replaceAll('\\/', '/');
  while (qualified.test(part)) part = part.replace(qualified, '');
  part = part.trim();
  return part === '' ? undefined : part;
}
