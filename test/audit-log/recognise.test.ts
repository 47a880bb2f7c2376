import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readParameters } from '#audit-log/parameters.ts';
import { objectOperations } from '#audit-log/operations.ts';
import { auditRecordSchema } from '#audit-log/record.ts';
import { recognise } from '#audit-log/recognise.ts';
import {
  newRule,
  observation,
  parameters,
  record,
  setRule,
  tenant,
  whyIrrelevant,
  whyUnread,
} from './records.ts';

it('what is made is on, but for journal rules, which Exchange makes switched off', () => {
  const made = (Operation: string, more = {}) =>
    observation({ ...newRule, Operation, Parameters: parameters({ Name: 'x', ...more }) }).enabled;
  expect(made('New-TransportRule')).toBe(true);
  expect(made('New-SafeLinksRule')).toBe(true);
  expect(made('New-JournalRule')).toBe(false);
  expect(made('New-JournalRule', { Enabled: 'True' })).toBe(true);
});

describe('a record', () => {
  it('has its time read as UTC', () => {
    expect(record(newRule).CreationTime).toBe('2026-11-03T10:02:17.000Z');
    expect(record({ ...newRule, CreationTime: '2026-11-03T10:02:17.1234567Z' }).CreationTime).toBe(
      '2026-11-03T10:02:17.123Z',
    );
    expect(record({ ...newRule, CreationTime: '2026-11-03T10:02:17+02:00' }).CreationTime).toBe(
      '2026-11-03T08:02:17.000Z',
    );
  });
  it.each(['', 'yesterday', '2026-02-30T10:00:00', '2026-11-03', '11/3/2026 10:02:17 AM', 7, null])(
    'is malformed with the time %j',
    (CreationTime) => {
      expect(auditRecordSchema.safeParse({ ...newRule, CreationTime }).success).toBe(false);
    },
  );
  it('has its keys read without regard to case, as Graph writes them', () => {
    const { Id, ...rest } = newRule;
    expect(record({ ...rest, ID: Id }).Id).toBe(Id);
    expect(
      record({ id: Id, creationtime: '2026-11-03T10:02:17', OPERATION: 'MailItemsAccessed' }).Operation,
    ).toBe('MailItemsAccessed');
  });
  it('comes out the same when it is parsed again', () => {
    expect(record(record(newRule))).toEqual(record(newRule));
  });
  it('survives fields of unexpected types, and loses those Lapse does not look at', () => {
    const odd = record({
      ...newRule,
      UserId: { a: 1 },
      ResultStatus: null,
      ClientIP: '192.0.2.1:5',
      SessionId: '5c1e…',
    });
    for (const field of ['ClientIP', 'SessionId', 'UserKey']) expect(odd).not.toHaveProperty(field);
    expect(odd.UserId).toBeUndefined();
  });
  it('keeps the address from which a mailbox was changed, and no other', () => {
    const ClientIP = '192.0.2.1:5';
    expect(record({ ...newRule, Operation: 'set-mailbox', ClientIP }).ClientIP).toBe(ClientIP);
    expect(record({ ...newRule, Operation: 'MailItemsAccessed', ClientIP })).not.toHaveProperty('ClientIP');
  });
  it('is well-formed text throughout, which is all that DynamoDB takes: half a character becomes its replacement', () => {
    const half = '\ud83d';
    const { CreationTime, ...given } = record({
      ...setRule,
      Id: `id ${half}`,
      UserId: `${half}@contoso.com`,
      ObjectId: `rule ${half}`,
      Parameters: [
        { Name: 'Identity', Value: `rule ${half}` },
        { Name: half, Value: { Add: [half, { [half]: half }], Whole: '\u{1f600}' } },
      ],
    });
    expect(CreationTime).toBe('2026-11-04T09:00:00.000Z');
    expect(given).toMatchObject({ Id: 'id \ufffd', UserId: '\ufffd@contoso.com', ObjectId: 'rule \ufffd' });
    expect(given.Parameters).toEqual([
      { Name: 'Identity', Value: 'rule \ufffd' },
      { Name: '\ufffd', Value: { Add: ['\ufffd', { '\ufffd': '\ufffd' }], Whole: '\u{1f600}' } },
    ]);
    expect(JSON.stringify(observation({ ...newRule, Parameters: `-Name "${half}"` }))).not.toContain('\\ud');
  });
  it('survives values nested without end, and keeps nothing of their depths', () => {
    const Parameters = JSON.parse(`${'['.repeat(100_000)}"x"${']'.repeat(100_000)}`) as unknown;
    expect(JSON.stringify(record({ ...newRule, Operation: 'x', Parameters })).length).toBeLessThan(1_000);
  });
  it('of an operation of ours is malformed without tenant or object', () => {
    const placeless = { ...newRule, OrganizationId: undefined };
    expect(auditRecordSchema.safeParse(placeless).error?.issues[0]?.message).toBe(
      'OrganizationId is missing',
    );
    expect(auditRecordSchema.safeParse({ ...newRule, Parameters: [] }).error?.issues[0]?.message).toMatch(
      /no object is named/,
    );
    expect(auditRecordSchema.safeParse({ ...placeless, Operation: 'Set-Mailbox' }).success).toBe(true);
  });
  it.each([
    ['a tenant that is no GUID', { OrganizationId: 'contoso' }, 'OrganizationId is no GUID'],
    [
      'more parameters than can be kept',
      { Parameters: [...newRule.Parameters, { Name: 'Comments', Value: 'x'.repeat(128 * 1024) }] },
      'Parameters are longer than 128 KB',
    ],
  ])('of an operation of ours is malformed with %s', (_what, more, why) => {
    const read = auditRecordSchema.safeParse({ ...newRule, ...more });
    expect(read.error?.issues.map(({ message }) => message)).toEqual([why]);
    expect(auditRecordSchema.safeParse({ ...newRule, ...more, Operation: 'Set-Mailbox' }).success).toBe(true);
  });
});

