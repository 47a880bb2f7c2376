import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { projectionOf, streamView, tableIndexes, tableKeys, timeToLive } from '#register/table.ts';

type Index = keyof typeof tableIndexes;

/** The table of exceptions and their trails. It outlives the stack and cannot be deleted by mistake. */
export class Register extends Construct {
  readonly table: Table;
  readonly #key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#key = new Key(this, 'Key', {
      description: 'Lapse: the register of exceptions',
      enableKeyRotation: true,
    });
    Validations.of(this.#key).acknowledge({
      id: 'cdk-validator-cfnguard::kms_create_grant_aws_service_check',
      reason:
        'Its policy leaves it to IAM who may do what with it, and no role of this stack may create grants.',
    });
    // Not `TableV2`: with a customer-managed key, it cannot be synthesized without an account and a region.
    this.table = new Table(this, 'Table', {
      partitionKey: { name: tableKeys.partition, type: AttributeType.STRING },
      sortKey: { name: tableKeys.sort, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType[streamView],
      timeToLiveAttribute: timeToLive,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.#key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const [indexName, index] of Object.entries(tableIndexes)) {
      const { ProjectionType: type, NonKeyAttributes: nonKeyAttributes } = projectionOf(index);
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: index.partition, type: AttributeType.STRING },
        sortKey: { name: index.sort, type: AttributeType.STRING },
        projectionType: ProjectionType[type],
        ...(nonKeyAttributes && { nonKeyAttributes }),
      });
    }
  }

  /** Load, find and commit; a transaction needs the permissions for each of its parts. */
  grantCommands(to: IGrantable): void {
    this.#allow(to, ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem']);
  }

  /**
   * The same for who sees objects of a tenant, which can be new, known from before, or renamed. Only aliases may be
   * deleted, so that no function, whatever is wrong with it, can take a state or an entry of a trail away.
   */
  grantObservations(to: IGrantable): void {
    this.grantCommands(to);
    this.grantTrails(to);
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:DeleteItem'],
        resources: [this.table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ALIAS#*'] } },
      }),
    );
  }

  grantQuery(to: IGrantable, ...indexes: readonly Index[]): void {
    this.#allow(
      to,
      ['dynamodb:Query'],
      indexes.map((index) => `${this.table.tableArn}/index/${index}`),
    );
  }

  /** Trails, which are read by query, beside what `grantCommands` lets read. */
  grantTrails(to: IGrantable): void {
    this.#allow(to, ['dynamodb:Query']);
  }

  /** Reading the stream needs the table's key, too; Lambda reads it on the function's behalf. */
  grantKey(to: IGrantable): void {
    // DynamoDB uses the caller's right to the key, and only DynamoDB may do so with this statement.
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
        resources: [this.#key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` },
        },
      }),
    );
  }

  #allow(to: IGrantable, actions: string[], resources: string[] = [this.table.tableArn]): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    this.grantKey(to);
  }
}
