/** By code units, the same on every machine: never by a language's rules. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