describe('which operations count', () => {
  it.each(objectOperations)('%s, however it is spelled', (operation) => {
    for (const Operation of [operation, operation.toLowerCase(), operation.toUpperCase()])
      expect(
        observation({ ...setRule, Operation, Parameters: parameters({ Name: 'x', Identity: 'y' }) })
          .operation,
      ).toBe(operation);
  });
  it('others do not', () => {
    expect(whyIrrelevant({ ...newRule, Operation: 'Set-Mailbox' })).toBe('another operation');
    expect(whyIrrelevant({ ...newRule, Operation: 'New-InboxRule' })).toBe('another operation');
  });
  it.each(['False', 'false', 'Failed'])('nor one that ended as %s', (ResultStatus) => {
    expect(whyIrrelevant({ ...newRule, ResultStatus })).toBe('the operation did not succeed');
  });
  it.each(['True', 'Succeeded', 'Success', 'PartiallySucceeded', undefined])(
    'but one that ended as %s',
    (ResultStatus) => {
      expect(observation({ ...newRule, ResultStatus }).change).toBe('create');
    },
  );
  it('nor a rehearsal', () => {
    expect(whyIrrelevant({ ...setRule, Parameters: parameters({ Identity: 'x', WhatIf: 'True' }) })).toMatch(
      /rehearsal/,
    );
    expect(
      observation({ ...setRule, Parameters: parameters({ Identity: 'x', WhatIf: 'False', Mode: 'Audit' }) })
        .passed,
    ).toEqual(['Mode']);
  });
  it("a portal record's command line is read, never a reason to fail", () => {
    const line = '-Name "Card numbers" -Mode Enable -Enabled:$true -Locations ("a","b") -Force';
    expect(
      whyIrrelevant({
        ...newRule,
        RecordType: 18,
        ResultStatus: 'Success',
        Operation: 'New-DlpCompliancePolicy',
        Parameters: line,
      }),
    ).toBe('another operation');
    const odd = observation({ ...newRule, Parameters: `${line} -SetSCL -1` });
    expect(odd.name).toBe('Card numbers');
    expect(odd.settings).toMatchObject({ Mode: 'Enable', Enabled: true, Locations: 'a;b' });
    // A text that no command line is takes no time.
    expect(readParameters(`-Name "x" ${'-a '.repeat(30_000)}`, 'New-TransportRule').parameters).toEqual([]);
    for (const text of ['', '-', '"""', '-Name', "-Name 'a -x", '('.repeat(5000)])
      expect(record({ ...newRule, Operation: 'x', Parameters: text }).Parameters).toBe(text);
  });
});

