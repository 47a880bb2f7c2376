/**
 * Rules of a mailbox that no cmdlet made: Outlook and Exchange Web Services write them, and the log calls all of that
 * `UpdateInboxRules` and has it in `OperationProperties`. Such a record becomes that of the cmdlet that does the same.
 *
 * Two forms are known from published records and detections. Outlook for Windows: `RuleActions`, as JSON; of a rule that
 * is changed, it shows nothing at all (`[]`). Web Services: `Actions` names what is done, and `ServerRule` holds the
 * recipients, as JSON.
 */
import { isJsonObject, tryParseJson } from '#values/json.ts';
import { isOutlookOperation, type MailboxOperation } from './mailbox-operations.ts';
import { redirects } from './mailbox-parameters.ts';

const cmdlets: ReadonlyMap<string, MailboxOperation> = new Map([
  ['addmailboxrule', 'New-InboxRule'],
  ['modifymailboxrule', 'Set-InboxRule'],
  ['removemailboxrule', 'Remove-InboxRule'],
]);

/** In lower case: what the cmdlet's record says otherwise. */
const replaced = new Set(['operation', 'operations', 'parameters', 'operationproperties', 'objectid']);

/** Any other record stays as it is, as does that of a new rule that sends mail nowhere. */
export function asCmdlet(record: object): object {
  const fields = byName(Object.entries(record));
  if (!isOutlookOperation(fields.get('operation') ?? fields.get('operations'))) return record;
  const told = propertiesIn(fields.get('operationproperties'));
  const operation = cmdlets.get(textIn(told.get('ruleoperation')).toLowerCase());
  const sent = operation && (operation === 'Remove-InboxRule' ? [] : sentBy(told));
  if (operation === 'New-InboxRule' && sent?.every(({ Value }) => Value === '') === true) return record;
  const named = (Name: string, ...some: readonly unknown[]) =>
    some
      .map(textIn)
      .filter((Value) => Value !== '')
      .slice(0, 1)
      .map((Value) => ({ Name, Value }));
  const kept = Object.entries(record).filter(([key]) => !replaced.has(key.toLowerCase()));
  const from = fields.get('clientip') ?? fields.get('clientipaddress');
  return {
    ...Object.fromEntries(kept.filter(([key]) => key.toLowerCase() !== 'clientip')),
    ...(from !== undefined && { ClientIP: from }),
    Operation: operation ?? 'Set-InboxRule',
    Parameters: [
      ...named('Mailbox', fields.get('mailboxownerupn'), fields.get('mailboxguid'), fields.get('userid')),
      ...named('Name', told.get('rulename'), told.get('name')),
      // Without a value, it is one that cannot be read.
      ...(sent ?? [{ Name: 'ForwardTo', Value: null }]),
    ],
  };
}

/** Names in lower case. */
const byName = (entries: readonly (readonly [string, unknown])[]): ReadonlyMap<string, unknown> =>
  new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
const textIn = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const parsed = (value: unknown): unknown => (typeof value === 'string' ? tryParseJson(value) : value);

/** A list of names and values, as text too, or an object of them; empty where it is none of these. */
function propertiesIn(given: unknown): ReadonlyMap<string, unknown> {
  const found = parsed(given);
  if (isJsonObject(found)) return byName(Object.entries(found));
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  return byName(
    list.map(parsed).flatMap((one) => {
      const property = isJsonObject(one) ? byName(Object.entries(one)) : undefined;
      const name = textIn(property?.get('name'));
      return name === '' ? [] : [[name, property?.get('value')] as const];
    }),
  );
}

/** Whom the rule sends mail to, as the parameters of a cmdlet; `undefined` where that is not told. */
function sentBy(told: ReadonlyMap<string, unknown>) {
  const actions = actionsIn(told);
  const sending = actions.flatMap(({ does, to }) => {
    const by = sendsBy(does);
    return by === undefined && to.length === 0 ? [] : [{ by: by ?? 'ForwardTo', to }];
  });
  // No rule does nothing, and none sends mail to nobody.
  if (actions.length === 0 || sending.some(({ to }) => to.length === 0)) return undefined;
  return redirects.map((Name) => {
    const to = sending.flatMap((one) => (one.by === Name ? one.to : []));
    return { Name, Value: to.length === 0 ? '' : [...new Set(to)] };
  });
}

interface Action {
  readonly does: string;
  readonly to: readonly string[];
}

function actionsIn(told: ReadonlyMap<string, unknown>): readonly Action[] {
  const inOutlook = parsed(told.get('ruleactions'));
  if (Array.isArray(inOutlook))
    return inOutlook.filter(isJsonObject).map((action) => ({
      does: `${textIn(action['ActionType'])} ${textIn(action['ForwardFlags'])}`,
      to: recipientsIn(action),
    }));
  const does = [told.get('actions')].flat().map(textIn).join(' ');
  const server = parsed(told.get('serverrule'));
  return does === '' ? [] : [{ does, to: isJsonObject(server) ? recipientsIn(server['Actions']) : [] }];
}

function sendsBy(does: string): (typeof redirects)[number] | undefined {
  if (/attachment/i.test(does)) return 'ForwardAsAttachmentTo';
  if (/redirect|delegate|donotmunge/i.test(does)) return 'RedirectTo';
  return /forward/i.test(does) ? 'ForwardTo' : undefined;
}

/** Each by its address, or else by whatever it is called last. */
function recipientsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(recipientsIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key.toLowerCase() === 'recipients'
      ? [inner].flat().flatMap((one) => {
          const texts = textsIn(one);
          const name = texts.find((text) => text.includes('@')) ?? texts.at(-1);
          return name === undefined ? [] : [name];
        })
      : recipientsIn(inner),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
