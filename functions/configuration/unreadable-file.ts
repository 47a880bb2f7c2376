/** A file of which nothing can be read. The message never quotes what is in it. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  constructor(why: string, what: string) {
    super(`${why}; ${what}`);
  }
}