describe('parameters that went through another product', () => {
  const list = parameters({ Identity: 'Scanner', SetSCL: '-1' });
  it.each<[string, unknown]>([
    ['a list, as Exchange writes it', list],
    ['JSON text', JSON.stringify(list)],
    ['a list of JSON texts', list.map((one) => JSON.stringify(one))],
    ['an object with a key for each', { Identity: 'Scanner', SetSCL: '-1' }],
    ['that as JSON text', '{"Identity":"Scanner","SetSCL":"-1"}'],
    ['a command line', '-Identity "Scanner" -SetSCL -1'],
  ])('are read from %s', (_, Parameters) => {
    expect(observation({ ...setRule, ObjectId: 'Scanner', Parameters })).toMatchObject({
      name: 'Scanner',
      settings: { SetSCL: '-1' },
    });
  });
  it('are read where the list of one was unwrapped', () => {
    const Parameters = { Name: 'Identity', Value: 'Scanner' };
    const { name, renamed } = observation({ ...setRule, ObjectId: '', Parameters });
    expect({ name, renamed }).toEqual({ name: 'Scanner', renamed: undefined });
  });
  const flattened = /^Parameters were flattened to text/;
  const unknown = /^Parameters have a form that Lapse cannot read$/;
  const nothing = /^Parameters set nothing, which (New|Set)-\w+ cannot do: they were lost on the way$/;
  const missing = /^Parameters contain no value for (SetSCL|a parameter)$/;
  const cut = /^Parameters contain a value of SetSCL that was cut off$/;
  it.each<[unknown, RegExp]>([
    [undefined, nothing],
    [null, nothing],
    [[], nothing],
    [{}, nothing],
    ['', nothing],
    ['[]', nothing],
    [parameters({ Identity: 'Scanner', Confirm: 'False' }), nothing],
    [[{ Name: 'SetSCL' }], missing],
    [[{ Name: 'SetSCL', Value: null }], missing],
    [[{ Name: 'anything', Value: null }], missing],
    [{ 0: { Name: 'SetSCL', Value: '-1' } }, unknown],
    [{ item: list }, unknown],
    [{ SetSCL: { Value: '-1' } }, unknown],
    [{ 'Set SCL': '-1' }, unknown],
    [[{ Name: 'SetSCL', Value: [{ '#text': '-1' }] }], unknown],
    [[...list, { Name: 'setscl', Value: '0' }], /^Parameters contain SetSCL more than once$/],
    ['-Identity "Scanner" -FromScope...', unknown],
    ['-Identity "Scanner" -SetSCL -1 -SetHeaderNa', missing],
    ['-Identity "Scanner" -SetSCL', missing],
    ['-SetSCL -1 -Identity "Scan', unknown],
    [parameters({ SetSCL: '...' }), cut],
    [parameters({ SetSCL: '-1…' }), cut],
    [parameters({ IPAllowList: '@{Add=System.Object[]}' }), flattened],
    [[{ Name: 'SenderIpRanges', Value: { Add: ['System.Object[]'] } }], flattened],
    [parameters({ StopRuleProcessing: 'System.Management.Automation.SwitchParameter' }), flattened],
    [
      parameters({ StopRuleProcessing: '0' }),
      /^Parameters contain a value of StopRuleProcessing that is neither/,
    ],
    [[{ Name: 'StopRuleProcessing', Value: 1 }], /that is neither True nor False$/],
    [['@{Name=Identity; Value=Scanner}', '@{Name=SetSCL; Value=-1}'], flattened],
    ['@{Name=SetSCL; Value=-1}', flattened],
    ['System.Object[]', flattened],
    [parameters({ Identity: 'Scanner', SenderDomainIs: 'System.String[]' }), flattened],
    [{ AllowedSenders: 'Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]' }, flattened],
    ['[{"Name":"SetSCL"', unknown],
    ['[1]', unknown],
    ['no command line', unknown],
    [[list], unknown],
    [[...list, null], unknown],
    [[...list, { SetSCL: '-1' }], unknown],
    [7, unknown],
  ])('are said to be unread where they are lost: %j', (Parameters, why) => {
    for (const Operation of [
      'Set-TransportRule',
      'New-InboundConnector',
      'Set-HostedContentFilterPolicy',
      'Set-OrganizationConfig',
    ])
      expect(whyUnread({ ...setRule, Operation, Parameters })).toMatch(why);
    expect(auditRecordSchema.safeParse({ ...setRule, Operation: 'Set-Mailbox', Parameters }).success).toBe(
      true,
    );
  });
});

