/** Prefix of every partition key of the collector's notes: its role may touch these and nothing else in the table. */
export const coveragePrefix = 'COVERAGE#';
