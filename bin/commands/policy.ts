import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { kinds } from '#kinds/registry.ts';
import { fromMillis } from '#time/instant.ts';
import type { Instant } from '#time/instant.ts';
import { messageOf, Refusal } from '#lib/local/refusal.ts';
import { toPrintable, shorten, formatTable } from '#lib/local/terminal.ts';
import { explainPolicy } from '../policy/explain.ts';
import { createPolicyJsonSchema } from '../policy/json-schema.ts';
import { describeMistake, parsePolicy } from '#policy/policy-file.ts';
import { previewPolicy } from '../policy/preview.ts';
import { isAuditRecord, readObject } from '../policy/read-object.ts';
import { exceptionSchema } from '#register/exception-schema.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { DescribedObject } from '#policy/owner.ts';
import type { Policy } from '#policy/policy.ts';
import type { Explanation } from '../policy/explain.ts';
import type { Preview } from '../policy/preview.ts';
import { readArguments, unusable } from './arguments.ts';
import { readTextFile } from './read-file.ts';
import { openReader, readerHelp, readerOptions } from './read-register.ts';
import { printUnreadable } from './register-table.ts';
import { tryParseJson } from '#values/json.ts';

const help = `usage: lapse policy check [FILE] [--local] [--explain ID|SETTINGS.json] [options]
       lapse policy diff OLD NEW [--register FILE.json] [options]
       lapse policy schema

check   lists every mistake in a policy (policy.yaml), with its line, what was found and what was expected;
        what must be replaced before it is deployed; and, as warnings, values that quietly defeat a safeguard;
        with --explain, why an exception is risky, which of its rules apply to it, and why
diff    lists which recorded deadlines another policy would move, before it is put into force
schema  writes policy.schema.json, with which editors check and complete policies

  --local                check it for the local deployment, where placeholders are allowed
  --explain ID           an exception in the register
  --explain FILE.json    the settings of an object, as Exchange or the register prints them
  --kind KIND            the kind of those settings: ${kinds.slice(0, 3).join(', ')}, …
  --register FILE.json   a register as lapse list --all --json prints it, instead of the one running here
${readerHelp}

Exit code 0: the policy is sound, perhaps with warnings. 1: it has mistakes or placeholders. 2: the arguments cannot be
used.`;

const project = join(import.meta.dirname, '..', '..');

const options = {
  ...readerOptions,
  local: { type: 'boolean', default: false },
  explain: { type: 'string' },
  kind: { type: 'string' },
  register: { type: 'string' },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  const [verb, ...files] = positionals;
  if (values.help) {
    console.log(help);
    return 0;
  }
  if (verb === 'check' && files.length <= 1) return check(files[0], values);
  if (verb === 'diff' && files.length === 2) return diff(files[0] ?? '', files[1] ?? '', values);
  if (verb === 'schema' && files.length === 0) return schema();
  throw new Refusal(
    verb === undefined
      ? 'lapse policy: no command was given'
      : `lapse policy ${positionals.join(' ')} cannot be used`,
    'it takes: check [FILE], diff OLD NEW, or schema',
    'see --help',
    unusable,
  );
}

async function check(given: string | undefined, values: Values): Promise<number> {
  const file = given ?? (existsSync('policy.yaml') ? 'policy.yaml' : join(project, 'policy.yaml'));
  const parsed = parsePolicy(readTextFile(file));
  if ('mistakes' in parsed) {
    const { mistakes } = parsed;
    if (values.json) console.log(JSON.stringify({ file, sound: false, mistakes }, undefined, 2));
    else {
      for (const mistake of mistakes) console.error(toPrintable(describeMistake(file, mistake)));
      console.error(`${said(mistakes, 'mistake')} in ${file}`);
    }
    return 1;
  }
  if (values.explain === undefined) {
    const placeholders = values.local ? [] : parsed.placeholders;
    const { warnings } = parsed;
    const sound = placeholders.length === 0;
    if (values.json)
      console.log(JSON.stringify({ file, sound, mistakes: [], placeholders, warnings }, undefined, 2));
    else {
      for (const warning of warnings)
        console.error(toPrintable(`warning: ${describeMistake(file, warning)}`));
      for (const placeholder of placeholders) console.error(toPrintable(describeMistake(file, placeholder)));
      if (sound)
        console.log(`${file} is sound${warnings.length === 0 ? '' : `; ${said(warnings, 'warning')}`}`);
      else
        console.error(
          `${said(placeholders, 'placeholder')} in ${file}: put your own in before you deploy. ` +
            'They are fine for the local deployment: --local.',
        );
    }
    return sound ? 0 : 1;
  }
  const object = await explained(values.explain, values);
  const explanation = explainPolicy(object, parsed.policy);
  if (values.json) console.log(JSON.stringify({ file, name: object.name, explanation }, undefined, 2));
  else console.log(told(object, explanation));
  return 0;
}

const said = ({ length }: readonly unknown[], what: string): string =>
  `${length} ${what}${length === 1 ? '' : 's'}`;

