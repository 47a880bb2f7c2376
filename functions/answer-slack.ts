/**
 * What people do in Slack: buttons, forms, slash commands, the home tab. Slack waits three seconds, so everything
 * that can follow later does: a recorded answer reaches the cards by way of the bus. A failure is a 500, which
 * Slack shows to the person as a warning; nothing is recorded by halves.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { toMillis } from '#time/instant.ts';
import { createBreakers } from '#register/breaker.ts';
import { createEnforcements, withModes } from '#register/enforcement.ts';
import { createGatherings } from '#register/gatherings.ts';
import { noteRefused } from '#register/refused.ts';
import { createOneRequest } from '#register/one-request.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { createHttpFunction } from '#runtime/http-function.ts';
import { once } from '#runtime/once.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { readSecret } from '#runtime/secrets.ts';
import { versionedValuesFromEnvironment } from '#runtime/versioned-values.ts';
import { answerSlack } from '#slack/answer.ts';
import { readProgress } from '#register/import-progress.ts';
import { createSlack, type Installations } from '#slack/client.ts';
import { resolveGroups, type GroupMemory } from '#slack/groups.ts';
import { identifyPerson, type PeopleMemory } from '#slack/who.ts';

/** Milliseconds for one call to Slack, be it to ask who somebody is: a form opens in the meantime. */
const timeout = 2000;

/**
 * Milliseconds for all calls together: Slack waits three seconds. What is recorded by then stays recorded although a
 * whisper or the home tab behind it is late.
 */
const untilAnswered = 2500;

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

  const slack = createSlack({
    token,
    url: environment.SLACK_API_URL,
    fetch,
    installations,
    timeout,
    until: AbortSignal.timeout(untilAnswered),
  });
  const log = (message: string, fields: Readonly<Record<string, string | number>>) =>
    turn.logger.info(message, fields);
  const now = toMillis(turn.now);
  const values = versionedValuesFromEnvironment(environment.TABLE_NAME);
  const policy = once(async () =>
    resolveGroups(await withModes(loadPolicy(), values, environment.NEW_TENANTS), {
      ...{ slack, log, memory: groups, now },
    }),
  );

  return answerSlack(
    {
      exceptions: createOneRequest(register, policy),
      breakers: createBreakers(values),
      enforcements: createEnforcements(values),
      usual: environment.NEW_TENANTS,
      noteRefused: (person, at) => noteRefused(values, person, at),
      progress: () => readProgress(values),
      gatherings: createGatherings(values),
      slack,
      policy,
      rules: loadPolicy(),
      headStart: () => new Promise((resolve) => setTimeout(resolve, headStart).unref()),
      // Nobody could answer then, and no other metric would show it: for the API, a refusal is no error.
      noteWrongSignature: () => void turn.metrics.addMetric('AnswersRefused', MetricUnit.Count, 1),
      who: (claim) => identifyPerson(claim, { slack, people, now, log }),
      now: turn.now,
      log,
    },
    signingSecret,
    request,
  );
});
