/**
 * What people do in Slack: buttons, forms, slash commands, the home tab. Slack waits three seconds, so everything
 * that can follow later does: a recorded answer reaches the cards by way of the bus. A failure is a 500, which
 * Slack shows to the person as a warning; nothing is recorded by halves.
 */
import { toMillis } from '#time/instant.ts';
import { createBreakers } from '#register/breaker.ts';
import { createGatherings } from '#register/gatherings.ts';
import { createOneRequest } from '#register/one-request.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { createHttpFunction } from '#runtime/http-function.ts';
import { once } from '#runtime/once.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { readSecret } from '#runtime/secrets.ts';
import { versionedValuesFromEnvironment } from '#runtime/versioned-values.ts';
import { answerSlack } from '#slack/answer.ts';
import { createSlack, type Installations } from '#slack/client.ts';
import { resolveGroups, type GroupMemory } from '#slack/groups.ts';
import { identifyPerson, type PeopleMemory } from '#slack/who.ts';

/** Milliseconds for one call to Slack: what remains of the three seconds goes to the register and a cold start. */
const timeout = 2000;

/** Milliseconds for asking who somebody is: a form still opens in time after that, and its answer is checked again. */
const askingTimeout = 1000;

/** Milliseconds after which a form opens although Slack has not said who pressed. */
const headStart = 400;

/** Kept while this function is warm. */
const groups: GroupMemory = new Map();
const people: PeopleMemory = new Map();
const installations: Installations = new Map();

export const handler = createHttpFunction('answer-slack', async (request, turn) => {
  const environment = readEnvironment('answer-slack');
  const register = registerFromEnvironment(environment.TABLE_NAME);
  const [token, signingSecret] = await Promise.all([
    readSecret(environment.SLACK_BOT_TOKEN_SECRET),
    readSecret(environment.SLACK_SIGNING_SECRET_SECRET),
  ]);

  const access = { token, url: environment.SLACK_API_URL, fetch, installations };
  const asking = createSlack({ ...access, timeout: askingTimeout });
  const log = (message: string, fields: Readonly<Record<string, string | number>>) =>
    turn.logger.info(message, fields);
  const now = toMillis(turn.now);
  const policy = once(() => resolveGroups(loadPolicy(), { slack: asking, log, memory: groups, now }));

  const values = versionedValuesFromEnvironment(environment.TABLE_NAME);

  return answerSlack(
    {
      exceptions: createOneRequest(register, policy),
      breakers: createBreakers(values),
      gatherings: createGatherings(values),
      slack: createSlack({ ...access, timeout }),
      policy,
      rules: loadPolicy(),
      headStart: () => new Promise((resolve) => setTimeout(resolve, headStart).unref()),
      who: (claim) => identifyPerson(claim, { slack: asking, people, now, log }),
      now: turn.now,
      log,
    },
    signingSecret,
    request,
  );
});
