/** Against what AWS documents in "Policy evaluation logic", and for keys in "Key policies in AWS KMS". */
import { describe, expect, it } from 'vitest';
import { decide, type Decision, type Principal } from '#lib/local/iam/decide.ts';
import { resourceStatementSchema, statementSchema } from '#lib/local/iam/statement.ts';

const queue = 'arn:aws:sqs:local-1:000000000000:Queue';
const key = 'arn:aws:kms:local-1:000000000000:key/Key';
const root = { AWS: 'arn:aws:iam::000000000000:root' };
const work: Principal = { role: 'work' };
const events: Principal = { service: 'events.amazonaws.com' };
const receive = {
  action: 'sqs:ReceiveMessage',
  resource: queue,
  context: { 'aws:SecureTransport': ['true'] },
};
const decrypt = { action: 'kms:Decrypt', resource: key, context: {} };

const of = (own: readonly object[], others: readonly object[] = [], resource = queue) => ({
  roles: new Map([['work', own.map((one) => statementSchema.parse(one))]]),
  resources: [{ of: resource, statements: others.map((one) => resourceStatementSchema.parse(one)) }],
});
const isAllowed = (decision: Decision): boolean => 'allowedBy' in decision;
const allow = { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: queue };
const insecure = {
  Effect: 'Deny',
  Action: 'sqs:*',
  Resource: queue,
  Principal: { AWS: '*' },
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

describe('a role', () => {
  it('may do what a statement of its own allows, and nothing else', () => {
    expect(isAllowed(decide(of([allow]), work, receive))).toBe(true);
    expect(isAllowed(decide(of([]), work, receive))).toBe(false);
    expect(isAllowed(decide(of([allow]), { role: 'other' }, receive))).toBe(false);
    expect(isAllowed(decide(of([allow]), work, { ...receive, action: 'sqs:DeleteMessage' }))).toBe(false);
    expect(isAllowed(decide(of([allow]), work, { ...receive, resource: `${queue}2` }))).toBe(false);
  });

  it.each([
    [{ ...allow, Action: 'sqs:*' }, true],
    [{ ...allow, Action: 'SQS:receivemessage' }, true],
    [{ ...allow, Action: 'sqs:Receive' }, false],
    [{ ...allow, Resource: '*' }, true],
    [{ ...allow, Resource: 'arn:aws:sqs:*:Queu?' }, true],
    [{ ...allow, Resource: 'arn:aws:sqs:local-1:000000000000:queue' }, false],
    [{ ...allow, Resource: 'arn:aws:sqs:local-1:000000000000:.....' }, false],
  ])('by %j may receive from the queue: %j', (statement, expected) => {
    expect(isAllowed(decide(of([statement]), work, receive))).toBe(expected);
  });

  it('may not do what any statement denies, whoever allows it', () => {
    const deny = { Sid: 'Never', Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
    expect(decide(of([deny, allow]), work, receive)).toEqual({ why: 'the statement Never denies it' });
    expect(isAllowed(decide(of([allow], [insecure]), work, receive))).toBe(true);
    expect(
      isAllowed(
        decide(of([allow], [insecure]), work, { ...receive, context: { 'aws:SecureTransport': ['false'] } }),
      ),
    ).toBe(false);
  });

  it('may do what the policy of the resource lets everybody do', () => {
    const open = { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Principal: '*' };
    expect(isAllowed(decide(of([], [open]), work, receive))).toBe(true);
    // The account is let in, which leaves it to its own policies who of it.
    expect(isAllowed(decide(of([], [{ ...open, Principal: root }]), work, receive))).toBe(false);
  });

  it('may use a key where the policy of the key lets its account in and its own statement names the key', () => {
    const own = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: key };
    const letIn = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: root };
    expect(isAllowed(decide(of([own], [letIn], key), work, decrypt))).toBe(true);
    expect(isAllowed(decide(of([], [letIn], key), work, decrypt))).toBe(false);
    expect(decide(of([own], [], key), work, decrypt)).toEqual({
      why: 'the policy of the key lets nobody in',
    });
  });
});

describe('a service', () => {
  const send = {
    action: 'sqs:SendMessage',
    resource: queue,
    context: { 'aws:SourceArn': ['arn:aws:events:r:1:rule/b/R'] },
  };
  const letIn = {
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: queue,
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:r:1:rule/b/R' } },
  };

  it('may do what the policy of the resource allows it, on the conditions there', () => {
    expect(isAllowed(decide(of([], [letIn]), events, send))).toBe(true);
    expect(isAllowed(decide(of([], [letIn]), { service: 'sns.amazonaws.com' }, send))).toBe(false);
    expect(isAllowed(decide(of([], [letIn]), work, send))).toBe(false);
    expect(
      decide(of([], [letIn]), events, {
        ...send,
        context: { 'aws:SourceArn': ['arn:aws:events:r:1:rule/b/S'] },
      }),
    ).toEqual({
      why:
        'ArnEquals of aws:SourceArn wants arn:aws:events:r:1:rule/b/R, ' +
        'and the request has arn:aws:events:r:1:rule/b/S',
    });
  });

  it('gets nothing from the policy of another resource', () => {
    const everywhere = { ...letIn, Resource: '*' };
    expect(isAllowed(decide(of([], [everywhere], `${queue}2`), events, send))).toBe(false);
  });
});

describe('a refusal', () => {
  it('says which statement is missing, or which condition does not hold', () => {
    expect(decide(of([]), work, receive)).toEqual({
      why: `its role lacks {"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"${queue}"}`,
    });
    expect(decide(of([]), events, receive)).toEqual({
      why:
        `the policy of the resource lacks {"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"${queue}",` +
        '"Principal":{"Service":"events.amazonaws.com"}}',
    });
    const secured = { ...allow, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(decide(of([secured]), work, receive)).toEqual({
      why: 'Bool of aws:SecureTransport wants false, and the request has true',
    });
  });
});

describe('a statement', () => {
  it.each([
    ['names what it does not allow', { Effect: 'Allow', NotAction: 'a', Resource: 'b' }],
    ['names what it is not about', { Effect: 'Allow', Action: 'a', NotResource: 'b' }],
    ['has a policy variable', { Effect: 'Allow', Action: 'a', Resource: 'b/${aws:username}' }],
    ['says neither yes nor no', { Effect: 'Maybe', Action: 'a', Resource: 'b' }],
  ])('of a role that %s is refused', (_, statement) => {
    expect(statementSchema.safeParse(statement).success).toBe(false);
  });

  it.each([
    ['everybody but some', { NotPrincipal: { AWS: '*' } }],
    ['another account', { Principal: { AWS: 'arn:aws:iam::111111111111:root' } }],
    ['a role', { Principal: { AWS: 'arn:aws:iam::000000000000:role/work' } }],
    ['somebody signed in elsewhere', { Principal: { Federated: 'x' } }],
  ])('of a resource that lets in %s is refused', (_, whom) => {
    expect(resourceStatementSchema.safeParse({ Effect: 'Allow', Action: 'a', ...whom }).success).toBe(false);
  });
});
