/** Who may do what on AWS, and that what AWS would refuse is refused here. */
import { inFile } from '../guard.ts';

const stack = ['test/stack/rights.test.ts'];
const conditions = ['test/local/iam/condition.test.ts'];
const decisions = ['test/local/iam/decide.test.ts'];
const services = ['test/stack/services.test.ts'];

export const rightsGuards = [
  ...inFile('lib/register.ts', stack, [
    {
      without: 'functions write wherever they like in the table',
      find: '[`${partitions.exceptions}*`, `${partitions.receipts}*`, ...besides],',
      replace: "['*', ...besides],",
    },
    {
      without: 'functions delete states and trails',
      find: "['dynamodb:DeleteItem'], [aliases]",
      replace: "['dynamodb:DeleteItem'], ['*']",
    },
    {
      without: 'the collector may write states and trails',
      find: '[`${prefix}*`]',
      replace: "['*']",
    },
    {
      without: 'functions query more than trails',
      find: "['dynamodb:Query'], [`${partitions.exceptions}*`]",
      replace: "['dynamodb:Query'], ['*']",
    },
    {
      without: 'a request that names no partition is held to none',
      find: "Null: { 'dynamodb:LeadingKeys': 'false' },",
    },
    {
      without: 'the key of the table opens more than the table',
      find: "StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` },",
    },
    {
      without: 'whoever only reads the stream may write with its key',
      find: 'this.#grantKey(to, reading);',
      replace: 'this.#grantKey(to, [...reading, ...writing]);',
    },
  ]),
  ...inFile('lib/lambda-function.ts', stack, [
    {
      without: 'a function speaks on the bus as another',
      find: "'events:source': source, ...",
      replace: '...',
    },
    {
      without: 'a function says on the bus what is not its business',
      find: "...(types && { 'events:detail-type': types })",
    },
    {
      without: 'a function proves to anybody who it is',
      find: "'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [tokenAudience] },",
    },
    {
      without: 'a function proves who it is to nobody in particular',
      find: "Null: { 'sts:IdentityTokenAudience': 'false' },",
    },
    {
      without: 'a proof of who a function is lasts for an hour',
      find: "NumericLessThanEquals: { 'sts:DurationSeconds': tokenLastsSeconds },",
    },
    {
      without: 'a proof of who a function is may be signed in any way',
      find: "StringEquals: { 'sts:SigningAlgorithm': tokenAlgorithm },",
    },
  ]),
  ...inFile('lib/bus-worker.ts', stack, [
    {
      without: 'a function may hide messages of its queue for longer',
      find: "this.grant(to, 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage')",
      replace: 'super.grantConsumeMessages(to)',
    },
    {
      without: 'the bus may look queues up',
      find: "this.grant(to, 'sqs:SendMessage')",
      replace: 'super.grantSendMessages(to)',
    },
  ]),
  ...inFile('lib/invoke-every.ts', stack, [
    {
      without: 'a schedule may invoke every version of its function',
      find: '.withoutPolicyUpdates()',
    },
  ]),
  ...inFile('lib/local/iam/condition.ts', conditions, [
    {
      without: 'a condition on all values hides here that it holds where there is none',
      find: "if (set === 'ForAllValues') return given.every(fits);",
      replace: "if (set === 'ForAllValues') return given.length > 0 && given.every(fits);",
    },
    {
      without: 'a condition on a value holds where there is none',
      find: 'return given.length === 0 ? negated.has(name) : given.every(fits);',
      replace: 'return given.every(fits);',
    },
    {
      without: 'an operator that is not known is passed over',
      find: "if (name !== 'Null' && !(name in comparisons)) return `the condition ${operator} is not known here`;",
    },
    {
      without: 'a key that is not known is taken for absent',
      find: 'if (count === undefined) return `the condition key ${key} is not known here`;',
    },
  ]),
  ...inFile('lib/local/iam/wildcard.ts', conditions, [
    {
      without: 'a star in an ARN reaches into the next part',
      find: 'wanted.length === given.length && wanted.every((part, index) => like(part, given[index] ??',
      replace: 'like(pattern, text) && wanted.every((part, index) => like(part, part ??',
    },
  ]),
  ...inFile('lib/local/iam/decide.ts', decisions, [
    {
      without: 'what a statement denies is done here',
      find: "if (denied) return { why: `the statement ${denied.Sid ?? denied.Action.join(' ')} denies it` };",
    },
    {
      without: 'a key is used here that its own policy keeps shut',
      find: '(!isKey || delegating.length > 0)',
      replace: 'true',
    },
    {
      without: 'whom the account is let in for, everybody in it is',
      find: '!Principal.includes(ownAccount)',
      replace: 'Principal.length > 0',
    },
    {
      without: 'a service does what another is allowed',
      find: "'service' in who ? name === who.service : name === ownAccount",
      replace: "'service' in who || name === ownAccount",
    },
  ]),
  ...inFile(
    'lib/local/template.ts',
    ['test/local/template.test.ts'],
    [
      {
        without: 'a kind of policy that is not known is passed over',
        find: 'if (isUnknownPolicy(Type)) throw',
        replace: 'if (id === Type) throw',
      },
    ],
  ),
  ...inFile(
    'lib/local/queue-source.ts',
    ['test/local/queue-source.test.ts'],
    [
      {
        without: 'messages are taken here that Lambda may not take',
        find: ' && options.refused() === undefined',
      },
    ],
  ),
  ...inFile(
    'lib/local/stream-source.ts',
    ['test/local/stream-source.test.ts'],
    [
      {
        without: 'a stream is read here that Lambda may not read',
        find: 'if (options.refused() !== undefined) return false;',
      },
    ],
  ),
  ...inFile('lib/local/services.ts', services, [
    {
      without: 'that dead letters cannot be kept shows when there are some',
      find: 'asking([events, deadLetters.map((queue) => sent(queue, arn))]),',
      replace: 'asking(),',
    },
    {
      without: 'that alarms cannot tell shows when one goes off',
      find: '.map((topic) =>',
      replace: '.slice(0, 0).map((topic) =>',
    },
  ]),
];
