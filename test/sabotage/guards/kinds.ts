/** Kinds: that what is read of one is what it is, and that nothing is concluded from what does not say. */
import { inFile } from '../guard.ts';

const settings = ['test/kinds/policy-setting.test.ts'];
const policies = ['test/kinds/protection-policy.test.ts'];
const protection = ['test/kinds/protection.test.ts', 'test/kinds/findings.test.ts'];

export const kindGuards = [
  ...inFile(
    'functions/kinds/when-off.ts',
    ['test/kinds/when-off.test.ts'],
    [
      {
        without: 'people are told how mail changes once something is off that is never switched off',
        find: 'protects(of) ? neverOff() :',
      },
    ],
  ),
  ...inFile(
    'functions/kinds/transport-rule/when-off.ts',
    ['test/kinds/when-off.test.ts'],
    [
      {
        without: 'a rule that routes or diverts mail is said to stop none',
        find: 'stops.length === 0 ? filteredAsUsual() : ',
        replace: 'stops.length < 9 ? filteredAsUsual() : ',
      },
    ],
  ),
  ...inFile('functions/kinds/policy-setting.ts', settings, [
    {
      without: 'a record that names no policy is taken for one about the usual policy',
      find: "if (identity === undefined) return value === undefined && done === 'Set' ? undefined : untold;",
    },
    {
      without: 'a remote domain that is renamed stays on record under a name that nothing bears',
      find: "if (done === 'Set' && text(parameters, 'Name') !== undefined) return untold;",
    },
    {
      without: 'what is removed goes on letting mail past',
      find: "if (done === 'Remove') return { present: [], absent: entry, form: 'edit' };",
    },
    {
      without: 'a remote domain that is made forwards nothing',
      find: "!(done === 'New' && madeOn)",
      replace: 'true',
    },
    {
      without: 'a policy that does not say whether it forwards counts as one that does not',
      find: "if (typeof value !== typeof on && typeof value !== 'string')",
      replace: "if (value === '')",
    },
    {
      without: 'a policy without a name is one like any other',
      find: 'if (name === undefined)',
      replace: "if (name === '')",
    },
  ]),
  ...inFile('functions/kinds/protection-rule.ts', protection, [
    {
      without: 'a rule for one more kind of recipient counts as no narrower',
      find: 'isSet(before, name) && ',
    },
    {
      without: 'a rule that protects is switched off because nobody answered',
      find: 'protects: always,',
      replace: 'protects: () => false,',
    },
  ]),
  ...inFile('functions/kinds/protection-policy.ts', policies, [
    {
      without: 'what Microsoft ships off opens an exception in every tenant',
      find: 'one.shipped !== true || ',
      replace: 'true || ',
    },
    {
      without: 'what was switched off is forgotten at the next look',
      find: 'isKnown(object, id(one.number)) || ',
    },
    {
      without: 'a saved page of settings counts as switching off all that was off already',
      find: ' && switchesOnlyOff(object)',
    },
    {
      without: 'a policy that is removed goes on being called weakened',
      find: '!isRemoved(object) &&',
    },
    {
      without: 'a record that names no policy is about one without a name',
      find: 'if (Policy === undefined) return untold;',
    },
    {
      without: 'a policy that does not say whether it protects counts as one that does',
      find: 'if (missing !== undefined)',
      replace: "if (missing === '')",
    },
    {
      without: 'the next inventory does not notice a switch that the log did not tell of',
      find: 'switches.filter((one) => isGood(one, settings)).map(({ property }) => property)',
      replace: '[]',
    },
  ]),
  ...inFile('functions/kinds/built-in-protection.ts', policies, [
    {
      without: 'a built-in protection that does not say whom it leaves out counts as leaving out nobody',
      find: 'if (!leftOut.every((setting) => setting in object))',
      replace: 'if (objects.length === 0)',
    },
  ]),
  ...inFile(
    'functions/kinds/policy-list.ts',
    ['test/exchange/enforcement.test.ts'],
    [
      {
        without: 'nobody is told that what an entry stood in is gone',
        find: 'requirePolicy(policyOf(settings), policy, present);',
      },
    ],
  ),
  ...inFile('functions/kinds/list-entry.ts', settings, [
    {
      without:
        'the policy for everybody counts as one for some where somebody typed its name in small letters',
      find: 'policy.toLowerCase() === usualPolicy.toLowerCase()',
      replace: 'policy === usualPolicy',
    },
  ]),
  ...inFile('functions/kinds/trusted-remote-domain.ts', protection, [
    {
      without: 'trust in mail from any domain weighs as that in a partner’s',
      find: "      { risk: 'critical', if: 'any domain', holds: isForAll },\n",
    },
  ]),
  ...inFile('functions/kinds/anti-spam-policy.ts', policies, [
    {
      without: 'phishing that is only marked in the inbox counts as stopped',
      find: "weak: ['addxheader', 'noaction'],",
      replace: "weak: ['noaction'],",
    },
  ]),
  ...inFile('functions/kinds/journal-rule.ts', protection, [
    {
      without: 'a journal to a mailbox of anybody’s is kept on as if it were a record',
      find: "address(settings) !== '' && !isAnybodys(settings)",
      replace: "address(settings) !== ''",
    },
  ]),
  ...inFile(
    'functions/kinds/trusted-sender.ts',
    ['test/bin/peer-checks.test.ts'],
    [
      {
        without: 'a finding forgets a check of others that looks at the same',
        find: "[to.orca('ORCA-228')]",
        replace: '[]',
      },
    ],
  ),
  ...inFile(
    'bin/peers/orca.ts',
    ['test/bin/peer-checks.test.ts'],
    [
      {
        without: 'the table of others’ checks names a finding that does not cite the check',
        find: "'LAPSE-SA-001',",
        replace: "'LAPSE-SA-001', 'LAPSE-SO-001',",
      },
    ],
  ),
];
