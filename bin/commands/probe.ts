/** `lapse probe`: test messages that show which doors of a tenant are open, sent only when somebody says so. */
import { randomBytes } from 'node:crypto';
import { resolveMx } from 'node:dns/promises';
import { createReadStream } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnreadableFile } from '#configuration/unreadable-file.ts';
import { findObjects } from '#configuration/find-objects.ts';
import { readValues } from '#configuration/read-values.ts';
import { readRows } from '#evidence/read-rows.ts';
import type { UnreadRow } from '#evidence/row.ts';
import { UnreadableEvidence } from '#evidence/unreadable-evidence.ts';
import { withSeen } from '#exchange/probe.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { mailSuffixes } from '#microsoft/clouds.ts';
import { coverageOf, isInside, isOutside, type Covered } from '#probe/coverage.ts';
import { isHost } from '#probe/endpoint.ts';
import { judge } from '#probe/judge.ts';
import { hideMarks, isContact, markFrom, writeMessage } from '#probe/message.ts';
import { planProbe, type MxRecord, type Posture } from '#probe/plan.ts';
import { recordTest } from '#probe/record.ts';
import { readTraced, type TracedMessage } from '#probe/traced.ts';
import { flag, text } from '#risk/settings.ts';
import { handIn } from '#smtp/hand-in.ts';
import { parseDuration, type Duration } from '#time/instant.ts';
import { isEnvelopeAddress } from '#values/mail-address.ts';
import { readArguments, unusable, wholeNumber } from './arguments.ts';
import { namesOf, tenantIn } from './named-tenant.ts';
import { digest, openProbeDesk, type ProbeDesk } from './probe-desk.ts';
import { describePlanned, describeRun, describeUntested, formatCoverage, summarise } from './probe-text.ts';
import { describeReadingFailure } from './read-file.ts';
import { openReader, readerHelp, readerOptions } from './read-register.ts';
import type { MailHere } from '#lib/local/probes.ts';
import type { ProbeRun } from '#probe/run.ts';

const help = `usage: lapse probe          --tenant TENANT --to ADDRESS [--send] [options]
       lapse probe result   --tenant TENANT [ID] [--wait MINUTES] [--trace FILE]… [options]
       lapse probe list     --tenant TENANT [options]
       lapse probe coverage --tenant TENANT [--within P90D] [options]

Tests the doors through which mail gets into a tenant: through the MX record, straight to the tenant, as its own domain,
through a connector. Without --send it shows every message and envelope, and sends nothing.

result    what became of the messages of a run (the last one, if none is named), by message trace; some minutes later
list      what was tested, and how each door answered
coverage  every door of the tenant: when it was tested, with what result, and what was not tested and why

  --tenant TENANT     its name in the policy, or its GUID
  --to ADDRESS        the mailbox for the messages, of a domain that the tenant accepts mail for
  --send              send them, at most six
  --sender ADDRESS    who sends from outside: an address of yours elsewhere (lapse-probe@example.com, which some filters
                      refuse because that domain sends no mail)
  --contact TEXT      whom to ask, for whoever reads the message (you, by your user name)
  --source ADDRESS    the network address from which this machine's mail arrives, to test connectors that know it
  --endpoint HOST     what the domain is called at Exchange Online, where that cannot be derived
  --name NAME         how this machine introduces itself (its host name)
  --settings FILE     domains, connectors and organisation as saved from Exchange, instead of asking the tenant
  --trace FILE        message trace as saved or downloaded, instead of asking the tenant
  --wait MINUTES      ask message trace every minute until it shows everything, at most so long
  --within LENGTH     results that are older count as not tested (P90D)
  --policy FILE       the policy that names tenants
${readerHelp}

Exits with 3 if a door is open, else with 1 if something is not known or, for coverage, not tested. Port 25 is often
blocked outwards, as in most clouds and offices: then nothing is known of any door, and the command says so.`;

