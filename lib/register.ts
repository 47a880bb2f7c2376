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
import { partitions } from '#register/partitions.ts';
import { projectionOf, streamView, tableIndexes, tableKeys, timeToLive } from '#register/table.ts';

type Index = keyof typeof tableIndexes;

/** What AWS names for who reads from a table with a key of its own, and for who writes to it. */
const reading = ['kms:Decrypt', 'kms:DescribeKey'];
const writing = ['kms:Encrypt', 'kms:GenerateDataKey'];

/** Pattern of the partitions in which the names of objects are kept. */
export const aliases = `${partitions.aliases}*`;
/** Pattern of notes with that name, or that begin so. */
export const notesOf = (name: string): string => `${partitions.notes}${name}`;

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

  /**
   * Reads what a decision needs and writes what it comes to: states with their trails, and receipts. A transaction
   * needs the permissions for each of its parts. `besides`: other partitions it writes in, or the notes it replaces.
   *
   * This narrows, and does not protect the trail: a role that may put states may put over entries, too, since
   * policies do not see sort keys. That shows in the hashes of the trail (`lapse show`).
   */
  grantCommands(to: IGrantable, ...besides: readonly string[]): void {
    this.#allow(to, ['dynamodb:BatchGetItem', 'dynamodb:GetItem']);
    this.#allowWithin(
      to,
      ['dynamodb:PutItem'],
      [`${partitions.exceptions}*`, `${partitions.receipts}*`, ...besides],
    );
  }

  /**
   * The same for who sees objects of a tenant, which can be new, known from before, or renamed. Only aliases may be
   * deleted, so that no function, whatever is wrong with it, can take a state or an entry of a trail away.
   */
  grantObservations(to: IGrantable, ...besides: readonly string[]): void {
    this.grantCommands(to, aliases, `${partitions.remembered}*`, ...besides);
    this.grantTrails(to);
    this.#allowWithin(to, ['dynamodb:DeleteItem'], [aliases]);
  }

  /** Notes of its own, and nothing else in the table. */
  grantNotes(to: IGrantable, prefix: string): void {
    this.#allowWithin(to, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [`${prefix}*`]);
    this.#grantKey(to, [...reading, ...writing]);
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
    this.#allowWithin(to, ['dynamodb:Query'], [`${partitions.exceptions}*`]);
  }

  /** Reading the stream needs the table's key, too; Lambda reads it on the function's behalf. */
  grantStream(to: IGrantable): void {
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [this.stream],
      }),
    );
    this.#grantKey(to, reading);
  }

  get stream(): string {
    if (this.table.tableStreamArn === undefined) throw new Error('the register has no stream');
    return this.table.tableStreamArn;
  }

  #grantKey(to: IGrantable, actions: readonly string[]): void {
    // DynamoDB uses the caller's right to the key, and only DynamoDB may do so with this statement.
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [this.#key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` },
        },
      }),
    );
  }

  #allow(to: IGrantable, actions: string[], resources: string[] = [this.table.tableArn]): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    this.#grantKey(to, [...reading, ...writing]);
  }

  #allowWithin(to: IGrantable, actions: string[], leadingKeys: readonly string[]): void {
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions,
        resources: [this.table.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys },
          // Of no key at all, everything is true: a request that names none would pass.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
  }
}
