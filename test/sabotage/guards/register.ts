/** What is recorded: once, whole, in order, for one object each. */
import { inFile } from '../guard.ts';

const table = ['test/register/contract.test.ts', 'test/register/dynamodb.test.ts'];
const paged = 'yield* page.Items ?? [];';
const onePageOf = (index: string) => ({
  find: paged,
  replace: `{ yield* page.Items ?? []; if (input.IndexName === ${index}) return; }`,
  tests: table,
});

export const register = [
  ...inFile('functions/register/register.ts', table, [
    { without: 'what is due beyond the first page is never swept', ...onePageOf("'due'") },
    { without: 'a list stops at its first page', ...onePageOf("'listing'") },
    { without: 'a trail stops at its first page', ...onePageOf('undefined') },
    {
      without: 'a lost answer makes the same command count twice',
      find: "? 'conflict' : 'duplicate');",
      replace: "? 'conflict' : 'conflict');",
    },
    {
      without: 'what is switched off comes before what somebody must answer',
      find: ' AND deadline <= :last`',
      replace: ' AND deadline >= :last`',
    },
    {
      without: "an owner's list reads what was switched off years ago",
      find: "which.by === 'urgency' ? asked(",
      replace: 'which.by === undefined ? asked(',
    },
    {
      without: 'a list of one risk shows all of them',
      find: '(which.risks ?? risks).flatMap',
      replace: 'risks.flatMap',
    },
    {
      without: 'what is not asked about any more counts as open for the breaker',
      find: ' AND stateName = :state`',
      replace: ' AND stateName >= :state`',
    },
    {
      without: 'what is not due yet is swept',
      find: ' AND dueAt <= :now`',
      replace: ' AND (dueAt <= :now OR dueAt > :now)`',
    },
  ]),
  ...inFile(
    'functions/recording/record-change.ts',
    ['test/register/requests.test.ts'],
    [
      {
        without: 'what a rename needs is read one by one',
        find: 'await keepRename(register, object, { to, until }, now, reading);',
        replace: 'await keepRename(register, object, { to, until }, now);',
      },
      {
        without: 'what was renamed is read twice at each change',
        find: 'await readFor(observation, recording, receipt, holder);',
        replace: 'await readFor(observation, recording, receipt);',
      },
      {
        without: 'each entry of a list is read for by itself',
        find: 'size === 1 ? undefined : await readTogether(part, known, register)',
        replace: 'undefined',
      },
      {
        without: 'a long list takes all the time of the records behind it',
        find: 'if (from > 0 && recording.hasTime?.() === false)',
        replace: 'if (from < 0)',
        tests: ['test/recording/record-lists.test.ts'],
      },
    ],
  ),
  ...inFile(
    'functions/slack/ask.ts',
    ['test/register/requests.test.ts'],
    [
      {
        without: 'an event that comes again is read for twice before it is told apart',
        find: 'sendMessages(dependencies, exception, trail(), happened, message)',
        replace:
          'sendMessages(dependencies, exception, await readHistory(exceptions, exception.id), happened, message)',
      },
    ],
  ),
  ...inFile(
    'functions/register/names.ts',
    ['test/register/remembered.test.ts'],
    [
      {
        without: 'whoever changed an object under its old name may approve it under the new one',
        find: 'if (records.length === 0 && touched.length === 0) return;',
        replace: 'if (records.length === 0) return;',
      },
    ],
  ),
  ...inFile(
    'functions/register/items.ts',
    ['test/bus/publish-events.test.ts'],
    [
      {
        without: 'what a newer release wrote is published as this one misreads it',
        find: 'if (unread !== undefined) throw new UnreadableEntry(exceptionId, written.version, unread);',
      },
    ],
  ),
  ...inFile(
    'functions/register/check-trail.ts',
    ['test/register/check-trail.test.ts'],
    [
      {
        without: 'a trail that somebody wrote anew counts as unbroken',
        find: 'verdict.ok && verdict.head !== head',
        replace: 'verdict.ok && verdict.version !== version',
      },
    ],
  ),
  ...inFile(
    'functions/register/breaker.ts',
    ['test/register/breaker.test.ts'],
    [
      {
        without: 'nobody can release what the breaker has stopped: its tenant is not found',
        find: 'if (breaker.tripped) await note(tenant);',
      },
      {
        without: 'the breaker of one tenant takes that of another from the note of them',
        find: '[...tenants, tenant].sort()',
        replace: '[tenant]',
      },
    ],
  ),
  ...inFile(
    'functions/register/items.ts',
    ['test/register/rolled-back.test.ts', 'test/register/items.test.ts'],
    [
      {
        without: 'one row that another release wrote stops every sweep',
        find: 'const besides = z.string().optional().catch(undefined);',
        replace: 'const besides = z.string();',
      },
      {
        without: 'an alias that cannot be read stops an inventory',
        find: 'const alias = aliasSchema.safeParse(item);',
        replace: 'const alias = { success: true, data: aliasSchema.parse(item) };',
      },
      {
        without: 'what a newer release put into a state is lost at the next write',
        find: '...unknownIn(replaced, ofStates),',
        replace: '',
      },
      {
        without: 'what a newer release put beside what is remembered is lost at the next write',
        find: '...besides,\n  ...rememberedKey(of),',
        replace: '...rememberedKey(of),',
      },
      {
        without: 'an entry that only a newer release understands is taken for what it looks like',
        find: 'if (unread !== undefined) return new UnreadableEntry(id, version, unread);',
        replace: '',
      },
      {
        without: 'what is remembered and cannot be read is told of with its content',
        find: 'if (!kept.success) throw unreadable(kept.error);',
        replace: 'if (!kept.success) throw kept.error;',
      },
    ],
  ),
  ...inFile(
    'functions/register/find-exception.ts',
    ['test/register/rolled-back.test.ts'],
    [
      {
        without: 'one alias that cannot be read stops the inventory of a tenant and the record of a list',
        find: 'if (error instanceof UnreadableState) return undefined;',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/inventory/take.ts',
    ['test/register/rolled-back.test.ts'],
    [
      {
        without: 'an object whose alias cannot be read is told of nowhere',
        find: 'else if (!unreadable.some(({ id }) => id === error.id)) unreadable.push(error);',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/slack/find.ts',
    ['test/register/requests.test.ts'],
    [
      {
        without: 'whoever had thousands of exceptions gets their list too late',
        find: "...(offToo ? {} : { by: 'urgency' as const })",
        replace: '',
      },
      {
        without: 'whoever approves one risk waits until all the others were looked through',
        find: 'risks: risksToApprove(by, policy)',
        replace: "risks: ['low', 'medium', 'high', 'critical']",
      },
    ],
  ),
  ...inFile(
    'functions/slack/exceptions.ts',
    ['test/register/requests.test.ts'],
    [
      {
        without: 'a long list in Slack is read twenty at a time',
        find: 'size = mostStates;',
        replace: 'size = most + 1;',
      },
    ],
  ),
  ...inFile(
    'lib/local/tables.ts',
    ['test/local/tables.process.test.ts'],
    [
      {
        without: 'what was written without an index is missing from lists without a word',
        find: 'if (missing.length > 0)',
        replace: 'if (missing.length > 99)',
      },
    ],
  ),
  ...inFile(
    'functions/register/read-states.ts',
    ['test/register/read-states.test.ts'],
    [
      {
        without: 'what was removed a moment ago is listed as if it were there',
        find: "!(one && 'state' in one && one.state === 'removed')",
        replace: "!(one && 'state' in one && one.state === 'removed' && one.id === '')",
      },
      {
        without: 'the last of a list are never read',
        find: 'if (wanted.length > 0) yield* (await register.states(wanted)).filter(isLiving);',
      },
    ],
  ),
  ...inFile(
    'functions/sweep-deadlines.ts',
    ['test/register/requests.test.ts'],
    [
      {
        without: 'what a stopped tenant holds back is read again every minute',
        find: 'for (const id of ids) held.add(id);',
        replace: 'void ids;',
      },
    ],
  ),
  ...inFile(
    'functions/inventory/tenants.ts',
    ['test/inventory/listed.test.ts'],
    [
      {
        without: 'a tenant of which all is removed is never looked at again',
        find: 'const known = new Set(before);',
        replace: 'const known = new Set<string>();',
      },
    ],
  ),
  ...inFile(
    'functions/register/read-items.ts',
    ['test/register/read-items.test.ts'],
    [
      {
        without: 'what DynamoDB leaves out of an answer is taken for absent',
        find: 'left = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];',
        replace: 'left = [];',
      },
      {
        without: 'what was written a moment ago is not seen by the next command',
        find: 'Keys: left, ConsistentRead: true',
        replace: 'Keys: left',
      },
    ],
  ),
  ...inFile(
    'functions/register/remembered.ts',
    ['test/register/items.test.ts'],
    [
      {
        without: 'what a newer release remembers of an object is lost by going back',
        find: 'export const rememberedSchema = z.looseObject({',
        replace: 'export const rememberedSchema = z.object({',
      },
    ],
  ),
  ...inFile(
    'functions/register/unreadable-item.ts',
    ['test/register/rolled-back.test.ts'],
    [
      {
        without: 'one trail that cannot be read stops the record of a list and the inventory',
        find: ' || error instanceof UnreadableEntry',
      },
    ],
  ),
  ...inFile(
    'functions/register/reading.ts',
    ['test/register/rolled-back.test.ts'],
    [
      {
        without: 'one trail with a hole stops the record of a list and the inventory',
        find: "new UnreadableEntry(id, version, 'it is missing')",
        replace: "new Error('it is missing')",
      },
    ],
  ),
  ...inFile(
    'functions/recording/record-change.ts',
    ['test/register/rolled-back.test.ts'],
    [
      {
        without: 'each entry that leaves a list costs a read of its own',
        find: ', ...holders]',
        replace: ']',
        tests: ['test/register/requests.test.ts'],
      },
      {
        without: 'one exception that cannot be read stops the record of a list',
        find: 'else if (isUnreadable(each.reason)) unreadable = each.reason;',
      },
    ],
  ),
  ...inFile('functions/register/skip-unreadable.ts', table, [
    {
      without: 'what cannot be read is passed over without a word',
      find: 'if (untold) throw untold;',
    },
  ]),
  ...inFile('functions/register/reading.ts', table, [
    {
      without: 'a change is decided on a trail of which an entry cannot be read',
      find: 'if (entry instanceof UnreadableEntry) throw entry;',
      replace: 'if (entry instanceof UnreadableEntry) return entry as never;',
    },
    {
      without: 'a trail with a hole is decided on as if it were whole',
      find: 'if (trail.some(({ hash }) => hash === head)) return { state, trail };',
      replace: 'return { state, trail };',
    },
    {
      without: 'another object of the same name is taken for the exception’s',
      find: 'isOtherObject(holder, object) ? undefined : holder.id',
      replace: 'holder.id',
    },
    {
      without: 'a state that is read with its trail is older than that',
      find: 'read.put(keys.stateKey(id), state);',
    },
  ]),
  ...inFile('functions/register/transaction.ts', table, [
    {
      without: 'two writers overwrite each other',
      find: "'version = :version'",
      replace: "'version = :version OR attribute_exists(pk)'",
    },
    {
      without: 'a command that comes again counts again',
      find: '...[receipt, ...placed].map((one) => putNew(items.toReceiptItem(one, commit))),',
    },
    {
      without: 'an entry of a trail is overwritten',
      find: '({ Put: { TableName, Item, ConditionExpression: absent } });',
      replace: '({ Put: { TableName, Item } });',
    },
    {
      without: 'what is remembered of an object meanwhile goes unseen by what opens it',
      find: '...remembered.map((change) => putRemembered(TableName, change, events[0]?.at ?? after.changedAt)),',
    },
    {
      without: 'a race that was lost looks like a failure',
      find: "if (codes.includes('ConditionalCheckFailed')) return 'refused';",
    },
    {
      without: 'a failure of DynamoDB is tried again as if it were throttling',
      find: "return throttling.has(error.name) ? 'throttled' : 'broken';",
      replace: "return 'throttled';",
    },
  ]),
  ...inFile('functions/register/aliases.ts', table, [
    {
      without: 'an object has two exceptions, by name',
      find: "|| isOtherObject(from, after)) changes.push({ key, from, to: mine });\n      else if (!before) return 'conflict';",
      replace: '|| isOtherObject(from, after)) changes.push({ key, from, to: mine });',
    },
    {
      without: 'an object has two exceptions, by GUID',
      find: "if (own) changes.push({ key, from, to: mine });\n      else if (!before) return 'conflict';",
      replace: 'if (own) changes.push({ key, from, to: mine });',
    },
    {
      without: 'a name belongs to what was removed for ever',
      find: 'own || from.gone || renamed',
      replace: 'own || renamed',
    },
    {
      without: 'what bears the name of something removed is opened beside it',
      find: '!holder.gone &&\n  holder.guid !== undefined',
      replace: 'holder.guid !== undefined',
    },
    {
      without: 'an exception gives away an alias that is another’s',
      find: '} else if (from && own) {',
      replace: '} else if (from) {',
    },
  ]),
  ...inFile(
    'functions/register/items.ts',
    ['test/register/items.test.ts', ...table],
    [
      {
        without: 'what is removed stays in the lists for ever',
        find: "if (state === 'removed') return {};",
      },
      {
        without: 'an alias is taken from whoever got it meanwhile',
        find: "'exceptionId = :holder AND standing = :standing'",
        replace: "'attribute_exists(pk) OR (exceptionId = :holder AND standing = :standing)'",
      },
      {
        without: 'an alias that appeared meanwhile is overwritten',
        find: "return holder === undefined\n    ? { ConditionExpression: 'attribute_not_exists(pk)' }",
        replace: 'return holder === undefined\n    ? {}',
      },
      {
        without: 'what a newer release wrote is read as if this one had',
        find: 'written >= oldest && written <= newest',
        replace: 'written >= oldest',
      },
      {
        without: 'what DynamoDB refuses for its size fails without a word why',
        find: 'if (bytes <= largestItem) return item;',
        replace: 'if (bytes > 0) return item;',
      },
      {
        without: 'something else of the stream goes out as an event',
        find: "text.refine((sk) => sk.startsWith(trailPrefix), 'expected a trail entry')",
        replace: 'text',
        tests: ['test/register/items.test.ts', ...table],
      },
      {
        without: 'a receipt is cleared away before a record can come again',
        find: 'const receiptsKeptFor = days(35);',
        replace: 'const receiptsKeptFor = days(6);',
      },
    ],
  ),
  ...inFile(
    'functions/register/exception-schema.ts',
    ['test/register/items.test.ts'],
    [
      {
        without: 'what a newer release knows of an approval is lost by going back',
        find: 'const approval = z.looseObject({',
        replace: 'const approval = z.object({',
      },
      {
        without: 'what a newer release knows of a question is lost by going back',
        find: 'z.looseObject({ ...known, ...open.unconfirmed })',
        replace: 'z.object({ ...known, ...open.unconfirmed })',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/evolve.ts',
    ['test/register/items.test.ts'],
    [
      {
        without: 'what a newer release knows is lost with the next state',
        find: '[name] ?? true)',
        replace: '[name] ?? false)',
      },
    ],
  ),
  ...inFile(
    'functions/register/trail-chain.ts',
    ['test/register/trail-chain.test.ts'],
    [
      {
        without: 'a trail’s hash ignores the one before it',
        find: '.update(`${previous}\\n${body}`,',
        replace: '.update(`${body}`,',
      },
      {
        without: 'an entry that was left out goes unseen',
        find: "if (entry.previous !== expected.head) return 'it does not follow the entry before it';",
      },
      {
        without: 'an entry that was altered goes unseen',
        find: "if (entry.hash !== hashOf(entry.previous, entry.body)) return 'its text is not the text that was hashed';",
      },
      {
        without: 'a trail taken from another exception goes unseen',
        find: "if (body.data.exception !== expected.id) return 'it belongs to another exception';",
      },
      {
        without: 'a trail cut short at its end goes unseen',
        find: 'if (expected !== undefined && version !== expected)',
        replace: 'if (expected !== undefined && version < 0)',
      },
      {
        without: 'an entry whose text names another version goes unseen',
        find: "if (body.data.version !== expected.version) return 'its text names another version';",
      },
    ],
  ),
  ...inFile(
    'functions/register/check-trail.ts',
    ['test/register/check-trail.test.ts'],
    [
      {
        without: 'a trail that ends too early passes its check',
        find: 'register.trailAsWritten(id), version);',
        replace: 'register.trailAsWritten(id), version < 0 ? version : undefined);',
      },
      {
        without: 'a trail looks broken because something was recorded while it was read',
        find: 'if (after?.version === before.version) return verdict;',
        replace: 'if (after) return verdict;',
      },
    ],
  ),
  ...inFile(
    'bin/commands/show.ts',
    ['test/bin/show.test.ts'],
    [
      {
        without: 'a broken trail is shown as if all were right',
        find: '!found.check.ok || found.trail.some(isUnreadEntry)',
        replace: 'found.trail.some(isUnreadEntry)',
      },
    ],
  ),
  ...inFile(
    'bin/commands/stack-table.ts',
    ['test/bin/stack-table.test.ts'],
    [
      {
        without: 'the table of a stack is not known as long as one that was taken down has left its own',
        find: 'if (table !== undefined) return table;',
      },
      {
        without: 'of two tables the first is taken for the register',
        find: 'name !== undefined && more.length === 0',
        replace: 'name !== undefined',
      },
    ],
  ),
  ...inFile(
    'functions/register/commit.ts',
    ['test/register/contract.test.ts', 'test/register/items.test.ts'],
    [
      {
        without: 'a state is written that its events do not make',
        find: 'if (after.version !== version)',
        replace: 'if (after.version < 0)',
      },
      {
        without: 'a state is written under another exception’s id',
        find: 'if (after.id !== id || (before && before.id !== id))',
        replace: "if (after.id === '')",
      },
    ],
  ),
  ...inFile(
    'functions/register/execute.ts',
    ['test/register/execute.test.ts'],
    [
      {
        without: 'a removal that was seen before the object is forgotten',
        find: 'return { command: { ...informed, earlier, touched }, isInTrail, kept };',
        replace: 'return { command: { ...informed, touched }, isInTrail, kept };',
      },
      {
        without: 'a command is given up at the first lost race',
        find: 'const mostAttempts = 25;',
        replace: 'const mostAttempts = 1;',
        tests: ['test/register/execute.test.ts', 'test/register/dynamodb.test.ts'],
      },
      {
        without: 'an exception is never looked at by the sweep',
        find: 'const dueAt = findNextDue(after, policy);',
        replace: 'const dueAt = findNextDue(after, policy) && undefined;',
        tests: ['test/register/execute.test.ts', 'test/deadlines/sweep-deadlines.test.ts'],
      },
    ],
  ),
  ...inFile(
    'functions/register/keys.ts',
    ['test/register/identity.test.ts', ...table],
    [
      {
        without: 'a name that is too long for a key loses its record',
        find: 'boundKey(text, mostBytes)',
        replace: 'boundKey(text, mostBytes * 100)',
      },
      {
        without: 'the tenth entry of a trail comes before the second',
        find: ".padStart(12, '0')",
      },
      {
        without: 'a name in capitals is another object',
        find: '#name#${bounded(foldName(object.name))}`',
        replace: '#name#${bounded(object.name)}`',
      },
    ],
  ),
  ...inFile(
    'functions/kinds/fold-name.ts',
    ['test/register/identity.test.ts', 'test/exchange/select-object.test.ts'],
    [
      {
        without: 'the same name in another spelling is another object',
        find: "name.normalize('NFC').toLowerCase()",
        replace: 'name.toLowerCase()',
      },
    ],
  ),
  ...inFile(
    'functions/register/identity.ts',
    ['test/register/identity.test.ts'],
    [
      {
        without: 'two objects of one name share an exception',
        find: '...(namesake > 0 ? [String(namesake)] : []),',
      },
    ],
  ),
  ...inFile(
    'functions/register/versioned-values.ts',
    ['test/register/versioned-values.test.ts'],
    [
      {
        without: 'two who change a note at once both believe they did',
        find: "known ? 'revision = :revision' : 'attribute_not_exists(pk)'",
        replace:
          "known ? 'revision = :revision OR attribute_exists(pk)' : 'attribute_not_exists(pk) OR attribute_exists(pk)'",
      },
    ],
  ),
  ...inFile(
    'functions/collection/ledger.ts',
    ['test/collection/ledger.process.test.ts'],
    [
      {
        without: 'a blob that was read counts as failed again',
        find: ": 'attribute_not_exists(pk) OR standing = :failed'",
        replace: ": 'attribute_not_exists(pk) OR standing = :failed OR attribute_exists(pk)'",
      },
      {
        without: 'a blind stretch shrinks',
        find: "'attribute_not_exists(pk) OR #end < :end'",
        replace: "'attribute_not_exists(pk) OR #end <> :end'",
      },
      {
        without: 'two collectors undo each other’s progress',
        find: "'version = :version'",
        replace: "'version = :version OR attribute_exists(pk)'",
      },
      {
        without: 'a lost blob is not remembered',
        find: 'await put(items.toLostItem(feed, { contentId, contentCreated, at, why }), always);',
      },
    ],
  ),
  ...inFile(
    'functions/collection/progress.ts',
    ['test/collection/ledger.process.test.ts', 'test/collection/collect.test.ts'],
    [
      {
        without: 'a window fetched by a clock that was ahead counts as seen',
        find: 'seen.filter(({ fetchedAt }) => fetchedAt <= now)',
        replace: 'seen',
      },
      {
        without: 'progress goes backward',
        find: '(b !== undefined && b > a) ? b : a',
        replace: 'b !== undefined ? b : a',
      },
      {
        without: 'collecting seems to have begun later than it did',
        find: 'known.begunAt < told.begunAt ? known.begunAt : told.begunAt',
        replace: 'told.begunAt',
      },
    ],
  ),
  ...inFile(
    'functions/collection/ledger-items.ts',
    ['test/collection/ledger.process.test.ts'],
    [
      {
        without: 'a content id that is too long for a key stops the collector',
        find: 'mostIdBytes = 800',
        replace: 'mostIdBytes = 8000',
      },
    ],
  ),
];