const options = {
  ...readerOptions,
  tenant: { type: 'string' },
  to: { type: 'string' },
  send: { type: 'boolean', default: false },
  sender: { type: 'string', default: 'lapse-probe@example.com' },
  contact: { type: 'string' },
  source: { type: 'string' },
  endpoint: { type: 'string' },
  name: { type: 'string' },
  settings: { type: 'string', multiple: true },
  trace: { type: 'string', multiple: true },
  wait: { type: 'string' },
  within: { type: 'string', default: 'P90D' },
  policy: { type: 'string' },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

/** For one message, from the connection to the verdict: Exchange may take its time over the last. */
const longestTalkMs = 90_000;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  const [verb = 'plan', id, ...more] = positionals;
  if (more.length > 0 || (id !== undefined && verb !== 'result') || !isVerb(verb))
    throw new Refusal(
      `lapse probe ${positionals.join(' ')} cannot be used`,
      'it takes: result, list or coverage, or none of them',
      'see --help',
      unusable,
    );
  const tenant = tenantIn(values.tenant, namesOf(values));
  const desk = await openProbeDesk(values);
  switch (verb) {
    case 'plan':
      return probe(desk, tenant, values);
    case 'result':
      return result(desk, tenant, id, values);
    case 'list':
      return list(desk, tenant, values);
    case 'coverage':
      return coverage(desk, tenant, values);
  }
}

const verbs = ['plan', 'result', 'list', 'coverage'] as const;
const isVerb = (word: string): word is (typeof verbs)[number] => verbs.some((verb) => verb === word);

async function probe(desk: ProbeDesk, tenant: string, values: Values): Promise<number> {
  const { posture, mail } = await postureOf(desk, tenant, values);
  const { to, sender, contact } = addressesIn(values, posture);
  const domain = to.slice(to.lastIndexOf('@') + 1).toLowerCase();
  const plan = planProbe(
    {
      posture,
      to,
      sender,
      mx: mail ? { hosts: [mail.mx] } : await lookUpMx(domain),
      source: values.source,
      endpoint: values.endpoint,
    },
    // Chance enough that nobody guesses one within the life of the universe.
    () => markFrom(randomBytes(16).toString('hex')),
  );
  const at = await desk.now();
  const letters = plan.messages.map((planned) => ({
    planned,
    message: writeMessage(planned, { at, contact }),
  }));
  if (!values.json) {
    // What is printed is often kept, and whoever reads a mark could send a message that passes for the test.
    for (const { planned, message } of letters) console.log(hideMarks(describePlanned(planned, message)));
    if (plan.untested.length > 0) console.log(describeUntested(plan.untested));
    if (mail)
      console.log(
        `Everything is handed in at stand-ins on this machine: ${Object.values(mail.endpoint).join(':')} and ${Object.values(mail.gateway).join(':')}.`,
      );
  }
  if (!values.send) {
    if (values.json)
      console.log(JSON.stringify({ sent: false, messages: letters, untested: plan.untested }, undefined, 2));
    else console.log('Nothing was sent. To send these messages, add --send.');
    return 0;
  }

  const begun: ProbeRun = {
    id: `pr-${randomBytes(8).toString('hex')}`,
    tenant,
    domain,
    to,
    at,
    by: userInfo().username,
    tests: [],
    untested: plan.untested,
  };
  // Before anything is sent, so that nothing is sent of which nobody could say later what it was.
  await desk.keep(begun);
  let sent = begun;
  for (const { planned, message } of letters) {
    const { host } = planned;
    const answer = await handIn({
      host,
      ...(mail && { via: host === mail.mx ? mail.gateway : mail.endpoint }),
      name: values.name ?? nameOfThisMachine(),
      sender: planned.sender,
      to,
      message,
      signal: AbortSignal.timeout(longestTalkMs),
    });
    sent = { ...sent, tests: [...sent.tests, recordTest(planned, answer, digest)] };
    await desk.keep(sent);
  }
  print(sent, values);
  if (!values.json)
    console.log('\nWhat became of them, once message trace shows it, in some minutes: lapse probe result');
  return codeOf([sent]);
}

/** Servers expect a name with dots; what else a machine is called would not be understood. */
const nameOfThisMachine = (): string => (isHost(hostname()) ? hostname() : 'lapse-probe.invalid');

