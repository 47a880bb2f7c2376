import { CfnOutput, CfnRule, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Alarms } from './alarms.ts';
import { AuditIntake } from './audit-intake.ts';
import { CollectionAlarms } from './collection-alarms.ts';
import { Collection } from './collection.ts';
import { setNewTenants } from './new-tenants.ts';
import { Overview } from './overview.ts';
import { Deadlines } from './deadlines.ts';
import { Enforcement } from './enforcement.ts';
import { InventoryAlarms } from './inventory-alarms.ts';
import { Inventory } from './inventory.ts';
import { LifecycleEvents } from './lifecycle-events.ts';
import { Register } from './register.ts';
import { Secrets } from './secrets.ts';
import { SlackApp } from './slack-app.ts';
import { findNameMistake } from './stack-name.ts';
import type { Construct } from 'constructs';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import type { Policy } from '#policy/policy.ts';

export interface LapseStackProps extends StackProps {
  /** Already checked; it is bundled with every function that decides. */
  readonly policy: Policy;
  /** Names in it that reach nobody. A template with any of them can be synthesized and tried, but not deployed. */
  readonly placeholders: readonly string[];
  /** Addresses that get a mail for each alarm. */
  readonly alarms: readonly string[];
  /** What a tenant is of which nobody has decided where Lapse may act. */
  readonly newTenants: UsualMode;
}

/** The path of a change, from the tenant's audit log to its end. */
export class LapseStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { policy, placeholders, alarms, newTenants, ...props }: LapseStackProps,
  ) {
    super(scope, id, {
      description: 'Lapse: mail flow exceptions that lapse unless somebody vouches for them',
      ...props,
    });

    setNewTenants(this, newTenants);
    const mistake = findNameMistake(this.stackName);
    if (mistake !== undefined) throw new Error(mistake);
    if (placeholders.length > 0)
      new CfnRule(this, 'PolicyNamesPeople', {
        assertions: [
          {
            assert: Fn.conditionEquals(placeholders.join(' '), ''),
            assertDescription: `The policy names nobody: ${placeholders.join(', ')}. Put your own Slack ids and addresses into its policy and deploy again.`,
          },
        ],
      });

    const secrets = new Secrets(this, 'Secrets');
    const register = new Register(this, 'Register');
    const intake = new AuditIntake(this, 'AuditIntake', { register, secrets, policy });
    const { bus } = intake;
    const collection = new Collection(this, 'Collection', {
      register,
      bus,
      secret: secrets.auditLogReader,
      policy,
    });
    const events = new LifecycleEvents(this, 'LifecycleEvents', { register, bus });
    const slack = new SlackApp(this, 'SlackApp', { bus, register, secrets, policy });
    const enforcement = new Enforcement(this, 'Enforcement', { bus, register, secrets, policy });
    const deadlines = new Deadlines(this, 'Deadlines', { register, bus, policy });
    const inventory = new Inventory(this, 'Inventory', { register, bus, secrets, policy });
    const { topic } = new Alarms(this, 'Alarms', { intake, events, slack, enforcement, deadlines });
    for (const address of alarms) topic.addSubscription(new EmailSubscription(address));
    new CollectionAlarms(this, 'CollectionAlarms', { collection, topic });
    new InventoryAlarms(this, 'InventoryAlarms', { inventory, topic });
    const workers = {
      'record-changes': intake.worker,
      'ask-owners': slack.worker,
      enforce: enforcement.worker,
    };
    new Overview(this, 'Overview', {
      workers,
      deadLetters: {
        ...Object.fromEntries(Object.entries(workers).map(([name, worker]) => [name, worker.deadLetters])),
        'sweep-deadlines': deadlines.deadLetters,
        'collect-audit-log': collection.deadLetters,
        'take-inventory': inventory.deadLetters,
      },
      slack,
    });

    new CfnOutput(this, 'TableName', { value: register.table.tableName, description: 'The register' });
    new CfnOutput(this, 'BusName', { value: bus.eventBusName, description: 'Where audit records go in' });
    new CfnOutput(this, 'NewTenants', {
      value: newTenants,
      description: 'Where nobody has decided, Lapse is live or only observes',
    });
    new CfnOutput(this, 'SlackUrl', {
      value: slack.api.apiEndpoint,
      description: 'Request URLs of the Slack app begin with this',
    });
  }
}
