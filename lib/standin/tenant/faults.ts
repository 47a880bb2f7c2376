/** Ways in which the stand-in tenant can be made to fail, a number of times each. */
type FaultKind =
  /** Too many requests, with `Retry-After: 1`. */
  | '429'
  | '503'
  /** HTTP 200 with an error in the body. */
  | 'error-in-200'
  /** A refusal whose body is NUL bytes labelled gzip. */
  | '403-nul'
  /** The connection is cut without an answer. */
  | 'down'
  /** Reads still show the objects as before the newest change made here. */
  | 'stale-reads'
  /** Changes are accepted and not made. */
  | 'disable-does-nothing';

export interface Fault {
  readonly kind: FaultKind;
  /** How many requests it meets; `Infinity` until `mend`. */
  readonly times: number;
}

export interface Faults {
  readonly add: (fault: Fault) => void;
  readonly clear: () => void;
  /** Whether one of these faults meets the present request; it is then used up by one. */
  readonly take: <Some extends FaultKind>(...kinds: readonly Some[]) => Some | undefined;
}

export function createFaults(): Faults {
  const left: { kind: FaultKind; times: number }[] = [];
  return {
    add: ({ kind, times }) => {
      left.push({ kind, times });
    },
    clear: () => {
      left.splice(0);
    },
    take: <Some extends FaultKind>(...kinds: readonly Some[]) => {
      for (const fault of left) {
        const kind = fault.times > 0 ? kinds.find((one) => one === fault.kind) : undefined;
        if (kind === undefined) continue;
        fault.times -= 1;
        return kind;
      }
      return undefined;
    },
  };
}
