import { accessSync, constants, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { channelOf } from '#policy/owner.ts';
import type { Policy } from '#policy/policy.ts';
import { startLocal, type LocalDeployment, type LocalOptions } from '#lib/local/deployment.ts';
import type { IntakeCounts } from '#lib/local/intake.ts';
import { messageOf, Refusal } from '#lib/local/refusal.ts';
import { createView } from '#lib/local/views.ts';
import { describeMistake, parsePolicy } from '#policy/policy-file.ts';
import { endAtSignal } from '../ending.ts';
import { fingerprintOf, makeIfChanged } from '../kept-assembly.ts';
import { readWholeList } from '#register/read-whole-list.ts';
import { readArguments, unusable, parseWebAddress } from './arguments.ts';
import { describeReadingFailure, readTextFile } from './read-file.ts';
import { formatRegister, printUnreadable } from './register-table.ts';
import { tellStory } from './story.ts';

const help = `usage: lapse local [FILE…] [options]

Deploys the stack on this machine, feeds in the given audit log exports (- is standard input), and keeps running until
Ctrl-C. Without a file, it feeds in a made-up sample the first time, provided that everything it could reach is made up as
well. State is kept in .lapse/, for one tenant and one Slack workspace.

  --port N                 where it listens (3000)
  --fresh                  start with empty state
  --once                   print the register and exit when everything fed in has been processed
  --policy FILE            a policy other than policy.yaml
  --dynamodb-endpoint URL  a DynamoDB engine other than the embedded one
  --slack-api-url URL      a Slack elsewhere; needs SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET
  --exchange-url URL       a tenant elsewhere; needs EXCHANGE_TENANT_ID, EXCHANGE_CLIENT_ID and
                           EXCHANGE_CLIENT_SECRET
  --login-url URL          that tenant's sign-in (https://login.microsoftonline.com)`;

const project = join(import.meta.dirname, '..', '..');
const sample = join(project, 'samples', 'audit-export.jsonl');
/** The tenant of the sample takes mail, so that its doors can be tested. */
const sampleDomains = { '7c1e5a90-3b42-4d6f-8e27-9a51c0d4f3b8': ['contoso.com', 'contoso.onmicrosoft.com'] };

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals: files } = readArguments(
    args,
    {
      port: { type: 'string', default: '3000' },
      fresh: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
      policy: { type: 'string', default: join(project, 'policy.yaml') },
      'dynamodb-endpoint': { type: 'string' },
      'slack-api-url': { type: 'string' },
      'exchange-url': { type: 'string' },
      'login-url': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
    help,
  );
  if (values.help) {
    console.log(help);
    return 0;
  }
  const state = join(process.cwd(), '.lapse');
  const endpoint = values['dynamodb-endpoint'];
  const dynamodbEndpoint =
    endpoint === undefined ? undefined : parseWebAddress('--dynamodb-endpoint', endpoint);
  const slack = slackElsewhere(values['slack-api-url']);
  const exchange = tenantElsewhere(values['exchange-url'], values['login-url']);
  const port = portIn(values.port);
  const policy = policyIn(values.policy);
  for (const file of files) if (file !== '-') mustBeReadable(file);

  console.log('Lapse on this machine');
  const deployment = await startLocal({
    state,
    fresh: values.fresh,
    port,
    assembly: async (outdir) => {
      await makeIfChanged(outdir, fingerprintOf(project, policy), () => synthesizeInto(outdir, policy));
      return outdir;
    },
    ...(dynamodbEndpoint !== undefined && { dynamodbEndpoint }),
    strictSlack: true,
    domains: sampleDomains,
    ...(slack && { slack }),
    ...(exchange && { exchange }),
    progress: printProgress,
    complain: withoutRepeats((line) => console.error(`  ! ${line}`)),
  });
  // Only now: while it starts, a signal ends it at once, and no more is lost than if the process were killed.
  const ending = endAtSignal();
  const address = join(state, 'address.json');
  writeFileSync(address, JSON.stringify({ url: deployment.url, pid: process.pid }));
  try {
    printPlaces(deployment, slack?.apiUrl);
    const story = tellStory(deployment, (line) => console.log(line));
    const ended = new Promise<'ended'>((resolve) => {
      ending.addEventListener('abort', () => resolve('ended'));
    });
    const worked = files.length === 0 ? feedSample(deployment) : feedAll(deployment, files);
    worked.catch(() => undefined);
    if ((await Promise.race([worked, ended])) === 'ended') return 0;
    if (values.once) {
      const finished = await Promise.race([workedThrough(deployment), ended]);
      if (finished === 'ended') return 0;
      await story.told();
      console.log(`\n${await registerOf(deployment)}`);
      return finished ? 0 : 1;
    }
    await Promise.race([deployment.settled(), ended]);
    await story.told();
    if (!ending.aborted) printNext(deployment);
    await ended;
    console.log('\nending …');
    return 0;
  } finally {
    rmSync(address, { force: true });
    await deployment.close();
  }
}

