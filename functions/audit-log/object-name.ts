/**
 * Which object an audit record is about. On New- the name is a parameter, and ObjectId was seen empty. On the other
 * verbs it is the Identity parameter or ObjectId, in any of the shapes measured on real records: a canonical path,
 * `tenant.onmicrosoft.com\name`, the bare name, or a GUID. A name may hold a backslash itself, so only the record's own
 * organisation is taken off its front. (`alias\name` was measured too: rules of mailboxes, which are not followed.)
 *
 * For these objects, only real records of New- were available. That Identity is what was typed, and that ObjectId names
 * the object before a rename, is inferred; correct it here if it is wrong. What was typed may be a name with a backslash
 * and something like an organisation before it. An ObjectId with its organisation is unambiguous, so it comes first.
 */
import { parameterText } from './parameters.ts';
import type { Parameter } from './parameters.ts';

/** What a record says about which object it is and where. */
export interface RecordOrigin {
  readonly ObjectId?: string | undefined;
  readonly OrganizationName?: string | undefined;
  readonly OrganizationId?: string | undefined;
}

export interface ObjectName {
  /** The name before a rename; the GUID if the record says nothing else. */
  readonly name: string;
  readonly guid?: string;
  /** The new name, if the operation sets one. */
  readonly renamed?: string;
}

const guidShape = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

/** `undefined` if the record names no object. */
export function objectName(
  change: 'create' | 'alter' | 'enable' | 'disable' | 'remove',
  parameters: readonly Parameter[],
  place: RecordOrigin,
): ObjectName | undefined {
  const given = parameterText(parameters, 'Name');
  const objectId = nameInIdentity(place.ObjectId, place);
  if (change === 'create') {
    const name = given ?? objectId;
    return name === undefined ? undefined : { name };
  }
  const typed = nameInIdentity(parameterText(parameters, 'Identity'), place);
  const isQualified = objectId !== undefined && objectId !== place.ObjectId?.trim();
  // If ObjectId gives the name after the rename, only what was typed tells the name before.
  const isFirst = isQualified && objectId.toLowerCase() !== given?.toLowerCase();
  const candidates = (isFirst ? [objectId, typed] : [typed, objectId]).filter((part) => part !== undefined);
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

/**
 * A directory path: the name of Microsoft's forest, what it keeps its customers under, the organisation, and what the
 * organisation keeps its objects in come before the object. A slash within a name is written `\/` there, or so it
 * should be: whatever else comes after the organisation belongs to the name.
 */
const canonical =
  /^[\w.-]+\/(?:Microsoft Exchange Hosted Organizations|ConfigurationUnits)\/[^/]+\/(?:Configuration\/(?:Transport Settings\/)?(?:Rules\/(?:[A-Za-z]+Versioned\/)?|Hosted (?:Connection|Content) Filter\/|Global Settings\/Internet Message Formats\/)?)?(?=.)/i;

/** `CN=name,CN=…,DC=…`, which every cmdlet takes as well; a backslash stands before what is special in a name. */
const distinguished = /^CN=((?:\\.|[^,\\])+),\s*(?:CN|OU|DC)=/i;

/** The object's name in an identity of any form; `undefined` if there is none. */
export function nameInIdentity(
  identity: string | undefined,
  place: Omit<RecordOrigin, 'ObjectId'>,
): string | undefined {
  const whole = identity?.trim() ?? '';
  const [, common] = distinguished.exec(whole) ?? [];
  const name =
    common !== undefined
      ? common.replaceAll(/\\(.)/g, '$1')
      : canonical.test(whole)
        ? whole.replace(canonical, '').replaceAll('\\/', '/')
        : unqualified(whole, place);
  return name.trim() === '' ? undefined : name.trim();
}

function unqualified(
  identity: string,
  { OrganizationName, OrganizationId }: Omit<RecordOrigin, 'ObjectId'>,
): string {
  const end = identity.indexOf('\\');
  const before = identity.slice(0, Math.max(end, 0)).toLowerCase();
  const organisation = OrganizationName?.trim().toLowerCase();
  const isOrganisation =
    before !== '' &&
    (before === OrganizationId?.trim().toLowerCase() ||
      // It may itself be written as a directory path.
      before === organisation?.slice(organisation.lastIndexOf('/') + 1) ||
      // The record does not give the organisation's name: the domain that every organisation has is taken for it.
      (organisation === undefined && initialDomain.test(before)));
  return isOrganisation ? identity.slice(end + 1) : identity;
}
const initialDomain = /^[a-z0-9-]+\.onmicrosoft\.(?:com|cn|de|us)$/;
