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

/**
 * An address that can stand in a mail server's envelope as it is: nothing in it ends a line or a bracket, or needs
 * quotes. Letters beyond ASCII are refused, since not every server takes them.
 */
export const isEnvelopeAddress = (text: string): boolean =>
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(
    text,
  ) && text.length <= 254;
