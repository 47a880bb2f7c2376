import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../../bin/commands/policy.ts';
import { explainPolicy } from '../../bin/policy/explain.ts';
import { createPolicyJsonSchema } from '../../bin/policy/json-schema.ts';
import { describeMistake, parsePolicy } from '#policy/policy-file.ts';
import { hashPolicy } from '#policy/hash-policy.ts';
import { previewPolicy } from '../../bin/policy/preview.ts';
import type { Preview } from '../../bin/policy/preview.ts';
import { readObject } from '../../bin/policy/read-object.ts';
import { createView } from '#lib/local/views.ts';
import { duration } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import { newRule } from '../audit-log/records.ts';
import { examples as entryExamples } from '../kinds/examples.ts';
import { after, examples, live, noon, observation, observe, policy, tenant } from '../lifecycle/examples.ts';
import { policyFile, policyText as good } from '../policy/fixture.ts';

const mistakes = (text: string): readonly string[] => {
  const parsed = parsePolicy(text);
  return 'mistakes' in parsed
    ? parsed.mistakes.map((mistake) => describeMistake('policy.yaml', mistake))
    : [];
};
const withLine = (from: string, to: string) => mistakes(good.replace(from, to));

describe('the newer parts of a policy', () => {
  it('may all be left out: an old file says the same as before, with four eyes', () => {
    const minimal = `
approvers: [U1AB]
fallbackChannel: '#x'
timeZone: Etc/UTC
disableRetry: { first: PT2M, longest: PT1H, reportWithin: PT15M }
risk:${['low', 'medium', 'high', 'critical']
      .map(
        (risk) => `
  ${risk}: { confirmWithin: P3D, confirmAgainWithin: P1D, longestTerm: P90D, reviewEvery: P30D, remindBefore: [P1D], leastNotice: PT8H, onSilence: disable, restoreFor: P1D }`,
      )
      .join('')}`;
    const parsed = parsePolicy(minimal);
    expect(parsed).toMatchObject({
      policy: {
        fourEyes: ['high', 'critical'],
        owners: [],
        breaker: { most: 20 },
        risk: { low: { hours: 'any' } },
      },
    });
  });

  it.each([
    [
      'a four-eyes risk that is none',
      'fourEyes: [high, critical]',
      'fourEyes: [severe]',
      'fourEyes.0: found "severe", expected one of low, medium, high, critical',
    ],
    [
      'a rule that fits everything',
      'owners: []',
      'owners: [{ owner: a@b.example }]',
      'expected at least one of name, domain, kind, tenant',
    ],
    [
      'an owner that is nobody',
      'owners: []',
      'owners: [{ name: "*", owner: somebody }]',
      'expected a mail address, a Slack user id, or a Slack channel',
    ],
    [
      'a person about whom nothing is said',
      'people: []',
      'people: [{ account: a@b.example }]',
      'expected person, backup, or both',
    ],
    ['a tenant without its GUID', 'tenants: []', 'tenants: [{ id: contoso, name: C }]', 'expected a GUID'],
    [
      'an unknown cloud',
      'tenants: []',
      `tenants: [{ id: ${tenant}, name: C, cloud: moon }]`,
      'expected one of worldwide, gcc, gcchigh, dod',
    ],
    [
      'hours that end before they begin',
      "to: '17:00'",
      "to: '08:00'",
      'workingHours.to: found "08:00", expected a time later than `from`',
    ],
    [
      'no working day',
      'days: [mon, tue, wed, thu, fri]',
      'days: []',
      'workingHours.days: found [], expected at least one entry',
    ],
    [
      'a longest wait that is shorter than the first',
      'first: PT2M',
      'first: P1D',
      'disableRetry.longest: found "PT1H", expected no shorter than first (P1D)',
    ],
    [
      'a share above all',
      'share: 25',
      'share: 250',
      'breaker.share: found 250, expected a whole number from 1 to 100',
    ],
    [
      'a kind that does not exist',
      'kinds: {}',
      'kinds: { fax: {} }',
      'kinds.fax: found a field of that name',
    ],
    [
      'a kind whose numbers contradict its class',
      'kinds: {}',
      'kinds: { inbound-connector: { high: { leastNotice: P9D } } }',
      'kinds.inbound-connector.high.leastNotice: found "P9D", expected leastNotice no longer than',
    ],
  ])('%s is told', (_, from, to, said) => {
    expect(withLine(from, to)).toEqual([expect.stringContaining(said)]);
  });
});

