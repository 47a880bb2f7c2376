/** Where Lapse may act: nothing is done where it may not, and being allowed again makes up for nothing. */
import { inFile } from '../guard.ts';

const tenants = ['test/deadlines/enforcement-changes.test.ts'];
const pure = ['test/lifecycle/enforcement.test.ts'];
const seen = ['test/slack/enforcement.test.ts'];
const sweep = ['test/deadlines/enforcement-changes.test.ts', ...pure];

export const enforcementGuards = [
  ...inFile('functions/lifecycle/decide/due-now.ts', sweep, [
    {
      without: 'it lapses although enforcement is stopped',
      find: "if (mode.type === 'stopped' && !leftToPeople(state, policy))",
      replace: "if (mode.type === 'stopped' && now < state.since)",
    },
    {
      without: 'it lapses where Lapse only observes',
      find: "if (mode.type === 'observing') return [spared",
      replace: "if (mode.type === 'observing' && now < state.since) return [spared",
    },
    {
      without: 'what came due during a stop is disabled as soon as that is lifted',
      find: 'if (paused && deadline > paused.from && deadline <= paused.to) return true;',
    },
    {
      without: 'what would have lapsed lapses without new notice once its tenant is live',
      find: 'if (state.spared) return true;',
    },
    {
      without: 'a term that somebody chose while nothing could end is notice',
      find: ': isChosen(state) && state.since < since;',
      replace: ': state.since === since;',
    },
  ]),
  ...inFile('functions/deadlines/enforcement-changes.ts', sweep, [
    {
      without: 'going live gives so many one deadline that silence trips the breaker',
      find: 'planned.length >= policy.breaker.least',
      replace: 'planned.length < 0',
    },
    {
      without: 'what another kind had as deadlines starts afresh too when a kind goes live',
      find: " && mode.type === 'live' && mode.since === at",
    },
    {
      without: 'what was started afresh before an interruption takes a second place',
      find: '!done.has(receiptIn(tenant, `${at}#${id}`))',
      replace: 'done.size < 0 || id !== undefined',
    },
    {
      without: 'what a breaker holds back stays overdue where nothing lapses any more',
      find: "modeOf(policy, one).type !== 'live' && hasCome(one, now)",
      replace: "modeOf(policy, one).type === 'live' && hasCome(one, now)",
    },
  ]),
  ...inFile('functions/lifecycle/decide/due-now.ts', pure, [
    {
      without: 'whoever owns what would have lapsed is reminded of it for ever',
      find: "if (mode.type === 'observing' && state.spared?.why === 'observing'",
      replace: "if (mode.type === 'observing' && now < state.since",
    },
  ]),
  ...inFile('functions/lifecycle/decide/decide.ts', pure, [
    {
      without: 'an end is to be written into Exchange where Lapse only observes, and is refused for ever',
      find: "modeOf(context.policy, after).type !== 'observing' &&",
    },
  ]),
  ...inFile('functions/lifecycle/decide/answer.ts', pure, [
    {
      without: 'Disable now acts where Lapse may not',
      find: "if (type !== 'live') return type;",
    },
  ]),
  ...inFile('functions/lifecycle/decide/observation.ts', pure, [
    {
      without: 'a class that is switched off first is switched off where Lapse only observes',
      find: "modeOf(context.policy, opened).type === 'live' &&\n",
      replace: '\n',
    },
  ]),
  ...inFile(
    'functions/policy/enforcement-mode.ts',
    [...pure, ...sweep],
    [
      {
        without: 'the kill switch is not looked at',
        find: "if (stopped) return { type: 'stopped'",
        replace: "if (stopped && kind === '') return { type: 'stopped'",
      },
      {
        without: 'nobody knows since when Lapse only observes',
        find: 'const left = which.filter((kind) => live[kind])',
        replace: 'const left = which.filter((kind) => !live[kind])',
      },
    ],
  ),
  ...inFile('functions/register/enforcement.ts', sweep, [
    {
      without: 'Lapse acts in a tenant about which it cannot read what was decided',
      find: 'safeParse(one).data ?? unreadable',
      replace: 'safeParse(one).data ?? {}',
    },
    {
      without: 'a decision about one tenant loses what is known of another',
      find: '{ ...written, [key]: after }',
      replace: '{ [key]: after }',
    },
  ]),
  ...inFile('functions/deadlines/enforcement-changes.ts', tenants, [
    {
      without: 'a stop in a tenant without exceptions is told nobody',
      find: 'if (!first && !(await tellTenant(tenant, enforcement, sources, turn))) return;',
    },
  ]),
  ...inFile('functions/register/refused.ts', seen, [
    {
      without: 'one person fills a channel with refused attempts',
      find: 'if (lately.length >= most) return false;',
    },
  ]),
  ...inFile('functions/slack/turned-away.ts', seen, [
    {
      without: 'nobody hears that somebody was refused who wanted to stop everything',
      find: 'await tellChannel(dependencies, by, verb, tenant);',
    },
  ]),
  ...inFile('functions/slack/going-live.ts', seen, [
    {
      without: 'anybody goes live in Slack',
      find: 'return isApprover(by, policy) ? undefined : turnAwayFromSwitch',
      replace: "return by.slackUser !== '' ? undefined : turnAwayFromSwitch",
    },
    {
      without: 'a form that somebody sends for an approver is not looked at again',
      find: 'if (barred) return replaceForm',
      replace: "if (barred && by.slackUser === '') return replaceForm",
    },
  ]),
  ...inFile(
    'functions/exchange/enforcement.ts',
    ['test/exchange/enforcement.test.ts', 'test/exchange/native-expiry.test.ts'],
    [
      {
        without: 'a disable on its way is carried out after the switch was thrown',
        find: 'if (barred !== undefined) return failed(barred);',
      },
      {
        without: 'an end is written into Exchange after the switch was thrown',
        find: 'if (barred !== undefined) return failure(barred);',
      },
    ],
  ),
  ...inFile(
    'bin/commands/where-it-acts.ts',
    ['test/bin/show.test.ts'],
    [
      {
        without: 'lapse list says nothing of a tenant of which nobody has decided',
        find: "usual ?? 'live'",
        replace: "'live'",
      },
    ],
  ),
  ...inFile('functions/slack/headline.ts', seen, [
    {
      without: 'a card names a date for what does not happen',
      find: "if (modeOf(policy, exception).type === 'live') return",
      replace: "if (modeOf(policy, exception).type !== 'stopped') return",
    },
    {
      without: 'the first line of a card says that it is being switched off while it waits',
      find: "return modeOf(policy, exception).type === 'live'\n",
      replace: "return exception.state === 'disabling'\n",
    },
  ]),
  ...inFile('functions/slack/row.ts', seen, [
    {
      without: 'a list does not say that it would have been switched off',
      find: "return exception.spared && type !== 'live'",
      replace: "return exception.spared && type === 'stopped'",
    },
    {
      without: 'a list says that it is being switched off while it waits',
      find: "return type === 'live' ? ['being switched off']",
      replace: "return type !== 'observing' ? ['being switched off']",
    },
    {
      without: 'a list names a date for what does not happen',
      find: "return type === 'live' || leftToPeople(exception, policy)",
      replace: "return type !== 'stopped' || leftToPeople(exception, policy)",
    },
  ]),
  ...inFile('functions/slack/outcome.ts', seen, [
    {
      without: 'a card says that Lapse tries again while it waits',
      find: "const { type } = modeOf(policy, exception);\n  if (type !== 'live')",
      replace: "const { type } = modeOf(policy, exception);\n  if (type === 'observing')",
    },
  ]),
  ...inFile(
    'functions/slack/switch.ts',
    ['test/slack/enforcement.test.ts'],
    [
      {
        without: 'anybody stops enforcement, or has it resumed',
        find: 'if (!isApprover(by, policy)) return',
        replace: "if (by.slackUser === '') return",
      },
    ],
  ),
];
