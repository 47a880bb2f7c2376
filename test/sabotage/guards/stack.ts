/** What is deployed: nothing is lost, nobody may more than they need, and what goes wrong is heard of. */
import { inFile } from '../guard.ts';

const tests = ['test/stack/stack.test.ts'];

export const stack = [
  ...inFile(
    'lib/function-code.ts',
    ['test/stack/function-code.test.ts'],
    [
      {
        without: 'every function carries the ways to find credentials that Lambda never needs',
        find: "alias: { '@aws-sdk/credential-provider-node'",
        replace: "alias: { '@aws-sdk/nothing'",
      },
    ],
  ),
  ...inFile(
    'lib/lambda-function.ts',
    ['test/stack/rules.test.ts'],
    [
      {
        without: 'no stack can be deployed: in a known account and region it breaks rules',
        find: 'Token.isUnresolved(value) ? `<AWS::${name}>` : value',
        replace: '`<AWS::${name}>`',
      },
    ],
  ),
  ...inFile(
    'lib/metrics-namespace.ts',
    ['test/stack/side-by-side.test.ts'],
    [
      {
        without: 'the heartbeat of one stack hides that another is dead',
        find: '`Lapse/${Stack.of(scope).stackName}`',
        replace: "(Stack.of(scope), 'Lapse')",
      },
    ],
  ),
  ...inFile(
    'lib/stack-name.ts',
    ['test/stack/side-by-side.test.ts'],
    [
      {
        without: 'a stack with a long name fails halfway through its deployment',
        find: 'stack.length <= longestStackName',
        replace: 'stack.length <= 128',
      },
    ],
  ),
  ...inFile(
    'lib/stack-name.ts',
    ['test/bin/environments.test.ts'],
    [
      {
        without: 'a name that CloudFormation refuses ends in a stack trace',
        find: '/^[a-z][a-z\\d-]*$/i',
        replace: '/^/',
      },
      {
        without: 'a stack is to have the bus of the account, or replaces the one of the CDK',
        find: 'if (why !== undefined) return `A stack',
        replace: 'if (why === stack) return `A stack',
      },
    ],
  ),
  ...inFile(
    'bin/environments.ts',
    ['test/bin/environments.test.ts'],
    [
      {
        without: 'the doctor looks at a stack with the policy of another, since the file has a mistake',
        find: 'if (!existsSync(file)) return undefined;',
        replace: 'if (existsSync(file)) return undefined;',
      },
      {
        without: 'a second stack fails halfway because IAM has its roles already',
        find: 'if (twin !== undefined)',
        replace: 'if (twin === name)',
      },
      {
        without: 'an address that stands there twice ends in a stack trace',
        find: 'findTwin(one, all.slice(0, at)) === undefined',
        replace: 'all.slice(0, at).length === at',
      },
    ],
  ),
  ...inFile(
    'lib/audit-intake.ts',
    ['test/stack/side-by-side.test.ts'],
    [
      {
        without: 'no second stack can be made in an account and region',
        find: 'eventBusName: Stack.of(this).stackName,',
      },
    ],
  ),
  ...inFile(
    'lib/audit-intake.ts',
    ['test/stack/rights.test.ts'],
    [
      {
        without: 'no change in a mailbox can be recorded on AWS',
        find: ', `${partitions.mailboxes}*`',
      },
    ],
  ),
  ...inFile('lib/audit-intake.ts', tests, [
    {
      without: 'the rule of audit records has a pattern longer than EventBridge takes',
      find: 'Operation: operationEndings.map((suffix) => ({ suffix }))',
      replace:
        "Operation: operationEndings.flatMap((end) => ['New', 'Set', 'Enable', 'Disable', 'Remove'].map((verb) => verb + end))",
    },
  ]),
  ...inFile('lib/alarm.ts', tests, [
    {
      without: 'what does not run raises no alarm',
      find: 'treatMissingData: TreatMissingData.BREACHING,',
      replace: 'treatMissingData: TreatMissingData.NOT_BREACHING,',
    },
  ]),
  ...inFile('lib/alarms.ts', tests, [
    {
      without: 'alarms do not get into their topic',
      find: "principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],",
      replace: "principals: [new ServicePrincipal('events.amazonaws.com')],",
    },
    {
      without: 'other accounts raise our alarms',
      find: "conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },",
    },
    {
      without: 'nobody hears that Slack waits for cold starts',
      find: 'metric: api.metricLatency(',
      replace: 'metric: api.metricIntegrationLatency(',
    },
    {
      without: 'deadlines that are not kept raise no alarm',
      find: "metric: minutely('Overdue', Stats.MAXIMUM),",
      replace: "metric: minutely('Over', Stats.MAXIMUM),",
    },
  ]),
  ...inFile(
    'lib/alarms.ts',
    ['test/stack/alarms.test.ts'],
    [
      {
        without: 'alarms of rules watch a metric that does not exist',
        find: "RuleName: Fn.select(2, Fn.split('/', rule.ruleArn)),",
        replace: 'RuleName: rule.ruleName,',
      },
      {
        without: 'what the bus loses altogether raises no alarm',
        find: "metric: ofRule('InvocationsFailedToBeSentToDlq', bus, rule),",
        replace: "metric: ofRule('FailedInvocations', bus, rule),",
      },
      {
        without: 'a function that may not run raises no alarm',
        find: 'raiseWhenThrottled(this, this.topic, `${name}Throttled`, work);',
      },
    ],
  ),
  ...inFile('lib/collection-alarms.ts', tests, [
    {
      without: 'one blob that is lost raises no alarm',
      find: "metric: own('BlobsLost', Stats.SUM),",
      replace: "metric: own('BlobsLost', Stats.SUM), above: 1,",
    },
  ]),
  ...inFile('lib/register.ts', tests, [
    {
      without: 'the register goes with the stack',
      find: 'deletionProtection: true,\n      removalPolicy: RemovalPolicy.RETAIN,',
      replace: 'removalPolicy: RemovalPolicy.DESTROY,',
    },
  ]),
  ...inFile('lib/bus-worker.ts', tests, [
    {
      without: 'what the bus cannot deliver is lost',
      find: '{ deadLetterQueue: this.deadLetters })',
      replace: '{})',
    },
    {
      without: 'one message that fails brings its whole batch again, or one that is done takes it along',
      find: 'reportBatchItemFailures: true,',
    },
    {
      without: 'one queue takes all the functions that a new account may run',
      find: '        maxConcurrency,\n',
    },
    {
      without: 'a batch comes again while it is still worked on',
      find: 'Duration.seconds(6 * (work.timeout?.toSeconds() ?? 3))',
      replace: 'Duration.seconds(work.timeout?.toSeconds() ?? 3)',
    },
  ]),
  ...inFile(
    'lib/rules.ts',
    ['test/stack/rules.test.ts'],
    [
      {
        without: 'nobody but one house looks at the template',
        find: '? [new CfnGuardValidator()] : []',
        replace: '? [] : [new CfnGuardValidator()]',
      },
    ],
  ),
  ...inFile('lib/overview.ts', tests, [
    {
      without: 'alarms are missing on the dashboard',
      find: '.filter((one) => one instanceof Alarm)',
      replace: '.filter((one) => one instanceof Alarm && !/Enforce/.test(one.node.id))',
    },
  ]),
  ...inFile('lib/deadlines.ts', tests, [
    {
      without: 'one exception that cannot be swept triples every tick',
      find: 'retryAttempts: 0, maxEventAge',
      replace: 'maxEventAge',
    },
  ]),
  ...inFile('lib/secrets.ts', tests, [
    {
      without: 'credentials are gone for good with the stack',
      find: 'removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,',
    },
  ]),
  ...inFile('lib/enforcement.ts', tests, [
    {
      without: 'nobody notices that nothing gets to enforce',
      find: 'heartbeatType] }',
      replace: 'toTitle(heartbeatType)].slice(0, -1) }',
    },
  ]),
  ...inFile('bin/app.ts', tests, [
    {
      without: 'the stack is deleted by mistake',
      find: 'terminationProtection: true,',
    },
    {
      without: 'a stack is deployed whose policy names nobody',
      find: '.filter((one) => !isNobodys(one))',
      replace: '.filter(() => true)',
      tests: ['test/bin/app.process.test.ts'],
    },
    {
      without: 'a stack goes where the profile leads, whatever its account is',
      find: 'env: one.env ?? ownAccount()',
      replace: 'env: ownAccount() ?? one.env',
      tests: ['test/bin/app.process.test.ts'],
    },
  ]),
  ...inFile('lib/lifecycle-events.ts', tests, [
    {
      without: 'heartbeats do not get from the table to publish-events',
      find: "eventName: ['INSERT', 'MODIFY'],",
      replace: "eventName: ['REMOVE'],",
    },
    {
      without: 'what could not be published is lost',
      find: 'onFailure: this.#unpublishedAsDestination(),',
    },
  ]),
  ...inFile(
    'lib/lapse-stack.ts',
    ['test/stack/placeholders.test.ts'],
    [
      {
        without: 'a policy that names nobody is deployed',
        find: 'if (placeholders.length > 0)',
        replace: 'if (placeholders.length < 0)',
      },
    ],
  ),
];