describe('parameters that cannot all be read', () => {
  const lost = parameters({ Name: 'Scanner', SetSCL: '...', StopRuleProcessing: 'True' });
  it('tell where the change was made, and nothing of the settings', () => {
    const recognised = recognise(record({ ...newRule, Parameters: lost }));
    expect(recognised).toMatchObject({
      relevant: true,
      unread: 'Parameters contain a value of SetSCL that was cut off',
      observation: { name: 'Scanner', change: 'create', complete: false },
    });
    expect(recognised.relevant && recognised.observation.settings).toEqual({});
  });
  it('make the record malformed where they do not tell the object either', () => {
    const given = { ...newRule, Parameters: '@{Name=Name; Value=Scanner}' };
    expect(auditRecordSchema.safeParse(given).error?.issues.map(({ message }) => message)).toEqual([
      'no object is named, neither in Parameters nor in ObjectId',
      expect.stringMatching(/^Parameters were flattened to text/),
    ]);
  });
  it.each<[string, object]>([
    ['another operation', { Operation: 'Set-Mailbox' }],
    ['the operation did not succeed', { ResultStatus: 'False' }],
    ['a Microsoft service did it', { UserId: 'NT AUTHORITY\\SYSTEM (w3wp)' }],
  ])('are nothing to anybody where nothing was let past: %s', (why, more) => {
    expect(whyIrrelevant({ ...newRule, Parameters: lost, ...more })).toBe(why);
  });
});

