/** Everything of one kind in a tenant, and whether its absence there means anything. */
import { ExchangeError } from './exchange-error.ts';
import type { Answered, ExchangeObject } from '#kinds/call.ts';
import type { KindOfException } from '#kinds/kind.ts';
import type { InvokeCommand } from './invoke-command.ts';

interface Gathered {
  readonly answers: readonly Answered[];
  /** Why something may exist that is not in `answers`: sentences for people. If empty, everything is there. */
  readonly problems: readonly string[];
  /** Nothing failed, but nothing was listed either. */
  readonly nothing?: true;
}

/**
 * Words with which Exchange warns that a list continues. Which ones it uses over this interface is not documented;
 * these are those of its cmdlets. Mistaking a harmless warning for one of these only delays a conclusion.
 */
const cutShort =
  /result\s?size|truncat|more (?:results|objects|items|entries)|first \d+ |partial|not all|incomplete/i;

/** Runs the calls that together see every object of a kind. What fails as an `ExchangeError` is in `problems`. */
export async function listObjects(
  invoke: InvokeCommand,
  kind: KindOfException,
  signal?: AbortSignal,
): Promise<Gathered> {
  const first = await ask(invoke, kind, signal);
  if (objectsIn(first).length > 0 || first.problems.length > 0) return first;
  // A tenant may have none. But an answer that lists nothing has also been seen where the question failed: where
  // none is unusual that settles it, else the same answer to a second question does.
  const expected = kind.form === 'object' ? kind.name : kind.exchange.everyTenantHas;
  if (expected === undefined) return ask(invoke, kind, signal);
  return {
    answers: [],
    problems: [`Exchange listed no ${expected} at all, so the request may have failed without an error.`],
    nothing: true,
  };
}

export const objectsIn = ({ answers }: Pick<Gathered, 'answers'>): readonly ExchangeObject[] =>
  answers.flatMap(({ objects }) => objects);

async function ask(
  invoke: InvokeCommand,
  { exchange: { list }, licence }: KindOfException,
  signal: AbortSignal | undefined,
): Promise<Gathered> {
  const problems = new Set<string>();
  const answers = await Promise.all(
    list.map(async (call): Promise<Answered> => {
      try {
        const objects = await invoke(call, signal, (warning) => {
          if (cutShort.test(warning))
            problems.add(`Exchange warned that its answer to ${call.cmdlet} is cut short: ${warning}`);
        });
        return { call, objects };
      } catch (error) {
        if (!(error instanceof ExchangeError)) throw error;
        problems.add(error.message);
        if (error.code === 'forbidden' && licence !== undefined)
          problems.add(
            `A tenant without ${licence} has none: then name this kind under "without" of the tenant in policy.yaml.`,
          );
        return { call, objects: [] };
      }
    }),
  );
  return { answers, problems: [...problems] };
}
