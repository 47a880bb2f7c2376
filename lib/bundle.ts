import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Policy } from '#policy/policy.ts';
import type { FunctionName } from '#runtime/environment.ts';
import { functionCode } from './function-code.ts';

const projectRoot = join(import.meta.dirname, '..');

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
      // Never pulled: bundling happens locally or fails.
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
  for (const { path, contents } of functionCode())
    if (basename(dirname(path)) === name) writeFileSync(join(folder, basename(path)), contents);
  if (policy) writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy, undefined, 1));
}
