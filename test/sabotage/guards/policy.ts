/** What a change of policy may do, and what it must undo. */
import { inFile } from '../guard.ts';

const applied = ['test/lifecycle/apply-policy.test.ts'];
const sweep = ['test/deadlines/sweep-deadlines.test.ts', 'test/deadlines/policy-on-trial.test.ts'];

export const policies = [
  ...inFile(
    'functions/policy/policy.ts',
    ['test/kinds/policy-setting.test.ts'],
    [
      {
        without: 'forwarding stops for a whole tenant because nobody answered',
        find: "kindOf(kind).shipped?.(settings) === true ? { onSilence: 'escalate' } : {}",
        replace: '{}',
      },
    ],
  ),
  ...inFile(
    'functions/policy/policy.ts',
    ['test/inventory/listed.test.ts'],
    [
      {
        without: 'mailboxes are looked into although policy has them only recorded',
        find: 'policy.mailboxes.asExceptions ? [] : mailboxKinds',
        replace: 'policy.mailboxes.asExceptions ? mailboxKinds : []',
      },
    ],
  ),
  ...inFile('functions/lifecycle/apply-policy.ts', applied, [
    {
      without: 'a policy that is taken back does not give back what it took',
      find: 'return approval.chosen === undefined ? present : wanted;',
      replace: 'return present;',
    },
    {
      without: 'a longer policy lengthens what somebody chose to be short',
      find: 'return approval.chosen === undefined ? present : wanted;',
      replace: 'return wanted;',
    },
    {
      without: 'nobody is told that silence disables from now on',
      find: 'silence !== undefined || (moved',
      replace: '(moved',
    },
    {
      without: 'going back from a policy that only alerts brings disables that nobody was told of',
      find: '!dates && was === is && ',
      replace: '!dates && ',
    },
    {
      without: 'what is held keeps a term that a withdrawn policy gave',
      find: "if (state.state !== 'held' || state.resume !== 'confirmed' || !state.approval) return undefined;",
      replace: 'return undefined;',
    },
    {
      without: 'a restore lasts as long as an approval once policy allows restores less',
      find: 'isRestored ? classOf(policy, state).restoreFor : longestTerm(state, policy)',
      replace: 'longestTerm(state, policy)',
    },
  ]),
  ...inFile('functions/lifecycle/evolve.ts', applied, [
    {
      without: 'a change that lowered the risk puts its deadline off with the next policy',
      find: "changed.state === 'unconfirmed' && event.risk !== state.risk ? unpoliced(changed) : changed",
      replace: 'changed',
    },
    {
      without: 'under which policy an approval was given is forgotten in a hold',
      find: '  askedUnder: true,',
      replace: '  askedUnder: false,',
    },
    {
      without: 'under which policy it was answered is not known',
      find: '...(policy !== undefined && { askedUnder: policy }),',
    },
  ]),
  ...inFile('functions/lifecycle/react.ts', applied, [
    {
      without: 'a message that silence only alerts people counts as notice of a disable',
      find: 'noticesOf(exception, untold === true).length > 0;',
      replace: 'noticesOf(exception, false).length > 0;',
    },
    {
      without: 'whoever was told of the deadline before is alerted about as untold',
      find: 'return isTold(event, exception)\n        ? [refresh]\n        : [',
      replace: 'return exception.version < 0\n        ? [refresh]\n        : [',
      tests: ['test/lifecycle/under-way.test.ts'],
    },
  ]),
  ...inFile(
    'functions/deadlines/new-policy.ts',
    ['test/deadlines/policy-on-trial.test.ts'],
    [
      {
        without: 'a policy that waits for an approver is never at rest',
        find: 'return !(await waitsForApprovers(inForce.underway, hash, values));',
        replace: 'return true;',
      },
      {
        without: 'a policy that is not in force yet is at rest',
        find: 'return inForce?.hash !== hash;',
        replace: 'return false;',
      },
    ],
  ),
  ...inFile('functions/deadlines/new-policy.ts', sweep, [
    {
      without: 'a term that only a withdrawn policy gave stays',
      find: 'appliedPolicy ?? askedUnder ??',
      replace: 'appliedPolicy ??',
    },
    {
      without: 'a policy that waits is looked at again every minute',
      find: 'if (inForce.underway && (await waitsForApprovers(inForce.underway, hash, values))) return',
      replace: 'if (held.length < 0) return',
    },
    {
      without: 'a policy that an approver has released waits on',
      find: 'if (!(await isStopped(tenant, policy, values))) return false;',
      replace: ';',
    },
    {
      without: 'a policy that waits for an approver rings no alarm while it waits',
      find: 'return held.length;\n      let',
      replace: 'return 0;\n      let',
    },
    {
      without: 'a policy that waits for an approver rings no alarm',
      find: 'return waiting.length;',
      replace: 'return 0;',
    },
  ]),
  ...inFile('functions/sweep-deadlines.ts', sweep, [
    {
      without: 'lapses that wait for an approver ring no alarm before they are overdue',
      find: 'if (!passing.all) stopped.add(tenant);',
      replace: '',
    },
    {
      without: 'a policy that waits for an approver lets a mass lapse by its own numbers',
      find: '({ waits, breaker } = coming);',
      replace: '({ waits } = coming);',
    },
  ]),
  ...inFile(
    'functions/lifecycle/breaker.ts',
    ['test/lifecycle/breaker.test.ts', ...sweep],
    [
      {
        without: 'a policy raises the number by which it is judged',
        find: 'most: Math.min(a.most, b.most),',
        replace: 'most: Math.max(a.most, b.most),',
      },
      {
        without: 'a policy raises the share by which it is judged',
        find: 'share: Math.min(a.share, b.share),',
        replace: 'share: Math.max(a.share, b.share),',
      },
      {
        without: 'a policy raises the count below which a share is none',
        find: 'least: Math.min(a.least, b.least),',
        replace: 'least: Math.max(a.least, b.least),',
      },
      {
        without: 'a policy shortens the time over which it is judged',
        find: 'millis(a.within) > millis(b.within) ? a.within : b.within',
        replace: 'millis(a.within) > millis(b.within) ? b.within : a.within',
      },
    ],
  ),
  ...inFile('functions/lifecycle/decide/decide.ts', applied, [
    {
      without: 'what is asked and answered does not say under which policy',
      find: 'context.policy.hash !== undefined && asks(event)',
      replace: 'context.policy.hash !== undefined && event.type === undefined',
    },
  ]),
  ...inFile(
    'bin/policy/read-object.ts',
    ['test/bin/policy-commands.test.ts'],
    [
      {
        without: 'what is no object of Exchange’s is explained as one that lets nothing past',
        find: 'if (!Object.keys(settings).some((one) => isSettingName(one) && !isBookkeeping(one)))',
        replace: 'if (Object.keys(settings).length < 0)',
      },
      {
        without: 'a bare name is explained as an object that lets nothing past',
        find: ' && !isBookkeeping(one)',
      },
      {
        without: 'an audit record is explained as an object',
        find: 'if (isAuditRecord(Array.isArray(json) ? json[0] : json))',
        replace: 'if (isAuditRecord(undefined))',
      },
    ],
  ),
];