function addressesIn(
  { to, sender, contact = `${userInfo().username}, who ran this test`, source, endpoint, name }: Values,
  { domains }: Posture,
): { readonly to: string; readonly sender: string; readonly contact: string } {
  const refuse = (happened: string, why: string, what: string) =>
    new Refusal(toPrintable(happened), why, what, unusable);
  if (to === undefined)
    throw refuse('no mailbox was named', 'messages need one', 'give --to and its address');
  for (const address of [to, sender])
    if (!isEnvelopeAddress(address))
      throw refuse(`${address} is no address`, 'it must be plain, like alex@contoso.com', 'check it');
  if (domains.length === 0)
    throw refuse(
      'nothing is sent',
      'which domains the tenant accepts mail for is not known: Exchange did not tell',
      'give the application a role that reads them (View-Only Configuration), or --settings',
    );
  if (!isInside(to, domains))
    throw refuse(
      `${to} is no address of this tenant`,
      `it accepts mail for ${domains.join(', ')}`,
      'test messages go nowhere else: name a mailbox in one of these domains',
    );
  if (!isOutside(sender, domains))
    throw refuse(
      `${sender} does not come from outside`,
      'it is of one of the tenant’s own domains',
      'give a --sender elsewhere; sending as the own domain is a test of its own',
    );
  if (!isContact(contact))
    throw refuse(
      `--contact ${contact} cannot be used`,
      'it must be one line of plain text without a link',
      'for example --contact "the mail team"',
    );
  for (const host of [endpoint, name])
    if (host !== undefined && !isHost(host))
      throw refuse(`${host} is no host`, 'it must be a name with dots', 'check it');
  if (source !== undefined && !/^[\d.]+$|^[\da-f:.]+$/i.test(source))
    throw refuse(`--source ${source} is no network address`, 'it must be one address', 'check it');
  return { to, sender, contact };
}

async function postureOf(
  desk: ProbeDesk,
  tenant: string,
  values: Values,
): Promise<{ readonly posture: Posture; readonly mail?: MailHere }> {
  const { settings } = values;
  if (settings === undefined) return desk.posture(tenant);
  const found = [];
  for (const file of settings) {
    const { values: saved, unread } = await orRefuse(file, () => readValues(createReadStream(file)));
    const one = findObjects(saved);
    tellUnread(file, [...unread, ...one.unread]);
    found.push(one);
  }
  const objects = found.flatMap(({ groups }) => groups.flat());
  const connectors = objects.filter(({ kinds }) => kinds.includes('inbound-connector'));
  const organisation = objects.find(({ kinds }) => kinds.includes('direct-send'));
  const rejects = organisation && flag(organisation.object, 'RejectDirectSend');
  const cloud = namesOf(values).tenants.find(({ id }) => id.toLowerCase() === tenant)?.cloud;
  return {
    posture: {
      domains: [...new Set(found.flatMap(({ domains }) => domains))],
      suffix: mailSuffixes[cloud ?? 'worldwide'],
      ...(connectors.length > 0 && {
        connectors: connectors.map(({ object }) => ({
          name: text(object, 'Name') ?? '',
          enabled: flag(object, 'Enabled') !== false,
          settings: object,
        })),
      }),
      ...(rejects !== undefined && { rejectsDirectSend: rejects }),
    },
  };
}

