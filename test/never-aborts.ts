/** For what ends a wait after a time: in tests nothing ends for that reason, however long a busy machine takes. */
export const neverAborts = (): AbortSignal => new AbortController().signal;
