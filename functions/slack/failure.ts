/** How a call to Slack fails, in two ways that need different acts. */

/** Slack answered no: repeating the same call gives the same answer. `code` is Slack's own word. */
export class SlackRefusal extends Error {
  override readonly name = 'SlackRefusal';
  readonly method: string;
  readonly code: string;
  constructor(method: string, code: string) {
    super(`Slack refused ${method}: ${code}`);
    this.method = method;
    this.code = code;
  }
}

/**
 * Slack could not be asked, or was too busy: the same call may work later. `retryAfter`: it was too busy, and for how
 * many seconds more.
 */
export class SlackUnreachable extends Error {
  override readonly name = 'SlackUnreachable';
  readonly method: string;
  readonly retryAfter: number | undefined;
  constructor(method: string, why: string, retryAfter?: number) {
    super(`Slack could not be reached for ${method}: ${why}`);
    this.method = method;
    this.retryAfter = retryAfter;
  }
}

/** Slack's codes for a trigger that no longer opens a form. */
export const lateCodes = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id']);
