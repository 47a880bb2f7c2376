/**
 * What a busy tenant writes into its audit log in a day: almost all of it Microsoft's own housekeeping and work that
 * is no mail flow, some of it twice or late, and in between the changes that exceptions are made of.
 */
import { newRule, record, tenant } from '#test/journeys/records.ts';
import type { NativeRecord } from '#test/journeys/records.ts';

export interface Blob {
  /** Milliseconds from the beginning until it comes into being … */
  readonly at: number;
  /** … and from then until lists show it. */
  readonly unlisted: number;
  readonly contentType: 'Audit.Exchange' | 'Audit.General';
  /** Made when it is read: a day of a tenant is hundreds of megabytes. */
  readonly records: () => Iterable<object>;
  /** The changes in it that happen in the tenant shortly before. */
  readonly changes: readonly NativeRecord[];
}

export interface TenantLog {
  readonly blobs: readonly Blob[];
  /** Records as they stand in blobs, copies included. */
  readonly total: number;
  readonly distinct: number;
  /** Of `total`, those of the operations that the collector passes on, and how many of these are distinct. */
  readonly ofInterest: number;
  readonly ofInterestDistinct: number;
  /** Names of the rules that must become exceptions, and of each the records that tell of it. */
  readonly exceptions: ReadonlyMap<string, readonly string[]>;
}

const minute = 60_000;
const perBlob = 400;
const housekeeping = [
  ['Set-MailboxPlan', 'NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)', 3, 'MaxSendSize'],
  ['Set-Mailbox', 'NT SERVICE\\MSExchangeAdminApiNetCore (w3wp)', 3, 'RetentionPolicy'],
  ['MailItemsAccessed', 'olga.owner@contoso.com', 0, 'MailAccessType'],
  ['New-InboxRule', 'ann.clerk@contoso.com', 0, 'MoveToFolder'],
  ['Add-MailboxPermission', 'alex.admin@contoso.com', 2, 'AccessRights'],
  ['Set-TransportConfig', 'alex.admin@contoso.com', 2, 'JournalingReportNdrTo'],
] as const;

/** `records` distinct ones, within `length` milliseconds of a day that began at `start`. */
export function tenantLog(records: number, exceptions: number, length: number, start: number): TenantLog {
  const count = Math.ceil(records / perBlob);
  const momentOf = (blob: number): number => Math.floor((blob / count) * length);
  const changesOf = new Map<number, NativeRecord[]>();
  const into = (blob: number, change: NativeRecord): void =>
    void changesOf.set(blob % count, [...(changesOf.get(blob % count) ?? []), change]);
  const told = new Map<string, string[]>();

  // 300 exceptions make 2,000 records of interest among 200,000.
  for (let n = 0; n < exceptions; n += 1) {
    const blob = Math.floor((n / exceptions) * count * 0.9);
    const at = (of: number): Date => new Date(start + momentOf(Math.min(of, count - 1)) - minute + (n % 30));
    const name = `Exception ${n}`;
    const made = newRule(name, at(blob));
    const changed = record('Set-TransportRule', at(blob + 3), { Identity: name, Priority: String(n % 5) });
    into(blob, made);
    into(blob + 3, changed);
    told.set(name, [made.Id, changed.Id]);
    const harmless = {
      Name: `Footer ${n}`,
      ApplyHtmlDisclaimerText: 'Confidential',
      FromScope: 'InOrganization',
    };
    into(blob, record('New-TransportRule', at(blob), harmless));
    into(blob + 1, record('Set-TransportRule', at(blob + 1), { Identity: `Footer ${n}`, Comments: `${n}` }));
    const failed = newRule(`Refused ${n}`, at(blob));
    into(blob, { ...failed, ResultStatus: 'False' });
    const service = { UserId: 'NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)', UserType: 3 };
    for (const setting of ['one', 'two'].slice(0, 1 + (n % 2)))
      into(blob, record('Set-HostedContentFilterPolicy', at(blob), { Identity: setting }, service));
  }

  const blobs: Blob[] = [];
  let [total, distinct, ofInterest, ofInterestDistinct] = [0, 0, 0, 0];
  for (let n = 0; n < count; n += 1) {
    const changes = changesOf.get(n) ?? [];
    const noise = Math.max(0, Math.min(perBlob, records - n * perBlob) - changes.length);
    const at = momentOf(n);
    const common = { contentType: n % 10 === 9 ? 'Audit.General' : 'Audit.Exchange', changes } as const;
    const whole = {
      ...common,
      at,
      unlisted: n % 17 === 0 ? 150 * minute : 0,
      records: () => content(n, noise, changes, start + at),
    };
    blobs.push(whole);
    distinct += noise + changes.length;
    total += noise + changes.length;
    ofInterest += changes.length;
    ofInterestDistinct += changes.length;
    // The whole again in another blob a while later, or only the changes in two.
    if (n % 20 === 0) {
      blobs.push({ ...whole, at: at + 20 * minute, unlisted: 0, changes: [] });
      total += noise + changes.length;
      ofInterest += changes.length;
    } else if (n % 3 === 0 && changes.length > 0)
      for (const later of [7, 90]) {
        blobs.push({ ...common, at: at + later * minute, unlisted: 0, changes: [], records: () => changes });
        total += changes.length;
        ofInterest += changes.length;
      }
  }
  return { blobs, total, distinct, ofInterest, ofInterestDistinct, exceptions: told };
}

function* content(blob: number, noise: number, changes: readonly object[], at: number): Iterable<object> {
  const CreationTime = new Date(at - minute).toISOString().slice(0, 19);
  for (let n = 0; n < noise; n += 1) {
    const [Operation, UserId, UserType, setting] = housekeeping[n % housekeeping.length] ?? housekeeping[0];
    yield {
      CreationTime,
      Id: `a0${blob.toString(16).padStart(6, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
      Operation,
      OrganizationId: tenant,
      RecordType: 1,
      ResultStatus: 'True',
      UserKey: UserId,
      UserType,
      Version: 1,
      Workload: 'Exchange',
      ObjectId: `EURPR04A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso/${n}`,
      UserId,
      ExternalAccess: UserType === 3,
      OrganizationName: 'contoso.onmicrosoft.com',
      OriginatingServer: 'DB8PR04MB0001 (15.20.9000.018)',
      Parameters: ['Identity', setting, 'DomainController', 'WarningAction'].map((Name) => ({
        Name,
        Value: `${Name} of ${blob}-${n}`,
      })),
    };
    if (n === noise >> 1) yield* changes;
  }
  if (noise === 0) yield* changes;
}