describe('parameters that say all there is to say', () => {
  it.each<[string, unknown]>([
    ['Remove-TransportRule', []],
    ['Enable-TransportRule', parameters({ Identity: 'x' })],
    ['Disable-TransportRule', undefined],
    ['Set-TransportRule', parameters({ Identity: 'x', Name: 'y' })],
    ['Set-TransportRule', parameters({ Identity: 'x', Comments: 'to be continued...' })],
    ['Set-TransportRule', parameters({ Identity: 'Skip filt...', SetSCL: '' })],
    // A condition that is taken off the rule.
    ['Set-TransportRule', parameters({ Identity: 'x', AttachmentIsUnsupported: '' })],
    [
      'Set-TransportRule',
      [{ Name: 'MessageContainsDataClassifications', Value: [{ name: 'Card', minCount: 1 }] }],
    ],
    ['New-OutboundConnector', parameters({ Name: 'x' })],
    ['New-HostedContentFilterPolicy', parameters({ Name: 'x' })],
    [
      'Set-HostedConnectionFilterPolicy',
      [{ Name: 'IPAllowList', Value: { Add: ['192.0.2.1'], Remove: [] } }],
    ],
    ['Set-OrganizationConfig', parameters({ RejectDirectSend: '$false' })],
    ['Set-OrganizationConfig', '-AuditDisabled $false -Confirm'],
  ])('%s %j', (Operation, Parameters) => {
    expect(whyUnread({ ...setRule, ObjectId: 'x', Operation, Parameters })).toBeUndefined();
  });
  it.each<[string, unknown]>([
    [
      'in another case',
      [
        { Name: 'identity', Value: 'Scanner' },
        { Name: 'setscl', Value: '-1' },
      ],
    ],
    ['with their dash', { '-Identity': 'Scanner', '-SetSCL': '-1' }],
    ['in a command line', '-IDENTITY Scanner -SETSCL:-1'],
    [
      'as lists of one',
      [
        { Name: 'Identity', Value: ['Scanner'] },
        { Name: 'SetSCL', Value: '-1' },
      ],
    ],
  ])('are spelled as Exchange does, however they come: %s', (_, Parameters) => {
    expect(observation({ ...setRule, ObjectId: '', Parameters })).toMatchObject({
      name: 'Scanner',
      settings: { SetSCL: '-1' },
      passed: ['SetSCL'],
    });
  });
});

describe('who did it', () => {
  it.each([
    ['NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)', 3],
    ['NT AUTHORITY\\SYSTEM (Microsoft.Exchange.Servicehost)', 3],
    ['NT AUTHORITY\\SYSTEM (w3wp)', 3],
    ['NT SERVICE\\MSExchangeAdminApiNetCore (Microsoft.Exchange.AdminApi.NetCore)', 3],
    ['FfoServicePartnerUser', 3],
    ['SpoolsProvisioning-ApplicationAccount@eurprd04.prod.outlook.com', 2],
  ])('%s is a service of Microsoft, whatever its type', (UserId, UserType) => {
    expect(whyIrrelevant({ ...newRule, UserId, UserType })).toMatch(/service/);
  });
  const application = '5d0e8c47-91ab-4f3c-b6d2-20e7f4a81c96';
  it.each([
    [
      { UserId: 'Alex.Admin@contoso.onmicrosoft.com' },
      { type: 'person', id: 'Alex.Admin@contoso.onmicrosoft.com' },
    ],
    [
      { UserId: 'ServicePrincipal_x', UserType: 6 },
      { type: 'application', id: 'ServicePrincipal_x' },
    ],
    [
      { UserId: '', UserType: 5, AppId: application },
      { type: 'application', id: application },
    ],
    [
      { UserId: application, AppId: application.toUpperCase() },
      { type: 'application', id: application },
    ],
    [{ UserId: application }, { type: 'unknown', id: application }],
    // An application bears whatever name it was given.
    [
      { UserId: 'FfoServicePartnerUser', UserType: 5 },
      { type: 'application', id: 'FfoServicePartnerUser' },
    ],
    [
      { UserId: 'NT AUTHORITY\\SYSTEM (w3wp)', UserType: 3, AppId: application },
      { type: 'unknown', id: 'NT AUTHORITY\\SYSTEM (w3wp)', outside: 'microsoft' },
    ],
    // Whatever looks like the name of a service and is none.
    [
      { UserId: 'ann@eurprd04.prod.outlook.com.contoso.example' },
      { type: 'person', id: 'ann@eurprd04.prod.outlook.com.contoso.example' },
    ],
    // Microsoft's own people, under whatever name.
    [
      { UserId: 'operator@contoso.com', UserType: 3 },
      { type: 'unknown', id: 'operator@contoso.com', outside: 'microsoft' },
    ],
    [
      { UserId: 'Microsoft Operator', UserType: 3 },
      { type: 'unknown', id: 'Microsoft Operator', outside: 'microsoft' },
    ],
    [
      { UserId: `user_${'a'.repeat(32)}@contoso.onmicrosoft.com` },
      { type: 'unknown', id: `user_${'a'.repeat(32)}@contoso.onmicrosoft.com`, outside: 'partner' },
    ],
    [
      { UserId: `contoso.onmicrosoft.com\\tenant: ${tenant}, object: ${application}` },
      {
        type: 'unknown',
        id: `contoso.onmicrosoft.com\\tenant: ${tenant}, object: ${application}`,
        outside: 'partner',
      },
    ],
    // People who work in the tenant and do not belong to it.
    [
      { UserId: 'tech@msp.example', ExternalAccess: true },
      { type: 'person', id: 'tech@msp.example', outside: 'partner' },
    ],
    [
      { UserId: 'tech@msp.example', UserType: 'PartnerTechnician' },
      { type: 'person', id: 'tech@msp.example', outside: 'partner' },
    ],
    [
      { UserId: 'ann@partner.example', UserType: 10 },
      { type: 'person', id: 'ann@partner.example', outside: 'guest' },
    ],
    [
      { UserId: 'ann_partner.example#EXT#@contoso.onmicrosoft.com', ExternalAccess: false },
      { type: 'person', id: 'ann_partner.example#EXT#@contoso.onmicrosoft.com', outside: 'guest' },
    ],
    [
      { UserId: 'ServicePrincipal_x', UserType: 6, ExternalAccess: 'True' },
      { type: 'application', id: 'ServicePrincipal_x', outside: 'partner' },
    ],
    [{ UserId: undefined }, { type: 'unknown', id: 'unknown' }],
  ])('%j', (actor, author) => {
    expect(observation({ ...newRule, ...actor }).changedBy).toEqual(author);
  });
});

