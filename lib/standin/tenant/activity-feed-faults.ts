/** Ways in which the stand-in feed can be made to fail, a number of times each. */
export type FeedFaultKind =
  | '429'
  /** The same, as Microsoft has been seen to say it: HTTP 403. */
  | 'AF429'
  | '401'
  | '503'
  /** The connection is cut without an answer. */
  | 'down'
  /** Listing works, content does not come. */
  | 'blob-503'
  /** Content breaks off in the middle, the connection with it. */
  | 'blob-cut'
  /** Content ends in the middle as if it were whole. */
  | 'blob-short'
  /** Sends a web page instead of content. */
  | 'blob-html'
  | 'page-lost'
  /** Lists point to another host for their next page. */
  | 'page-elsewhere'
  | 'auditing-off'
  | 'no-permission'
  | 'no-licence'
  | 'wrong-tenant';

export interface FeedFault {
  readonly kind: FeedFaultKind;
  /** How many requests it meets; `Infinity` until `mend`. */
  readonly times: number;
  /** Only requests for this tenant. */
  readonly tenant?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

export interface FeedFaults {
  readonly add: (fault: FeedFault) => void;
  readonly clear: () => void;
  /** The fault that meets the present request, which uses it up by one. */
  readonly take: (tenant: string, ...kinds: readonly FeedFaultKind[]) => FeedFault | undefined;
}

export function createFeedFaults(): FeedFaults {
  const left: { readonly fault: FeedFault; times: number }[] = [];
  return {
    add: (fault) => void left.push({ fault, times: fault.times }),
    clear: () => void left.splice(0),
    take(tenant, ...kinds) {
      const met = left.find(
        ({ fault, times }) =>
          times > 0 && kinds.includes(fault.kind) && (fault.tenant ?? tenant).toLowerCase() === tenant,
      );
      if (met) met.times -= 1;
      return met?.fault;
    },
  };
}
