/** What several kinds have in common once one is off. */
import type { WhenOff } from './kind.ts';

const always = (off: WhenOff) => (): WhenOff => off;

export const filteredAsUsual = always({
  mayStop: false,
  text: 'Its mail is filtered like all other mail: what looks like spam or forgery goes to junk or quarantine.',
});

export const checkedForImpostors = always({
  mayStop: false,
  text: 'Its mail is checked for impostors like all other mail: what looks like one is treated as the policy says.',
});

/** For what protects, and so is never disabled. */
export const neverOff = always({
  mayStop: false,
  text: 'It stops mail or has it inspected: without it, more would get in. Lapse never disables it.',
});
