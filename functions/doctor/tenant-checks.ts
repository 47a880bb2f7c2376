/** Whether Lapse gets at a tenant: sign-in, permission, each read, and the subscription to the audit log. */
import { createActivityApi } from '#collection/activity-api.ts';
import { contentTypes } from '#collection/collect-tenant.ts';
import { FeedError } from '#collection/feed-error.ts';
import { mailboxKinds } from '#kinds/form.ts';
import { kinds } from '#kinds/registry.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { createTenants } from '#exchange/tenants.ts';
import { permissions } from '#microsoft/clouds.ts';
import { SignInError } from '#microsoft/sign-in-error.ts';
import { createSignIn } from '#microsoft/sign-in.ts';
import { failed, ok, skipped, type Check, type CheckVerdict } from './check.ts';
import { once } from './once.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Patience, Surroundings } from '#microsoft/retry.ts';
import type { MicrosoftService } from '#microsoft/clouds.ts';

export interface TenantAccess extends Surroundings {
  readonly loginUrl: string;
  readonly exchangeUrl: string;
  readonly activityUrl: string;
  readonly newId: () => string;
  readonly webIdentityToken?: (() => Promise<string>) | undefined;
}

/** A person waits: one more try, and no long waits. */
const impatient: Patience = { attempts: 2, firstWait: 500, longestWait: 2_000, timeout: 8_000 };

/** `secret`: the text of the secret of that name. */
export interface Credentials {
  readonly name: string;
  readonly secret: () => Promise<string>;
}

/** Sign-in with one secret, and whether the token carries the permission. One line each. */
export function createSignInChecks(
  tenant: string,
  resource: MicrosoftService,
  { name, secret }: Credentials,
  access: TenantAccess,
): Check[] {
  const token = once(async () => {
    const signIn = signInWith(secret, access);
    await (await signIn(tenant, resource)).token();
  });
  const { role, api } = permissions[resource];
  return [
    {
      name: `${name}: sign-in to ${tenant}`,
      run: () =>
        token().then(
          () => ok('a token was issued'),
          (error: unknown) => {
            if (!(error instanceof SignInError)) throw error;
            // Signed in, but without the permission: that is the next line.
            return error.code === 'forbidden' ? ok('a token was issued') : failed(error.message, signInHelp);
          },
        ),
    },
    {
      name: `${name}: permission in ${tenant}`,
      run: () =>
        token().then(
          () => ok(`the token carries ${role}, or cannot be inspected`),
          (error: unknown) => {
            if (!(error instanceof SignInError)) throw error;
            return error.code === 'forbidden'
              ? failed(
                  `the token lacks ${role}`,
                  `Add the application permission ${role} (${api}) to the app registration and give admin consent.`,
                )
              : skipped('needs a token');
          },
        ),
    },
  ];
}

const signInHelp =
  'Check the entry of this tenant in the secret, and that the app registration exists there.';

/** Each kind of exception as the inventory reads it; not those that policy says the tenant has no licence for. */
export function createReadChecks(
  tenant: string,
  { secret }: Credentials,
  access: TenantAccess,
  without: readonly Kind[],
): readonly Check[] {
  const tenants = createTenants({ ...access, secret, patience: impatient });
  const signedIn = once(async () => {
    await (await signInWith(secret, access)(tenant, 'exchange')).token();
  });
  return kinds.map((kind) => ({
    name: `read ${kind} in ${tenant}`,
    run: async (signal) => {
      if (without.includes(kind))
        return skipped(
          mailboxKinds.includes(kind)
            ? 'policy.yaml has mailboxes recorded and not watched'
            : 'policy.yaml says that the tenant has no licence for it',
        );
      try {
        await signedIn();
      } catch (error) {
        if (error instanceof SignInError) return skipped('needs a token');
        throw error;
      }
      try {
        const { objects, complete, why, nothing } = await (await tenants(tenant)).list(kind, signal);
        if (complete || nothing) return ok(`${objects.length} listed`);
        return failed(why ?? 'the list is not complete', readHelp);
      } catch (error) {
        if (error instanceof ExchangeError) return failed(error.message, readHelp);
        throw error;
      }
    },
  }));
}

const readHelp =
  'Give the application the role "View-Only Configuration" (for mailboxes "View-Only Recipients"), or Global Reader; a new role takes some minutes to work.';

/** Whether Microsoft keeps the audit log for us. It starts nothing. */
export function createSubscriptionChecks(
  tenant: string,
  { secret }: Credentials,
  access: TenantAccess,
): readonly Check[] {
  const subscriptions = once(async () => {
    const { token, address } = await signInWith(secret, access)(tenant, 'activity');
    return createActivityApi({
      ...access,
      activityUrl: address,
      tenant,
      publisher: tenant,
      token,
      signal: AbortSignal.any([]),
      patience: impatient,
    }).subscriptions();
  });
  return contentTypes.map((contentType) => ({
    name: `subscription ${contentType} in ${tenant}`,
    run: async (): Promise<CheckVerdict> => {
      try {
        const status = (await subscriptions()).get(contentType);
        return status === 'enabled'
          ? ok('enabled')
          : failed(
              status ?? 'never started',
              'collect-audit-log starts it within fifteen minutes; the first content arrives up to twelve hours later.',
            );
      } catch (error) {
        if (error instanceof SignInError) return skipped('needs a token');
        if (error instanceof FeedError) return failed(error.message, feedHelp);
        throw error;
      }
    },
  }));
}

const feedHelp = 'Check that auditing is on in the tenant, and the permission ActivityFeed.Read.';

const signInWith = (secret: () => Promise<string>, access: TenantAccess) =>
  createSignIn({
    ...access,
    secret,
    resourceUrls: { exchange: access.exchangeUrl, activity: access.activityUrl },
    patience: impatient,
  });