async function lookUpMx(domain: string): Promise<MxRecord> {
  try {
    const found = await resolveMx(domain);
    return { hosts: found.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it failed';
    return code === 'ENODATA'
      ? { hosts: [] }
      : { unknown: `DNS did not say where the MX record leads (${code})` };
  }
}

async function result(
  desk: ProbeDesk,
  tenant: string,
  id: string | undefined,
  values: Values,
): Promise<number> {
  const runs = await desk.runs(tenant);
  const before = id === undefined ? runs[0] : runs.find((run) => run.id === id);
  if (!before)
    throw new Refusal(
      id === undefined ? 'nothing was tested in this tenant' : `there is no run ${toPrintable(id)}`,
      'the register has none',
      'lapse probe list names those there are',
    );
  const minutes = wholeNumber('--wait', values.wait ?? '0', 240);
  let run = await look(desk, before, values.trace);
  await desk.keep(run);
  for (let waited = 0; waited < minutes && waitsFor(run) > 0; waited += 1) {
    console.error(
      `message trace does not show ${waitsFor(run)} of ${run.tests.length} yet; asking again in a minute (${minutes - waited} left)`,
    );
    await sleep(60_000);
    run = await look(desk, run, values.trace);
    await desk.keep(run);
  }
  print(run, values);
  if (!values.json && waitsFor(run) > 0)
    console.log(
      '\nMessage trace does not show everything yet: that takes some minutes, and hours in a tenant where it was never used.',
    );
  return codeOf([run]);
}

/** Taken, and not in message trace. */
const waitsFor = ({ tests }: ProbeRun): number =>
  tests.filter(({ answer, seen }) => answer.type === 'accepted' && seen === undefined).length;

async function look(desk: ProbeDesk, run: ProbeRun, files: readonly string[] | undefined): Promise<ProbeRun> {
  if (files === undefined) return desk.look(run);
  const messages: TracedMessage[] = [];
  for (const file of files) {
    const unread: UnreadRow[] = [];
    await orRefuse(file, async () => {
      for await (const rows of readRows(createReadStream(file), () => undefined))
        for (const row of rows) {
          if ('reason' in row) {
            unread.push(row);
            continue;
          }
          const message = readTraced((column) => row.text(column));
          // A trace may be of all mail of a tenant.
          if (message?.recipient === run.to.toLowerCase()) messages.push(message);
        }
    });
    tellUnread(file, unread);
  }
  return withSeen(run, messages, { now: await desk.now(), digest, steps: () => Promise.resolve([]) });
}

/** What was not read may be what was looked for. */
function tellUnread(
  file: string,
  unread: readonly { readonly line?: number; readonly reason: string }[],
): void {
  const [first] = unread;
  if (!first) return;
  const place = first.line === undefined ? file : `${file}:${first.line}`;
  const more = unread.length === 1 ? '' : `, and ${unread.length - 1} more`;
  console.error(toPrintable(`Not read: ${place}: ${first.reason}${more}`));
}

async function orRefuse<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnreadableFile || error instanceof UnreadableEvidence)
      throw new Refusal(
        `${file} cannot be read`,
        error.message,
        'save the answer of the cmdlet as JSON',
        unusable,
      );
    const { why, what } = describeReadingFailure(error);
    throw new Refusal(`${file} cannot be read`, why, what, unusable);
  }
}

async function list(desk: ProbeDesk, tenant: string, values: Values): Promise<number> {
  const runs = await desk.runs(tenant);
  if (values.json) console.log(JSON.stringify(runs.map(forPrograms), undefined, 2));
  else
    console.log(
      runs.length === 0 ? 'Nothing was tested in this tenant.' : runs.map(describeRun).join('\n\n'),
    );
  return 0;
}

async function coverage(desk: ProbeDesk, tenant: string, values: Values): Promise<number> {
  const within = values.within;
  if (parseDuration(within) === undefined)
    throw new Refusal(`--within ${within} is no length of time`, 'write it like P90D', 'check it', unusable);
  const { posture } = await postureOf(desk, tenant, values);
  const { domains, connectors } = posture;
  const covered = coverageOf({
    runs: await desk.runs(tenant),
    domains,
    connectors: connectors?.map(({ name }) => name),
    now: await desk.now(),
    within: within as Duration,
  });
  const { exceptions } = await (await openReader(values)).all();
  const exceptionOf = ({ control, connector }: Covered): string | undefined =>
    exceptions.find(
      (one) =>
        one.tenant.toLowerCase() === tenant &&
        one.state !== 'removed' &&
        (control === 'direct-send'
          ? one.kind === 'direct-send'
          : one.kind === 'inbound-connector' && one.name === connector),
    )?.id;
  if (values.json)
    console.log(
      JSON.stringify(
        covered.map((one) => ({ ...one, exception: exceptionOf(one) ?? null })),
        undefined,
        2,
      ),
    );
  else console.log(`${formatCoverage(covered, exceptionOf)}\n\n${summarise(covered, within)}`);
  if (covered.some(({ tested, untested }) => untested === undefined && tested?.verdict === 'open')) return 3;
  return covered.some(({ untested }) => untested !== undefined) ? 1 : 0;
}

const forPrograms = (run: ProbeRun) => ({
  ...run,
  tests: run.tests.map((test) => ({ ...test, ...judge(test) })),
});

function print(run: ProbeRun, { json }: Values): void {
  console.log(json ? JSON.stringify(forPrograms(run), undefined, 2) : describeRun(run));
}

function codeOf(runs: readonly ProbeRun[]): number {
  const verdicts = runs.flatMap(({ tests }) => tests.map((test) => judge(test).verdict));
  return verdicts.includes('open') ? 3 : verdicts.includes('unknown') ? 1 : 0;
}
