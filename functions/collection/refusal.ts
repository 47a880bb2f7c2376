/** What a refusal of the Management Activity API means. Pure. */
import { FeedError } from './feed-error.ts';

export interface FeedRefusal {
  readonly status: number;
  readonly body: string;
  /** What was requested, for use in a sentence: "listing content of Audit.Exchange". */
  readonly asked: string;
  readonly tenant: string;
}

/** Microsoft's code ("AF20022") where the body names one; quoted only if it looks like one. */
function codeIn(body: string): string | undefined {
  return /"code"\s*:\s*"([A-Za-z0-9_.]{2,60})"/i.exec(body)?.[1];
}

export function refusalOf({ status, body, asked, tenant }: FeedRefusal): FeedError {
  const code = codeIn(body);
  const said = `(HTTP ${status}${code === undefined ? '' : `, ${code}`})`;
  const error = (kind: FeedError['code'], what: string) => new FeedError(kind, `${what} ${said}`.trim());

  // Throttling also comes as 403, where only the code in the body tells it from a missing permission.
  if (status === 429 || code?.toUpperCase() === 'AF429')
    return error('throttled', `Microsoft asked to slow down while ${asked}; the next run goes on from here.`);
  // Stated in words, with varying codes and statuses, so it is looked for before the codes.
  if (/AuditingDisabledTenant/i.test(body) || /Tenant\s+"?[0-9a-f-]{36}"?\s+does not exist/i.test(body))
    return error(
      'auditing-off',
      `Auditing is not switched on in tenant ${tenant}, or was switched on only hours ago. Switch it on in the Purview portal, ` +
        'or with Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true.',
    );
  if (/service principal for resource [^"]{0,100} is disabled/i.test(body))
    return error(
      'no-licence',
      `Tenant ${tenant} does not have the service the audit log comes from; usually it has no Exchange Online licence. Assign one, or take the tenant out of the secret.`,
    );

  switch (code?.toUpperCase()) {
    case 'AF10001':
      return error('forbidden', permission(tenant));
    case 'AF20010':
      return error(
        'wrong-tenant',
        `The token was not issued by ${tenant}, the tenant whose log was requested. In the audit log secret, each entry's key must be the GUID of ` +
          'the tenant in which its application is registered or has been consented to.',
      );
    case 'AF20011':
    case 'AF20012':
    case 'AF20013':
      return error(
        'wrong-tenant',
        `Microsoft does not know ${tenant} as a tenant. Keys of the audit log secret must be tenant GUIDs; check also that the tenant is in the cloud that ACTIVITY_URL names.`,
      );
    case 'AF20022':
      return error(
        'not-subscribed',
        `There is no subscription to the audit log in tenant ${tenant} while ${asked}.`,
      );
    case 'AF20023':
      return error(
        'subscription-stopped',
        `The subscription was disabled by an administrator of tenant ${tenant}. Lapse tries to start it again; if it stays disabled, ask that administrator.`,
      );
    case 'AF20030':
    case 'AF20055':
      return error(
        'window-refused',
        `Microsoft refused the times while ${asked}: check the clock of whatever runs this.`,
      );
    case 'AF20031':
      return error(
        'page-lost',
        `Microsoft lost the place in its list while ${asked}; the window is listed again in the next run.`,
      );
    case 'AF20050':
    case 'AF20051':
    case 'AF20052':
      return error('gone', `The content has expired or no longer exists, while ${asked}.`);
    case undefined:
    default:
      break;
  }
  if (status === 401)
    return error('unauthorised', `The token for tenant ${tenant} was not accepted while ${asked}.`);
  if (status === 403) return error('forbidden', permission(tenant));
  if (status === 404 || status === 410)
    return error('gone', `Microsoft does not know what was requested while ${asked}.`);
  if (status >= 500) return error('unavailable', `Microsoft failed while ${asked}.`);
  return error(
    'unexpected-answer',
    `Microsoft sent an unexpected answer while ${asked}. Check ACTIVITY_URL.`,
  );
}

const permission = (tenant: string): string =>
  `The application may not read the audit log of tenant ${tenant}: it lacks the application permission ActivityFeed.Read ` +
  '(Office 365 Management APIs). Add it to the app registration and give admin consent.';
