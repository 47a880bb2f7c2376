/** Where Microsoft serves what Lapse needs, cloud by cloud, and what a token must be asked for there. */
export const clouds = {
  worldwide: {
    login: 'https://login.microsoftonline.com',
    exchange: 'https://outlook.office365.com',
    activity: 'https://manage.office.com',
  },
  // The government's community cloud is the worldwide one, but for its audit log.
  gcc: {
    login: 'https://login.microsoftonline.com',
    exchange: 'https://outlook.office365.com',
    activity: 'https://manage-gcc.office.com',
  },
  gcchigh: {
    login: 'https://login.microsoftonline.us',
    exchange: 'https://outlook.office365.us',
    activity: 'https://manage.office365.us',
  },
  dod: {
    login: 'https://login.microsoftonline.us',
    exchange: 'https://outlook-dod.office365.us',
    activity: 'https://manage.protection.apps.mil',
  },
} as const;
export type Cloud = keyof typeof clouds;

/** How the names end by which Exchange Online takes mail for a tenant's domains. */
export const mailSuffixes: Readonly<Record<Cloud, string>> = {
  worldwide: 'mail.protection.outlook.com',
  gcc: 'mail.protection.outlook.com',
  gcchigh: 'mail.protection.office365.us',
  dod: 'mail.protection.office365.us',
};

/** What tokens are for. */
export type MicrosoftService = 'exchange' | 'activity';
export type Service = MicrosoftService | 'login';

/**
 * The address of a service in a tenant's cloud. `set` is what the function was deployed with: any address but the
 * worldwide one says where to go whatever the cloud, for a proxy or a stand-in.
 */
export const addressOf = (service: Service, cloud: Cloud = 'worldwide', set?: string): string =>
  set === undefined || new URL(set).origin === clouds.worldwide[service] ? clouds[cloud][service] : set;

/**
 * The scope to sign in for. It belongs to the cloud, not to the host that serves a tenant ("eur01.outlook…"); any
 * other host is somebody's stand-in and gets a token of the worldwide cloud.
 */
export function scopeAt(resource: MicrosoftService, address: string): string {
  const { hostname } = new URL(address);
  const known = Object.values(clouds).find((cloud) => {
    const host = new URL(cloud[resource]).hostname;
    return hostname === host || hostname.endsWith(`.${host}`);
  });
  return `${(known ?? clouds.worldwide)[resource]}/.default`;
}

/** The application permission each resource asks for, and whose it is in the portal. */
export const permissions: Readonly<
  Record<MicrosoftService, { readonly role: string; readonly api: string }>
> = {
  exchange: { role: 'Exchange.ManageAsApp', api: 'Office 365 Exchange Online' },
  activity: { role: 'ActivityFeed.Read', api: 'Office 365 Management APIs' },
};
