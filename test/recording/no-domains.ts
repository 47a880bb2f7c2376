/** A tenant that does not say which domains are its own. */
export const noDomains = (): Promise<readonly string[]> => Promise.resolve([]);
