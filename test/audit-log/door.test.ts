/** What passes the door can be recorded: no key and no item is larger than DynamoDB takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from '#audit-log/list-differences.ts';
import { recogniseListChange } from '#audit-log/list-change.ts';
import { auditRecordSchema } from '#audit-log/record.ts';
import { recognise } from '#audit-log/recognise.ts';
import { foldName } from '#kinds/fold-name.ts';
import { decide } from '#lifecycle/decide/decide.ts';
import { evolveAll } from '#lifecycle/evolve.ts';
import { createExceptionId } from '#register/identity.ts';
import { toStateItem } from '#register/items.ts';
import { guidAlias, nameAlias, receiptKey, rememberedKey, stateKey } from '#register/keys.ts';
import { noon, policy } from '../lifecycle/examples.ts';
import { commitOf } from '#test/register/commits.ts';
import { newRule, parameters, setRule, tenant } from './records.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Key } from '#register/keys.ts';

const why = (native: object): string | undefined =>
  auditRecordSchema
    .safeParse(native)
    .error?.issues.map(({ message }) => message)
    .join('; ');

describe('the door', () => {
  it.each([
    ['OrganizationId is no GUID', { OrganizationId: 'contoso.onmicrosoft.com' }],
    ['OrganizationId is no GUID', { OrganizationId: 'a'.repeat(3_000) }],
    ['OrganizationId is missing', { OrganizationId: ' ' }],
    ['Id is longer than 256 characters', { Id: 'a'.repeat(257) }],
    [
      'the name of the object is longer than 1024 characters',
      { Parameters: parameters({ Name: 'a'.repeat(1_025) }) },
    ],
    [
      'the name of the object is longer than 1024 characters',
      { ...setRule, Parameters: parameters({ Identity: 'a', Name: 'é'.repeat(1_025) }) },
    ],
    [
      'ObjectId is longer than 4096 characters',
      { Operation: 'Set-ArcConfig', ObjectId: 'a'.repeat(4_097), Parameters: [] },
    ],
    [
      'Parameters are longer than 128 KB',
      { Parameters: parameters({ Name: 'a', SubjectContainsWords: 'é'.repeat(66_000) }) },
    ],
  ])('refuses a record and says: %s', (reason, given) => {
    expect(why({ ...newRule, ...given })).toBe(reason);
  });

  it('is open for what Lapse does not follow, wherever that comes from', () => {
    expect(why({ ...newRule, Operation: 'Set-Mailbox', OrganizationId: 'contoso' })).toBeUndefined();
  });

  it('is closed for a change in a mailbox without a tenant, if it is about a way past or out', () => {
    const forwarding = {
      Operation: 'set-mailbox',
      Parameters: [{ Name: 'ForwardingSmtpAddress', Value: 'x@y.z' }],
    };
    expect(why({ ...newRule, ...forwarding, OrganizationId: undefined })).toBe('OrganizationId is missing');
    expect(why({ ...newRule, ...forwarding, OrganizationId: 'contoso' })).toBe('OrganizationId is no GUID');
    expect(why({ ...newRule, ...forwarding })).toBeUndefined();
  });

  it('lets nothing pass that DynamoDB would refuse', () => {
    const long = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc
        .tuple(
          fc.constantFrom('a', 'é', '日', '🙂', '\\', '/', '"', '\n', ' '),
          fc.constantFrom(9, 300, 1_024, 4_096, 65_000, 131_000),
        )
        .map(([letter, times]) => letter.repeat(times)),
      fc.uuid(),
    );
    const named = fc.constantFrom(
      'Name',
      'Identity',
      'SetSCL',
      'Entries',
      'Comments',
      'AllowedSenders',
      'SenderIpRanges',
      'IPAllowList',
    );
    const given = fc.record(
      {
        Id: long,
        OrganizationId: fc.oneof(fc.constant(tenant), long),
        OrganizationName: long,
        ObjectId: long,
        UserId: long,
        AppId: long,
        UserType: fc.oneof(fc.integer(), long),
        Operation: fc.constantFrom(
          'New-TransportRule',
          'Set-TransportRule',
          'Remove-TransportRule',
          'Set-InboundConnector',
          'Set-HostedContentFilterPolicy',
          'Set-HostedConnectionFilterPolicy',
          'New-TenantAllowBlockListItems',
        ),
        Parameters: fc.oneof(
          fc.array(
            fc.tuple(named, long).map(([Name, Value]) => ({ Name, Value })),
            { maxLength: 4 },
          ),
          long,
        ),
      },
      { requiredKeys: [] },
    );
    let passed = 0;
    fc.assert(
      fc.property(given, (fields) => {
        const read = auditRecordSchema.safeParse({ ...newRule, ...fields });
        if (!read.success) return;
        const list = recogniseListChange(read.data);
        const recognised = recognise(read.data);
        const observations = list
          ? list.lists.flatMap((told) => differences(list, told, [], undefined))
          : recognised.relevant
            ? [recognised.observation]
            : [];
        for (const observation of observations) {
          passed += 1;
          expectFits(observation);
        }
      }),
      { numRuns: 1_500 },
    );
    expect(passed).toBeGreaterThan(100);
  });
});

describe('a key', () => {
  it('is never longer than DynamoDB takes, whatever is asked for', () => {
    const huge = '🙂'.repeat(100_000);
    const object = { tenant: huge, kind: 'transport-rule', name: huge, guid: huge } as const;
    expectKeysFit([
      stateKey(huge),
      receiptKey(huge),
      nameAlias(object),
      guidAlias(object),
      rememberedKey(object),
    ]);
  });
});

function expectKeysFit(keys: readonly Key[]): void {
  for (const { pk, sk } of keys) {
    expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(2_048);
    expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1_024);
  }
}

function expectFits(observation: Observation): void {
  const { tenant: of, kind, name, renamed, guid = '', record } = observation;
  const objects = [name, renamed ?? name].map((called) => ({ tenant: of, kind, name: called, guid }));
  const receipt = `audit#${of}#${record}`;
  expectKeysFit([
    receiptKey(receipt),
    receiptKey(`${receipt}#${kind}#${foldName(name)}`),
    ...objects.flatMap((object) => [nameAlias(object), guidAlias(object), rememberedKey(object)]),
  ]);
  const id = createExceptionId({ tenant: of, kind, name });
  const events = decide(undefined, { type: 'Observe', id, observation }, { now: noon, policy });
  const state = events.length === 0 ? undefined : evolveAll(undefined, events);
  // Throws where it is larger than an item may be.
  if (state) toStateItem({ ...commitOf(undefined), after: state }, 'head');
}
