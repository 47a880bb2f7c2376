/** How people and other programs see the register: flat, with null for what does not apply. */
import { firstChange, lastChange } from '#lifecycle/changes.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Mode } from '#policy/enforcement-mode.ts';

/** What to do about an exception that cannot be read. */
export const howToRead = 'docs/runbook.md has more under ExceptionsUnreadable';

export type ExceptionView = ReturnType<typeof createView> & {
  /** Whether Lapse may act on it, where that was looked up. */
  readonly enforcement?: Mode;
};

/** `channel` stands for the owner where nobody is known to own the exception. */
export function createView(exception: Exception, channel: string) {
  const { owner, approval } = exception;
  const [made, changed] = [firstChange(exception), lastChange(exception)];
  // While the question is open, an approval from before says nothing about what is there now.
  const given = exception.state === 'unconfirmed' ? undefined : approval;
  return {
    id: exception.id,
    tenant: exception.tenant,
    kind: exception.kind,
    name: exception.name,
    guid: exception.guid ?? null,
    risk: exception.risk,
    findings: exception.findings,
    state: exception.state,
    owner: owner.type === 'person' ? owner.address : (owner.channel ?? channel),
    ownerType: owner.type,
    ownerSlackUser: owner.type === 'person' ? (owner.slackUser ?? null) : null,
    openedAt: exception.openedAt,
    madeBy: made.by,
    madeAt: made.at,
    /** Else `madeBy` made the earliest change that is known. */
    creationSeen: made.created === true,
    changedBy: changed.by,
    changedAt: changed.at,
    confirmBy: confirmBy(exception),
    expiresAt: given?.expiresAt ?? null,
    reviewBy: given?.reviewBy ?? null,
    reason: given?.reason ?? null,
    approvedBy: given?.by ?? null,
    approvedAt: given?.at ?? null,
    renewals: exception.renewals,
    heldUntil: exception.state === 'held' ? exception.until : null,
    cause: exception.state === 'disabling' || exception.state === 'disabled' ? exception.cause : null,
    attempt: exception.state === 'disabling' ? exception.attempt : null,
    failure: exception.state === 'disabling' ? (exception.failure ?? null) : null,
    acting: exception.acting ?? null,
    /** It would have lapsed, had Lapse been allowed to act. */
    spared: exception.spared ?? null,
    disabledAt: exception.state === 'disabled' ? exception.disabledAt : null,
    removedAt: exception.state === 'removed' ? exception.removedAt : null,
    remedy: exception.remedy,
    evidence: exception.evidence ?? null,
    breadth: exception.breadth ?? null,
    note: exception.note ?? null,
    complete: exception.complete,
    settings: exception.settings,
    asOf: exception.asOf,
    version: exception.version,
    /** As the table has it: what a preview of another policy reads. */
    stored: exception,
  };
}

function confirmBy(exception: Exception): string | null {
  if (exception.state === 'unconfirmed') return exception.confirmBy;
  return exception.state === 'held' && exception.resume === 'unconfirmed' ? exception.confirmBy : null;
}

const barWords = { observing: 'Lapse only observes', stopped: 'enforcement is stopped' } as const;

/** Why Lapse disables nothing here, since when and by whom; `undefined` where it does. */
export function describeMode(mode: Mode): string | undefined {
  switch (mode.type) {
    case 'live':
      return undefined;
    case 'observing':
      return `${barWords.observing}${mode.since === undefined ? '' : `, since ${mode.since} by ${mode.by ?? 'somebody'}`}`;
    case 'stopped':
      return `${barWords.stopped}, since ${mode.at} by ${mode.by}: ${mode.why}`;
  }
}

const wouldHave = ({ at, why }: NonNullable<Exception['spared']>): string =>
  `would have been switched off ${at}: ${barWords[why]}`;

/** The next moment at which something happens by itself, and what. */
export function describeNextStep(view: ExceptionView): string {
  const { type = 'live' } = view.enforcement ?? {};
  const bar = type === 'live' ? '' : `; ${barWords[type]}`;
  switch (view.state) {
    case 'unconfirmed':
      if (view.spared) return wouldHave(view.spared);
      return view.confirmBy ? `confirm by ${view.confirmBy}${bar}` : '';
    case 'confirmed':
      if (view.spared) return wouldHave(view.spared);
      if (view.acting?.act === 'restore') return `being switched on again, attempt ${view.acting.attempt}`;
      return view.expiresAt ? `expires ${view.expiresAt}${bar}` : '';
    case 'held':
      return view.heldUntil ? `held until ${view.heldUntil}` : '';
    case 'disabling':
      return type === 'live' ? `attempt ${view.attempt ?? 1}` : `waits: ${barWords[type]}`;
    case 'disabled':
      return view.disabledAt ? `${view.cause ?? ''} ${view.disabledAt}`.trim() : '';
    case 'removed':
      return view.removedAt ? `removed ${view.removedAt}` : '';
  }
}