/** The settings in a file, or those of an exception on record. */
async function explained(which: string, values: Values): Promise<DescribedObject> {
  if (existsSync(which)) {
    const json = documentIn(which);
    const printed = printedSchema.safeParse(json);
    if (printed.success) return printed.data.stored;
    const object = readObject(json, values.kind);
    if ('object' in object) return object.object;
    throw new Refusal(`${which} cannot be explained`, object.why, object.what, unusable);
  }
  if (which.endsWith('.json'))
    throw new Refusal(`${which} cannot be read`, 'there is no such file', 'check the path', unusable);
  const found = await (await openReader(values)).show(which);
  if (found) return found.exception.stored;
  throw new Refusal(
    `there is no exception ${which}`,
    'the register does not know it',
    'lapse list prints them',
  );
}

function told({ name, kind }: DescribedObject, explanation: Explanation | undefined): string {
  if (!explanation) return toPrintable(`${kind} "${name}" lets nothing past: no rule applies.`);
  const { risk, explained, rules, ladder } = explanation;
  return [
    `${kind} "${name}" is ${risk} risk:`,
    ...explained.flatMap(({ id, risk, text, engineer, setting, value, narrow }) => [
      `  ${id} (${risk}) ${text}`,
      `    ${engineer}`,
      `    Rests on: ${setting}${value === '' ? '' : ` = ${value}`}`,
      `    To narrow it: ${narrow}`,
    ]),
    '',
    formatTable(
      ['RULE', 'SAYS', 'BECAUSE'],
      rules.map(({ field, value, why }) => [field, shorten(value, 60), shorten(why, 110)]),
    ),
    '',
    'Asked, until somebody is reached:',
    ...ladder.map((rung, index) => `  ${index + 1}. ${rung}`),
  ]
    .map((line) => line.split('\n').map(toPrintable).join('\n'))
    .join('\n');
}

async function diff(before: string, after: string, values: Values): Promise<number> {
  const [old, next] = [soundPolicy(before), soundPolicy(after)];
  const { exceptions, now } =
    values.register === undefined
      ? await onRecord(values)
      : { exceptions: storedIn(jsonIn(values.register), values.register), now: fromMillis(Date.now()) };
  const changes = previewPolicy(exceptions, old, next, now);
  console.log(values.json ? JSON.stringify({ now, ...changes }, undefined, 2) : shown(changes));
  return 0;
}

function shown({ moves, silence, reminders, looked, held }: Preview): string {
  const lines = [
    `${looked} exceptions are open; ${moves.length} deadlines would move.`,
    ...(moves.length === 0
      ? []
      : [
          '',
          formatTable(
            ['ID', 'RISK', 'STATE', 'NAME', 'OWNER', 'DEADLINE NOW', 'WOULD BE', ''],
            moves.map(({ id, risk, state, name, owner, from, to, soon }) => [
              id,
              risk,
              state,
              shorten(name, 40),
              shorten(owner, 32),
              from,
              to,
              soon ? 'lapses at the end of its least notice' : to < from ? 'sooner' : 'later',
            ]),
          ),
        ]),
    ...(silence.length === 0
      ? []
      : [
          '',
          'Silence would have a different result:',
          ...silence.map(
            ({ id, name, from, to }) => `  ${id} "${shorten(name, 40)}": ${to} instead of ${from}`,
          ),
        ]),
    ...held.map(
      ({ tenant, deadlines }) =>
        `\nThe ${deadlines} that come nearer in tenant ${tenant} wait until an approver types /lapse release: so many at once may be a mistake.`,
    ),
    ...(reminders === 0 ? [] : ['', `${reminders} would only be reminded at different times.`]),
  ];
  return lines.map((line) => line.split('\n').map(toPrintable).join('\n')).join('\n');
}

async function onRecord(values: Values): Promise<{ exceptions: readonly Exception[]; now: Instant }> {
  const reader = await openReader(values);
  const { exceptions, unreadable } = await reader.all();
  printUnreadable(unreadable);
  return { exceptions: storedIn(exceptions, 'what answers'), now: await reader.now() };
}

const printedSchema = z.object({ stored: exceptionSchema });

function storedIn(json: unknown, source: string): readonly Exception[] {
  const printed = z.array(printedSchema).safeParse(json);
  if (printed.success) return printed.data.map(({ stored }) => stored);
  const { path = [], message = '' } = printed.error.issues[0] ?? {};
  throw new Refusal(
    `${source} is not a register`,
    [path.join('.'), message].filter(Boolean).join(': '),
    'save what lapse list --all --json prints',
    unusable,
  );
}

function soundPolicy(file: string): Policy {
  const parsed = parsePolicy(readTextFile(file));
  if ('policy' in parsed) return parsed.policy;
  throw new Refusal(
    `${file} has mistakes`,
    parsed.mistakes.map((mistake) => describeMistake(file, mistake)).join('\n  '),
    'correct them first',
  );
}

function schema(): number {
  const file = join(project, 'policy.schema.json');
  writeFileSync(file, `${JSON.stringify(createPolicyJsonSchema(), undefined, 2)}\n`);
  console.log(`written: ${file}`);
  return 0;
}

/** What a file holds, or its first line where that is an audit record. */
function documentIn(file: string): unknown {
  try {
    return jsonIn(file);
  } catch (error) {
    const [first = ''] = readTextFile(file).split('\n', 1);
    const record = tryParseJson(first);
    if (isAuditRecord(record)) return record;
    throw error;
  }
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readTextFile(file)) as unknown;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${file} is not JSON`, messageOf(error), 'save it again', unusable);
  }
}
