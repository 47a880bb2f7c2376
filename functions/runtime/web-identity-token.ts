/**
 * A statement by AWS of which role this function runs as, for Microsoft's workload identity federation: no secret is
 * stored anywhere. Microsoft accepts RS256 only. The account must have outbound web identity federation enabled once;
 * `OutboundWebIdentityFederationDisabledException` says that it is not.
 * Source: AWS STS API reference, GetWebIdentityToken; tried against no live tenant yet.
 */
import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { once } from './once.ts';

const audience = 'api://AzureADTokenExchange';

const client = once(() => new STSClient({}));

/** Good for five minutes, AWS's default: it is exchanged at once. Throws what AWS throws. */
export async function webIdentityToken(): Promise<string> {
  const { WebIdentityToken: token } = await client().send(
    new GetWebIdentityTokenCommand({ Audience: [audience], SigningAlgorithm: 'RS256' }),
  );
  if (token === undefined) throw new Error('AWS answered without a web identity token');
  return token;
}