async function synthesizeInto(outdir: string, policy: Policy): Promise<void> {
  printProgress('synthesizing the stack');
  // Imported only here: the CDK takes a second to load, and no other command needs it. Meanwhile esbuild works.
  const { buildAhead } = await import('#lib/function-code.ts');
  const [{ synthesize }] = await Promise.all([import('../app.ts'), buildAhead()]);
  const write = process.stderr.write.bind(process.stderr);
  let said = '';
  // The CDK reports every bundle on standard error; that matters only if it fails.
  process.stderr.write = (chunk: string | Uint8Array) => Boolean((said += String(chunk)));
  try {
    synthesize({ policy, outdir, checked: false });
  } catch (error) {
    write(said);
    throw error;
  } finally {
    process.stderr.write = write;
  }
}

const printProgress = (line: string): void => console.log(`  ${line} …`);

/** Feeds in one export after the other. Throws a `Refusal` at the first that cannot be read. */
export async function feedAll(
  deployment: Pick<LocalDeployment, 'feed'>,
  files: readonly string[],
): Promise<void> {
  for (const file of files) {
    const name = file === '-' ? 'standard input' : relative(process.cwd(), file);
    try {
      printFed(name, await deployment.feed(file === '-' ? process.stdin : file));
    } catch (error) {
      // A search that found nothing leaves an empty file: no reason to end everything else.
      if (error instanceof UnreadableExport && error.empty) {
        console.log(`fed ${name}: it is empty`);
        continue;
      }
      throw new Refusal(
        `${name} cannot be taken in`,
        messageOf(error),
        'lapse replay reads the same formats',
      );
    }
  }
}

async function feedSample(deployment: LocalDeployment): Promise<void> {
  const counts = await deployment.feedSample(sample);
  if (counts) printFed(relative(process.cwd(), sample), counts);
}

function printFed(name: string, { accepted, duplicate, ignored, malformed, errors }: IntakeCounts): void {
  console.log(
    `fed ${name}: ${accepted} accepted, ${duplicate} duplicate, ${ignored} ignored, ${malformed} malformed`,
  );
  for (const { line, reason } of errors) console.error(`  ! Not read: ${name}:${line}: ${reason}`);
  if (malformed > errors.length) console.error(`  ! Not read: ${malformed - errors.length} more in ${name}`);
  if (accepted + duplicate + ignored + malformed === 0)
    console.error(`  ! Not read: ${name}: there is no audit record in it`);
}

/**
 * True when nothing is left to do. Failed messages come back after a while, so this can take minutes. False if some
 * were given up on.
 */
