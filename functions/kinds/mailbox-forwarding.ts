/**
 * A mailbox that forwards its mail: `{ Mailbox, ForwardingSmtpAddress?, ForwardingAddress?, DeliverToMailboxAndForward? }`.
 * Its owner can set the first (an address), only administrators the second (a recipient of the directory), which counts
 * where both are there.
 */
import { nameOnly } from '#risk/evidence.ts';
import { always, type Assessable, type Rows } from '#risk/finding-row.ts';
import { isAtOpenProvider } from '#risk/open-provider.ts';
import { flag, isSet, listSome, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { PolicyGone, UnreadableAnswer } from './call.ts';
import { isSentOut, outsiders, unplaced } from './destinations.ts';
import { textAt } from './list-answer.ts';
import { untold } from './read-change.ts';
import type { Settings } from '#risk/settings.ts';
import type { ExchangeObject } from './call.ts';
import type { EntryKind } from './kind.ts';

const forwards = ['ForwardingSmtpAddress', 'ForwardingAddress'] as const;
const copy = 'DeliverToMailboxAndForward';

const mailboxOf = (settings: Settings): string => text(settings, 'Mailbox') ?? '';
const keepsNoCopy = ({ settings }: Assessable): boolean => flag(settings, copy) === false;

const findings: Rows = [
  {
    id: 'LAPSE-MX-001',
    title: 'A mailbox forwards its mail outside',
    shows: (object) => isSentOut(object, forwards),
    weighs: [
      {
        risk: 'critical',
        if: 'to an address where anybody can open a mailbox',
        holds: (object) => outsiders(object, forwards).some(isAtOpenProvider),
      },
      {
        risk: 'high',
        if: 'to another address outside the tenant’s domains',
        holds: (object) => outsiders(object, forwards).length > 0,
      },
      {
        risk: 'medium',
        if: 'to a name, path or GUID, which may stand for somebody outside',
        holds: always,
      },
    ],
    text: (object) => {
      const [outside, others] = [outsiders(object, forwards), unplaced(object, forwards)];
      const whole = `All mail to ${mailboxOf(object.settings) || 'the mailbox'} is forwarded to`;
      const end = keepsNoCopy(object) ? ' The mailbox keeps no copy.' : '';
      return outside.length > 0
        ? `${whole} ${listSome(outside)}, outside the organisation.${end}`
        : `${whole} ${listSome(others)}, and nothing shows that this is inside the organisation.${end}`;
    },
    engineer: (object) =>
      `${forwards.filter((name) => isSet(object.settings, name)).join(' and ')} of the mailbox; ForwardingAddress counts where both are set. The outbound spam policy and the remote domain must allow it as well.`,
    rests: [...forwards, copy],
    narrow:
      'Forward to a mailbox inside, or give the other person access to a shared mailbox instead of its mail.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.forwarding],
  },
];

/** `undefined` where it does not forward. */
const forwardingOf = (from: Settings): Settings | undefined =>
  forwards.some((name) => isSet(from, name))
    ? Object.fromEntries(
        [...forwards, copy].flatMap((name) => {
          const value = name === copy ? flag(from, name) : plain(text(from, name) ?? '');
          return value === undefined || value === '' ? [] : [[name, value]];
        }),
      )
    : undefined;

/** As it is passed; a read shows the type before it. */
const plain = (address: string): string => address.replace(/^smtp:/i, '');

const set = (settings: Settings, parameters: Settings) => [
  { cmdlet: 'Set-Mailbox', parameters: { Identity: mailboxOf(settings), ...parameters } },
];

function entryOf(object: ExchangeObject): { readonly enabled: boolean; readonly settings: Settings } {
  const Mailbox = textAt(object, 'PrimarySmtpAddress');
  if (Mailbox === undefined || forwards.some((name) => object[name] === undefined))
    throw new UnreadableAnswer(
      'Exchange gave a mailbox that does not say what its address is and where it forwards its mail.',
    );
  const forwarding = forwardingOf(object);
  return { enabled: forwarding !== undefined, settings: { Mailbox, ...forwarding } };
}

export const mailboxForwarding: EntryKind = {
  name: 'mailbox that forwards',
  plural: 'mailboxes that forward',
  licence: undefined,
  form: 'entry',
  nameOf: mailboxOf,
  log: {
    operations: ['Set-Mailbox'],
    madeOfNameAlone: false,
    nullClearsFlags: false,
    told({ identity = '', parameters }) {
      if (!forwards.some((name) => Object.hasOwn(parameters, name))) return undefined;
      if (identity === '') return untold;
      const forwarding = forwardingOf(parameters);
      return forwarding
        ? { present: [{ Mailbox: identity, ...forwarding }], absent: [], form: 'edit' }
        : { present: [], absent: [{ Mailbox: identity }], form: 'edit' };
    },
  },
  exchange: {
    list: [
      {
        cmdlet: 'Get-Mailbox',
        parameters: {
          Filter: 'ForwardingSmtpAddress -ne $null -or ForwardingAddress -ne $null',
          ResultSize: 'Unlimited',
        },
      },
    ],
    inMailbox: (mailbox) => ({ cmdlet: 'Get-Mailbox', parameters: { Identity: mailbox } }),
    everyTenantHas: undefined,
    entries({ call, objects }) {
      const all = objects.map(entryOf);
      if (call.parameters['Identity'] === undefined) return all.filter(({ enabled }) => enabled);
      // Exchange answers some identities that it does not know with everything.
      if (all.length > 1)
        throw new UnreadableAnswer(`Exchange gave ${all.length} mailboxes when it was asked for one.`);
      return all;
    },
    disable: (settings) =>
      set(
        settings,
        Object.fromEntries(forwards.filter((name) => isSet(settings, name)).map((name) => [name, null])),
      ),
    enable(settings, present) {
      if (present.length === 0)
        throw new PolicyGone(
          `The mailbox ${mailboxOf(settings)} is gone from the tenant, so there is nothing in which to restore it. Once it is there again, the next attempt restores this.`,
        );
      return set(settings, forwardingOf(settings) ?? {});
    },
  },
  findings,
  evidence: () => nameOnly('The recipient’s address alone decides, whoever reads it there.'),
  breadth: {
    counted: () => ({ addresses: [], domains: [], recipients: forwards }),
    noun: ['domain', 'domains'],
    everyone: () => false,
    everything: 'all mail of the mailbox',
  },
  whenOff: () => ({
    mayStop: true,
    text: 'The mailbox keeps its mail, and whoever got it until now does not get it any more.',
  }),
  protection: undefined,
  saved: { telling: [['ForwardingSmtpAddress']], whole: ['PrimarySmtpAddress', 'ForwardingAddress'] },
};
