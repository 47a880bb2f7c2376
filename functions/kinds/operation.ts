/** A cmdlet as the audit log names it: what was done, and to what. */
export type Verb = 'New' | 'Set' | 'Enable' | 'Disable' | 'Remove' | 'Import';
export type Operation = `${Verb}-${string}`;
/** At least one: a kind that the log never tells of would never be seen. */
export type Operations = readonly [Operation, ...Operation[]];

export const verbOf = (operation: Operation): Verb => operation.slice(0, operation.indexOf('-')) as Verb;
