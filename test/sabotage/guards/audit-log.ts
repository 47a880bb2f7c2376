/** What is read of the audit log: every record, once, and nothing unread counted as clean. */
import { inFile } from '../guard.ts';

const recognise = ['test/audit-log/recognise.test.ts', 'test/audit-log/list-change.test.ts'];
const envelopes = ['test/audit-log/read-records.test.ts'];
const replay = ['test/bin/replay.test.ts', 'test/replay/replay-records.test.ts'];
const collect = ['test/collection/collect.test.ts'];
const api = ['test/collection/activity-api.test.ts'];
const lists = ['test/audit-log/list-differences.test.ts', 'test/recording/record-lists.test.ts'];

export const auditLog = [
  ...inFile('functions/audit-log/admit.ts', recognise, [
    {
      without: 'an operation that failed opens an exception',
      find: "if (undone.has(record.ResultStatus?.trim().toLowerCase() ?? ''))",
      replace: 'if (undone.size < 0)',
    },
    {
      without: 'Microsoft’s own housekeeping asks owners',
      find: "if (changedBy === undefined) return { why: 'a Microsoft service did it' };",
    },
    {
      without: 'a rehearsal opens an exception',
      find: "if (/^\\$?true$/i.test(parameterText(read.parameters, 'WhatIf') ?? ''))",
      replace: "if (parameterText(read.parameters, 'WhatIf') === '-')",
    },
  ]),
  ...inFile(
    'functions/audit-log/mailbox-change.ts',
    ['test/audit-log/mailbox-change.test.ts'],
    [
      {
        without: 'forwarding that was taken back stands open for ever',
        find: 'const passed = parameters.filter(({ name }) => names.includes(name));',
        replace:
          "const passed = parameters.filter(({ name, value }) => names.includes(name) && value !== '');",
      },
      {
        without: 'a change to a mailbox that cannot be read counts as none',
        find: 'admitted.unread === undefined ? toldOf(operation, parameters) : { settings: {} }',
        replace: 'toldOf(operation, parameters)',
      },
      {
        without: 'a change to a mailbox that nobody named is not reported',
        find: "mailbox === '' ? 'no mailbox is named' : undefined",
        replace: 'undefined',
      },
    ],
  ),
  ...inFile(
    'functions/replay/mailboxes.ts',
    ['test/replay/mailboxes.test.ts'],
    [
      {
        without: 'a mailbox rule that was switched off stands open',
        find: '!isOn || to.length === 0',
        replace: 'to.length === 0',
      },
      {
        without: 'forwarding that was taken back stands open, with nowhere to lead',
        find: '!isOn || to.length === 0',
        replace: '!isOn',
      },
      {
        without: 'what is taken back of one setting closes another',
        find: 'return { ...before, ...Object.fromEntries(changed) };',
        replace: 'return Object.fromEntries(changed);',
      },
      {
        without: 'whoever takes something back is named as who opened the rest',
        find: 'opens || before === undefined ? change : before.opened',
        replace: 'change',
      },
      {
        without: 'a mailbox rule that was taken away comes back when its name is switched on',
        find: "if (opens || change.became === 'removed') known.delete(key);",
        replace: 'if (opens) known.delete(key);',
      },
      {
        without: 'a change that could not be read moves where mail goes',
        find: 'if (change.unread !== undefined) continue;',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/mailbox-change.ts',
    ['test/replay/mailboxes.test.ts'],
    [
      {
        without: 'mail that is forwarded to somebody nobody can place counts as kept inside',
        find: "one.includes('@') && isOwn(one, own)",
        replace: 'isOwn(one, own) || !one.includes("@")',
      },
    ],
  ),
  ...inFile(
    'functions/recording/record-change.ts',
    ['test/recording/mailbox-exceptions.test.ts'],
    [
      {
        without: 'a mailbox has an exception for each name that records call it',
        find: '{ ...settings, Mailbox: called }',
        replace: 'settings',
      },
      {
        without: 'an alias that nobody could ask about is taken for the mailbox’s address',
        find: "mailbox.includes('@') ? given : nothing",
        replace: 'given',
      },
      {
        without: 'a record about one mailbox ends what others have',
        find: 'known.filter(({ name }) => foldName(mailboxIn(name)) === foldName(mailbox))',
        replace: 'known',
      },
    ],
  ),
  ...inFile(
    'functions/recording/record-mailbox-change.ts',
    ['test/recording/mailbox-changes.test.ts'],
    [
      {
        without: 'an address inside is kept as if it were certainly outside',
        find: '{ ...known, unplaced: true }',
        replace: 'known',
      },
      {
        without: 'whoever changes a mailbox makes their own domain the tenant’s',
        find: 'withoutInside(change, told)',
        replace: 'withoutInside(change, [...told, ...domainsOf(change.by)])',
      },
      {
        without: 'people’s rules that keep mail inside fill the record',
        find: "if (change.became === 'made' && namedIn(change).length === 0) return { outcome: 'irrelevant' };",
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/mailbox-parameters.ts',
    ['test/audit-log/mailbox-change.test.ts'],
    [
      {
        without: 'a rule that is switched in a named mailbox passes for one that opens no door',
        find: ' || wholly.has(operation.toLowerCase())',
      },
    ],
  ),
  ...inFile(
    'bin/commands/not-read.ts',
    ['test/bin/replay.test.ts'],
    [
      {
        without: 'one reason, thousands of times, hides what else could not be read',
        find: ' && alike.length < mostAlike',
      },
    ],
  ),
  ...inFile(
    'functions/risk/setting-names.ts',
    ['test/audit-log/mailbox-change.test.ts'],
    [
      {
        without: 'forwarding that is spelled in another case counts as none',
        find: 'ForwardingAddress ForwardingSmtpAddress',
        replace: 'ForwardingAddress',
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/outlook-rules.ts',
    ['test/audit-log/outlook-rules.test.ts'],
    [
      {
        without: 'a rule that Outlook made to send mail to nobody knows whom counts as harmless',
        find: ' || sending.some(({ to }) => to.length === 0)',
      },
      {
        without: 'a rule that Outlook changed, of which the log shows nothing, counts as harmless',
        find: 'actions.length === 0 || ',
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/record.ts',
    ['test/audit-log/recognise.test.ts', 'test/audit-log/door.test.ts'],
    [
      {
        without: 'a change in a mailbox that says no tenant is passed over',
        find: 'followed !== undefined || opensMailbox(record)',
        replace: 'followed !== undefined',
      },
      {
        without: 'the address of whoever did anything at all is kept',
        find: "const fields = mailbox ? all : all.filter(({ name }) => name !== 'ClientIP');",
        replace: 'const fields = all;',
      },
    ],
  ),
  ...inFile(
    'functions/collection/collect-blob.ts',
    ['test/collection/collect.test.ts'],
    [
      {
        without: 'what changes a mailbox never leaves the collector',
        find: ' || recogniseMailboxChange(record) !== undefined',
      },
    ],
  ),
  ...inFile(
    'functions/register/mailbox-changes.ts',
    ['test/register/mailbox-changes.test.ts'],
    [
      {
        without: 'a record that comes again replaces what was kept',
        find: 'Item: toItem(tenant, change, keptFor), ConditionExpression',
        replace: 'Item: toItem(tenant, change, keptFor)',
      },
      {
        without: 'the changes in another mailbox with the same name before the @ are taken for its own',
        find: '.filter((one) => isIn(one, mailbox))',
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/export/read-unfollowed.ts',
    ['test/bin/replay.test.ts'],
    [
      {
        without: 'what changes a mailbox is passed over unread',
        find: ': isMailboxOperation(operation)',
        replace: ': operation.length === 0',
      },
    ],
  ),
  ...inFile('functions/audit-log/author.ts', recognise, [
    {
      without: 'a person hides behind the name of a service',
      find: 'prod\\.(?:outlook\\.com|exchangelabs\\.com)$/i',
      replace: 'prod\\.(?:outlook\\.com|exchangelabs\\.com)/i',
    },
    {
      without: 'an application hides behind the name of a service',
      find: '!isApplication && serviceNames',
      replace: 'serviceNames',
    },
    {
      without: 'a partner’s technician counts as a person of the tenant',
      find: ' && !partnerAlias.test(id)',
    },
    {
      without: 'Microsoft’s staff count as persons of the tenant',
      find: "if (microsoftTypes.has(type)) return { type: 'unknown', id: id || 'unknown' };",
    },
    {
      without: 'an application counts as a person, or nobody',
      find: "if (applicationTypes.has(type)) return { type: 'application', id: id || application || 'an application' };",
    },
  ]),
  ...inFile(
    'functions/audit-log/record.ts',
    ['test/audit-log/recognise.test.ts', 'test/audit-log/read-records.test.ts'],
    [
      {
        without: 'a change that names no tenant is nowhere',
        find: "if (tenant === '') complain('OrganizationId is missing');\n      else if",
        replace: 'if',
      },
      {
        without: 'any text is a tenant',
        find: "else if (!guid.test(tenant)) complain('OrganizationId is no GUID');",
      },
      {
        without: 'a record is let in that nothing can keep for its length',
        find: 'if (bytesOf(record.Parameters) > longest.parameters)',
        replace: 'if (bytesOf(record.Parameters) < 0)',
      },
      {
        without: 'a change that names no object is passed over in silence',
        find: "complain('no object is named, neither in Parameters nor in ObjectId');",
        replace: '{ /* nothing */ }',
      },
      {
        without: 'half a character makes DynamoDB refuse a record each time it comes',
        find: "if (typeof value === 'string') return value.toWellFormed();",
        replace: "if (typeof value === 'string') return value;",
      },
      {
        without: 'what is nested too deep makes DynamoDB refuse a record each time it comes',
        find: 'if (depth === deepest) return null;',
      },
      {
        without: 'of two operations in one record, one is believed',
        find: "if (twice && said.some(({ name, field }) => name === 'Operation' && isFollowed(field)))",
        replace: 'if (twice && said.length < 0)',
      },
      {
        without: 'an operation with a letter that nobody sees is none of ours',
        find: "if (isFollowed(record.Operation)) complain('Operation contains invalid characters');",
      },
      {
        without: '30 February is 2 March',
        find: 'if (new Date(`${month}${day}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined;',
      },
      {
        without: 'UTC without its letter is read as local time',
        find: 'zone === undefined ? `${iso}Z` : iso',
        replace: 'zone === undefined ? `${iso}+05:00` : iso',
      },
    ],
  ),
  ...inFile('functions/audit-log/author.ts', recognise, [
    {
      without: 'a guest is taken for somebody of the tenant',
      find: "if (guestTypes.has(type) || guestName.test(id)) return 'guest';",
    },
    {
      without: 'a partner’s technician is taken for somebody of the tenant',
      find: "if (partnerTypes.has(type) || partnerAlias.test(id) || partnerObject.test(id)) return 'partner';",
    },
    {
      without: 'whoever works with delegated rights is taken for somebody of the tenant',
      find: "return /^\\$?true$/i.test(String(ExternalAccess ?? '')) ? 'partner' : undefined;",
      replace: 'return undefined;',
    },
  ]),
  ...inFile(
    'functions/lifecycle/own-domains.ts',
    ['test/bin/replay.test.ts'],
    [
      {
        without: 'a partner’s own domain counts as the tenant’s',
        find: 'author.outside === undefined && ',
      },
    ],
  ),
  ...inFile(
    'functions/recording/record-change.ts',
    ['test/recording/record-changes.test.ts'],
    [
      {
        without: 'what the tenant says of its domains is not asked',
        find: ', ...(await lookAtDomains(domains, tenant, enough()))',
      },
      {
        without: 'a record waits for its tenant’s domains before it is looked at',
        find: 'const looking = lookAtObject(tenants, named.tenant, await candidates(named, reading), enough());',
        replace:
          'await own;\n  const looking = lookAtObject(tenants, named.tenant, await candidates(named, reading), enough());',
      },
    ],
  ),
  ...inFile('functions/audit-log/recognise.ts', recognise, [
    {
      without: 'a connector made switched off is asked about',
      find: "return flag(settings, 'Enabled') ?? madeOn(kind);",
      replace: 'return true;',
    },
    {
      without: 'a journal rule that was made switched off is asked about as if it were on',
      find: '?? madeOn(kind);',
      replace: '?? true;',
    },
  ]),
  ...inFile('functions/audit-log/parameters.ts', recognise, [
    {
      without: 'how a cmdlet was run counts as a setting',
      find: 'filter(({ name }) => !isPlumbing(name))',
      replace: 'filter(({ name }) => name.length > 0)',
    },
    {
      without: 'the word True in a subject becomes a switch',
      find: ' || (freeText.test(name) && !isFlag(name))',
    },
    {
      without: 'a hostile command line takes minutes to read',
      find: 'if (line.length > 65_536) return unknownForm;',
    },
    {
      without: 'a command line that was cut off is read as if it were whole',
      find: "if (line.replaceAll(argument, '').trim() !== '') return unknownForm;",
    },
    {
      without: 'a parameter whose value was cut off is a switch that is on',
      find: "(isFlag(name) ? 'True' : undefined)",
      replace: "'True'",
    },
    {
      without: 'a parameter without a value counts as one that clears a setting',
      find: 'if (value === undefined || value === null) return `Parameters contain no value for ${called(name)}`;',
      replace: "if (value === undefined || value === null) value = '';",
    },
    {
      without: 'a value of a form nobody knows is taken for a setting',
      find: 'if (texts === undefined) return unknownForm;',
      replace: 'if (texts === undefined) return undefined;',
    },
    {
      without: 'the name of a .NET type becomes an entry of a list',
      find: 'if (texts.some((text) => text.split(/[;,={}"\'()]/).some((part) => typeName.test(part)))) return flattened;',
    },
    {
      without: 'a value that a screen was too narrow for counts as whole',
      find: 'if (isCutOff(name, texts))',
      replace: 'if (texts.length < 0)',
    },
    {
      without: 'a switch that is neither on nor off counts as untouched',
      find: 'if (isFlag(name) && switched(value) === undefined && !isCleared(value, operation))',
      replace: 'if (texts.length < 0)',
    },
    {
      without: 'of two values of one parameter, one is believed',
      find: 'if (names.indexOf(folded) !== names.lastIndexOf(folded))',
      replace: 'if (names.length < 0)',
    },
    {
      without: 'a change that lost its parameters counts as one that set nothing',
      find: 'faults[0] ?? missingIn(parameters, operation)',
      replace: 'faults[0]',
    },
    {
      without: 'a setting in another spelling is another setting',
      find: '{ name: settingName(name), value: one.value }',
      replace: '{ name, value: one.value }',
    },
    {
      without: 'what cannot be the name of a parameter is the name of a setting',
      find: '/^[A-Za-z]\\w*$/.test(name)',
      replace: 'name.length > 0',
    },
  ]),
  ...inFile('functions/audit-log/list-differences.ts', lists, [
    {
      without: 'another person’s edit of the list counts as this record’s',
      find: "if (told.form !== 'unread' && !named(name)) continue;",
    },
    {
      without: 'an old record switches a disabled entry back on',
      find: 'if (isSince(exception, change)) results',
      replace: 'if (exception) results',
    },
    {
      without: 'a partly read list ends what is missing in it',
      find: 'seen?.complete === true && ',
    },
    {
      without: 'a list rewritten ends entries of another policy',
      find: "told.form === 'whole' && isOfList(exception, told)",
      replace: "told.form === 'whole'",
    },
    {
      without: 'an old record ends what was approved since',
      find: 'exception.approval.at > changedAt &&',
      replace: "exception.approval.at > '9999' &&",
    },
    {
      without: 'a disable by Lapse reads as a removal by somebody',
      find: "|| exception?.state === 'disabled' || exception?.state === 'disabling')\n",
      replace: ')\n',
    },
  ]),
  ...inFile('functions/replay/replay-records.ts', replay, [
    {
      without: 'records in another order tell another history',
      find: 'compareMoments(a.moment, b.moment) || compareText(a.tells, b.tells)',
      replace: '0',
    },
    {
      without: 'of two records with one id the second is passed over',
      find: 'else if (last.tells !== one.tells)',
      replace: 'else if (last.tells === one.moment.record)',
    },
    {
      without: 'what the register forgot is passed over in silence',
      find: 'forgotten.push(...(recorded.forgotten ?? []));',
    },
  ]),
  ...inFile('functions/replay/never-opened.ts', replay, [
    {
      without: 'a rule that nobody saw made counts as harmless',
      find: 'record === undefined || isWhole(changes) ? []',
      replace: "record !== '' ? []",
    },
    {
      without: 'what protected is gone unseen',
      find: 'if (findings.length === 0) return undefined;',
      replace: 'if (findings.length >= 0) return undefined;',
    },
  ]),
  ...inFile('functions/replay/logged-exceptions.ts', replay, [
    {
      without: 'what let mail past for a while is told as harmless',
      find: 'exception.findings.length > 0 ? exception : lastRisky(trail)',
      replace: 'exception',
    },
  ]),
  ...inFile('functions/replay/tally.ts', replay, [
    {
      without: 'a record that could not be read counts as read',
      find: "if (!read.ok) return { as: 'malformed', reason: read.reason };",
      replace: "if (!read.ok) return { as: 'ignored' };",
    },
    {
      without: 'a record whose parameters are lost counts as one that set nothing',
      find: "if ('reason' in told) return { as: 'malformed', ...told };",
      replace: "if ('reason' in told) return { as: 'ignored' };",
    },
    {
      without: 'a copy counts as a record of its own',
      find: "if (relevant.has(id)) return { as: 'duplicate', ...told };",
      replace: '',
    },
    {
      without: 'a copy in other capitals counts twice',
      find: 'record.Id.toLowerCase()',
      replace: 'record.Id',
    },
    {
      without: 'what came after the moment asked for counts',
      find: 'isLater || read.unfollowed === true ? undefined : toldBy(record)',
      replace: 'read.unfollowed === true ? undefined : toldBy(record)',
    },
  ]),
  ...inFile('functions/audit-log/export/csv-rows.ts', envelopes, [
    {
      without: 'a row whose quote is never closed takes the others with it',
      find: "if (alone && 'value' in alone) {",
      replace: "if (alone && 'value' in alone && number < 0) {",
    },
    {
      without: 'a row that never ends is lost unseen',
      find: 'if (open) yield [broken(open.line, unclosed)];',
    },
    {
      without: 'a shifted row is read as another column',
      find: 'if (cells.length !== columns.length)',
      replace: 'if (cells.length < 0)',
    },
    {
      without: 'of two columns AuditData, one is believed',
      find: 'if (columns.lastIndexOf(column) !== at) return broken(`the header has two columns ${name}`);',
    },
    {
      without: 'a row that says AuditData is taken for a header and lost',
      find: 'if (again && isHeader(again, head))',
      replace: 'if (again)',
    },
    {
      without: 'a row without its record counts as read',
      find: "if (written.trim() === '') return broken(`${name} is empty`);",
    },
    {
      without: 'a row without an end fills the memory',
      find: '} else if (open.size > longestRecord) {',
      replace: '} else if (open.size < 0) {',
    },
  ]),
  ...inFile(
    'functions/audit-log/export/csv-cells.ts',
    ['test/audit-log/csv-cells.test.ts'],
    [
      {
        without: 'what stands behind a quoted cell is lost unseen',
        find: 'if (at < row.length && !row.startsWith(delimiter, at)) return undefined;',
        replace: 'if (at < row.length) at = Math.max(at, row.indexOf(delimiter, at));',
      },
      {
        without: 'a quote within a cell is guessed at',
        find: 'if (/["\\r\\n]/.test(cell)) return undefined;',
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/export/read-unfollowed.ts',
    ['test/audit-log/read-unfollowed.test.ts'],
    [
      {
        without: 'a record that lies in another is passed over',
        find: 'for (const key in record) if (!isPlain(key)) return undefined;',
      },
      { without: 'a record of a change is passed over', find: 'isFollowed(operation) || ' },
      {
        without: 'what cannot be told apart is passed over unread',
        find: 'Id.length > longest.id || !isPlainText(Id)',
        replace: 'Id.length > longest.id',
      },
    ],
  ),
  ...inFile('functions/audit-log/export/json-values.ts', envelopes, [
    {
      without: 'a list of records that was cut off counts as read to its end',
      find: "reason: 'the file ends before its list of records does: it was cut off',",
      replace: "reason: '',",
    },
    {
      without: 'a page that was cut off behind its records counts as whole',
      find: "if (this.#place === 'after page' && this.#inside && !this.#skipping)",
      replace: 'if (this.#line < 0)',
    },
    {
      without: 'the last page that is there passes for the last there is',
      find: 'this.#tellUnfollowed(found);\n    if (!this.#inside',
      replace: 'if (!this.#inside',
    },
    {
      without: 'a page of another answer passes for the next of this one',
      find: 'this.#unfollowed?.context === context ?',
      replace: 'context !== 0 ?',
    },
    {
      without: 'fewer records than the answer counts pass for all of them',
      find: 'else if (answer.total > answer.records)',
      replace: 'else if (answer.total < 0)',
    },
    {
      without: 'a file cut off between two records counts as whole',
      find: "if (!this.#inside && (this.#place === 'list' || this.#place === 'page') && found.length === 0)",
      replace: 'if (this.#line < 0)',
    },
    {
      without: 'one broken record takes the rest of the file with it',
      find: "return 'reason' in value ? this.#recover(whole) : undefined;",
      replace: 'return undefined;',
    },
    {
      without: 'a record of any size is held in memory',
      find: 'if (this.#size <= this.#longest) return [];',
      replace: 'if (this.#size >= 0) return [];',
    },
    {
      without: 'a hostile file is read for hours',
      find: ' || this.#recoveries >= mostRecoveries',
    },
  ]),
  ...inFile('functions/audit-log/export/page.ts', envelopes, [
    {
      without: 'a second list in a page is passed over in silence',
      find: "? 'this page contains more than its list of records, and the rest was not read'",
      replace: '? undefined',
    },
    {
      without: 'a page that says that it is not all counts as whole',
      find: ': whyIncomplete(fields);',
      replace: ': undefined;',
    },
  ]),
  ...inFile('functions/audit-log/export/incomplete.ts', envelopes, [
    {
      without: 'the first page of an answer passes for all of it',
      find: 'next.test(name)',
      replace: "name === '-'",
    },
    {
      without: 'an answer whose time was up counts as whole',
      find: '(unfinished.test(name) && isTrue(value)) ||',
    },
    {
      without: 'an answer that failed in part counts as whole',
      find: '(failed.test(name) && holdsAnything(value)) ||',
    },
    {
      without: 'an answer without what lies on a failed shard counts as whole',
      find: "part === 'failed' ||",
    },
    {
      without: 'an answer without what lies in a cluster out of reach counts as whole',
      find: " || (of === '_clusters' && ['skipped', 'partial', 'running'].includes(part))",
    },
    {
      without: 'the count that a page gives is not believed',
      find: 'total.test(name)',
      replace: "name === '-'",
    },
  ]),
  ...inFile('functions/audit-log/export/found-counts.ts', envelopes, [
    {
      without: 'part of what a search found passes for all of it',
      find: 'Math.ceil(group.here / found)',
      replace: 'Math.floor(group.here / found)',
    },
    {
      without: 'a record that is there twice stands in for one that is missing',
      find: 'if (id !== undefined) count(group, id);',
    },
    {
      without: 'a row that is there twice stands in for one that is missing',
      find: 'if (index >= 1 && index <= found) count(group, index);\n        else',
      replace: 'if (index < 1 || index > found)',
    },
    {
      without: 'a row at a place that there is not stands in for one that is missing',
      find: 'else group.misplaced += 1;',
    },
    {
      without: 'an answer without any of what was found counts as whole',
      find: 'group.settled ? 0 : 1',
      replace: '0',
    },
    {
      without: 'what every search found is kept in memory',
      find: 'if (kept > mostKept) forget(group, undefined);',
    },
  ]),
  ...inFile('functions/audit-log/export/searches.ts', envelopes, [
    {
      without: 'a search that gave up passes for one that found nothing more',
      find: 'if (found === 0) gaveUp = true;\n      else if',
      replace: 'if (found !== 0)\n        if',
    },
    {
      without: 'the ten documents that Elasticsearch shows pass for all it found',
      find: 'hits.expect(total.value);',
    },
    {
      without: 'as many documents as Elasticsearch counted to pass for all there are',
      find: 'ended || here > value',
      replace: 'ended || here >= value',
    },
    {
      without: 'what Splunk showed while it was searching passes for all it found',
      find: "if ('preview' in row && row.preview === true && 'result' in row) isPreview = true;",
    },
  ]),
  ...inFile(
    'functions/audit-log/moment.ts',
    ['test/recording/record-changes.test.ts'],
    [
      {
        without: 'a record from the future makes all later news late',
        find: 'CreationTime > latestBelieved(now)',
        replace: 'CreationTime > now && CreationTime < now',
      },
    ],
  ),
  ...inFile('functions/audit-log/export/read-records.ts', envelopes, [
    {
      without: 'a record from the future is read as if it had happened',
      find: 'latest !== undefined && CreationTime > latest',
      replace: 'latest !== undefined && CreationTime.length === 0',
    },
  ]),
  ...inFile(
    'functions/recording/record-change.ts',
    ['test/recording/record-changes.test.ts'],
    [
      {
        without: 'a record from the future is recorded',
        find: 'if (isAhead(record, recording.now)) throw new Error(ahead);\n  const listChange',
        replace: 'const listChange',
      },
    ],
  ),
  ...inFile('functions/audit-log/object-name.ts', recognise, [
    {
      without: 'what was typed is taken for another object than the log says it was',
      find: '(isFirst ? [objectId, typed] : [typed, objectId])',
      replace: '[typed, objectId]',
    },
    {
      without: 'a rename is lost where the log names the object as it is called afterwards',
      find: ' && objectId.toLowerCase() !== given?.toLowerCase()',
    },
  ]),
  ...inFile('functions/audit-log/export/json-lines.ts', envelopes, [
    {
      without: 'a line that is too long is lost unseen',
      find: 'yield { line, reason: tooLong, recordlike: true };',
    },
    {
      without: 'a line that is no UTF-8 is lost unseen',
      find: 'if (text === undefined) yield { line, reason: notUtf8, recordlike: looksLikeRecord(bytes) };',
      replace: 'if (text === undefined) continue;',
    },
  ]),
  ...inFile('functions/audit-log/export/lines.ts', envelopes, [
    {
      without: 'a line of any length is held in memory',
      find: 'if (size > longest) parts = [];',
      replace: 'if (size < 0) parts = [];',
      tests: ['test/audit-log/lines.test.ts'],
    },
    { without: 'the last line without its end is lost', find: 'if (size > 0) yield [finish()];' },
    {
      without: 'letters beyond ASCII are read as others',
      find: 'const isPlain = isAscii(bytes);',
      replace: 'const isPlain = isAscii(bytes) || size >= 0;',
    },
  ]),
  ...inFile('functions/audit-log/export/read-records.ts', envelopes, [
    {
      without: 'a file that was cut off counts as read to its end',
      find: 'yield [{ ok: false, line, reason: why, source }];',
    },
    {
      without: 'a file of something else counts as one without findings',
      find: 'if (doubtful && doubtful.length > 0) throw new UnreadableExport(otherJson);',
    },
    {
      without: 'an archive of which a part was not read counts as empty',
      find: 'error instanceof CutShort ? error.message : left',
      replace: 'error instanceof CutShort ? error.message : undefined',
    },
    {
      without: 'a large file of something else is held in memory',
      find: 'if (doubtful.length > mostDoubtful) throw new UnreadableExport(otherJson);',
    },
    {
      without: 'malformed entries before the first record are lost unseen',
      find: 'yield* doubtful;\n          doubtful = undefined;',
      replace: 'doubtful = undefined;',
    },
  ]),
  ...inFile('functions/audit-log/export/encoding.ts', envelopes, [
    {
      without: 'UTF-16 without its mark reads as an empty file',
      find: 'if (utf16)',
      replace: 'if (start.length < 0)',
    },
    {
      without: 'bytes that are no text are guessed at',
      find: "new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })",
      replace: "new TextDecoder('utf-8', { ignoreBOM: true })",
    },
    {
      without: 'an empty file is an export without findings',
      find: "if (start.length === 0) throw new UnreadableExport('the file is empty', { empty: true });",
    },
  ]),
  ...inFile('functions/audit-log/export/unpack.ts', envelopes, [
    {
      without: 'a damaged archive counts as read to its end',
      find: 'if (state.failure) throw toCutShort(state.failure);',
    },
    {
      without: 'what stands behind a padded archive is lost unseen',
      find: '        leave();\n',
    },
  ]),
  ...inFile('bin/commands/replay.ts', replay, [
    {
      without: 'an export of which a part was not read counts as read to its end',
      find: 'return counts.read > counts.malformed ? 1 : 2;',
      replace: 'return 0;',
    },
    {
      without: 'an export without a record in it looks like one without findings',
      find: 'if (tally.counts().read === before)',
      replace: 'if (tally.counts().read < before)',
    },
    {
      without: 'a malformed record is not told of',
      find: 'if (reason !== undefined) notRead.add({ file: name, line: read.line, reason });',
    },
    {
      without: 'a file that breaks off is not told of',
      find: 'notRead.add({ file: name, reason: whyNot(error) });',
      replace: 'whyNot(error);',
    },
    {
      without: 'a moment without a zone means another one elsewhere',
      find: '(?:Z|[+-]\\d{2}:\\d{2})$/i',
      replace: '/i',
    },
    {
      without: 'a mistake of ours looks like a bad file',
      file: 'bin/commands/read-file.ts',
      find: "if (typeof code !== 'string') throw error;",
    },
  ]),
  ...inFile('functions/collection/activity-api.ts', api, [
    {
      without: 'the token goes to wherever an answer points',
      find: 'return url?.origin === root.origin ? url : undefined;',
      replace: 'return url;',
    },
    {
      without: 'a list that goes round in a circle is read for ever',
      find: 'if (seen.has(url.href) || seen.size >= mostPages)',
      replace: 'if (seen.size >= 50)',
    },
    {
      without: 'a token of the audit log that was revoked is never renewed',
      find: 'received.status === 401 && !renewed',
      replace: 'received.status === 401 && !asked',
    },
    {
      without: 'only the first page of a list of blobs is read',
      find: "if (page.next === null || page.next === '') return;",
      replace: 'if (page.next !== undefined) return;',
    },
    {
      without: 'part of a second is never asked about',
      find: 'Math.ceil(toMillis(end) / 1000)',
      replace: 'Math.floor(toMillis(end) / 1000)',
    },
    {
      without: 'requests count against one pool for everybody',
      find: 'PublisherIdentifier=${encodeURIComponent(publisher)}',
      replace: 'Publisher=${encodeURIComponent(publisher)}',
    },
  ]),
  ...inFile('functions/collection/refusal.ts', api, [
    {
      without: 'throttling looks like a missing permission',
      find: " || code?.toUpperCase() === 'AF429'",
    },
  ]),
  ...inFile(
    'functions/collection/collect-blob.ts',
    ['test/collection/collect-blob.test.ts', ...collect],
    [
      {
        without: 'a blob that broke off counts as read',
        find: 'if (!ends.areList())',
        replace: 'if (ends.size < 0)',
      },
      { without: 'the last records of a blob are lost', find: 'if (waiting.length > 0) await handOver();' },
      {
        without: 'all the records of a blob are held in memory',
        find: 'waiting.length >= batch.records || (waiting',
        replace: '(waiting',
      },
      {
        without: 'a hundred records of any size are held in memory',
        find: ' || (waiting.length > 0 && ends.size - since >= batch.bytes)',
      },
      {
        without: 'records that can never be taken count as published',
        find: 'published += waiting.length - untakeable;',
        replace: 'published += waiting.length;',
      },
      {
        without: 'records that cannot be read are not counted',
        find: 'if (!found.ok) failed += 1;',
        replace: 'if (!found.ok) continue;',
      },
    ],
  ),
  ...inFile('functions/collection/collect-window.ts', collect, [
    {
      without: 'a window counts as seen although a blob of it was not read',
      find: 'const complete = open === 0 && hasTime();',
      replace: 'const complete = hasTime();',
    },
    {
      without: 'a window counts as seen although time ran out',
      find: 'const complete = open === 0 && hasTime();',
      replace: 'const complete = open === 0;',
    },
    {
      without: 'what was read is read again each time',
      find: "if (before !== undefined && before.state !== 'failed') return;",
    },
    {
      without: 'trouble of the whole feed is taken for trouble of one blob',
      find: 'if (!(error instanceof FeedError) || !isLocal(error.code)) throw error;',
      replace: 'if (!(error instanceof FeedError)) throw error;',
    },
    {
      without: 'a blob that two pages list uses up two of its tries in one run',
      find: '!listed.has(contentId)',
      replace: 'contentId.length > 0',
    },
    {
      without: 'a blob that one page lists twice is read by two at once',
      find: '[...new Map(fresh.map((blob) => [blob.contentId, blob])).values()]',
      replace: 'fresh',
    },
    {
      without: 'blobs are begun that there is no time to read',
      find: 'if (!hasTime()) {\n      open += 1;\n      return;\n    }',
    },
    { without: 'pages are asked for that there is no time to read', find: 'if (!hasTime()) break;' },
    {
      without: 'content is asked for that has expired',
      find: 'if (toMillis(blob.contentExpiration) <= now())',
      replace: 'if (toMillis(blob.contentExpiration) <= 0)',
    },
  ]),
  ...inFile('functions/collection/collect-feed.ts', collect, [
    {
      without: 'a window Microsoft cannot list keeps all others from being seen',
      find: 'if (!(thrown instanceof FeedError) || !isLocal(thrown.code)) throw thrown;',
      replace: 'throw thrown;',
    },
    {
      without: 'an outage of Microsoft’s is asked about window by window',
      find: 'if (unlisted.length >= mostUnlisted) throw thrown;',
    },
    {
      without: 'what a run has just fetched counts as a gap',
      find: '...(seen && { seen: addSeen(progress.seen ?? [], [seen]) }),',
    },
    { without: 'a window that could not be listed goes unreported', find: 'error = unlisted[0];' },
    {
      without: 'a ledger that cannot be read looks as if nothing were missing',
      find: 'gapHours: week,',
      replace: 'gapHours: 0 * week,',
    },
    {
      without: 'a log that has gone silent raises no alarm',
      find: 'return plus(expected, silentAfter) < now;',
      replace: 'return plus(expected, silentAfter) > now && false;',
    },
    {
      without: 'what was within reach at first is asked for when it is not any more',
      find: 'latest(planned.start, oldestMoment(fromMillis(now())))',
      replace: 'planned.start',
    },
  ]),
  ...inFile('functions/collection/collect-feed.ts', collect, [
    {
      without: 'the notes of a week are read at each run',
      find: 'if (progress.seen === undefined) {',
      replace: 'if (progress.seen !== null) {',
    },
  ]),
  ...inFile(
    'functions/collection/seen.ts',
    ['test/collection/seen.test.ts'],
    [
      {
        without: 'what was seen early counts as seen late, and late content is never looked for',
        find: 'before.fetchedAt < after.fetchedAt ? before.fetchedAt : after.fetchedAt',
        replace: 'after.fetchedAt',
      },
      {
        without: 'every fetch of a week stays a stretch of its own',
        find: 'const both = last && join(last, piece);',
        replace: 'const both = undefined;',
      },
      {
        without: 'a note by a clock that was ahead hides what is seen meanwhile',
        find: 'known.filter(({ fetchedAt }) => fetchedAt <= now)',
        replace: 'known',
      },
    ],
  ),
  ...inFile('functions/collection/collect-tenant.ts', collect, [
    {
      without: 'a content type that is empty for days raises an alarm',
      find: 'alwaysBusy.has(contentType) ? silentAfter : undefined',
      replace: 'silentAfter',
    },
    {
      without: 'a clock that is ahead counts as seen what is not there yet',
      find: 'return collecting.now() + ahead;',
      replace: 'return collecting.now();',
    },
    {
      without: 'a throttled tenant is asked for its next content type at once',
      find: 'if (isPostponed(report.error)) hindrance = report.error;',
    },
  ]),
  ...inFile(
    'functions/collection/plan.ts',
    ['test/collection/plan.test.ts'],
    [
      {
        without: 'what is about to be out of reach is asked for, and refused',
        find: "margin: duration('PT2M')",
        replace: "margin: duration('PT0S')",
      },
      {
        without: 'what was seen too early counts as settled',
        find: 'minus(seenAt, rules.settled),',
        replace: 'end,',
      },
      {
        without: 'part of a second that was not asked about counts as asked',
        find: 'Math.floor(toMillis(at) / 1000) * 1000',
        replace: 'Math.ceil(toMillis(at) / 1000) * 1000',
      },
      {
        without: 'the first blobs of a subscription, which come late, are never seen',
        find: 'seenAt < begun ? startedAt : end',
        replace: 'seenAt < begun ? end : end',
      },
      {
        without: 'a window fetched by a clock that was ahead is not fetched again',
        find: 'planning.fetched.filter(({ fetchedAt }) => fetchedAt <= now)',
        replace: 'planning.fetched',
      },
      {
        without: 'blobs that come into view late are never seen',
        find: "overlap: duration('PT1H')",
        replace: "overlap: duration('PT1M')",
      },
      {
        without: 'half a day is never looked at once more',
        find: 'subtractStretches(window, settled).length > 0',
        replace: 'subtractStretches(window, settled).length > 9',
      },
      {
        without: 'Microsoft is asked for longer than it answers',
        find: 'splitStretch(gap, millis(rules.longest))',
        replace: '[gap]',
      },
      {
        without: 'nobody is warned of a gap that is about to expire',
        find: 'gaps.flatMap(({ start, end }) => (start < line',
        replace: "gaps.flatMap(({ start, end }) => (start < ''",
      },
    ],
  ),
  ...inFile('functions/collection/blob-state.ts', collect, [
    {
      without: 'content that has expired is asked for again and again',
      find: "if (code === 'gone') return lost('expired');",
    },
    {
      without: 'a blob is given up although it was asked for twice only in a day',
      find: 'attempts >= mostUnavailable && ',
    },
    {
      without: 'a blob is given up at the first bad connection',
      find: "if (code === 'broken' && attempts >= mostBroken)",
      replace: "if (code === 'broken')",
    },
    {
      without: 'a blob is given up in an outage of an hour',
      find: ' && firstAt <= minus(at, unavailableFor)',
    },
    {
      without: 'a blob that cannot be read is tried for ever',
      find: "if (code === 'broken' && attempts >= mostBroken) return lost('broken');",
    },
  ]),
  ...inFile('functions/collection/subscription.ts', collect, [
    {
      without: 'a subscription that never comes on is no error',
      find: ' && now < plus(startedAt, planRules.firstBlobs)',
    },
    {
      without: 'what happened while the subscription was off counts as seen',
      find: 'await ledger.noteBlind(feed, { start: progress.enabledAt, end: at });',
      replace: '{ /* nothing */ }',
    },
    {
      without: 'Microsoft is asked every five minutes to start',
      find: 'progress.startedAt > minus(at, betweenStarts)',
      replace: "progress.startedAt > '9999'",
    },
  ]),
  ...inFile(
    'functions/collection/run-in-parallel.ts',
    ['test/collection/run-in-parallel.test.ts', ...collect],
    [
      { without: 'after a failure new work is begun', find: 'if (failures.length > 0) return;' },
      { without: 'a failure among several is lost', find: 'if (failures.length > 0) throw failures[0];' },
    ],
  ),
  ...inFile(
    'functions/collect-audit-log.ts',
    ['test/collection/collect-audit-log.test.ts'],
    [
      {
        without:
          'a first deployment whose policy names tenants raises alarms of the collector before secrets are stored',
        find: '  throwIfNothingIsSetUp(reports);',
      },
      {
        without: 'a run begins what it cannot finish',
        find: '!signal.aborted && remaining() > leastToBegin',
        replace: '!signal.aborted',
      },
      {
        without: 'what is under way at the end of a run is cut off in the middle',
        find: 'Math.max(0, remaining() - leastToFinish)',
        replace: '1e9',
      },
      {
        without: 'throttling raises the alarm of a tenant that cannot be collected from',
        find: 'error !== undefined && !isPostponed(error)',
        replace: 'error !== undefined',
      },
      {
        without: 'content that was given up is told to nobody',
        find: "logger.error('content of the audit log is lost', { code: 'BLOB_LOST', ...note });",
      },
      {
        without: 'notes that cannot be read are told to nobody',
        find: 'if (report.notesUnreadable > 0)',
        replace: 'if (report.notesUnreadable < 0)',
      },
      {
        without: 'a part of an audit log that is about to be out of reach raises no alarm',
        find: 'endangeredHours > 0 ? 1 : 0',
        replace: 'endangeredHours > 1e9 ? 1 : 0',
      },
      {
        without: 'a log that fell silent raises no alarm',
        find: 'silent ? 1 : 0',
        replace: '0',
      },
      {
        without: 'the hours that are missing raise no alarm',
        find: 'most(({ gapHours }) => gapHours)',
        replace: '0',
      },
      {
        without: 'records that did not get onto the bus count as published',
        find: 'if (passing)\n',
        replace: 'if (passing && records.length < 0)\n',
      },
      {
        without: 'a record too large for the bus keeps its blob from ever being read',
        find: "({ code }) => code !== 'TooLarge'",
        replace: '({ code }) => code.length > 0',
      },
      {
        without: 'a tenant that could not be collected from raises no alarm',
        find: 'if (failed.size > 0 || misspelt.length > 0)',
        replace: 'if (misspelt.length > 0)',
      },
      {
        without: 'a misspelt tenant is passed over in silence',
        find: 'if (failed.size > 0 || misspelt.length > 0)',
        replace: 'if (failed.size > 0)',
      },
      {
        without: 'the same tenant is always the last to be collected from',
        find: 'note: (tenant) => collection.ledger.noteBegun(tenant),',
        replace: 'note: () => Promise.resolve(),',
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/export/unwrap-record.ts',
    ['test/audit-log/read-records.test.ts'],
    [
      {
        without: 'of two records under one name the first is read, and the other lost',
        find: 'if (another !== undefined)',
        replace: 'if (another === value)',
      },
      {
        without: 'what stands in the place of a record and is none counts as one',
        find: 'isJsonObject(inner)\n      ? {',
        replace:
          "typeof inner !== 'undefined'\n      ? { value: Object(inner) as object } : inner === null ? {",
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/export/office-activity.ts',
    ['test/audit-log/read-records.test.ts'],
    [
      {
        without: 'the afternoon is read as the morning',
        find: "half.toUpperCase() === 'P' ? 12 : 0",
        replace: '0',
      },
      {
        without: 'noon is read as midnight of the next day',
        find: '(Number(hour) % 12)',
        replace: 'Number(hour)',
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/object-name.ts',
    ['test/audit-log/recognise.test.ts'],
    [
      {
        without: 'a rule of a protection is another one where the log names it by its path',
        find: '[A-Za-z]+Versioned',
        replace: 'TransportVersioned',
      },
      {
        without: 'what is called by its distinguished name is another object',
        find: 'common !== undefined',
        replace: "common === ''",
      },
    ],
  ),
  ...inFile(
    'functions/audit-log/export/query-answer.ts',
    ['test/audit-log/read-records.test.ts'],
    [
      { without: 'an answer of Azure Monitor is no export', find: 'readTables(value) ??' },
      { without: 'an answer of Elasticsearch is no export', find: '?? readHits(value)' },
      {
        without: 'an answer that says that it is not all counts as whole',
        find: 'why: hasNext(fields) ? morePages : whyIncomplete(fields)',
        replace: 'why: undefined',
      },
    ],
  ),
];
