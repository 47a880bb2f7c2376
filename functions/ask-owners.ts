/**
 * Recorded events become messages in Slack: the question to the owner, reminders, and cards brought up to date.
 * What fails comes again from the queue and ends in the dead-letter queue; deadlines wait meanwhile, because an
 * exception whose owner was not told is not disabled. What Slack is too busy for is put off instead, for as long as
 * that takes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { inventoryMessageSchema } from '#bus/inventory-message.ts';
import { lifecycleEventSchema } from '#bus/lifecycle-event.ts';
import type { LifecycleEvent } from '#bus/lifecycle-event.ts';
import { channelOf } from '#policy/owner.ts';
import { toMillis, type Instant } from '#time/instant.ts';
import { createGatherings } from '#register/gatherings.ts';
import { withModes } from '#register/enforcement.ts';
import { createOneRequest } from '#register/one-request.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { ownQueue } from '#runtime/own-queue.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { PutOff } from '#runtime/put-off.ts';
import { createQueueFunction, type QueueTurn } from '#runtime/queue-function.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { readSecret } from '#runtime/secrets.ts';
import { versionedValuesFromEnvironment } from '#runtime/versioned-values.ts';
import { askOwner } from '#slack/ask.ts';
import { createSlack, type Installations } from '#slack/client.ts';
import { SlackUnreachable } from '#slack/failure.ts';
import { sendDigest } from '#slack/send-digest.ts';
import { createTenantMessage } from '#slack/tenant-message.ts';
import { resolveGroups, type GroupMemory } from '#slack/groups.ts';
import { withOwnFound } from '#slack/find-own.ts';
import { withKnownPeople, type KnownPeople } from '#slack/known-people.ts';
import { createPaceMemory, withPace } from '#slack/pace.ts';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import type { Policy } from '#policy/policy.ts';
import type { Register } from '#register/contract.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { Slack } from '#slack/slack.ts';

/** Kept while this function is warm. */
const groups: GroupMemory = new Map();
const installations: Installations = new Map();
const people: KnownPeople = new Map();
const pace = createPaceMemory();

/** Milliseconds that the rest of a batch needs where nobody waits for Slack. */
const keptForWork = 20_000;

/** On its own queue alone: it is time for somebody's digest. */
const digestDueType = 'Digest Due';
const digestDueSchema = z.object({ digestOf: z.string().min(1) });

const told = z.union([lifecycleEventSchema, inventoryMessageSchema, digestDueSchema]);
type Told = z.output<typeof told>;

const later = () => ownQueue(readEnvironment('ask-owners').QUEUE_URL);

export const handler = createQueueFunction(
  'ask-owners',
  told,
  async (event, turn) => {
    try {
      await tell(event, turn);
    } catch (error) {
      if (!(error instanceof SlackUnreachable) || error.retryAfter === undefined) throw error;
      throw new PutOff(error.message, error.retryAfter);
    }
  },
  later,
);

async function tell(event: Told, turn: QueueTurn): Promise<void> {
  const environment = readEnvironment('ask-owners');
  const token = await readSecret(environment.SLACK_BOT_TOKEN_SECRET);
  const slack = withPace(createSlack({ token, url: environment.SLACK_API_URL, fetch, installations }), {
    memory: pace,
    now: Date.now,
    wait: sleep,
    spare: () => turn.remaining() - keptForWork,
  });
  await tellPeople(
    event,
    {
      register: registerFromEnvironment(environment.TABLE_NAME),
      values: versionedValuesFromEnvironment(environment.TABLE_NAME),
      slack,
      policy: loadPolicy(),
      usual: environment.NEW_TENANTS,
      groups,
      people,
      callDigest: (digestOf, at) => later()(createDigestCall(digestOf), (toMillis(at) - Date.now()) / 1000),
    },
    turn,
  );
}

const createDigestCall = (digestOf: string): string =>
  JSON.stringify({ 'detail-type': digestDueType, detail: { digestOf } });

interface Sources {
  readonly register: Register;
  readonly values: VersionedValues;
  readonly slack: Slack;
  readonly policy: Policy;
  readonly usual: UsualMode;
  readonly groups: GroupMemory;
  readonly people: KnownPeople;
  readonly callDigest: (digestOf: string, at: Instant) => Promise<void>;
}

export async function tellPeople(
  event: Told,
  { register, values, slack, usual, groups, people, callDigest, policy: written }: Sources,
  turn: Pick<QueueTurn, 'now' | 'remaining' | 'repeated'> & {
    readonly logger: Pick<QueueTurn['logger'], 'info'>;
  },
): Promise<void> {
  const log = (message: string, fields: Readonly<Record<string, string | number>>) =>
    turn.logger.info(message, fields);
  if ('data' in event && 'about' in event.data) {
    await slack.post(
      channelOf(written, { tenant: event.metadata.tenant_id }),
      createTenantMessage(event.data.text),
    );
    return;
  }
  const rules = await withModes(written, values, usual);
  const policy = await resolveGroups(rules, { slack, log, memory: groups, now: toMillis(turn.now) });
  const isAgain =
    turn.repeated || ('data' in event && 'type' in event.data && event.data.type === 'QuestionRepeated');
  const known = withKnownPeople(slack, people, toMillis(turn.now));
  const dependencies = {
    exceptions: createOneRequest(register, () => Promise.resolve(policy)),
    slack: isAgain ? withOwnFound(known, log) : known,
    gatherings: createGatherings(values),
    callDigest,
    remaining: turn.remaining,
    policy,
    now: turn.now,
    log,
  };
  if (!('data' in event)) {
    await sendDigest(dependencies, event.digestOf);
    return;
  }
  const { metadata, data } = event as LifecycleEvent;
  await askOwner(dependencies, {
    exceptionId: metadata.exception_id,
    version: metadata.sequence,
    event: data,
  });
}
