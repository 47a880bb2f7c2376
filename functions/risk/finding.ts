/** Why an exception is risky, and what may be done about it. */

export const risks = ['low', 'medium', 'high', 'critical'] as const;
export type Risk = (typeof risks)[number];

export const rank = (risk: Risk): number => risks.indexOf(risk);

/** One reason why an exception is risky. `id` is stable (`LAPSE-TR-001`), `text` is for its owner. */
export interface Finding {
  readonly id: string;
  readonly risk: Risk;
  readonly text: string;
}

/** What disabling the object would do: end the exception, or (for a weakened protective rule) end the protection. */
export type Remedy = 'disable' | 'escalate';
