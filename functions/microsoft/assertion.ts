/** What an application hands over in the place of a password: a short-lived statement signed with its private key. */
import { constants, createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';

/** Milliseconds. Microsoft advises five to ten minutes; its clock and ours may differ by some. */
const lasts = 10 * 60_000;
const skew = 60_000;

export interface Assertion {
  readonly certificate: string;
  readonly privateKey: string;
  readonly clientId: string;
  /** The address the assertion is sent to; it is good nowhere else. */
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Never the same twice: Microsoft refuses a replay. */
  readonly id: string;
}

/** Header and claims after Microsoft's page on certificate credentials; PS256, and the certificate by its SHA-256. */
export function assertionOf({ certificate, privateKey, clientId, audience, now, id }: Assertion): string {
  const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
  const seconds = (ms: number): number => Math.floor(ms / 1_000);
  const signed = [
    { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint },
    {
      aud: audience,
      iss: clientId,
      sub: clientId,
      jti: id,
      iat: seconds(now),
      nbf: seconds(now - skew),
      exp: seconds(now + lasts),
    },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(signed), {
    key: createPrivateKey(privateKey),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
  return `${signed}.${signature.toString('base64url')}`;
}
