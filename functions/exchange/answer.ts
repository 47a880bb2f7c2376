/**
 * Reads the answers of InvokeCommand. Microsoft does not document this interface: its formats here are those seen in
 * public clients and captures, and any of them may change.
 */
import * as z from 'zod';
import { ExchangeError, quote } from './exchange-error.ts';
import { tryParseJson } from '#values/json.ts';
import type { Call, ExchangeObject } from '#kinds/call.ts';
import type { ServiceReply } from '#microsoft/request.ts';

export interface Page {
  readonly objects: readonly ExchangeObject[];
  readonly warnings: readonly string[];
  /** Where the rest of the list is asked for. */
  readonly next?: string;
}

const problemSchema = z.looseObject({
  code: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  details: z
    .array(z.looseObject({ message: z.string().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});
const objectSchema = z.record(z.string(), z.unknown());
const listSchema = z.looseObject({
  value: z.union([
    // An empty result has been seen as [null].
    z.array(objectSchema.nullable()),
    objectSchema.transform((only) => [only]),
  ]),
});

/** What a reply to `call` says. Throws `ExchangeError` if it says no, or nothing that can be relied on. */
export function readReply(call: Call, reply: ServiceReply, secrets: readonly string[] = []): Page {
  const answer = tryParseJson(reply.body);
  const problem = problemIn(answer);
  if (reply.status !== 200 || problem !== undefined) throw failure(call, reply, problem, secrets);

  // A cmdlet that changes something answers with nothing at all, or nothing of interest: the status is the whole
  // answer.
  if (!call.cmdlet.startsWith('Get-')) return { objects: [], warnings: warningsIn(answer) };

  const list = listSchema.safeParse(answer);
  if (!list.success)
    throw new ExchangeError(
      'unexpected-answer',
      `Exchange answered ${call.cmdlet} with HTTP 200 but without a list. Nothing is concluded from it.`,
    );
  const objects = list.data.value.flatMap((object) => (object === null ? [] : [withoutAnnotations(object)]));
  const next = textAt(answer, '@odata.nextLink');
  return { objects, warnings: warningsIn(answer), ...(next === undefined ? {} : { next }) };
}

/** `Name@data.type` and the like describe the value beside them. */
const withoutAnnotations = (object: ExchangeObject): ExchangeObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !name.includes('@')));

interface Problem {
  readonly code: string;
  /** Everything the error says, for the name of the exception in it. */
  readonly whole: string;
  readonly human: string;
}

/** HTTP 200 can contain an error, too, under either name. */
function problemIn(answer: unknown): Problem | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const raw =
    ('error' in answer ? answer.error : undefined) ??
    ('@odata.error' in answer ? answer['@odata.error'] : undefined);
  if (raw === undefined || raw === null) return undefined;
  const parsed = problemSchema.safeParse(raw);
  const { code, message, details } = parsed.success
    ? parsed.data
    : { message: typeof raw === 'string' ? raw : '' };
  const texts = [...(details ?? []).map((detail) => detail.message ?? ''), message ?? ''].filter(
    (text) => text !== '',
  );
  // "Ex6F9304|Namespace.ExceptionName|The sentence for people."
  const human = texts[0]?.slice(texts[0].lastIndexOf('|') + 1).trim() ?? '';
  return { code: code ?? '', whole: [code ?? '', ...texts].join(' '), human };
}

const roleAdvice =
  'Give the application the Entra role Exchange Administrator, or a role group with "Transport Rules" and "Remote and Accepted Domains"; ' +
  'after assigning it, Exchange can take half an hour to allow it.';

function failure(
  call: Call,
  reply: ServiceReply,
  problem: Problem | undefined,
  secrets: readonly string[],
): ExchangeError {
  const { status } = reply;
  const says =
    problem?.human === undefined || problem.human === '' ? '' : `: ${quote(problem.human, secrets)}`;
  const sentence = `Exchange did not carry out ${call.cmdlet} (HTTP ${status})${says}`;

  // By the exception's name, not the status: a 404 can also come from a wrong address, and proves nothing then.
  if (problem && /ManagementObjectNotFoundException/.test(problem.whole))
    return new ExchangeError(
      'not-found',
      `${ended(sentence)}${says === '' ? ' There is no such object in the tenant.' : ''}`,
    );
  if (status === 429) return new ExchangeError('throttled', 'Exchange asked Lapse to slow down.');
  if ([500, 502, 503, 504].includes(status)) return new ExchangeError('unavailable', ended(sentence));
  if (status === 401)
    return new ExchangeError(
      'unauthorised',
      `${ended(sentence)} The token was not accepted: check the tenant's entry in the Exchange secret.`,
    );
  if (status === 403) {
    const bare = says === '' ? ' without saying why, as it does where the role is missing' : says;
    return new ExchangeError(
      'forbidden',
      `${ended(`Exchange refused ${call.cmdlet} (HTTP 403)${bare}`)} ${roleAdvice}`,
    );
  }
  if (status >= 300 && status < 400)
    return new ExchangeError(
      'redirected',
      `Exchange answered ${call.cmdlet} with a redirect${redirectHost(reply)}, which is not followed with the token. ` +
        'If that is where this tenant lives, set EXCHANGE_URL to it.',
    );
  if (problem) return new ExchangeError('refused', ended(sentence));
  return new ExchangeError(
    'unexpected-answer',
    `Exchange answered ${call.cmdlet} with HTTP ${status} and nothing that can be read. Check EXCHANGE_URL.`,
  );
}

const ended = (sentence: string): string => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`);

function redirectHost({ headers }: ServiceReply): string {
  const location = headers.get('location') ?? '';
  return URL.canParse(location) ? ` to ${new URL(location).host}` : '';
}

function warningsIn(answer: unknown): readonly string[] {
  const warnings =
    typeof answer === 'object' && answer !== null && '@adminapi.warnings' in answer
      ? answer['@adminapi.warnings']
      : [];
  return Array.isArray(warnings)
    ? warnings.filter((text) => typeof text === 'string').map((text) => quote(text))
    : [];
}

const textAt = (answer: unknown, name: string): string | undefined => {
  const value =
    typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};
