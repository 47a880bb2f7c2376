import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type OutputFile } from 'esbuild';
import type { Policy } from '#policy/policy.ts';
import { environments, type FunctionName } from '#runtime/environment.ts';

const projectRoot = join(import.meta.dirname, '..');
const bundles = join(projectRoot, 'bundles');

/** Slack's client is CommonJS and asks for Node's modules by `require`, which a module does not have by itself. */
const requireInModules =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * The code of a function: `functions/<name>.ts` and all it imports in one minified module, its source map and the
 * policy. The asset is known by a hash of these files, so a function whose code and policy are unchanged is not deployed
 * again.
 *
 * esbuild is called here and not left to `NodejsFunction`, which starts it through `npx`, once for each function:
 * that start takes longer than the build, and every `npm start` waits for all of them.
 */
export function bundle(name: FunctionName, policy?: Policy): Code {
  return Code.fromAsset(join(projectRoot, 'functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: bundling happens here or fails.
      image: DockerImage.fromRegistry('unused'),
      // Bundles of one process are told apart by these options, and `local` is not part of the comparison.
      environment: { FUNCTION: name, POLICY: JSON.stringify(policy ?? null) },
      local: {
        tryBundle: (folder: string) => {
          write(name, policy, folder);
          return true;
        },
      },
    },
  });
}

function write(name: FunctionName, policy: Policy | undefined, folder: string): void {
  mkdirSync(folder, { recursive: true });
  built ??= build();
  for (const { path, contents } of built)
    if (basename(dirname(path)) === name) writeFileSync(join(folder, basename(path)), contents);
  if (policy) writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy, undefined, 1));
}

/** Of this process: the sources do not change while it runs. */
let built: readonly OutputFile[] | undefined;

/** All functions at once: they share most of what they import, and esbuild reads it once instead of eight times. */
function build(): readonly OutputFile[] {
  const { outputFiles } = buildSync({
    absWorkingDir: projectRoot,
    entryPoints: Object.keys(environments).map((name) => `functions/${name}.ts`),
    // Nothing is written there. It is the same wherever a bundle goes to, and so is what the source map says.
    outdir: bundles,
    entryNames: '[name]/index',
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: requireInModules },
    minify: true,
    sourcemap: true,
    // Lines and names are what a stack trace needs; the text of the sources would triple the size.
    sourcesContent: false,
    logLevel: 'warning',
  });
  return outputFiles;
}
