import { environments } from '#runtime/environment.ts';

/** IAM takes no longer name of a role. */
const longestRoleName = 64;
/** `ap-southeast-1`, for one. */
const longestRegion = 14;
const longestFunctionName = Math.max(...Object.keys(environments).map(({ length }) => length));
const longestStackName = longestRoleName - longestFunctionName - longestRegion - '--'.length;

/** What is called so already: nothing may be made in its place. In lower case. */
const taken = new Map([
  ['default', 'every account has a bus of that name'],
  ['cdktoolkit', '`cdk bootstrap` has made it, and a deployment would replace what is in it'],
]);

/** Microsoft trusts roles by these names: they follow from what is known before the first deployment. */
export const roleNameOf = (stack: string, name: string, region: string): string =>
  `${stack}-${name}-${region}`;

/** Why a stack cannot have this name, in a sentence. */
export function findNameMistake(stack: string): string | undefined {
  if (!/^[a-z][a-z\d-]*$/i.test(stack))
    return `The stack name "${stack}" must be letters, digits and hyphens, and begin with a letter.`;
  const why = taken.get(stack.toLowerCase());
  if (why !== undefined) return `A stack cannot be called ${stack}: ${why}.`;
  return stack.length <= longestStackName
    ? undefined
    : `The stack name ${stack} has ${stack.length} characters, and the names of its roles leave room for ${longestStackName}: choose a shorter one.`;
}
