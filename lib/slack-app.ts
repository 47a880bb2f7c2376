import { Duration, Lazy, Stack, Validations } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { heartbeatType } from '#bus/heartbeat.ts';
import { inventoryMessageType, inventorySource } from '#bus/inventory-message.ts';
import { lifecycleSource } from '#bus/lifecycle-event.ts';
import { toTitle } from '#lifecycle/events.ts';
import { slackEvents } from '#lifecycle/react.ts';
import { noteNames } from '#register/partitions.ts';
import { BriefLogs } from './brief-logs.ts';
import { BusWorker } from './bus-worker.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Policy } from '#policy/policy.ts';
import { notesOf, type Register } from './register.ts';
import type { Secrets } from './secrets.ts';

interface SlackAppProps {
  readonly bus: EventBus;
  readonly register: Register;
  readonly secrets: Secrets;
  readonly policy: Policy;
}

/** Bus → queue → ask-owners → Slack, and Slack → HTTP API → answer-slack → register. */
export class SlackApp extends Construct {
  readonly askOwners: LambdaFunction<'ask-owners'>;
  readonly answerSlack: LambdaFunction<'answer-slack'>;
  readonly worker: BusWorker;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: SlackAppProps) {
    super(scope, id);
    this.askOwners = this.#askOwners(props);
    this.worker = new BusWorker(this, 'Questions', {
      bus: props.bus,
      pattern: {
        source: [lifecycleSource, inventorySource],
        detailType: [...slackEvents.map(toTitle), inventoryMessageType, heartbeatType],
      },
      work: this.askOwners,
      batchSize: 5,
    });
    // What Slack is too busy for comes later.
    this.worker.queue.grantSendMessages(this.askOwners);
    this.answerSlack = this.#answerSlack(props);
    this.api = this.#api();
  }

  #askOwners({ register, secrets, policy }: SlackAppProps): LambdaFunction<'ask-owners'> {
    const askOwners = new LambdaFunction(this, 'AskOwners', 'ask-owners', {
      // Five events one after the other, each with a few calls to Slack that may have to wait.
      timeout: Duration.minutes(1),
      policy,
      environment: {
        TABLE_NAME: register.table.tableName,
        SLACK_BOT_TOKEN_SECRET: secrets.slackBotToken.secretArn,
        // The queue's times follow from the function's, so it is made afterwards.
        QUEUE_URL: Lazy.string({ produce: () => this.worker.queue.queueUrl }),
      },
    });
    register.grantCommands(askOwners, notesOf(`${noteNames.digest}*`));
    register.grantTrails(askOwners);
    askOwners.mayRead(secrets.slackBotToken);
    return askOwners;
  }

  #answerSlack({ register, secrets, policy }: SlackAppProps): LambdaFunction<'answer-slack'> {
    const answerSlack = new LambdaFunction(this, 'AnswerSlack', 'answer-slack', {
      // Slack waits three seconds; the work after the answer may take a little longer.
      timeout: Duration.seconds(20),
      // A whole processor at 1,769: most of a cold start is reading code.
      memorySize: 1769,
      policy,
      environment: {
        TABLE_NAME: register.table.tableName,
        SLACK_BOT_TOKEN_SECRET: secrets.slackBotToken.secretArn,
        SLACK_SIGNING_SECRET_SECRET: secrets.slackSigningSecret.secretArn,
      },
    });
    // Who looks at what a breaker holds back lets it go, and who sees something go wrong stops enforcement.
    register.grantCommands(
      answerSlack,
      notesOf(`${noteNames.breaker}*`),
      notesOf(noteNames.enforcement),
      notesOf(`${noteNames.refused}*`),
    );
    register.grantTrails(answerSlack);
    register.grantQuery(answerSlack, 'open', 'owned', 'tenant');
    answerSlack.mayRead(secrets.slackBotToken);
    answerSlack.mayRead(secrets.slackSigningSecret);
    return answerSlack;
  }

  #api(): HttpApi {
    const api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: 'Lapse: what people answer in Slack',
      createDefaultStage: false,
    });
    api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      // For all callers together: HTTP APIs do not distinguish them. Far above what people click, far below what
      // hurts.
      throttle: { rateLimit: 20, burstLimit: 40 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(new BriefLogs(this, 'AccessLogs')),
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            at: '$context.requestTime',
            from: '$context.identity.sourceIp',
            route: '$context.routeKey',
            status: '$context.status',
            millis: '$context.responseLatency',
            error: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
    const integration = new HttpLambdaIntegration('AnswerSlack', this.answerSlack);
    for (const path of ['/slack/interactions', '/slack/commands', '/slack/events'])
      for (const route of api.addRoutes({ path, methods: [HttpMethod.POST], integration }))
        Validations.of(route).acknowledge(
          { id: 'AwsSolutions-APIG4', reason: signed },
          {
            id: 'cdk-validator-cfnguard::api_gw_v2_authorization_type_configured_check',
            reason: signed,
          },
          {
            id: 'cdk-validator-cfnguard::lambda_function_public_access_prohibited_check',
            reason:
              'Only API Gateway may call it, for this route of this API: the ARN names account and API.',
          },
        );
    return api;
  }
}

const signed =
  'Slack signs its requests; answer-slack checks signature and age before it reads anything else.';