describe('which domains are the tenant’s own', () => {
  const own = (OrganizationName: string | undefined) =>
    observation({ ...newRule, OrganizationName }).ownDomains;
  it.each([
    ['Contoso.onmicrosoft.com', ['contoso.onmicrosoft.com']],
    [
      'EURPR04A009.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com',
      ['contoso.onmicrosoft.com'],
    ],
    ['Contoso Ltd', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('the record says by its organisation: %s', (name, domains) => {
    expect(own(name)).toEqual(domains);
  });
});

describe('which object it was', () => {
  const guid = '0c9a3b1e-2d4f-4a6b-8c7d-9e0f1a2b3c4d';
  const named = (Identity: string, ObjectId = '') => {
    const { name, guid } = observation({
      ...setRule,
      ObjectId,
      Parameters: parameters(Identity === '' ? {} : { Identity }),
    });
    return guid === undefined ? name : { name, guid };
  };
  it('on New-, by its name, since ObjectId is empty there', () => {
    expect(observation(newRule).name).toBe('Skip filter');
  });
  it.each([
    ['Skip filter', 'Skip filter'],
    ['contoso.onmicrosoft.com\\Skip filter', 'Skip filter'],
    ['alias\\rule', 'alias\\rule'],
    ['contoso.onmicrosoft.com\\alias\\rule', 'alias\\rule'],
    [
      'EURPR04A009.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/Skip filter',
      'Skip filter',
    ],
    [
      'EURPR04A009.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/In\\/Out',
      'In/Out',
    ],
    ['In/Out', 'In/Out'],
    ['CN=Skip filter,CN=Transport Rules,CN=contoso.onmicrosoft.com,DC=PROD,DC=OUTLOOK,DC=COM', 'Skip filter'],
    ['CN=Mail\\, scanned\\+sent,OU=x,DC=com', 'Mail, scanned+sent'],
    ['CN=no path', 'CN=no path'],
    ['Floor 3 \\ scanner', 'Floor 3 \\ scanner'],
  ])('on the others, from %s', (identity, name) => {
    expect(named('', identity)).toBe(name);
    expect(named(identity)).toBe(name);
  });
  it('whatever stands before its backslash, unless that is the organisation of the record', () => {
    const organisation = { ...setRule, OrganizationName: 'contoso.onmicrosoft.com' };
    const called = (ObjectId: string) =>
      observation({ ...organisation, ObjectId, Parameters: parameters({ Comments: 'x' }) }).name;
    expect(called('Contoso.onmicrosoft.com\\Finance\\Invoices')).toBe('Finance\\Invoices');
    expect(called(`${tenant.toUpperCase()}\\Finance\\Invoices`)).toBe('Finance\\Invoices');
    expect(called('fabrikam.onmicrosoft.com\\Invoices')).toBe('fabrikam.onmicrosoft.com\\Invoices');
    expect(called('mail.outlook.com/Invoices')).toBe('mail.outlook.com/Invoices');
  });
  it('the same, whatever its name and in whatever form the log names it', () => {
    const forest = 'EURPR04A009.PROD.OUTLOOK.COM';
    const organisation = 'contoso.onmicrosoft.com';
    const hosted = 'Microsoft Exchange Hosted Organizations';
    const escaped = (name: string) => name.replaceAll('/', '\\/');
    const forms: readonly ((name: string) => string)[] = [
      (name) => name,
      (name) => `${organisation}\\${name}`,
      (name) => `${organisation.toUpperCase()}\\${name}`,
      (name) => `${tenant}\\${name}`,
      (name) => `${forest}/${hosted}/${organisation}/${escaped(name)}`,
      (name) => `${forest}/${hosted}/${organisation}/Configuration/Rules/${escaped(name)}`,
      (name) => `FFO.extest.microsoft.com/${hosted}/${tenant}/Configuration/${escaped(name)}`,
      (name) => `${forest}/ConfigurationUnits/${organisation}/Configuration/${escaped(name)}`,
    ];
    const piece = fc.constantFrom(
      '\\',
      '/',
      ' ',
      'a',
      'Finance',
      '.',
      'x.onmicrosoft.com',
      'é',
      '日本',
      '🙂',
      '{',
    );
    const called = fc
      .oneof(
        fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }),
        fc.uuid(),
      )
      .map((name) => name.trim())
      // What begins like its own organisation cannot be told from a name with it.
      .filter(
        (name) => name !== '' && !forms.slice(1).some((form) => name.startsWith(form('').slice(0, -1))),
      );
    fc.assert(
      fc.property(called, fc.constantFrom(...forms), fc.constantFrom(...forms), (name, one, other) => {
        const record = { ...setRule, OrganizationName: organisation };
        const fold = (text: string) => text.normalize('NFC').toLowerCase();
        const seen = [
          { ObjectId: one(name), Parameters: parameters({ Comments: 'x' }) },
          { ObjectId: '', Parameters: parameters({ Identity: one(name) }) },
          { ObjectId: one(name), Parameters: parameters({ Identity: other(name) }) },
        ].map((given) => fold(observation({ ...record, ...given }).name));
        expect(new Set(seen)).toEqual(new Set([fold(name)]));
        expect(observation({ ...newRule, Parameters: parameters({ Name: name }) }).name).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });
  it('by the ObjectId that has its organisation, sooner than by what was typed', () => {
    const organisation = 'contoso.onmicrosoft.com';
    const called = (Identity: string, ObjectId: string, Name?: string) => {
      const given = { Identity, Comments: 'x', ...(Name === undefined ? {} : { Name }) };
      const { name, renamed } = observation({
        ...setRule,
        OrganizationName: organisation,
        ObjectId,
        Parameters: parameters(given),
      });
      return renamed === undefined ? name : [name, renamed];
    };
    // The name of the rule is what looks like its organisation.
    const odd = `${organisation}\\Invoices`;
    expect(called(odd, `${organisation}\\${odd}`)).toBe(odd);
    expect(called('Invoices', `${organisation}\\Old`)).toBe('Old');
    expect(called('Invoices', 'Old')).toBe('Invoices');
    // Should ObjectId name it as it is called afterwards, the rename is not lost.
    expect(called('Old', `${organisation}\\New`, 'New')).toEqual(['Old', 'New']);
    expect(called('Old', `${organisation}\\Old`, 'New')).toEqual(['Old', 'New']);
  });
  it('a slash in its name belongs to it, in a path without the backslash before it too', () => {
    const path = (rest: string) =>
      named(
        '',
        `EURPR04A009.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/${rest}`,
      );
    expect(path('Sales/Invoices')).toBe('Sales/Invoices');
    expect(path('Configuration/Sales/Invoices')).toBe('Sales/Invoices');
    expect(path('Configuration/Transport Settings/Rules/TransportVersioned/Sales/Invoices')).toBe(
      'Sales/Invoices',
    );
    expect(path('Configuration/Transport Settings/Hosted Content Filter/Default')).toBe('Default');
    expect(path('Configuration/Transport Settings/Rules/SafeLinksVersioned/Sales/Invoices')).toBe(
      'Sales/Invoices',
    );
    expect(path('Configuration/Global Settings/Internet Message Formats/Default')).toBe('Default');
    expect(path('Rules/Invoices')).toBe('Rules/Invoices');
  });
  it('by GUID, and by name where the record has both', () => {
    expect(named(guid)).toEqual({ name: guid, guid });
    expect(named(`{${guid.toUpperCase()}}`, 'contoso.onmicrosoft.com\\Skip filter')).toEqual({
      name: 'Skip filter',
      guid,
    });
    expect(named('Skip filter', guid)).toEqual({ name: 'Skip filter', guid });
  });
  it('under a new name, where it was renamed', () => {
    const renamed = observation({
      ...setRule,
      Parameters: parameters({ Identity: 'Skip filter', Name: 'Partner mail' }),
    });
    expect(renamed).toMatchObject({ name: 'Skip filter', renamed: 'Partner mail' });
    expect(
      observation({ ...setRule, Parameters: parameters({ Identity: 'Skip filter', Name: 'Skip filter' }) }),
    ).not.toHaveProperty('renamed');
  });
});

describe('what was set', () => {
  it('is every parameter but those that only say how to run the cmdlet', () => {
    const {
      settings,
      passed,
      complete,
      tenant: of,
      record: id,
    } = observation({
      ...setRule,
      OrganizationId: tenant.toUpperCase(),
      Parameters: parameters({
        Identity: 'x',
        Confirm: 'False',
        Name: 'y',
        StopRuleProcessing: 'True',
        Comments: 'True',
        SenderDomainIs: 'a;b',
        SetSCL: '',
      }),
    });
    expect(settings).toEqual({
      StopRuleProcessing: true,
      Comments: 'True',
      SenderDomainIs: 'a;b',
      SetSCL: '',
    });
    expect(passed).toEqual(['Name', 'StopRuleProcessing', 'Comments', 'SenderDomainIs', 'SetSCL']);
    expect({ complete, of, id }).toEqual({ complete: false, of: tenant, id: setRule.Id });
  });
  it.each([
    ['New-TransportRule', {}, true],
    ['New-TransportRule', { Enabled: 'False' }, false],
    ['Enable-TransportRule', {}, true],
    ['Disable-TransportRule', {}, false],
    ['Set-TransportRule', {}, undefined],
    ['Set-InboundConnector', { Enabled: 'False' }, false],
    ['Set-OutboundConnector', { Enabled: 'True' }, true],
    ['Set-OutboundConnector', {}, undefined],
    ['Remove-InboundConnector', {}, undefined],
  ])('%s with %j leaves it enabled: %s', (Operation, given, enabled) => {
    expect(
      observation({ ...setRule, Operation, Parameters: parameters({ Name: 'x', Identity: 'x', ...given }) })
        .enabled,
    ).toBe(enabled);
  });
});
