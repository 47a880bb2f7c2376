/** What is concluded from a look at the tenant, and what is not. */
import { inFile } from '../guard.ts';

const compare = ['test/inventory/compare.test.ts'];
const take = ['test/inventory/listed.test.ts', 'test/inventory/take.test.ts'];

export const inventory = [
  ...inFile(
    'functions/inventory/take.ts',
    ['test/inventory/three-hundred.test.ts'],
    [
      {
        without: 'what the first look could not record is asked about an hour later without grace',
        find: '|| owed.has(one.object.guid)',
        replace: '',
      },
      {
        without: 'what failed twice loses its grace',
        find: '[...owed, ...(finished ? queued : [])]',
        replace: '(finished && notes.imported.length === 0 ? [...queued] : [])',
      },
    ],
  ),
  ...inFile(
    'functions/inventory/take.ts',
    ['test/inventory/listed.test.ts'],
    [
      {
        without:
          'what stays inside counts as going outside where the tenant does not say once what its domains are',
        find: 'told.length > 0 ? told : (notes.accepted ?? [])',
        replace: 'told',
      },
    ],
  ),
  ...inFile(
    'functions/inventory/take.ts',
    ['test/inventory/listed.test.ts'],
    [
      {
        without: 'what a tenant has no licence for is asked for every hour',
        find: 'kinds.filter((kind) => !without.includes(kind))',
        replace: 'kinds',
      },
    ],
  ),
  ...inFile('functions/inventory/compare.ts', compare, [
    {
      without: 'what an answer has just changed is undone by a read that lags behind',
      find: '...(state.answered ? [state.answered.at] : []),',
    },
    {
      without: 'what Lapse has just disabled is seen as switched on',
      find: "...(state.state === 'disabled' ? [state.disabledAt] : []),",
    },
    {
      without: 'a partial listing ends what is missing in it',
      find: "if (!listing.complete) return listing.why ?? 'The listing is not complete.';",
    },
    {
      without: 'a listing gone wrong ends more than half of a kind',
      find: 'if (absent.length >= several && absent.length * 2 > expected.length)',
      replace: 'if (absent.length > 1e9)',
    },
    {
      without: 'two of three missing count as a listing gone wrong, and none ever ends',
      find: 'absent.length >= several && ',
    },
    {
      without: 'an empty listing ends everything known',
      find: 'if (listing.objects.length === 0 && expected.length > 0 && (listing.complete || listing.nothing))',
      replace: 'if (listing.objects.length < 0)',
    },
    {
      without: 'a kind that was not asked for ends everything known of it',
      find: 'if (!listing) return { present: [], missing: [], doubts: [] };',
      replace:
        'if (!listing) return compareKind(kind, { objects: [], complete: true }, registered.slice(0, 0), now);',
    },
    {
      without: 'a read that lags behind undoes what just happened',
      find: 'if (known && isSettling(known, now)) return [];',
    },
    {
      without: 'what was made a minute ago counts as missing',
      find: 'absent.filter((one) => !isSettling(one, now))',
      replace: 'absent',
    },
    {
      without: 'an object under a disable is judged by the inventory',
      find: "if (state.state === 'disabling' || state.acting?.act === 'restore') return true;",
    },
    {
      without: 'of two objects of a name one is taken for the exception’s',
      find: 'const alone = bearers.get(foldName(object.name))?.length === 1;',
      replace: 'const alone = true;',
    },
    {
      without: 'what bears an ambiguous name counts as gone',
      find: '...ambiguous.map(([, one]) => one)',
      replace: '...ambiguous.slice(0, 0).map(([, one]) => one)',
    },
    {
      without: 'an entry that Lapse took away counts as missing',
      find: " && !(absentIsOff(kind) && (state === 'disabled' || state === 'disabling'))",
    },
    {
      without: 'what was switched back on goes unseen',
      find: "...(off && object.enabled ? (['switched on'] as const) : []),",
    },
    {
      without: 'what changed goes unseen',
      find: ": (['settings'] as const)),",
      replace: ': []),',
    },
    {
      without: 'what was never read is never read',
      find: "...(known.complete ? [] : (['unread'] as const)),",
    },
  ]),
  ...inFile('functions/inventory/take.ts', take, [
    {
      without: 'a tenant that answers nothing takes the time of the others',
      find: 'const isOut = from > 0 && Object.values(listed).every(hasFailed);',
      replace: 'const isOut = false;',
    },
    {
      without: 'one look that fails stops the inventory',
      find: 'if (!(error instanceof ExchangeError)) throw error;\n      doubts.set',
      replace: 'throw error;\n      doubts.set',
    },
    {
      without: 'people are told that what protects is gone while it is there',
      find: 'if (look?.found !== true) gone.push',
      replace: 'gone.push',
    },
    {
      without: 'people are told every hour that the last rule that protected is gone',
      find: '{ ...note, name: undefined }',
      replace: 'note',
    },
    {
      without: 'two inventories at once overwrite what the other noted',
      find: 'kept?.revision ?? 0',
      replace: '(await values.read(noteName))?.revision ?? 0',
    },
    {
      without: 'what is missing in one list is gone, whatever a look of its own says',
      find: 'if (look.found) {',
      replace: 'if (look.found && index < 0) {',
    },
    {
      without: 'an uncertain absence is believed at the first inventory',
      find: 'look.certain || since <= minus(now, apart)',
      replace: 'true',
    },
    {
      without: 'an absence that stays uncertain is never believed',
      find: 'look.certain || since <= minus(now, apart)',
      replace: 'look.certain',
    },
    {
      without: 'one inventory asks Exchange a thousand questions',
      find: 'index >= mostLooks || ',
    },
    {
      without: 'people are told every hour that it is incomplete',
      find: 'notes.alertedAt === undefined || notes.alertedAt <= minus(now, alertEvery)',
      replace: 'notes.alertedAt !== now',
    },
    {
      without: 'everything found later has the grace of a first look',
      find: '!notes.imported.includes(one.kind)',
      replace: 'one.kind.length > 0',
    },
    {
      without: 'people are told of the progress of an import every hour',
      find: ' && progressOn !== dateOf(now, policy.timeZone)',
    },
    {
      without: 'what time did not suffice for loses the grace of a first look',
      find: 'imported: finished\n',
      replace: 'imported: notes\n',
    },
    {
      without: 'a weakened rule that could not be recorded is forgotten',
      find: 'finished && failed.length === 0 ? protectionNotes(',
      replace: 'finished ? protectionNotes(',
    },
    {
      without: 'one object that cannot be recorded stops the others',
      find: 'failed.push({ about, error });',
      replace: 'throw error;',
    },
    {
      without: 'a kind that could not be read counts as looked at for the first time',
      find: 'kinds.filter((kind) => isRead(listed[kind]))',
      replace: 'kinds.filter((kind) => listed[kind])',
    },
    {
      without: 'a new object of an old name is listed as the old one',
      file: 'functions/register/find-exception.ts',
      find: '? object.guid.toLowerCase() === holder.guid.toLowerCase()',
      replace: '? true',
    },
    {
      without: 'exceptions of another tenant are compared with this one’s',
      find: 'register.rows({ tenant })',
      replace: "register.rows({ by: 'danger' })",
    },
    {
      without: 'a half-read list of rules forgets the others',
      find: '{ ...before, ...seen }',
      replace: 'seen',
    },
  ]),
  ...inFile('functions/inventory/protection.ts', take, [
    {
      without: 'a list that was cut short tells people that what protects is gone',
      find: 'listing === undefined || !(listing.complete || listing.nothing)',
      replace: 'listing === undefined',
    },
    {
      without: 'a rule seen for the first time counts as weakened',
      find: 'if (!was) return [];',
      replace: "if (!was) return [{ object, passed: ['State'] }];",
    },
    {
      without: 'a protective rule switched off goes unseen',
      find: '...(was.off ? [] : [watched.offBy(object)].filter((name) => name !== undefined)),',
      replace: '',
    },
    {
      without: 'a new way around a protective rule goes unseen',
      find: '...(is.ways !== was.ways ? watched.ways(settings) : []),',
    },
  ]),
  ...inFile('functions/inventory/observations.ts', take, [
    { without: 'a run that is repeated brings other receipts', find: 'now.slice(0, 13)', replace: 'now' },
  ]),
  ...inFile('functions/lifecycle/inventory.ts', take, [
    {
      without: 'an inventory does not say what it compared with',
      find: 'compared: known?.version ?? 0,',
    },
    {
      without: 'a removal seen by the inventory contradicts what happened meanwhile',
      find: 'compared: version,',
    },
  ]),
  ...inFile('functions/inventory/notes.ts', take, [
    {
      without: 'notes that cannot be read give everything the grace of a first look',
      find: 'schema.parse(value)',
      replace: 'schema.safeParse(value).data ?? nothingNoted',
    },
  ]),
  ...inFile('functions/inventory/tenants.ts', take, [
    {
      without: 'a tenant that only "*" serves is never looked at',
      find: 'if (!servesAny(secret)) return [...all].sort();',
      replace: 'if (secret) return [...all].sort();',
    },
    {
      without: 'a tenant without a credential is asked',
      find: 'if (!servesAny(secret)) return [...all].sort();',
    },
  ]),
  ...inFile(
    'functions/take-inventory.ts',
    ['test/inventory/tenants.test.ts'],
    [
      {
        without:
          'a first deployment whose policy names tenants raises alarms of the inventory before secrets are stored',
        find: '  if (unset && notSet.length === all.length) throw unset.error;',
      },
      {
        without: 'a tenant whose own secret is empty goes unnoticed',
        find: 'unset && notSet.length === all.length',
        replace: 'unset',
      },
      {
        without: 'an inventory is cut off in the middle of a tenant',
        find: 'hasTime: () => remaining() >= leastToBegin,',
        replace: 'hasTime: () => remaining() >= -1,',
      },
      {
        without: 'what could not be recorded raises no alarm',
        find: 'if (one.failed.length > 0) failed.push(tenant);',
      },
      {
        without: 'tenants that were not reached count as looked at',
        find: ' + all.length - taken.length',
      },
      {
        without: 'an exception that nobody can read raises no alarm',
        find: 'sum(({ unreadable }) => unreadable.length)',
        replace: '0',
      },
      {
        without: 'an inventory that runs looks as if it did not',
        find: "metrics.addMetric('InventoryHeartbeat', MetricUnit.Count, 1);",
      },
      {
        without: 'a notice that was not sent counts as said',
        find: 'if (failed.length > 0)\n        throw new Error(`a message',
        replace: 'if (failed.length < 0)\n        throw new Error(`a message',
      },
      {
        without: 'one tenant out of reach keeps the others from being looked at',
        find: 'failed.push(tenant);\n        // Whether',
        replace: 'throw error;\n        // Whether',
      },
      {
        without: 'before anything is set up, the log calls every tenant a failure',
        find: 'if (error instanceof SecretNotSet) notSet',
        replace: 'logFailure(tenant, error, turn);\n        if (error instanceof SecretNotSet) notSet',
      },
      {
        without: 'a tenant that could not be looked at raises no alarm',
        find: 'if (failed.length > 0)\n    throw',
        replace: 'if (failed.length < 0)\n    throw',
      },
      {
        without: 'the same tenant is always the last to be looked at',
        find: 'if (await values.write(placeNote, tenant, revision)) revision += 1;',
        replace: 'if (tenant.length === 0) revision += 1;',
      },
      {
        without: 'an inventory that did not finish counts as complete',
        find: 'doubts.length + (finished ? 0 : 1)',
        replace: 'doubts.length',
      },
    ],
  ),
];
