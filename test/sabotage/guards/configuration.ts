/** Settings from files: that nothing which was lost or left out passes for something that is not set. */
import { inFile } from '../guard.ts';

const command = ['test/bin/assess.test.ts'];
const fixtures = ['test/bin/assess-fixtures.test.ts'];
const both = [...command, ...fixtures];

export const configurationGuards = [
  ...inFile('functions/kinds/transport-rule/idle.ts', command, [
    {
      without: 'a date in the form of some region is read as if it were American',
      find: 'if (!/^\\d{4}-\\d\\d-\\d\\dT/.test(written)) return undefined;',
    },
    { without: 'a rule that ends some day counts as ended', find: 'at <= now', replace: 'true' },
  ]),
  ...inFile('functions/kinds/tenant-allow/tenant-allow.ts', command, [
    {
      without: 'a list that was saved with blocks alone counts as one that holds no allows, without a word',
      find: '...(objects.every(isBlock) && { remark: onlyBlocks }),',
    },
  ]),
  ...inFile('functions/configuration/assess-objects.ts', fixtures, [
    {
      without: 'a switch that a spreadsheet wrote in another language counts as well set',
      find: 'if (unclear.length > 0)',
      replace: 'if (unclear.length > 9)',
    },
  ]),
  ...inFile('functions/configuration/saved-object.ts', both, [
    {
      without: 'a setting of which only a type is left counts as that text',
      find: 'isSetting(name) && isLost(name, each) ? [name] : []',
      replace: 'isSetting(name) && isLost(name, each) ? [] : []',
    },
    {
      without: 'a list that was joined to one text is one entry',
      find: '  isJoined(text);',
      replace: '  text === "";',
    },
    {
      without: 'a setting that became an object counts as not set',
      find: 'return isJsonObject(value) && !isEntry(value);',
      replace: 'return false;',
    },
    {
      without: 'a number is compared with a word',
      find: 'words.has(name) && isNumber(each) ? [name] : []',
      replace: 'words.has(name) && isNumber(each) ? [] : []',
    },
    {
      without: 'a range of addresses that was saved as an object is no address',
      find: 'if (Array.isArray(value)) return value.map(asText);',
    },
  ]),
  ...inFile('functions/configuration/assess-objects.ts', both, [
    {
      without: 'a rule that was saved in part is judged by what is there',
      find: 'const missing = saved.whole.filter((property) => !(property in object));',
      replace: 'const missing: readonly string[] = saved.whole.filter(() => false);',
    },
    {
      without: 'what was lost of an object is left out of what is judged',
      find: 'if (counts.length > 0)',
      replace: 'if (counts.length > 999)',
    },
    {
      without: 'what could not be read counts as read',
      find: 'failed.add(object);',
    },
    {
      without: 'what nothing tells the type of is not told',
      find: 'for (const { object, why } of untold)',
      replace: 'for (const { object, why } of untold.slice(1))',
    },
    {
      without: 'what a tool could not ask counts as asked',
      find: 'if (calls.some(({ call }) => call.cmdlet === command))',
      replace: 'if (calls.length === 0)',
    },
    {
      without: 'a kind is looked at because another kind of the same answer is',
      find: 'looked.has(`${kind} ${commandOf(call)}`) ||',
      replace: '[...looked].some((one) => one.endsWith(` ${commandOf(call)}`)) ||',
    },
    {
      without: 'what a tool asked for and kept too little of counts as looked at',
      find: "kindOf(kind).form === 'object' &&",
      replace: '',
    },
  ]),
  ...inFile('functions/configuration/find-objects.ts', both, [
    {
      without: 'what stands beside something that is known is passed over in silence',
      find: 'if (known[at] !== true && one !== null) unknown.push({ line, value: one });',
    },
    {
      without: 'what was saved in part within a larger export is passed over in silence',
      find: 'if (isInPart(saved)) {',
      replace: 'if (line < 0) {',
    },
    {
      without: 'what stands under the name of a cmdlet and is not known is passed over in silence',
      find: 'if (given.length > 0) return true;',
      replace: 'unknown.length = 0;',
    },
    {
      without: 'nesting without end ends the command',
      find: 'if (depth > most) return true;',
    },
    {
      without: 'an answer that was kept as text is passed over',
      find: 'return inText !== undefined && visit(inText, line, group, depth);',
      replace: 'return false;',
    },
    {
      without: 'an answer without its next page counts as whole',
      find: 'if (hasNext(Object.entries(value))) unread.push({ line, reason: morePages });',
    },
    {
      without: 'a rule of a preset is taken for three others as well',
      find: '.filter(({ telling }) => !matched.some((other) => isWithin(telling, other.telling)))',
    },
  ]),
  ...inFile('functions/configuration/read-values.ts', both, [
    {
      without: 'a file of any length is held',
      find: 'if (size > most)',
      replace: 'if (most < 0)',
    },
    {
      without: 'a row of other columns is left out in silence',
      find: "else unread.push({ line, reason: 'the row does not have the columns of the header' });",
    },
  ]),
  ...inFile('functions/kinds/list-answer.ts', command, [
    {
      without: 'an entry that cannot be read is left out of its list',
      find: "throw new UnreadableAnswer('Exchange gave an entry of a list in a form that Lapse cannot read.');",
      replace: 'return [];',
    },
  ]),
  ...inFile('bin/commands/assess.ts', both, [
    {
      without: 'files of which a part was not read end with 0',
      find: 'return notRead.count === 0 ? 0 : 1;',
      replace: 'return 0;',
    },
    {
      without: 'files in which nothing was read end with 1',
      find: 'if (!isAnything) return 2;',
    },
    {
      without: '--fail-on passes whatever was found',
      find: 'if (isAsDangerous(assessed, wanted.failOn)) return 3;',
    },
    {
      without: 'an exception that is switched off fails a pipeline',
      find: "state === 'on' && rank(risk)",
      replace: 'rank(risk)',
    },
    {
      without: 'a name in the JSON steers the terminal',
      find: '.replaceAll(/[\\p{Cf}\\x7f-\\x9f\\u2028\\u2029]/gu, escaped)',
    },
  ]),
  ...inFile('bin/commands/assess-table.ts', both, [
    {
      without: 'assess says that there are no exceptions in what it could not read',
      find: 'if (!allRead)',
      replace: 'if (exceptions.length > 0)',
    },
    {
      without: 'assess says that there are no exceptions, although much was not given',
      find: 'return notLookedAt.length === 0',
      replace: 'return notLookedAt.length >= 0',
    },
    {
      without: 'what protects is called an exception like any other',
      find: "remedy === 'escalate'",
      replace: "remedy !== 'escalate'",
    },
  ]),
];
