/** Where the Management Activity API is served, cloud by cloud. A token's audience is the host it is for. */
export const activityHosts = {
  worldwide: 'https://manage.office.com',
  gcc: 'https://manage-gcc.office.com',
  'gcc-high': 'https://manage.office365.us',
  dod: 'https://manage.protection.apps.mil',
} as const;

/** The scope to sign in for. Any other host is somebody's stand-in and gets a worldwide token. */
export function activityScope(activityUrl: string): string {
  const { origin } = new URL(activityUrl);
  const known: readonly string[] = Object.values(activityHosts);
  return `${known.includes(origin) ? origin : activityHosts.worldwide}/.default`;
}
