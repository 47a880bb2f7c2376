/** What is deployed: how large it is, and how long its code takes to load beside a handler that only has the SDK. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { deployable } from '#lib/local/template.ts';
import { readAssembly } from '#lib/local/assembly.ts';
import { policy } from '../../policy/fixture.ts';
import { synthesize } from '../../../bin/app.ts';
import { median } from '../paired.ts';
import type { Group } from '../row.ts';

const pairs = 11;

export const bundles: Group = {
  name: 'bundles',
  async *rows(progress) {
    const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'));
    try {
      synthesize({ policy, outdir: join(folder, 'assembly'), checked: false });
      const { functions } = deployable(readAssembly(join(folder, 'assembly')));
      const sizes = await Promise.all(
        functions.map(async ({ name, folder: of }) => ({
          name,
          kilobytes: (await stat(join(of, 'index.mjs'))).size / 1000,
        })),
      );
      const [largest] = sizes.toSorted((a, b) => b.kilobytes - a.kilobytes);
      yield {
        what: 'largest bundle',
        reached: largest?.kilobytes ?? NaN,
        goal: { atMost: 600 },
        unit: 'kB',
        note: sizes.map(({ name, kilobytes }) => `${name} ${Math.round(kilobytes)}`).join(', '),
      };

      const answer = functions.find(({ name }) => name === 'answer-slack');
      if (!answer) throw new Error('no function answers Slack');
      progress(`loading the code that answers Slack, ${pairs} pairs`);
      const bare = join(folder, 'bare.mjs');
      buildSync({
        stdin: { contents: bareHandler, resolveDir: import.meta.dirname },
        outfile: bare,
        ...{ bundle: true, minify: true, platform: 'node', target: 'node24', format: 'esm' },
        mainFields: ['module', 'main'],
        banner: {
          js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
        },
      });
      const ratios: number[] = [];
      const times: number[] = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        const yardstick = await loading(bare);
        const ours = await loading(join(answer.folder, 'index.mjs'));
        ratios.push(ours / yardstick);
        times.push(ours);
      }
      yield {
        what: 'loading the code that answers Slack, against a bare SDK handler',
        reached: median(ratios),
        goal: { atMost: 1.6 },
        note: `${Math.round(median(times))} ms with the start of Node`,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** What whoever keeps a table and a secret cannot do without. */
const bareHandler = `
  import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
  import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
  const table = new DynamoDBClient({});
  const secrets = new SecretsManagerClient({});
  export const handler = async (event) => [
    await table.send(new GetItemCommand(event)), await secrets.send(new GetSecretValueCommand(event)),
  ];`;

/** Milliseconds of the processor, from the start of Node. */
async function loading(file: string): Promise<number> {
  const program = `
    await import(${JSON.stringify(file)});
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1000);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: { NODE_OPTIONS: '--enable-source-maps', AWS_REGION: 'local-1' },
  });
  return Number(stdout);
}
