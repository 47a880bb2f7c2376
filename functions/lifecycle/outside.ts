import type { Author, Outside } from './exception.ts';

const words: Readonly<Record<Outside, string>> = {
  partner: 'a partner with delegated rights',
  guest: 'a guest',
  microsoft: 'Microsoft',
};

/** For after a name: " (a guest)". Empty for whoever belongs to the tenant. */
export const outsideWords = ({ outside }: Author): string =>
  outside === undefined ? '' : ` (${words[outside]})`;
