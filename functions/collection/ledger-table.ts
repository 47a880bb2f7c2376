/** Prefix of every partition key of the collector's notes: it may be let at these and at nothing else in the table. */
export const coveragePrefix = 'COVERAGE#';
