/** Which of several exceptions a person should look at first. */
import { grades, type Evidence } from './evidence.ts';
import { rank, type Risk } from './finding.ts';
import type { Breadth } from './breadth.ts';

export interface Endangering {
  readonly risk: Risk;
  readonly breadth?: Pick<Breadth, 'everyone'>;
  readonly evidence?: Pick<Evidence, 'grade'>;
}

/** The most dangerous first: by risk, then what is for everybody's mail, then what rests on less. */
export const compareDanger = (a: Endangering, b: Endangering): number =>
  rank(b.risk) - rank(a.risk) || width(b) - width(a) || doubt(b) - doubt(a);

// What is not known is not harmless.
const width = ({ breadth }: Endangering): number => (breadth?.everyone === false ? 0 : 1);
const doubt = ({ evidence }: Endangering): number => grades.indexOf(evidence?.grade ?? 'none');
