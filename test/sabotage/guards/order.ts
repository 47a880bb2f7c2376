/** Whatever order the same records come in, and however often, the register ends the same. */
import { inFile } from '../guard.ts';

const joined = 'test/recording/joined-exceptions.test.ts';
const late = 'test/recording/late-records.test.ts';
const order = 'test/recording/order.test.ts';
const contract = 'test/register/contract.test.ts';
const execute = 'test/register/execute.test.ts';
const remembered = 'test/register/remembered.test.ts';

export const orderOfTheLog = [
  ...inFile(
    'functions/time/moment.ts',
    [late],
    [
      {
        without: 'what switches a hole on counts as older than what made it, within one second',
        find: 'Number(isCoarse(a)) - Number(isCoarse(b)) ||',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/moment.ts',
    [late],
    [
      {
        without: 'what is made and changed within one second is taken in any order',
        find: "create: { order: ' ' },",
        replace: '',
      },
      {
        without: 'what is created again within the second of a removal is taken for removed',
        find: "remove: { order: '' },",
        replace: "remove: { order: '~' },",
      },
    ],
  ),

  ...inFile(
    'functions/recording/record-change.ts',
    [joined],
    [
      {
        without: 'an object that was known by its name and by its GUID keeps two exceptions',
        find: 'if (!twins) return reading;',
        replace: 'return reading;',
      },
      {
        without: 'what was known by its GUID keeps that for a name',
        find: '{ ...observation, renamed: observation.name }\n',
        replace: 'observation\n',
      },
    ],
  ),
  ...inFile(
    'functions/register/join.ts',
    [joined],
    [
      {
        without: 'who changed an object under its name may approve it under its GUID',
        find: '{ before: trail.flatMap(loggedChangesIn), touched: touchedBeside(trail) }',
        replace: '{ before: [], touched: [] }',
      },
      {
        without: 'what Lapse switches off under a name ends in favour of a copy that nobody decided on',
        find: 'isOfLapse(byName) ? [byGuid, byName] : [byName, byGuid]',
        replace: '[byName, byGuid]',
      },
      {
        without: 'who changed an object before it was harmless may approve it under its GUID',
        find: 'return byGuid && byName && isSame ?',
        replace: "return byGuid && byName && isSame && byName.state !== 'removed' ?",
      },
      {
        without: 'what bore the name before is taken for the same object',
        find: 'byName?.guid === undefined || byName.guid.toLowerCase() === guid.toLowerCase()',
        replace: 'byName !== undefined',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/decide/decide.ts',
    ['test/lifecycle/table.test.ts'],
    [
      {
        without: 'what Lapse is switching off ends where its object has another exception',
        find: "isOfLapse(state) || (state.state === 'removed' && state.guid === undefined)",
        replace: "state.state === 'removed' && state.guid === undefined",
      },
    ],
  ),
  ...inFile(
    'functions/register/execute.ts',
    [joined],
    [
      {
        without: 'a record that is kept under two names makes its object unrecordable for ever',
        find: 'await withoutPlaced(reading, await keptOf(reading, namesOf(command.observation)))',
        replace: 'await keptOf(reading, namesOf(command.observation))',
      },
      {
        without: 'a record that is kept under two names is placed twice at once',
        find: '!seen.has(receipt) && seen.add(receipt)',
        replace: '!seen.has(receipt)',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/evolve.ts',
    [joined],
    [
      {
        without: 'an exception that has ended keeps the GUID of the one that goes on',
        find: '...withoutGuid(known(state))',
        replace: '...known(state)',
      },
    ],
  ),
  ...inFile(
    'functions/slack/outcome.ts',
    ['test/slack/card.test.ts'],
    [
      {
        without: 'what goes on as another exception is called gone',
        find: "if (end?.type === 'ExceptionJoined')",
        replace: 'if (end === undefined && end === history[0])',
      },
    ],
  ),
  ...inFile(
    'functions/inventory/take.ts',
    ['test/inventory/take.test.ts'],
    [
      {
        without: 'an object that has two exceptions makes the listing doubtful',
        find: 'if (known) twice.push',
        replace: 'if (known?.id === id) twice.push',
      },
    ],
  ),
  ...inFile(
    'functions/recording/record-change.ts',
    [late],
    [
      {
        without: 'a record that was dealt with is looked at and read for again',
        find: "if (before) return { outcome: 'duplicate', ...before };",
        replace: '',
      },
      {
        without: 'what was told under the old name is lost where both names were known',
        find: 'await copyTrail(register, { ...object, name: to }, { before, touched: touchedBeside(trail) }, now);',
        replace: '',
      },
      {
        without: 'what is made later under a former name is taken for its former bearer',
        find: "change === 'create' && changedAt > holder.changedAt",
        replace: "change === 'create' && changedAt === ''",
      },
      {
        without: 'late news under a former name opens an exception of its own',
        find: 'renames.length === 0 && !isMadeSince(holder, observation)',
        replace: 'renames.length < 0',
      },
      {
        without: 'what is told under a name that went over to another is taken for its former bearer',
        find: 'renames.length === 0 && !isMadeSince',
        replace: '!isMadeSince',
        tests: [order],
      },
      {
        without: 'what is newly made is looked for by the GUID of what bore its name before',
        find: 'known && !isMadeSince(known, observation) ? known.guid',
        replace: 'known ? known.guid',
      },
      {
        without: 'what was renamed goes on under two names',
        find: 'if (isIts) await recordEnd(',
        replace: 'if (isIts && former === bearer) await recordEnd(',
      },
      {
        without: 'a rename is taken for one of the object that bears the name by now',
        find: 'bearer === undefined && isIts && isLast',
        replace: 'bearer === undefined',
      },
      {
        without: 'an entry that a rewritten list left out stays for ever, if it is reported later',
        find: 'return end ? [...done, await recordEntry(end, recording, entryReceipt(end))] : done;',
        replace: 'return done;',
        tests: ['test/recording/record-lists.test.ts'],
      },
    ],
  ),
  ...inFile(
    'functions/register/replaced-lists.ts',
    ['test/recording/record-lists.test.ts'],
    [
      {
        without: 'a list that was rewritten ends what was added to it later',
        find: 'compareMoments(momentOf(observation), momentOf(entry)) > 0 &&',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/list-differences.ts',
    ['test/audit-log/list-differences.test.ts'],
    [
      {
        without: 'within one instant, what is older than a switching off undoes it',
        find: 'changed?.at === disabledAt',
        replace: 'changed === undefined',
      },
    ],
  ),
  ...inFile(
    'functions/register/execute.ts',
    [execute, late],
    [
      {
        without: 'what is remembered of one object is taken for what bears its former name',
        find: 'if (isAnother) others.add(guid);',
        replace: '',
      },
      {
        without: 'what is named like the GUID of another object takes along what is remembered of that',
        find: 'guid === object.name.toLowerCase() ||',
        replace: '',
      },
      {
        without: 'a record of what has another exception is tried until it is given up',
        find: 'if (holder !== id)',
        replace: "if (holder === '')",
      },
      {
        without: 'a record stands in a trail twice once its receipt is cleared away',
        find: "if (known.isInTrail) return { outcome: 'duplicate', exception: before, events: [] };",
        replace: '',
      },
      {
        without: 'an exception is opened in ignorance of what is being remembered',
        find: '|| (opens && index === 0)',
        replace: '',
      },
      {
        without: 'what was remembered is not taken along',
        find: 'await keptOf(reading, namesOf(command.observation)))\n',
        replace: 'await keptOf(reading, []))\n',
      },
      {
        without: 'what was remembered and is in a trail has no receipt',
        find: '(one.receipt === receipt ? [] : [one.receipt])',
        replace: '(one.receipt === receipt ? [] : [])',
      },
      {
        without: 'what a look showed of one object is taken along for another',
        find: 'guid === undefined || complete ? {} : { guid }',
        replace: 'guid === undefined ? {} : { guid }',
      },
      {
        without: 'what a look showed once is taken along as what the record told',
        find: '...tellingOf(observation),',
        replace: '...tellingOf(observation), settings: observation.settings,',
      },
    ],
  ),
  ...inFile(
    'functions/register/items.ts',
    [contract],
    [
      {
        without: 'what was remembered meanwhile is overwritten',
        find: "{ ConditionExpression: 'revision = :revision',",
        replace: "{ ConditionExpression: 'revision >= :revision',",
      },
      {
        without: 'what was remembered first meanwhile is overwritten',
        find: "revision === 0\n    ? { ConditionExpression: 'attribute_not_exists(pk)' }",
        replace: 'revision === 0\n    ? {}',
      },
    ],
  ),
  ...inFile(
    'functions/register/in-memory-register.ts',
    [contract],
    [
      {
        without: 'what was remembered meanwhile is overwritten, in memory',
        find: "if (!changes.every(isNewest)) return Promise.resolve('conflict');",
        replace: '',
      },
      {
        without: 'an exception is opened in ignorance of what is remembered, in memory',
        find: '!remembered.every(isNewest)',
        replace: 'remembered.length < 0',
      },
      {
        without: 'a remembered record is placed twice, in memory',
        find: 'placed.some((one) => receipts.has(receiptKey(one).pk)) ||',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/register/remembered.ts',
    [remembered],
    [
      {
        without: 'more is remembered than fits one transaction',
        find: 'kept.length > mostRecords || ',
        replace: '',
      },
      {
        without: 'more is remembered than fits one item',
        find: '|| Buffer.byteLength(toCanonicalJson(kept)) > mostBytes',
        replace: '',
      },
      {
        without: 'what made an object is forgotten before anything else',
        find: 'made === 0 && kept.length > 1 ? 1 : 0',
        replace: 'made === -2 ? 1 : 0',
      },
    ],
  ),
  ...inFile(
    'functions/register/names.ts',
    [remembered, late],
    [
      {
        without: 'what went over to a new name is kept there for ever, in the place of what comes',
        find: 'all.filter(({ receipt }) => !placed.has(receipt))',
        replace: 'all.filter(() => placed.size >= 0)',
      },
      {
        without: 'what is named like the GUID of another object hides behind that',
        find: '(until.at !== ever.at || isGuid(present))',
        replace: "until.at !== ''",
      },
      {
        without: 'names that go round in a circle are followed for ever',
        find: 'hop < mostNames',
        replace: 'hop < 1e6',
      },
      { without: 'the names of one object fill the table', find: '.slice(-mostNames)', replace: '' },
      {
        without: 'a rename is lost at the first collision',
        find: "if ((await register.remember(changes, now)) === 'remembered') return;",
        replace: 'await register.remember(changes, now); return;',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/decide/place-observation.ts',
    [late, order],
    [
      {
        without: 'what was judged in ignorance stays',
        find: 'return target ? correctEvents(state, said, target, context) : said;',
        replace: 'return said;',
      },
      {
        without: 'a record that comes late is taken for the last',
        find: 'if (isLast && !complete && looks.length === 0)',
        replace: 'if (!complete && looks.length === 0)',
      },
      {
        without: 'a look that comes with the last record is not set against what was told',
        find: 'if (isLast && !complete && looks.length === 0)',
        replace: 'if (isLast && looks.length === 0)',
      },
      {
        without: 'a late record outdoes a look that was taken after its change',
        find: 'if (isLast && !complete && looks.length === 0)',
        replace: 'if (isLast && !complete)',
      },
      {
        without: 'what was done to an earlier object of the name counts for the present one',
        find: 'if (its < mine) return [another];',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/in-order.ts',
    [late],
    [
      {
        without: 'late news takes back what people answered',
        find: 'leaves.has(event.type) &&',
        replace: '',
      },
      {
        without: 'a look at what bears the name now is taken for one at what was removed before',
        find: '|| look.at < until',
        replace: '|| look.at > until || look.at < until',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/correct-events.ts',
    [late, order],
    [
      {
        without: 'a deadline that rested on a mistake stays',
        find: 'confirmBy > after.confirmBy ||',
        replace: 'confirmBy < after.confirmBy ||',
      },
      {
        without: 'a deadline that was put off for a mistake stays where a later record shows it',
        find: '((isMistaken && isLater) || isSooner)',
        replace: 'isMistaken && isLater',
      },
      {
        without: 'a late record takes time from an owner who was told of it',
        find: ' && after.told.length === 0;',
        replace: ';',
      },
      {
        without: 'a late record takes time from what somebody has looked at',
        find: ' && !after.complete && after.told',
        replace: ' && after.told',
      },
    ],
  ),
];
