import { join } from 'node:path';
import { build, buildSync, type BuildOptions, type OutputFile } from 'esbuild';
import { environments } from '#runtime/environment.ts';

const projectRoot = join(import.meta.dirname, '..');

/** Slack's client is CommonJS and asks for Node's modules by `require`, which a module does not have by itself. */
const requireInModules =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** All functions at once: they share most of what they import, and esbuild reads it once instead of eight times. */
const options = {
  absWorkingDir: projectRoot,
  entryPoints: Object.keys(environments).map((name) => `functions/${name}.ts`),
  // Nothing is written there. It is the same wherever a bundle goes to, and so is what the source map says.
  outdir: join(projectRoot, 'bundles'),
  entryNames: '[name]/index',
  outExtension: { '.js': '.mjs' },
  write: false,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  banner: { js: requireInModules },
  // The SDK would bring along every way to find credentials (profiles, single sign-on, metadata services).
  alias: { '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'lambda-credentials.ts') },
  // The SDK imports it for operations that stream events, when one is called. We call none.
  external: ['@smithy/core/event-streams'],
  minify: true,
  sourcemap: true,
  // Lines and names are what a stack trace needs; the text of the sources would triple the size.
  sourcesContent: false,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Of this process: the sources do not change while it runs. */
let built: readonly OutputFile[] | undefined;

/** Module and source map of each function, each in a folder of the function's name. */
export function functionCode(): readonly OutputFile[] {
  built ??= buildSync(options).outputFiles;
  return built;
}

/** Lets esbuild work while this process does something else, such as loading the CDK. */
export async function buildAhead(): Promise<void> {
  built = (await build(options)).outputFiles;
}
