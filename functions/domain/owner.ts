/** Whom to ask about an object: the person who changed it; never an application or a service of Microsoft's. */
import type { Author, Owner } from './exception.ts';

export function ownerOf(author: Author): Owner {
  if (author.type === 'person' && /^[^@\s]+@[^@\s]+$/.test(author.id))
    return { type: 'person', address: author.id.toLowerCase() };
  const why =
    author.type === 'person'
      ? 'the log does not tell an address of the person who made it'
      : author.type === 'application'
        ? 'an application made it'
        : 'the log does not tell which person made it';
  return { type: 'team', why };
}