async function workedThrough(deployment: LocalDeployment): Promise<boolean> {
  let said = false;
  for (;;) {
    await deployment.settled();
    const { waiting, dead } = deployment.unfinished();
    if (waiting === 0) {
      if (dead > 0) console.error(`  ! ${dead} messages were given up: see .lapse/logs/ and lapse redrive`);
      return dead === 0;
    }
    if (!said)
      console.error(`  ! ${waiting} messages failed and are tried again in a few minutes: see .lapse/logs/`);
    said = true;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function registerOf({ register, policy }: LocalDeployment): Promise<string> {
  const { exceptions, unreadable } = await readWholeList(register);
  printUnreadable(unreadable.map(({ id, message }) => ({ id, why: message })));
  return formatRegister(exceptions.map((exception) => createView(exception, channelOf(policy, exception))));
}

function printPlaces({ url, slack }: LocalDeployment, slackElsewhereUrl: string | undefined): void {
  console.log('');
  console.log(
    slack
      ? `  Slack     ${slack.page}  (stand-in: read the cards, press the buttons)`
      : `  Slack     ${slackElsewhereUrl ?? ''}; its requests go to ${url}/slack/…`,
  );
  console.log(`  Register  ${url}/exceptions`);
  console.log('');
}

function printNext({ url, slack }: LocalDeployment): void {
  console.log(
    [
      '',
      'It keeps running; press Ctrl-C to stop it. In another terminal:',
      '  npx --offline lapse list',
      `  curl -X POST ${url}/clock -d '{"advance":"P3D"}'        three days later`,
      `  curl --data-binary @FILE ${url}/audit-log`,
      ...(slack ? [`Answer for an exception at ${slack.page}`] : []),
    ].join('\n'),
  );
}

function slackElsewhere(url: string | undefined): LocalOptions['slack'] {
  if (url === undefined) return undefined;
  const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret } = fromEnvironment(
    '--slack-api-url',
    ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'],
  );
  // Slack's client appends the method's name.
  return { apiUrl: parseWebAddress('--slack-api-url', url).replace(/\/*$/, '/'), botToken, signingSecret };
}

function tenantElsewhere(url: string | undefined, loginUrl: string | undefined): LocalOptions['exchange'] {
  if (url === undefined) {
    if (loginUrl === undefined) return undefined;
    throw new Refusal(
      '--login-url is given without --exchange-url',
      'they belong together',
      'give both',
      unusable,
    );
  }
  const found = fromEnvironment('--exchange-url', [
    'EXCHANGE_TENANT_ID',
    'EXCHANGE_CLIENT_ID',
    'EXCHANGE_CLIENT_SECRET',
  ]);
  return {
    url: parseWebAddress('--exchange-url', url).replace(/\/+$/, ''),
    ...(loginUrl !== undefined && { loginUrl: parseWebAddress('--login-url', loginUrl).replace(/\/+$/, '') }),
    tenantId: found.EXCHANGE_TENANT_ID,
    clientId: found.EXCHANGE_CLIENT_ID,
    clientSecret: found.EXCHANGE_CLIENT_SECRET,
  };
}

function fromEnvironment<Name extends string>(option: string, names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0)
    throw new Refusal(
      `${option} needs ${missing.join(' and ')} in the environment`,
      'a service elsewhere needs to know who is calling',
      `set ${missing.length === 1 ? 'it' : 'them'} and start again`,
      unusable,
    );
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}

function portIn(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Refusal(
    `--port ${text} is no port`,
    'ports are 0 (any free one) to 65535',
    'give one of those',
    unusable,
  );
}

function policyIn(file: string): Policy {
  const parsed = parsePolicy(readTextFile(file, `the policy ${file}`));
  if ('policy' in parsed) return parsed.policy;
  throw new Refusal(
    `the policy ${file} has mistakes`,
    parsed.mistakes.map((mistake) => describeMistake(file, mistake)).join('\n  '),
    'correct them and start again',
    unusable,
  );
}

function mustBeReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
    if (statSync(file).isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  } catch (error) {
    const { why, what } = describeReadingFailure(error);
    throw new Refusal(`${file} cannot be read`, why, what, unusable);
  }
}

/** An outage would say the same line many times over. */
function withoutRepeats(say: (line: string) => void): (line: string) => void {
  let last = '';
  return (line) => {
    if (line !== last) say(line);
    last = line;
  };
}
