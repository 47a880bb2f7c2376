/** What Exchange shows of a tenant, as its kinds make of it. */
import type { Settings } from '#risk/settings.ts';

/** One object, or one entry of a list. */
export interface Shown {
  /** In lower case. Entries of a list have none in Exchange: theirs follows from kind and name (`madeUpId`). */
  readonly guid: string;
  readonly name: string;
  readonly enabled: boolean;
  /** What is set, by Exchange's own names; of an entry what its kind makes of it. */
  readonly settings: Settings;
}

/** Every object of a kind. */
export interface Listing {
  readonly objects: readonly Shown[];
  /**
   * False where a part of the answer failed, was cut short or is suspiciously empty: then nothing may be concluded
   * from what is missing, while what is there is there.
   */
  readonly complete: boolean;
  /** Why it is not complete: sentences for people. */
  readonly why?: string;
  /** It is not complete only because nothing was listed: usual where a tenant has none, and none was ever known. */
  readonly nothing?: true;
}
