import { domainOf } from '#risk/settings.ts';
import type { Author } from './exception.ts';

/** Domains that certainly are the tenant's own: those of the people who administer it and belong to it. */
export const domainsOf = (...authors: readonly Author[]): readonly string[] =>
  authors
    .filter((author) => author.type === 'person' && author.outside === undefined && author.id.includes('@'))
    .map((author) => domainOf(author.id));
