/**
 * What people do in Slack: buttons, forms, slash commands, the home tab. Slack waits three seconds, so everything
 * that can follow later does: a recorded answer reaches the cards by way of the bus. A failure is a 500, which
 * Slack shows to the person as a warning; nothing is recorded by halves.
 */
import { execute } from '#register/execute.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { httpFunction } from '#runtime/http-function.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { secretText } from '#runtime/secrets.ts';
import { answerSlack } from '#slack/answer.ts';
import { createSlack } from '#slack/client.ts';

/** Milliseconds for one call to Slack: what remains of the three seconds goes to the register and a cold start. */
const timeout = 2000;

export const handler = httpFunction('answer-slack', async (request, turn) => {
  const environment = readEnvironment('answer-slack');
  const policy = loadPolicy();
  const register = registerFromEnvironment(environment.TABLE_NAME);
  const [token, signingSecret] = await Promise.all([
    secretText(environment.SLACK_BOT_TOKEN_SECRET),
    secretText(environment.SLACK_SIGNING_SECRET_SECRET),
  ]);

  return answerSlack(
    {
      exceptions: { ...register, execute: (command) => execute(register, { ...command, policy }) },
      slack: createSlack({ token, url: environment.SLACK_API_URL, fetch, timeout }),
      policy,
      now: turn.now,
      log: (message, fields) => turn.logger.info(message, fields),
    },
    signingSecret,
    request,
  );
});
