/** `GetWebIdentityToken`, which STS is asked for as a form and answers in XML. */
import type { RequestedAction } from './iam/decide.ts';

/** What it needs, as IAM judges it. Throws for every other request. */
export function findTokenAct(form: URLSearchParams): RequestedAction {
  const action = form.get('Action');
  const isTagged = [...form.keys()].some((name) => name.startsWith('Tags.'));
  if (action !== 'GetWebIdentityToken' || isTagged)
    throw new RangeError(
      `the local deployment does not answer ${String(action)}${isTagged ? ' with tags' : ''}`,
    );
  const lasts = form.get('DurationSeconds');
  return {
    action: 'sts:GetWebIdentityToken',
    resource: '*',
    context: {
      'sts:IdentityTokenAudience': audiencesIn(form),
      'sts:SigningAlgorithm': form.getAll('SigningAlgorithm'),
      // Whether AWS takes its default for what the request leaves out is documented nowhere.
      ...(lasts !== null && { 'sts:DurationSeconds': [lasts] }),
    },
  };
}

/** A token of that function's role, in the shape of AWS's, and signed by nobody: nothing here has a key that anybody trusts. */
export function answerWithToken(form: URLSearchParams, name: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const expires = seconds + Number(form.get('DurationSeconds') ?? 300);
  const [audience] = audiencesIn(form);
  const claims = {
    iss: 'https://local.tokens.sts.global.api.aws',
    sub: `arn:aws:iam::000000000000:role/${name}`,
    aud: audience,
    iat: seconds,
    exp: expires,
  };
  const token = [{ typ: 'JWT', alg: form.get('SigningAlgorithm') }, claims, { none: true }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const expiration = new Date(expires * 1000).toISOString();
  return `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult><WebIdentityToken>${token}</WebIdentityToken><Expiration>${expiration}</Expiration></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`;
}

/** STS says so in the same form. */
export const refuseToken = (code: string, message: string): string =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message.replace(/[<>&]/g, ' ')}</Message></Error></ErrorResponse>`;

const audiencesIn = (form: URLSearchParams): readonly string[] =>
  [...form].filter(([name]) => name.startsWith('Audience.member.')).map(([, audience]) => audience);
