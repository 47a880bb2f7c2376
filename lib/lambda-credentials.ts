/** Bundled in place of the SDK's `credential-provider-node`: Lambda puts a role's credentials into the environment. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
