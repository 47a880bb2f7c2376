/** What the stand-in keeps apart: the objects that Exchange keeps, which are not always what Lapse calls a kind. */
export const shelves = [
  'transport-rule',
  'inbound-connector',
  'outbound-connector',
  'connection-filter',
  'content-filter',
  'arc-configuration',
  'organization',
  'tenant-allow',
  'spoof-allow',
  'phishing-simulation',
  'secops',
] as const;
export type Shelf = (typeof shelves)[number];
