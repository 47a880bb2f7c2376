/**
 * A statement by AWS of which role this function runs as, for Microsoft's workload identity federation: no secret is
 * stored anywhere. The account must have outbound web identity federation enabled once;
 * `OutboundWebIdentityFederationDisabledException` says that it is not.
 * Source: AWS STS API reference, GetWebIdentityToken; tried against no live tenant yet.
 */
import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { tokenAlgorithm, tokenAudience, tokenLastsSeconds } from '#microsoft/web-identity.ts';
import { once } from './once.ts';

const client = once(() => new STSClient({}));

/** Throws what AWS throws. */
export async function webIdentityToken(): Promise<string> {
  const { WebIdentityToken: token } = await client().send(
    new GetWebIdentityTokenCommand({
      Audience: [tokenAudience],
      SigningAlgorithm: tokenAlgorithm,
      DurationSeconds: tokenLastsSeconds,
    }),
  );
  if (token === undefined) throw new Error('AWS answered without a web identity token');
  return token;
}
