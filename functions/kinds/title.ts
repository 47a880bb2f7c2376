/** What a kind is called at the beginning of a line. In the middle of a sentence its `name` stands as it is. */
import { kindOf, type Kind } from './registry.ts';

const capitalised = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

export const title = (kind: Kind): string => capitalised(kindOf(kind).name);
export const pluralTitle = (kind: Kind): string => capitalised(kindOf(kind).plural);