describe('the schema for editors', () => {
  it('is the one in policy.schema.json: `lapse policy schema` writes it', () => {
    const written = readFileSync(new URL('../../policy.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(createPolicyJsonSchema())));
  });
});

describe('a policy’s name', () => {
  it('is the same however it is written, and another for every other policy', () => {
    const { approvers, ...rest } = policy;
    expect(hashPolicy({ ...rest, approvers })).toBe(hashPolicy(policy));
    expect(hashPolicy({ ...policy, nativeExpiry: true })).not.toBe(hashPolicy(policy));
  });
});

describe('explaining', () => {
  const object = {
    tenant,
    kind: 'transport-rule',
    name: 'Partner newsletter',
    settings: observation.settings,
    changedBy: observation.changedBy,
  } as const;

  it('says why what every tenant has stays on, and that policy may say otherwise', () => {
    const settings = { AutoForwardEnabled: true, Policy: 'Default', DomainName: '*' };
    const usual = { ...object, kind: 'remote-domain', name: 'Default', settings } as const;
    const silence = (rules: Policy) =>
      explainPolicy(usual, rules)?.rules.find(({ field }) => field.endsWith('.onSilence'));
    expect(silence(policy)).toMatchObject({
      value: 'escalate',
      why: expect.stringContaining('unless policy says otherwise under kinds.remote-domain.medium') as string,
    });
    const kinds = { 'remote-domain': { medium: { onSilence: 'disable' } } } as const;
    expect(silence({ ...policy, kinds })).toMatchObject({
      field: 'kinds.remote-domain.medium.onSilence',
      value: 'disable',
    });
  });

  it('names each rule that applies, where it stands and why', () => {
    const rules: Policy = {
      ...policy,
      owners: [
        { name: 'Other*', owner: 'UX1' },
        { domain: 'partner.example', owner: 'UMARKETING' },
      ],
      kinds: { 'transport-rule': { high: { longestTerm: duration('P45D') } } },
    };
    const said = explainPolicy(object, rules);
    expect(said?.risk).toBe('high');
    expect(said?.explained).toHaveLength(said?.findings.length ?? 0);
    expect(said?.explained[0]).toMatchObject({
      id: 'LAPSE-TR-001',
      engineer: expect.stringContaining('SetSCL -1 asks for a bypass') as string,
      setting: 'SetSCL',
      value: '-1',
    });
    expect(said?.rules).toEqual(
      expect.arrayContaining([
        { field: 'risk.high.confirmWithin', value: 'P3D', why: 'it is high risk' },
        {
          field: 'kinds.transport-rule.high.longestTerm',
          value: 'P45D',
          why: 'it is high risk, and policy has its own number for transport rules',
        },
        { field: 'owners.1', value: 'UMARKETING', why: 'the first matching rule' },
        {
          field: 'fourEyes',
          value: 'high',
          why: 'who made it (toni.tenant@contoso.com) cannot approve it, nor can anybody they name',
        },
      ]),
    );
    expect(said?.ladder.map((rung) => rung.split(':')[0])).toEqual(['rule', 'maker', 'fallback']);
  });

  it('has nothing to say about what is harmless', () => {
    expect(explainPolicy({ ...object, settings: { Name: 'Disclaimer' } }, policy)).toBeUndefined();
  });

  it.each([
    [{ SetSCL: -1 }, undefined, 'transport-rule'],
    [{ SenderDomains: ['*'] }, undefined, 'inbound-connector'],
    [{ SmartHosts: ['a'] }, undefined, 'outbound-connector'],
    [[{ RejectDirectSend: false }], 'direct-send', 'direct-send'],
  ])('takes %j (--kind %s) for a %s', (json, kind, expected) => {
    expect(readObject(json, kind)).toMatchObject({ object: { kind: expected } });
  });

  it('reads the names of settings in any case, as Exchange does', () => {
    const lock = {
      connectortype: 'Partner',
      senderdomains: '*',
      senderipaddresses: '192.0.2.0/24',
      restrictdomainstoipaddresses: true,
    };
    expect(readObject(lock, undefined)).toMatchObject({
      object: {
        kind: 'inbound-connector',
        settings: { SenderDomains: '*', RestrictDomainsToIPAddresses: true },
      },
    });
  });

  it.each(Object.values(entryExamples).map(({ settings }) => settings))(
    'takes %j, as recorded',
    (settings) => {
      expect(readObject(settings, 'ip-allow')).toMatchObject({ object: { settings } });
    },
  );

  it.each([
    ['text', undefined, 'it is not an object with settings', 'save the settings'],
    [{}, 'fax', 'there is no kind fax', 'name one of these'],
    [{}, undefined, 'there is no setting of Exchange in it', 'save the settings'],
    [{ foo: 1 }, 'transport-rule', 'there is no setting of Exchange in it', 'save the settings'],
    [{ Set_SCL: -1 }, undefined, 'there is no setting of Exchange in it', 'save the settings'],
    // Who it is, but nothing of what it does.
    [
      { Name: 'x', Identity: 'x', Guid: 'x' },
      undefined,
      'there is no setting of Exchange',
      'save the settings',
    ],
    [newRule, undefined, 'it holds audit records', 'lapse replay reads these'],
    [[newRule, newRule], undefined, 'it holds audit records', 'lapse replay reads these'],
    [
      { AuditData: '{}', Name: 'x', SetSCL: -1 },
      undefined,
      'it holds audit records',
      'lapse replay reads these',
    ],
    [{ Operations: 'x', CreationDate: 'x' }, undefined, 'it holds audit records', 'lapse replay reads these'],
  ])('refuses %j (--kind %s): %s', (json, kind, why, what) => {
    expect(readObject(json, kind)).toEqual({
      why: expect.stringContaining(why) as string,
      what: expect.stringContaining(what) as string,
    });
  });
});

describe('the preview of another policy', () => {
  const week: Policy = {
    ...policy,
    risk: { ...policy.risk, high: { ...policy.risk.high, confirmWithin: duration('P7D') } },
  };
  const day: Policy = {
    ...policy,
    risk: {
      ...policy.risk,
      high: { ...policy.risk.high, confirmWithin: duration('P1D'), onSilence: 'escalate' },
    },
  };
  const now = after('P2D');
  const asked = examples.unconfirmed.state;

  it('tells which deadlines move, and what would lapse as soon as its notice is over', () => {
    const all = Object.values(examples).map(({ state }) => state);
    expect(previewPolicy(all, policy, week, now)).toMatchObject({
      looked: 2,
      moves: [{ id: asked.id, from: after('P3D'), to: after('P7D'), soon: false }],
    });
    expect(previewPolicy([asked], policy, day, now)).toMatchObject({
      moves: [{ to: after('P2DT8H'), soon: true }],
      silence: [{ from: 'disable', to: 'escalate' }],
    });
    expect(previewPolicy(all, policy, policy, now)).toEqual({
      moves: [],
      silence: [],
      reminders: 0,
      looked: 2,
      held: [],
    });
  });

  it('tells of imports and of what was put off, that nothing moves by the same policy', () => {
    const imported = live([[noon, observe({ imported: after('P21D') })]]).state;
    const late = live([
      [noon, observe()],
      [after('P3D'), { type: 'CheckDue' }],
    ]).state;
    for (const one of [imported, late])
      for (const rules of [policy, day])
        expect(previewPolicy([one], policy, rules, after('P3DT1H')).moves).toEqual([]);
  });

  it('tells where so much would come nearer that an approver must look first', () => {
    const many = Array.from({ length: 21 }, (_, index) => ({ ...asked, id: `ex-${index}` }));
    expect(previewPolicy(many, policy, day, after('PT1H')).held).toEqual([{ tenant, deadlines: 21 }]);
    expect(previewPolicy(many.slice(17), policy, day, after('PT1H')).held).toEqual([]);
    // Of a small tenant, fewer are as much a mass.
    expect(previewPolicy(many.slice(15), policy, day, after('PT1H')).held).toEqual([
      { tenant, deadlines: 6 },
    ]);
    expect(previewPolicy(many, policy, week, after('PT1H')).held).toEqual([]);
    // No policy brings the numbers by which it is judged.
    const lenient = { ...day, breaker: { ...day.breaker, most: 1_000 } };
    expect(previewPolicy(many, policy, lenient, after('PT1H')).held).toEqual([{ tenant, deadlines: 21 }]);
  });
});

describe('lapse policy', () => {
  it.each([
    // It names only people of the stand-in workspace.
    [['check', policyFile], 1],
    [['check', policyFile, '--local'], 0],
    [['check', 'package.json'], 1],
    [['check', '--explain', 'nothing.json'], 'nothing.json cannot be read'],
    [['check', 'no-such-file.yaml'], 'no-such-file.yaml cannot be read'],
    [['dance'], 'lapse policy dance cannot be used'],
    [[], 'lapse policy: no command was given'],
  ])('%j ends with %j', async (args, outcome) => {
    const ended = await run([...args]).catch((error: unknown) => (error as Error).message);
    expect(ended).toBe(outcome);
  });

  it.each([
    ['nothing', '{}', 'there is no setting of Exchange in it'],
    [
      'an audit record',
      `${JSON.stringify(newRule)}\n`,
      'it holds audit records, and not the settings of an object',
    ],
    [
      'audit records',
      `${JSON.stringify(newRule)}\n`.repeat(2),
      'it holds audit records, and not the settings of an object',
    ],
  ])('does not explain %s', async (_, text, why) => {
    const file = join(mkdtempSync(join(tmpdir(), 'lapse-')), 'settings.jsonl');
    writeFileSync(file, text);
    await expect(run(['check', policyFile, '--explain', file])).rejects.toMatchObject({ why, exitCode: 2 });
  });

  it('previews and explains from what lapse list and lapse show print as JSON', async () => {
    const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    onTestFinished(() => said.mockRestore());
    const printed = (name: string, json: unknown): string => {
      const file = join(mkdtempSync(join(tmpdir(), 'lapse-')), name);
      writeFileSync(file, JSON.stringify(json));
      return file;
    };
    const viewed = Object.values(examples).map(({ state }) => createView(state, '#mail-exceptions'));
    const longer = join(mkdtempSync(join(tmpdir(), 'lapse-')), 'longer.yaml');
    writeFileSync(longer, good.replaceAll('confirmWithin: P3D', 'confirmWithin: P9D'));
    expect(await run(['diff', policyFile, longer, '--register', printed('all.json', viewed), '--json'])).toBe(
      0,
    );
    const { looked, moves } = JSON.parse(String(said.mock.lastCall?.[0])) as Preview;
    expect({ looked, moved: moves.map(({ id }) => id) }).toEqual({
      looked: 2,
      moved: [examples.unconfirmed.state.id],
    });
    const file = printed('one.json', { ...viewed[0], trail: [] });
    expect(await run(['check', policyFile, '--local', '--explain', file])).toBe(0);
    expect(said.mock.lastCall?.[0]).toContain('"Partner newsletter" is high risk');
    const other = printed('other.json', [...viewed, { stored: { id: 'x' } }]);
    await expect(run(['diff', policyFile, longer, '--register', other])).rejects.toThrow('is not a register');
  });
});
