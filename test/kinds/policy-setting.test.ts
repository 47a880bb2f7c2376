/** What a record tells of a setting of a policy that lets mail past while it is on. */
import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { kindOf, type Kind } from '#kinds/registry.ts';
import { UnreadableAnswer } from '#kinds/call.ts';
import { untold } from '#kinds/read-change.ts';
import { classOf } from '#policy/policy.ts';
import { after, live, noon, observe, policy, told as toldTo, types } from '../lifecycle/examples.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Policy } from '#policy/policy.ts';
import type { Operation } from '#kinds/operation.ts';
import type { Settings } from '#risk/settings.ts';

const told = (
  kind: Kind,
  operation: Operation,
  parameters: Settings,
  identity: string | undefined = 'Partner',
) => {
  const one = kindOf(kind);
  if (one.form === 'object') throw new Error(`${kind} is an object`);
  return one.log.told({ operation, identity, parameters });
};
const forwarding = { AutoForwardEnabled: true, Policy: 'Partner' };
const present = (settings: Settings) => ({ present: [settings], absent: [], form: 'edit' });
const absent = (settings: Settings) => ({ present: [], absent: [settings], form: 'edit' });

describe('a remote domain', () => {
  it('forwards as soon as it is made, unless that is switched off', () => {
    const DomainName = 'partner.example';
    expect(told('remote-domain', 'New-RemoteDomain', { DomainName })).toEqual(
      present({ ...forwarding, DomainName }),
    );
  });

  it('forwards while the setting is on, however the log writes that', () => {
    for (const on of ['True', '$true', true])
      expect(told('remote-domain', 'Set-RemoteDomain', { AutoForwardEnabled: on })).toEqual(
        present(forwarding),
      );
    expect(told('remote-domain', 'Set-RemoteDomain', { AutoForwardEnabled: 'False' })).toEqual(
      absent(forwarding),
    );
  });

  it('forwards no more once it is removed', () => {
    expect(told('remote-domain', 'Remove-RemoteDomain', {})).toEqual(absent(forwarding));
  });

  it('is of no interest in another setting', () => {
    expect(told('remote-domain', 'Set-RemoteDomain', { AllowedOOFType: 'None' })).toBeUndefined();
  });

  it('under a new name is looked for by that, whatever else was set', () => {
    expect(told('remote-domain', 'Set-RemoteDomain', { Name: 'Partners' })).toEqual(untold);
    expect(
      told('remote-domain', 'Set-RemoteDomain', { Name: 'Partners', AutoForwardEnabled: 'True' }),
    ).toEqual(untold);
  });

  it('is looked at where a record does not say which it is', () => {
    const nameless = (operation: Operation, parameters: Settings) => {
      const one = kindOf('remote-domain');
      return one.form === 'object' ? undefined : one.log.told({ operation, identity: undefined, parameters });
    };
    expect(nameless('Set-RemoteDomain', { AutoForwardEnabled: 'True' })).toEqual(untold);
    expect(nameless('Remove-RemoteDomain', {})).toEqual(untold);
    expect(nameless('Set-RemoteDomain', { AllowedOOFType: 'None' })).toBeUndefined();
  });
});

describe('an outbound spam policy', () => {
  it('lets nothing be forwarded as it is made, nor by itself', () => {
    expect(told('auto-forwarding', 'New-HostedOutboundSpamFilterPolicy', {})).toBeUndefined();
    const off = absent({ AutoForwardingMode: 'On', Policy: 'Partner' });
    for (const mode of ['Automatic', 'Off'])
      expect(
        told('auto-forwarding', 'Set-HostedOutboundSpamFilterPolicy', { AutoForwardingMode: mode }),
      ).toEqual(off);
  });
});

describe('the policy for everybody', () => {
  it.each(['Default', 'default'])('is told by its name, however somebody typed it: %s', (Policy) => {
    const judged = (kind: Kind, settings: Settings) => assess({ kind, settings, enabled: true });
    expect(judged('auto-forwarding', { AutoForwardingMode: 'On', Policy }).risk).toBe('high');
    expect(judged('remote-domain', { AutoForwardEnabled: true, Policy }).findings).toMatchObject([
      { text: expect.stringContaining('any domain') as string },
    ]);
  });
});

describe('the remote domain that every tenant has', () => {
  const forwards = (name: string, DomainName: string): Partial<Observation> => ({
    kind: 'remote-domain',
    name,
    settings: { AutoForwardEnabled: true, Policy: name, DomainName },
  });
  const unanswered = (seen: Partial<Observation>, rules?: Policy) =>
    live(
      [
        [noon, observe(seen)],
        [after('PT1M'), (state) => toldTo(state, after('PT1M'))],
        [after('P14D'), { type: 'CheckDue' }],
      ],
      rules,
    );
  const usual = forwards('Default', '*');

  it('is told to people day by day, and nobody’s silence shuts it', () => {
    const { last, state } = unanswered(usual);
    expect(types(last)).toEqual(['ExceptionEscalated']);
    // Whoever answers may have it shut all the same.
    expect(state.remedy).toBe('disable');
    expect(classOf(policy, state).onSilence).toBe('escalate');
  });

  it('is shut by silence if policy says so of its kind', () => {
    const kinds = { 'remote-domain': { medium: { onSilence: 'disable' } } } as const;
    expect(types(unanswered(usual, { ...policy, kinds }).last)).toEqual(['ExceptionLapsed']);
  });

  it('is not shut first either, where policy has its risk shut first', () => {
    const risk = { ...policy.risk, medium: { ...policy.risk.medium, onSilence: 'disable-first' } } as const;
    expect(types(live([[noon, observe(usual)]], { ...policy, risk }).last)).toEqual(['ExceptionOpened']);
  });

  it.each([
    ['Tailspin', 'tailspin.example'],
    ['Anybody', '*'],
  ])('is the one named Default: %s was made by somebody, and lapses', (name, DomainName) => {
    expect(types(unanswered(forwards(name, DomainName)).last)).toEqual(['ExceptionLapsed']);
  });
});

describe('a policy that does not say', () => {
  const listed = (object: Readonly<Record<string, unknown>>) => {
    const one = kindOf('remote-domain');
    if (one.form === 'object') throw new Error('an object');
    return one.exchange.entries({ call: { cmdlet: 'Get-RemoteDomain', parameters: {} }, objects: [object] });
  };
  it.each([
    ['whether mail may be forwarded', { Name: 'Default', DomainName: '*' }],
    ['what it is called', { AutoForwardEnabled: true, DomainName: '*' }],
  ])('%s is not taken for one that forwards nothing', (_what, object) => {
    expect(() => listed(object)).toThrow(UnreadableAnswer);
  });
});
