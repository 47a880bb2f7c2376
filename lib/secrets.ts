import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Secret, type CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * The secrets that Lapse needs. Each is created empty: until somebody has stored its value, a function that needs it
 * stops with an error that names it. No deployment ever overwrites the value, and it outlives the stack.
 */
export class Secrets extends Construct {
  readonly slackBotToken = this.#secret(
    'slack-bot-token',
    'Bot token of the Slack app (xoxb-…), as plain text',
  );
  readonly slackSigningSecret = this.#secret(
    'slack-signing-secret',
    'Signing secret of the Slack app, as plain text',
  );
  readonly exchangeReader = this.#secret(
    'exchange-reader',
    'App registration that may read Exchange: { "<tenant id>": { "clientId": "…", "clientSecret": "…" } }',
  );
  readonly exchangeWriter = this.#secret(
    'exchange-writer',
    'App registration that may disable rules and connectors, in the same form as exchange-reader',
  );

  readonly auditLogReader = this.#secret(
    'audit-log-reader',
    'App registrations that may read the audit log, in the form of exchange-reader; {} for none',
  );

  #secret(name: string, description: string): Secret {
    const secret = new Secret(this, name, {
      secretName: `${Stack.of(this).stackName}/${name}`,
      description,
      // CloudFormation would delete it at once, without the days in which a deleted secret can be had back. One that a
      // first deployment made and took back again holds nothing, and would be in the way of the next.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // A generated value would look like a token and fail somewhere else.
    (secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Slack and Microsoft issue these values; nothing on our side can rotate them. The runbook says how.',
    });
    return secret;
  }
}
