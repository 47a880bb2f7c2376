/**
 * Recorded events become messages in Slack: the question to the owner, reminders, and cards brought up to date.
 * What fails comes again from the queue and ends in the dead-letter queue; deadlines wait meanwhile, because an
 * exception whose owner was not told is not disabled.
 */
import { lifecycleEventSchema } from '#bus/lifecycle-event.ts';
import { execute } from '#register/execute.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { queueFunction } from '#runtime/queue-function.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { secretText } from '#runtime/secrets.ts';
import { askOwner } from '#slack/ask.ts';
import { createSlack } from '#slack/client.ts';

export const handler = queueFunction('ask-owners', lifecycleEventSchema, async ({ metadata, data }, turn) => {
  const environment = readEnvironment('ask-owners');
  const policy = loadPolicy();
  const register = registerFromEnvironment(environment.TABLE_NAME);
  const token = await secretText(environment.SLACK_BOT_TOKEN_SECRET);

  await askOwner(
    {
      exceptions: { ...register, execute: (command) => execute(register, { ...command, policy }) },
      slack: createSlack({ token, url: environment.SLACK_API_URL, fetch }),
      policy,
      now: turn.now,
      log: (message, fields) => turn.logger.info(message, fields),
    },
    { exceptionId: metadata.exception_id, version: metadata.sequence, event: data },
  );
});
