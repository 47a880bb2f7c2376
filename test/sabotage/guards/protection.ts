/** What protects: that less of it is noticed wherever it shows, and that none of it is disabled for silence. */
import { inFile } from '../guard.ts';

const protection = ['test/kinds/protection.test.ts'];

export const protects = [
  ...inFile('functions/risk/finding-row.ts', protection, [
    {
      without: 'what is known of before is not compared with what is now',
      find: '((object.was !== undefined && holds(object.was.settings)) ||',
      replace: '(false ||',
    },
    {
      without: 'where nothing is known of before, nothing can have been taken away',
      find: '(!isCompared(object) && altered(object, names)))',
      replace: 'false)',
    },
  ]),
  ...inFile('functions/risk/finding-row.ts', protection, [
    {
      without: 'what only becomes stricter calls for people, until nobody looks any more',
      find: 'protectedBefore(before) && !isStricter(object.settings, before)',
      replace: 'protectedBefore(before)',
    },
    {
      without: 'whoever makes something protect is asked why it was weakened',
      find: 'protectedBefore(before) && ',
    },
    {
      without: 'where less is known of before than may have been, a change counts as stricter',
      find: 'if (!isCompared(object) || !object.was) return true;\n  const before',
      replace: 'if (!object.was) return true;\n  const before',
    },
    {
      without: 'what was off before is said to have been switched off',
      find: '(!isCompared(object) &&\n      (/^disable-/i',
      replace: '(true &&\n      (/^disable-/i',
    },
  ]),
  ...inFile('functions/kinds/inbound-connector/findings.ts', protection, [
    {
      without: 'a change of a lock that shows no difference counts as stricter',
      find: 'differs(now, before, whomItAdmits) &&',
    },
    {
      without: 'a lock without any address counts as stricter',
      find: '(is.addresses.length > 0 || was.addresses.length === 0) &&',
    },
    {
      without: 'a lock for more addresses counts as stricter',
      find: '!addsAddresses(is.addresses, was.addresses) &&',
    },
    {
      without: 'a lock by another certificate counts as stricter',
      find: '(was.certificate === undefined || is.certificate === was.certificate) &&',
    },
    {
      without: 'a lock for fewer domains counts as stricter',
      find: '(anyDomain(now) || !addsTo(was.senders, is.senders)) &&',
    },
    {
      without: 'a lock for fewer recipients counts as stricter',
      find: '(is.recipients.length === 0 || (was.recipients.length > 0 && !addsTo(was.recipients, is.recipients))) &&',
    },
    {
      without: 'a lock that trusts another organisation counts as stricter',
      find: '!addsTo(is.trusted, was.trusted)',
      replace: 'true',
    },
  ]),
  ...inFile('functions/risk/addresses.ts', protection, [
    {
      without: 'an address of one machine alone counts as an address of the internet',
      find: " || plain.includes('%')",
      tests: ['test/risk/addresses.test.ts'],
    },
    {
      without: 'an entry that is no address counts as known before',
      find: 'if (!range) return !others.includes(entry);',
      replace: 'if (!range) return false;',
    },
  ]),
  ...inFile('functions/kinds/transport-rule/protection.ts', protection, [
    {
      without: 'a rule with a larger way around it counts as stricter',
      find: 'names.every((name) => !addsTo(entries(now, name), entries(before, name)))',
      replace: 'names.length > 0',
    },
  ]),
  ...inFile('functions/kinds/assess.ts', protection, [
    {
      without: 'what may be a lock is disabled before anybody has seen it',
      find: "if (mayProtect(object) && !isOff(object)) return 'escalate';",
    },
  ]),
  ...inFile('functions/lifecycle/decide/due-now.ts', protection, [
    {
      without: 'an approved removal is escalated for ever, with nothing there to review',
      find: "if (state.state === 'confirmed' && isFoundGone(state))",
      replace: 'if (state.version < 0)',
    },
  ]),
  ...inFile('functions/kinds/outbound-connector/outbound-connector.ts', protection, [
    {
      without: 'the way to a filter hosted elsewhere is disabled',
      find: 'forcesTls(settings) || carriesToFilter(settings)',
      replace: 'forcesTls(settings)',
    },
  ]),
  ...inFile('functions/kinds/inbound-connector/findings.ts', protection, [
    {
      without: 'of what nobody has seen it is said that it is not there',
      find: '(complete !== false ||',
      replace: '(complete !== undefined || complete === undefined ||',
    },
    {
      without: 'a lock made a server of one’s own is no loss',
      find: '(onPremises(object.settings) && lost(object, /^connectortype$/i, refusesOthers))',
      replace: 'false',
    },
    {
      without: 'one of two locks, or encryption, is dropped in silence',
      find: ' ||\n        asksLess(object)',
    },
    {
      without: 'a filter that looks behind is switched off in silence',
      find: "(isKnown(object, 'LAPSE-IC-011') || inspectsLess(object))",
      replace: "isKnown(object, 'LAPSE-IC-011')",
    },
  ]),
  ...inFile('functions/kinds/transport-rule/findings.ts', protection, [
    {
      without: 'a protective rule is emptied in silence',
      find: 'stopsLess(object) ||',
    },
    {
      without: 'a protective rule is narrowed, or ended by its date, in silence',
      find: 'appliesLess(object) ||',
    },
  ]),
  ...inFile('functions/kinds/transport-rule/protection.ts', protection, [
    {
      without: 'a rule that deletes is not missed',
      find: "  'DeleteMessage',\n",
    },
    {
      without: 'a rule that has mail inspected elsewhere is disabled',
      find: "...(sendsToFilter(settings) ? ['RouteMessageOutboundConnector'] : []),",
    },
  ]),
  ...inFile('functions/lifecycle/decide/observation.ts', protection, [
    {
      without: 'a weakening that shows in no setting is a note in the trail, and nobody is asked',
      find: '(weakened || fingerprint({ settings }) !== fingerprint(state))',
      replace: 'fingerprint({ settings }) !== fingerprint(state)',
    },
    {
      without: 'removing what protects ends what people had to see to',
      find: 'if (isLiving && isProtective(state, settings))',
      replace: 'if (isLiving && state.version < 0)',
    },
    {
      without: 'each inventory tells again that the same thing is gone',
      find: 'observation.operation === inventory ? [] :',
    },
  ]),
  ...inFile(
    'functions/inventory/compare.ts',
    ['test/inventory/compare.test.ts'],
    [
      {
        without: 'what is known to be gone is looked for in every listing',
        find: ' && !isFoundGone(one)',
      },
    ],
  ),
  ...inFile(
    'functions/inventory/protection.ts',
    ['test/inventory/weakened.test.ts'],
    [
      {
        without: 'the inventory does not see that a rule was emptied, or a connector asks less',
        find: '...lost,',
      },
      {
        without: 'the inventory does not see that a rule was narrowed or ended',
        find: '...narrower,',
      },
      {
        without: 'after an upgrade every rule counts as narrowed',
        find: 'bounds && bounds[name] !==',
        replace: 'bounds?.[name] !==',
      },
      {
        without: 'the inventory does not see that a filter was given rights',
        find: 'was.name !== undefined && !protects({ kind, settings })',
        replace: 'was.off && !was.off',
      },
    ],
  ),
];
