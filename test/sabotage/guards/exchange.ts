/** What is done in a tenant: to the right object, only while it is asked for, and believed only when read back. */
import { inFile } from '../guard.ts';

const enforcement = ['test/exchange/enforcement.test.ts'];
const invoke = ['test/exchange/invoke-command.test.ts', 'test/exchange/tenant.test.ts'];
const kinds = [
  'test/exchange/changes.test.ts',
  'test/kinds/exchange.test.ts',
  'test/kinds/tenant-allow.test.ts',
  'test/exchange/tenant.test.ts',
];

export const exchange = [
  ...inFile('functions/exchange/enforcement.ts', enforcement, [
    {
      without: 'a namesake is switched on',
      find: 'if (other) return failure(other.why);\n    if (object.found && object.enabled)',
      replace: 'if (object.found && object.enabled)',
    },
    {
      without: 'a namesake is given an end',
      find: 'if (other) return failure(other.why);\n    if (endsAt',
      replace: 'if (endsAt',
      tests: ['test/exchange/native-expiry.test.ts'],
    },
    {
      without: 'what is gone is switched on',
      find: 'if (!object.found && !absentIsOff(exception.kind)) return absent(object);',
    },
    {
      without: 'an answer that lists nothing ends what an approver ordered on',
      find: "certain ? { outcome: 'gone' } : failure(unproven)",
      replace: "{ outcome: certain ? 'gone' : 'gone' }",
    },
    {
      without: 'the report of a later disable is taken for one given before',
      find: '`enforce#${exception.id}#${attempt}#${exception.asOf}`',
      replace: '`enforce#${exception.id}#${attempt}`',
    },
    {
      without: 'the report of a later restore is taken for one given before',
      find: '`${act}#${exception.id}#${of}#${attempt}`',
      replace: '`${act}#${exception.id}#${attempt}`',
    },
    {
      without: 'an entry counts as off because a list came back empty after the act',
      find: ': !enabled && object.certain && absentIsOff(exception.kind)',
      replace: ': !enabled && absentIsOff(exception.kind)',
      tests: [...enforcement, 'test/kinds/exchange.test.ts'],
    },
    {
      without: 'what was approved meanwhile is disabled',
      find: "exception?.state !== 'disabling' || exception.phase !== 'running' || exception.attempt !== attempt",
      replace: '!exception',
    },
    {
      without: 'an event that comes again disables a second time',
      find: " || exception.phase !== 'running'",
    },
    {
      without: 'an event of an older attempt disables beside the newer one',
      find: ' || exception.attempt !== attempt',
    },
    {
      without: 'an absence is believed at once',
      find: 'const second = await tenant.read(ref);',
      replace: 'const second = first;',
    },
    {
      without: 'an absence is believed although one look said nothing',
      find: 'certain: first.certain && second.certain',
      replace: 'certain: first.certain || second.certain',
    },
    {
      without: 'an answer that lists nothing proves that the object is gone',
      find: "return object.certain ? [{ type: 'ReportGone'",
      replace: "return exception.id ? [{ type: 'ReportGone'",
    },
    {
      without: 'an entry counts as off because nothing was listed',
      find: '!object.found && object.certain && absentIsOff',
      replace: '!object.found && absentIsOff',
      tests: [...enforcement, 'test/kinds/exchange.test.ts'],
    },
    {
      without: 'a namesake is disabled: the object is looked for by name although its GUID is known',
      find: '...(guid !== undefined && { guid }),',
      replace: '...(guid === undefined && { guid }),',
    },
    {
      without: 'a harmless namesake is disabled',
      find: 'if (other?.harmless === true)',
      replace: 'if (other?.harmless === true && attempt < 0)',
    },
    {
      without: 'a namesake that lets past something else is disabled',
      find: 'if (other) return failed(other.why);',
    },
    {
      without: '"disabled" is said without reading back',
      find: 'const problem = await readBack(tenant, exception, object.guid, false, wait);',
      replace: 'const problem = undefined;',
    },
    {
      without: '"restored" is said without reading back',
      find: 'const problem = await readBack(tenant, exception, guid, true, wait, (one) => (shown = one));',
      replace: 'const problem: string | undefined = undefined;',
    },
    {
      without: 'what protects is disabled, because nobody knew it when it was recorded',
      find: 'if (protects({ kind: exception.kind, settings: object.settings })) return failed(protective);',
    },
    {
      without: 'what is off already is disabled again',
      find: 'if (!object.enabled)\n      return [\n        { ...done,',
      replace: 'if (!object.enabled && attempt < 0)\n      return [\n        { ...done,',
    },
    {
      without: 'what was revoked meanwhile is switched on',
      find: "acting?.act !== act || acting.phase !== 'running' || acting.attempt !== attempt",
      replace: 'acting?.act !== act',
    },
    {
      without: 'an end is written in the place of switching it on',
      find: "acting?.act !== act || acting.phase !== 'running' || acting.attempt !== attempt",
      replace: "acting?.phase !== 'running' || acting.attempt !== attempt",
      tests: ['test/exchange/native-expiry.test.ts'],
    },
    {
      without: 'what is to wait for its next attempt is tried at once',
      find: "acting?.act !== act || acting.phase !== 'running' || acting.attempt !== attempt",
      replace: 'acting?.act !== act || acting.attempt !== attempt',
    },
    {
      without: 'a late event carries out the attempt of another once more',
      find: "acting?.act !== act || acting.phase !== 'running' || acting.attempt !== attempt",
      replace: "acting?.act !== act || acting.phase !== 'running'",
    },
    {
      without: 'one look too early makes a disable that worked a failure',
      find: 'const looks = [1_000, 2_000, 4_000, 8_000];',
      replace: 'const looks: number[] = [];',
    },
    {
      without: 'an error of unknown text goes into the trail',
      find: 'error instanceof ExchangeError\n',
      replace: 'error instanceof Error\n',
    },
    {
      without: 'an end in Exchange is set that is there already',
      find: "if (endsAt(object, until)) return { outcome: 'already so', until };",
      tests: ['test/exchange/native-expiry.test.ts'],
    },
    {
      without: 'an end in Exchange is believed without reading back',
      find: "if (after.found && endsAt(after, until)) return { outcome: 'done', until };",
      replace: "if (after) return { outcome: 'done', until };",
      tests: ['test/exchange/native-expiry.test.ts'],
    },
  ]),
  ...inFile('functions/exchange/select-object.ts', invoke, [
    {
      without: 'an object is acted on by what is no GUID',
      find: ' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(guid)',
      tests: ['test/exchange/select-object.test.ts'],
    },
    {
      without: 'another object of the answer is taken for the one asked for',
      find: 'const object = distinct.get(guid);',
      replace: 'const object = distinct.get(guid) ?? [...distinct.values()][0];',
    },
    {
      without: 'the first object of the answer is taken whatever its name',
      find: "foldName(objectNameOf(object) ?? '') === foldName(wanted.name)",
      replace: 'objectNameOf(object) !== wanted.guid',
    },
    {
      without: 'one of two objects of a name is acted on',
      find: 'return matches.length > 1\n',
      replace: 'return matches.length > 9\n',
    },
    {
      without: 'a name in other capitals makes the one meant ambiguous',
      find: 'exact.length > 0 ? exact : alike',
      replace: 'alike',
    },
  ]),
  ...inFile('functions/exchange/answer.ts', invoke, [
    {
      without: 'an Exchange that is down for a moment is a failure',
      find: "if ([500, 502, 503, 504].includes(status)) return new ExchangeError('unavailable', ended(sentence));",
    },
    {
      without: 'an error under its other name counts as done',
      find: "'@odata.error' in answer ? answer['@odata.error'] : undefined",
      replace: 'undefined',
    },
    {
      without: 'what describes a value is taken for a setting',
      find: ".filter(([name]) => !name.includes('@'))",
    },
    {
      without: 'an error that comes as HTTP 200 counts as done',
      find: 'if (reply.status !== 200 || problem !== undefined) throw',
      replace: 'if (reply.status !== 200) throw',
    },
    {
      without: 'an answer without a list is an empty list',
      find: 'if (!list.success)\n',
      replace: 'if (!list.success) return { objects: [], warnings: [] };\n  if (!list.success)\n',
    },
    {
      without: 'any 404 proves that the object is gone',
      find: 'if (problem && /ManagementObjectNotFoundException/.test(problem.whole))',
      replace: 'if (status === 404 || (problem && /ManagementObjectNotFoundException/.test(problem.whole)))',
    },
    {
      without: 'a busy Exchange is a refusal',
      find: "if (status === 429) return new ExchangeError('throttled', 'Exchange asked Lapse to slow down.');",
    },
    {
      without: 'an error of Exchange’s repeats the token',
      find: 'quote(problem.human, secrets)',
      replace: 'quote(problem.human)',
    },
  ]),
  ...inFile('functions/exchange/invoke-command.ts', invoke, [
    {
      without: 'the token goes to another port',
      find: 'home.port === asked.port &&',
    },
    {
      without: 'the token goes to wherever the next page points',
      find: "if (next?.origin !== from.origin || next.username !== '' || next.password !== '')",
      replace: 'if (!next)',
    },
    {
      without: 'the token goes to wherever a redirect points',
      find: 'home.hostname.endsWith(`.${asked.hostname}`)',
      replace: 'home.hostname.length > 0',
    },
    {
      without: 'notoutlook.office365.com gets the token',
      find: 'home.hostname.endsWith(`.${asked.hostname}`)',
      replace: 'home.hostname.endsWith(asked.hostname)',
    },
    {
      without: 'the token goes out unencrypted',
      find: 'home?.protocol === asked.protocol &&',
      replace: 'home !== undefined &&',
    },
    {
      without: 'a token that was revoked is never renewed',
      find: 'sent.reply.status === 401 && !renewed',
      replace: 'sent.reply.status === 401 && !token',
    },
    {
      without: 'a list that points back at itself is read for ever',
      find: 'if (url && (asked.has(url.href) || asked.size >= mostPages))',
      replace: 'if (url && asked.size >= 50)',
    },
    {
      without: 'only the first page of a list is read',
      find: 'page.next === undefined ? undefined : nextUrl(page.next, url, call)',
      replace: 'page.next === undefined ? undefined : undefined',
    },
  ]),
  ...inFile(
    'functions/microsoft/request.ts',
    [
      'test/microsoft/request.test.ts',
      'test/exchange/invoke-command.test.ts',
      'test/microsoft/token.test.ts',
      'test/collection/activity-api.test.ts',
    ],
    [
      {
        without: 'a refusal that cannot be unpacked looks like an outage',
        find: 'if (response.ok || either.aborted) throw error;',
        replace: 'throw error;',
      },
      {
        without: 'a redirect takes the token along',
        find: "redirect: 'manual',",
        replace: "redirect: 'follow',",
      },
      {
        without: 'an answer without an end fills the memory',
        find: 'if (size > mostBytes)',
        replace: 'if (size < 0)',
      },
      {
        without: 'silence on the line is waited for',
        find: 'setTimeout(() => late.abort(), timeout)',
        replace: 'setTimeout(() => undefined, timeout)',
      },
      {
        without: 'a run whose time is up looks like an outage',
        find: 'if (signal?.aborted && ended) return ended();',
      },
      {
        without: 'a network error repeats what was sent',
        find: '/^[A-Z0-9_]{2,40}$/.test(error.code)',
        replace: 'error.code',
      },
    ],
  ),
  ...inFile(
    'functions/microsoft/retry.ts',
    [
      'test/exchange/invoke-command.test.ts',
      'test/microsoft/token.test.ts',
      'test/collection/activity-api.test.ts',
    ],
    [
      {
        without: 'an outage is asked about again and again',
        find: 'tried >= patience.attempts',
        replace: 'tried >= 50',
      },
      { without: 'a refusal is asked for again and again', find: '!error.retryable || ' },
      {
        without: 'Lapse waits as long as a server likes',
        find: 'if (asked !== undefined && asked > patience.longestWait) throw error;',
      },
    ],
  ),
  ...inFile(
    'functions/exchange/accepted-domains.ts',
    ['test/exchange/accepted-domains.test.ts'],
    [
      {
        without: 'every record asks the tenant for its domains',
        find: 'if (before && before.until > now()) return before.domains;',
      },
      {
        without: 'a tenant that does not say which domains are its own holds records up',
        find: 'if (error instanceof ExchangeError || error instanceof SignInError) return [];',
      },
    ],
  ),
  ...inFile(
    'functions/exchange/look.ts',
    ['test/recording/record-changes.test.ts'],
    [
      {
        without: 'a record fails where its tenant cannot be asked for its domains',
        find: '} catch {\n    // They only sharpen what is judged. Whatever is wrong shows in the look at the object.\n    return [];',
        replace: '} catch (error) {\n    throw error;',
      },
      {
        without: 'a tenant that never says which domains are its own holds its record up',
        find: 'Promise.race([domains(tenant, signal), atAbort(signal)])',
        replace: 'domains(tenant, signal)',
      },
    ],
  ),
  ...inFile('functions/exchange/listing.ts', kinds, [
    {
      without: 'a list that was cut short counts as whole',
      find: 'if (cutShort.test(warning))',
      replace: 'if (cutShort.test(warning) && !warning)',
      tests: [...kinds, 'test/inventory/take.test.ts'],
    },
    {
      without: 'an empty answer is believed at once',
      find: 'if (expected === undefined) return ask(invoke, kind, signal);',
      replace: 'if (expected === undefined) return first;',
    },
    {
      without: 'an answer that lists nothing proves that there are none',
      find: 'nothing: true,\n  };',
      replace: 'nothing: true,\n  } && first;',
    },
    {
      without: 'a part of a list that failed is left out unseen',
      find: 'problems.add(error.message);',
    },
  ]),
  ...inFile(
    'functions/exchange/tenant.ts',
    ['test/recording/mailbox-exceptions.test.ts', 'test/kinds/mailbox-forwarding.test.ts'],
    [
      {
        without: 'a mailbox that forwards no more is told to forward still',
        find: ' || (one.exchange.inMailbox && !entry.enabled)',
      },
      {
        without: 'a mailbox that is called by another of its names counts as one that forwards nothing',
        find: 'exchange.inMailbox && name !== undefined ? rest(entry.name) === rest(name) : entry.guid === guid',
        replace: 'entry.guid === guid',
      },
      {
        without: 'an answer without the mailbox proves that it forwards nothing',
        find: '? answers.length === 0\n',
        replace: '? answers.length >= 0\n',
      },
      {
        without: 'a mailbox that is gone stays on record for ever',
        find: "if (error instanceof ExchangeError && error.code === 'not-found') return [];",
      },
    ],
  ),
  ...inFile(
    'functions/kinds/mailbox-forwarding.ts',
    ['test/kinds/mailbox-forwarding.test.ts'],
    [
      {
        without: 'another mailbox is taken for the one that was asked for',
        find: 'if (all.length > 1)',
        replace: 'if (all.length > 1_000)',
      },
      {
        without: 'a mailbox that does not say where it forwards counts as one that does not',
        find: ' || forwards.some((name) => object[name] === undefined)',
      },
      {
        without: 'a forwarding is restored into a mailbox that is gone',
        find: 'if (present.length === 0)',
        replace: 'if (present.length < 0)',
      },
    ],
  ),
  ...inFile('functions/exchange/tenant.ts', kinds, [
    {
      without: 'nothing is listed where the domains may not be read',
      find: 'if (error instanceof ExchangeError) return [];',
    },
    {
      without: 'an entry is taken away by an older spelling',
      find: '{ ...settings, ...present.settings }',
      replace: 'settings',
    },
    {
      without: 'an empty name lists everything, and something of it is taken',
      find: "if (identity === undefined || identity === '')",
      replace: 'if (identity === undefined)',
    },
    {
      without: 'a look that found nothing proves that it is gone',
      find: "certain: objects.length > 0 || answers.includes('not found')",
      replace: 'certain: true',
      tests: [...kinds, ...invoke],
    },
    {
      without: 'a list that came back empty proves that an entry is gone',
      find: 'certain: emptyIsUsual || objectsIn({ answers }).length > 0',
      replace: 'certain: true',
    },
    {
      without: 'an entry that is off is taken away again',
      find: 'if (present?.enabled !== true) return;',
      replace: 'if (!present) return;',
    },
    {
      without: 'an entry is added that is there already',
      find: 'if (present?.enabled === true) return;',
    },
    {
      without: 'a listing with an object that cannot be read counts as whole',
      find: 'problems.add(error.message);',
    },
    {
      without: 'objects without a GUID are left out unseen',
      find: 'return objects.length > 0 && distinct.length === 0',
      replace: 'return objects.length < 0',
    },
  ]),
  ...inFile('functions/exchange/read-answer.ts', kinds, [
    {
      without: 'an answer that a kind cannot read stops the inventory of the whole tenant',
      find: "if (error instanceof UnreadableAnswer) throw new ExchangeError('unexpected-answer', error.message);",
    },
  ]),
  ...inFile('functions/kinds/object-answer.ts', kinds, [
    {
      without: 'each inventory sees a change in what Exchange notes by itself',
      find: '!isBookkeeping(name) &&\n',
    },
    {
      without: 'an object that does not say whether it is on counts as off',
      find: 'if (word === off) return false;',
      replace: 'if (word !== on) return false;',
    },
  ]),
  ...inFile('functions/kinds/list-answer.ts', kinds, [
    {
      without: 'an answer without the list is an empty list',
      find: 'if (value === undefined)\n',
      replace: 'if (value === undefined) return [];\n  if (value === undefined)\n',
    },
  ]),
  ...inFile(
    'functions/kinds/tenant-allow/tenant-allow.ts',
    ['test/exchange/tenant-allow-list.test.ts', ...kinds],
    [
      {
        without: 'the block of a forged pair counts as an allow',
        find: 'if (isBlock(object)) return [];\n    return [',
        replace: 'return [',
      },
      {
        without: 'links of phishing simulations count twice',
        find: 'if (special !== (ListSubType !== undefined)) return [];',
      },
      {
        without: 'a forged pair from elsewhere is taken away',
        find: "(textAt(object, 'SendingInfrastructure') ?? '*') ===\n          (text(settings, 'SendingInfrastructure') ?? '*') &&",
      },
      {
        without: 'a restored address ends after thirty days',
        find: 'endless ? { NoExpiration: true } : {}',
        replace: '{}',
      },
      {
        without: 'a block counts as an allow, and is taken away',
        find: 'if (isBlock(object)) return [];\n    // An answer',
        replace: '// An answer',
      },
      {
        without: 'a forged pair of another sender is taken away',
        find: "textAt(object, 'SpoofedUser')?.toLowerCase() === entryOf(settings).toLowerCase() &&",
      },
      {
        without: 'the block of a forged pair is taken away',
        find: " &&\n        flag(object, 'Block') !== true",
      },
      {
        without: 'a restored entry ends in the past and is refused',
        find: 'Date.parse(until) > Date.parse(now) ? { ExpirationDate: until } : {}',
        replace: '({ ExpirationDate: until })',
      },
    ],
  ),
  ...inFile('functions/kinds/override.ts', kinds, [
    {
      without: 'an override that is being deleted counts as there',
      find: "!/^pendingdeletion$/i.test(textAt(object, 'Mode') ?? '') &&",
    },
    {
      without: 'an override that is off counts as on',
      find: " &&\n        !/^disabled$/i.test(textAt(object, 'State') ?? '')",
    },
    {
      without: 'the override of another policy is taken away',
      find: ".filter((object) => isSameEntry(policyIn(object), text(settings, 'Policy') ?? usual))",
    },
  ]),
  ...inFile('functions/kinds/transport-rule/transport-rule.ts', kinds, [
    {
      without: 'a switch that nobody set counts as a setting',
      find: 'value !== false && ',
    },
  ]),
  ...inFile('functions/kinds/list-answer.ts', kinds, [
    {
      without: 'a whole list is replaced by the one entry',
      find: "'@odata.type': '#Exchange.GenericHashTable',\n",
    },
  ]),
  ...inFile('functions/exchange/made-up-id.ts', kinds, [
    {
      without: 'an entry in another spelling is another entry',
      find: '[kind, foldName(name)]',
      replace: '[kind, name]',
    },
  ]),
  ...inFile('functions/kinds/arc-sealer.ts', kinds, [
    {
      without: 'all trusted sealers go with the one',
      find: '!isSameEntry(domain, entryOf(settings))',
      replace: 'domain === undefined',
    },
  ]),
  ...inFile(
    'functions/exchange/look.ts',
    [
      'test/exchange/look.test.ts',
      'test/recording/record-changes.test.ts',
      'test/recording/record-lists.test.ts',
    ],
    [
      {
        without: 'a record is settled without the look that would have succeeded later',
        find: "return { seen: 'nothing', error, again: !(error instanceof ExchangeError) || error.retryable };",
        replace: "return { seen: 'nothing', error, again: false };",
      },
      {
        without: 'a list is settled without the look that would have succeeded later',
        find: '  error,\n  again: !(error instanceof ExchangeError) || error.retryable,',
        replace: '  error,\n  again: false,',
      },
      {
        without: 'a list that no later look will show is asked for again and again',
        find: '  error,\n  again: !(error instanceof ExchangeError) || error.retryable,',
        replace: '  error,\n  again: true,',
      },
      {
        without: 'a record waits for an Exchange that does not answer',
        find: 'return await Promise.race([lookFor(tenants, tenant, candidates, signal), atAbort(signal)]);',
        replace: 'return await lookFor(tenants, tenant, candidates, signal);',
      },
      {
        without: 'a list of which nothing was read counts as empty',
        find: 'if (listing.complete || listing.objects.length > 0) return { seen: listing };',
        replace: 'if (listing) return { seen: listing };',
      },
    ],
  ),
  ...inFile('functions/exchange/exchange-error.ts', invoke, [
    {
      without: 'an error of any length goes into a trail',
      find: 'clean.length > longest ? ',
      replace: 'clean.length < 0 ? ',
    },
  ]),
  ...inFile(
    'functions/recording/record-change.ts',
    ['test/recording/record-changes.test.ts', 'test/recording/record-lists.test.ts'],
    [
      {
        without: 'a change of which nothing could be told is lost',
        find: "if (recorded.outcome === 'remembered' && looked.again && observation.change !== 'create')\n    throw looked.error;",
      },
      {
        without: 'a change to a list that could not be read is lost',
        find: 'if (again || unread !== undefined) throw error;',
      },
      {
        without: 'of several entries in one record only the first counts',
        find: '#${kind}#${foldName(name)}${which}`;',
        replace: '`;',
      },
      {
        without: 'a new object of an old name counts as the old one',
        file: 'functions/register/find-exception.ts',
        find: '? object.guid.toLowerCase() === holder.guid.toLowerCase()',
        replace: '? true',
      },
      {
        without: 'entries of another tenant are taken for this one’s',
        find: 'register.rows({ tenant, kind })',
        replace: "register.rows({ by: 'danger' })",
      },
      {
        without: 'what was created again is looked for under the GUID of its predecessor',
        find: "(change === 'create' || observation.renamed !== undefined || holder === undefined)",
        replace: 'false',
      },
    ],
  ),
];
