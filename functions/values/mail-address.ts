/** A mail address and nothing else, as a regular expression. Whether anybody can be reached there is Slack's to say. */
export const mailAddress = String.raw`[^@\s<>]+@[^@\s<>]+`;

const wholly = new RegExp(`^${mailAddress}$`);
export const isMailAddress = (text: string): boolean => wholly.test(text);

/**
 * The address that a guest came with, which their sign-in name holds: `ann_partner.example#EXT#@…`. Whoever is no guest
 * keeps theirs.
 */
export const homeAddress = (account: string): string =>
  account.replace(/^(.+)_([^_@\s]+)#ext#@.*$/i, '$1@$2');

/** A domain and nothing else. */
export const isDomain = (text: string): boolean => /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i.test(text);
