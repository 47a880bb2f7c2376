/** `lapse slack-manifest`: the manifest of the Slack app, filled in for one deployment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSeq, parseDocument } from 'yaml';
import { listApprovers } from '#policy/authority.ts';
import { parsePolicy, describeMistake } from '#policy/policy-file.ts';
import { isGroup } from '#policy/policy.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { parseWebAddress, readArguments, refusePositionals, unusable } from './arguments.ts';
import { readTextFile } from './read-file.ts';

const help = `usage: lapse slack-manifest --url URL [--policy FILE] [--json]

Prints the manifest from which to create the Slack app (api.slack.com/apps, Create New App, From a manifest), with the
scopes that Lapse uses and no more.

  --url URL      the output SlackUrl of the stack
  --policy FILE  the policy of that deployment (default: policy.yaml); only one that names user groups needs the scope
                 to look into them
  --json         as JSON instead of YAML
  --help         this text`;

const project = join(import.meta.dirname, '..', '..');

const options = {
  url: { type: 'string' },
  policy: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** What stands in the file in place of the address. */
const placeholder = 'https://slack-url.example';
const groupScope = 'usergroups:read';

export function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return Promise.resolve(0);
  }
  refusePositionals(positionals, 'slack-manifest');
  if (values.url === undefined)
    throw new Refusal(
      'no --url was given',
      'Slack must know where to send what people press',
      'give the output SlackUrl of the stack: lapse slack-manifest --url https://….execute-api.eu-central-1.amazonaws.com',
      unusable,
    );
  const url = new URL(parseWebAddress('--url', values.url));
  if (url.protocol !== 'https:')
    throw new Refusal(
      `--url ${values.url} is not https`,
      'Slack sends to https only',
      'see --help',
      unusable,
    );
  if (`${url.origin}/` !== url.href)
    throw new Refusal(
      `--url ${values.url} is more than an address`,
      'Slack calls paths of its own below it',
      `give ${url.origin}`,
      unusable,
    );
  const file = values.policy ?? join(project, 'policy.yaml');
  console.log(createManifest(url.origin, namesGroups(file), values.json));
  return Promise.resolve(0);
}

function namesGroups(file: string): boolean {
  const parsed = parsePolicy(readTextFile(file));
  if (!('mistakes' in parsed)) return listApprovers(parsed.policy).some(isGroup);
  throw new Refusal(
    `${file} is no sound policy`,
    parsed.mistakes
      .slice(0, 3)
      .map((mistake) => describeMistake(file, mistake))
      .join('; '),
    'lapse policy check lists every mistake',
  );
}

/** `docs/slack-app.yaml`, without its comments for readers. */
export function createManifest(origin: string, withGroups: boolean, asJson: boolean): string {
  const text = readFileSync(join(project, 'docs', 'slack-app.yaml'), 'utf8');
  const manifest = parseDocument(text.replaceAll(placeholder, origin).replaceAll(/^\s*#.*\n/gm, ''));
  const path = ['oauth_config', 'scopes', 'bot'];
  const scopes = manifest.getIn(path);
  if (isSeq(scopes) && !withGroups)
    manifest.setIn(
      path,
      manifest.createNode((scopes.toJSON() as readonly string[]).filter((scope) => scope !== groupScope)),
    );
  return asJson ? JSON.stringify(manifest.toJS(), undefined, 2) : String(manifest).trimEnd();
}
