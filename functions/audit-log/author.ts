/** Who made the change in an audit record, by the formats in which the log names actors. */
import type { Author, Outside } from '#lifecycle/exception.ts';
import type { AuditRecord } from './record.ts';

/**
 * Microsoft's own housekeeping: on a measured tenant, all but 15 of 3,647 records of Exchange administration.
 * It is told by the name, since neither UserType nor ExternalAccess alone does (one service account has type 2 and
 * no external access). People cannot take these names: a sign-in name holds no backslash and no foreign domain.
 * Applications can, and are told by their id.
 */
const serviceNames = [
  /^nt authority\\/i,
  /^nt service\\/i,
  /^[^@\s]+@[a-z0-9-]+\.prod\.(?:outlook\.com|exchangelabs\.com)$/i,
  /^FfoServicePartnerUser$/i,
];

/** UserType in Microsoft's schema: the number, and the name that some exporters write instead. */
const applicationTypes = new Set(['5', '6', 'application', 'serviceprincipal']);
const partnerTypes = new Set(['9', 'partnertechnician']);
const guestTypes = new Set(['10', 'guest']);
const microsoftTypes = new Set(['3', '4', '7', '8', 'dcadmin', 'system', 'custompolicy', 'systempolicy']);

/** The ids by which a record can name the application that made the change, in lower case. */
export const applicationsOf = (record: AuditRecord): readonly string[] => {
  const user = record.UserId?.trim() ?? '';
  const ids = [record.ClientAppId, record.AppId, guid.test(user) ? user : undefined];
  return [...new Set(ids.map((id) => id?.trim().toLowerCase() ?? '').filter((id) => id !== ''))];
};

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const principalName = /^[^@\s\\]+@[^@\s\\]+\.[^@\s\\]+$/;
/** A partner's technician with delegated rights: `user_<object id>@<tenant>.onmicrosoft.com`. */
const partnerAlias = /^user_[0-9a-f]{32}@/i;
/** The same over Exchange: `<tenant>.onmicrosoft.com\\tenant: <guid>, object: <guid>`. */
const partnerObject = /\\tenant: [0-9a-f-]{36}, object: [0-9a-f-]{36}$/i;
/** A guest's sign-in name holds the address they came with: `ann_partner.example#EXT#@contoso.onmicrosoft.com`. */
const guestName = /#ext#@/i;

export function authorOf(record: AuditRecord): Author {
  const author = namedIn(record);
  const outside = author.type === 'service' ? undefined : outsideOf(record);
  return outside === undefined ? author : { ...author, outside };
}

/** Where the author belongs, if not to the tenant. `ExternalAccess` alone does not tell a partner from Microsoft. */
function outsideOf({ UserId = '', UserType, ExternalAccess }: AuditRecord): Outside | undefined {
  const type = String(UserType ?? '').toLowerCase();
  const id = UserId.trim();
  if (guestTypes.has(type) || guestName.test(id)) return 'guest';
  if (partnerTypes.has(type) || partnerAlias.test(id) || partnerObject.test(id)) return 'partner';
  if (microsoftTypes.has(type)) return 'microsoft';
  return /^\$?true$/i.test(String(ExternalAccess ?? '')) ? 'partner' : undefined;
}

function namedIn(record: AuditRecord): Author {
  const id = record.UserId?.trim() ?? '';
  const type = String(record.UserType ?? '').toLowerCase();
  const application = [record.ClientAppId, record.AppId]
    .map((each) => each?.trim() ?? '')
    .find((each) => each !== '');

  // An application may be called anything, but its record also names its id or its type.
  const isApplication = application !== undefined || applicationTypes.has(type);
  if (!isApplication && serviceNames.some((name) => name.test(id))) return { type: 'service', id };
  // No real record of an app-only caller was available; these are the documented forms.
  if (applicationTypes.has(type)) return { type: 'application', id: id || application || 'an application' };
  if (
    guid.test(id) &&
    [record.AppId, record.ClientAppId].some((each) => each?.toLowerCase() === id.toLowerCase())
  )
    return { type: 'application', id };
  // Microsoft's staff and systems under any other name: not somebody of the tenant, but not housekeeping either.
  if (microsoftTypes.has(type)) return { type: 'unknown', id: id || 'unknown' };
  if (principalName.test(id) && !partnerAlias.test(id)) return { type: 'person', id };
  return { type: 'unknown', id: id || 'unknown' };
}
