/** Mail statistics: that nothing counts twice, and nothing that was not read counts as nothing. */
import { inFile } from '../guard.ts';

const read = ['test/evidence/read-evidence.test.ts'];
const join = ['test/evidence/join-messages.test.ts'];
const match = ['test/behaviour/match.test.ts'];
const coverage = ['test/behaviour/coverage.test.ts'];
const files = ['test/bin/evidence-files.test.ts'];
const store = ['test/register/usage.test.ts'];
const words = ['test/behaviour/usage-words.test.ts'];

export const evidenceGuards = [
  ...inFile('functions/audit-log/export/encoding.ts', read, [
    {
      without: 'a trace in UTF-16 without its mark is refused as binary',
      find: 'if (utf16 && unmarked)',
      replace: 'if (utf16 && unmarked && start.length < 0)',
    },
  ]),
  ...inFile('functions/evidence/table-rows.ts', read, [
    {
      without: 'a subject that looks like a row becomes one',
      find: 'open.lines.push(line);',
      replace:
        'if (isEven) { open = undefined; yield readRow([line], head); return; } open.lines.push(line);',
    },
    {
      without: 'a quote that is never closed takes the rest of the file with it',
      find: 'yield rowsIn(rest.slice(1));',
    },
    {
      without: 'a row that lost cells is read with those of other columns',
      find: 'if (cells.length !== count)',
      replace: 'if (cells.length < 0)',
    },
  ]),
  ...inFile('functions/evidence/read-rows.ts', read, [
    {
      without: 'mail statistics that were cut off count as read to their end',
      find: 'left = error.message;',
    },
  ]),
  ...inFile('functions/evidence/read-evidence.ts', read, [
    {
      without: 'a row from the future is believed',
      find: 'isFuture(read.at, now)',
      replace: 'isFuture(now, now)',
    },
  ]),
  ...inFile('functions/evidence/email-event.ts', read, [
    {
      without: 'a check of which nothing is known counts as failed',
      find: "if (!check || ['', 'unknown', 'temperror', 'timeout'].includes(said)) return [];",
      replace: 'if (!check) return [];',
    },
    {
      without: 'a column that is not there says that no rule applied',
      find: '...((hasRules || rules.length > 0) && { rules }),',
      replace: 'rules,',
    },
    {
      without: 'words that nobody knows say that no list let it past',
      find: 'return /transport rule|simulation|secops/i.test(policy) ? [] : undefined;',
      replace: 'return [];',
    },
  ]),
  ...inFile('functions/evidence/extended-trace.ts', read, [
    {
      without: 'a message of which the filters wrote nothing down went through no rule',
      find: '...((isFiltered || rules.length > 0) && { rules }),',
      replace: 'rules,',
    },
    {
      without: 'what a sender calls their server names a rule',
      find: "if (!kind.startsWith('S:')) continue;",
      replace: "if (entry.includes('S:TRA=ETR')) rules.set(entry.slice(-36), { guid: entry.slice(-36) });",
    },
  ]),
  ...inFile('functions/evidence/join-messages.ts', join, [
    {
      without: 'a message whose last row comes late counts twice',
      find: 'if (!before && known.see(key)) return late(key, row);',
    },
    {
      without: 'a recipient who was counted counts again',
      find: 'row.recipients.filter((one) => !known.see(`${key} ${one}`)).length',
      replace: 'row.recipients.length',
    },
    {
      without: 'messages without end are held in memory',
      find: 'if (newer.size < half) return none;',
      replace: 'if (newer.size >= 0) return none;',
    },
  ]),
  ...inFile('functions/evidence/collect-usage.ts', files, [
    {
      without: 'a file that was read in part says that a rule is unused',
      find: 'isWhole = lost === 0 &&',
      replace: 'isWhole =',
    },
  ]),
  ...inFile('functions/register/usage.ts', store, [
    {
      without: 'a file that tells less replaces what is known',
      find: "'attribute_not_exists(pk) OR messages < :messages OR (messages = :messages AND recipients < :recipients)',",
      replace: "'attribute_not_exists(pk) OR :messages >= :messages OR :recipients >= :recipients',",
    },
    {
      without: 'what went through an exception is kept for ever',
      find: ', [timeToLive]: endOf(day, keptFor)',
    },
  ]),
  ...inFile('functions/register/usage-item.ts', store, [
    {
      without: 'long names make an item as large as whoever sends mail likes',
      find: 'while (Buffer.byteLength(text) > longest && named > 0)',
      replace: 'while (named < 0)',
    },
  ]),
  ...inFile('functions/kinds/traces.ts', match, [
    {
      without: 'a rule that logs nothing passes for unused',
      find: "? 'the rule is set to log nothing (SetAuditSeverity DoNotAudit)'",
      replace: '? undefined',
    },
  ]),
  ...inFile('functions/behaviour/match.ts', match, [
    {
      without: 'a message through another rule of that name counts for this one',
      find: 'guid === undefined ? all : unread',
      replace: 'all',
    },
    {
      without: 'an address on the allow list is use, whether or not the list let it past',
      find: "via.lists ? 'certain' : 'possible'",
      replace: "'certain'",
    },
    {
      without: 'mail through a connector passes for Direct Send',
      find: ' && via.connectors?.length === 0',
    },
  ]),
  ...inFile('functions/behaviour/coverage.ts', coverage, [
    {
      without: 'the day on which a file begins counts as known whole',
      find: 'isWhole && !isEdge ?',
      replace: 'isWhole ?',
    },
    {
      without: 'a month without a row counts as a month without mail',
      find: 'if (after === undefined || daysBetween(date, after) > longestSilence) continue;',
      replace: 'if (after === undefined) continue;',
    },
  ]),
  ...inFile('functions/behaviour/use.ts', words, [
    {
      without: 'what nothing shows passes for unused',
      find: "why !== undefined ? 'unknown'",
      replace: "why === '' ? 'unknown'",
    },
    {
      without: 'a day that is known in part passes for a day without use',
      find: "extents.get(date) === 'whole' && !used.has(date)",
      replace: 'extents.has(date) && !used.has(date)',
    },
    {
      without: 'mail of which two sources tell counts twice',
      find: 'best.set(day.date, before ? fuller(before, day) : day);',
      replace: 'best.set(`${day.date} ${day.source}`, day);',
    },
  ]),
];
