/** What is decided: who may, until when, after what notice. */
import { inFile } from '../guard.ts';

const due = [
  'test/lifecycle/lifecycle.test.ts',
  'test/lifecycle/table.test.ts',
  'test/lifecycle/laws.test.ts',
  'test/policy/working-hours.test.ts',
];
const observation = [
  'test/lifecycle/lifecycle.test.ts',
  'test/lifecycle/table.test.ts',
  'test/lifecycle/own-change.test.ts',
  'test/policy/owner.test.ts',
  'test/policy/authority.test.ts',
];
const forms = ['test/policy/forms.test.ts', 'test/policy/authority.test.ts', 'test/kinds/evidence.test.ts'];

export const domain = [
  ...inFile(
    'functions/risk/addresses.ts',
    ['test/risk/addresses.test.ts'],
    [
      {
        without: 'a range over half of the internet counts as somebody’s own servers',
        find: 'addresses >= 1n << 31n ||',
      },
      {
        without: 'addresses that every Microsoft 365 customer shares prove a sender',
        find: "whole || special.some(({ what }) => what === 'microsoft')",
        replace: 'whole',
        tests: ['test/kinds/evidence.test.ts', 'test/kinds/findings.test.ts', 'test/risk/addresses.test.ts'],
      },
      {
        without: 'a range written backwards is read as one',
        find: '|| last.value < first.value) return undefined;',
        replace: ') return undefined;',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/apply-policy.ts',
    ['test/lifecycle/apply-policy.test.ts'],
    [
      {
        without: 'a policy is applied again to what it was applied to',
        find: 'if (state.appliedPolicy === hash) return undefined;',
      },
      {
        without: 'a deadline that policy did not make is moved by a new policy',
        find: 'if (state.byPolicy === undefined) return undefined;',
      },
      {
        without: 'a date that a person chose is lengthened by a new policy',
        find: 'earliest(chosen, plus(at, longest))',
        replace: 'plus(at, longest)',
      },
      {
        without: 'a restore is cut short, or made long, by a policy that changed something else',
        find: 'wanted < was[field] ? nearer',
        replace: 'wanted ? nearer',
      },
      {
        without: 'a new policy takes the grace of an import away',
        find: 'latest(asked, state.graceUntil ?? asked)',
        replace: 'asked',
      },
      {
        without: 'nobody is told that silence disables now what it left on before',
        find: 'const silence = open ? harsher(state, change) : undefined;',
        replace: 'const silence = open && hash === undefined ? harsher(state, change) : undefined;',
      },
      {
        without: 'the shorter notice of two policies counts',
        find: 'latest(noticeEndOf(now, state, before), noticeEndOf(now, state, after))',
        replace: 'noticeEndOf(now, state, after)',
      },
      {
        without: 'a new policy takes the notice away that is owed',
        find: 'latest(wanted, earliest(present, latest(noticeEndOf(now, state, before), noticeEndOf(now, state, after))))',
        replace:
          '(now ? wanted : earliest(present, noticeEndOf(now, state, before), noticeEndOf(now, state, after)))',
      },
    ],
  ),
  ...inFile(
    'functions/kinds/assess.ts',
    ['test/kinds/assess.test.ts', 'test/kinds/findings.test.ts'],
    [
      {
        without: 'low signals alone make an exception',
        find: "if (rank(risk) < rank('medium')) return",
        replace: "if (rank(risk) < rank('low')) return",
      },
      {
        without: 'a protective rule that was weakened is switched off altogether',
        find: "weakened || (protects(object) && !isOff(object)) ? 'escalate'",
        replace: "protects(object) && !isOff(object) ? 'escalate'",
      },
      {
        without: 'what protects is switched off because it also lets something past',
        find: "weakened || (protects(object) && !isOff(object)) ? 'escalate'",
        replace: "weakened ? 'escalate'",
      },
    ],
  ),
  ...inFile(
    'functions/policy/authority.ts',
    ['test/policy/authority.test.ts', 'test/kinds/evidence.test.ts'],
    [
      {
        without: 'a guest, a bot or somebody of another workspace answers under the id of an approver',
        find: 'const type = !isMember(by)',
        replace: "const type = slackUser === ''",
        tests: ['test/policy/sight.test.ts', 'test/lifecycle/table.test.ts'],
      },
      {
        without: 'an owner holds or restores alone',
        find: ' && !approversOnly.has(answer)',
        tests: [
          'test/lifecycle/table.test.ts',
          'test/lifecycle/lifecycle.test.ts',
          'test/slack/authority.test.ts',
        ],
      },
      {
        without: 'who made an exception of high risk approves it',
        find: "if (makers.some(is)) return 'four-eyes';\n  // Nobody",
        replace: '// Nobody',
      },
      {
        without: 'somebody approves before anybody has looked who made it',
        find: "if (unidentified(state).length > 0) return 'four-eyes';",
      },
      {
        without: 'an owner approves what a maker did whom Slack does not know',
        find: "slackUser === undefined || id === addressOf(state)))\n    return 'four-eyes';",
        replace: "id === addressOf(state)))\n    return 'four-eyes';",
      },
      {
        without: 'an owner renews for ever without a second person',
        find: "if (keeping === 'Renew' && (alone || bar) && needsSecondApprover(state, policy)) return 'second-approver';",
      },
      {
        without: 'an approver who is the owner counts as a second person',
        find: "by.type !== 'approver' || owns(state, by.slackUser) ||",
        replace: "by.type !== 'approver' ||",
      },
      {
        without: 'an owner approves alone what policy leaves to approvers',
        find: "if (by.type !== 'approver' && boundOf(state, policy).approvedBy === 'approvers') return 'approvers-only';",
      },
      {
        without: 'the longer of two bounds counts',
        find: 'terms.sort((a, b) => millis(a) - millis(b))',
        replace: 'terms.sort((a, b) => millis(b) - millis(a))',
      },
      {
        without: 'four eyes are not asked for at the risks policy names',
        find: 'policy.fourEyes.includes(state.risk)',
        replace: 'policy.fourEyes.length > 9',
      },
      {
        without: 'everybody answers as if they were the owner',
        find: "(one) => one.type === 'person' && one.slackUser === slackUser,",
        replace: "(one) => one.type === 'person' && slackUser !== '',",
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/breaker.ts',
    ['test/lifecycle/breaker.test.ts'],
    [
      {
        without: 'a tripped breaker lets everything pass',
        find: 'if (tripped && !isOver) return { may: false, breaker };',
      },
      {
        without: 'what is released in the evening is stopped again in the morning, for ever',
        find: 'plus(keepsHours(policy) ? nextWorkingMoment(now, policy) : now,',
        replace: 'plus(now,',
      },
      {
        without: 'a stop for one policy holds back another, or outlives what it held back',
        find: '(tripped.policy !== wanting.policy || wanting.count === 0 || isSettled(breaker, wanting.since))',
        replace: 'isSettled(breaker, wanting.since)',
      },
      {
        without: 'what an approver released for one policy passes for another',
        find: ' && released.policy === wanting.policy',
      },
      {
        without: 'any number of exceptions lapses at once',
        find: 'atOnce > most',
        replace: 'atOnce > most + 1e9',
      },
      {
        without: 'half of a small tenant lapses at once',
        find: 'count >= least && count * 100 > share * outOf',
        replace: 'count * 100 > 100 * outOf + share',
      },
      {
        without: 'a few count as a mass',
        find: 'count >= least && ',
      },
      {
        without: 'a mass lapses in small parts, one sweep after the other',
        find: 'passedWithin(breaker, within, now) + wanting.count',
        replace: 'wanting.count',
      },
      {
        without: 'a small tenant lapses in small parts, one hour after the other',
        find: 'const count = before + wanting.count;',
        replace: 'const count = wanting.count;',
      },
      {
        without: 'lapses of long ago trip the breaker',
        find: 'breaker.passed.filter(({ at }) => at > since)',
        replace: 'breaker.passed',
      },
      {
        without: 'what an approver ticked may lapse at any later time',
        find: 'new Set(picked && now < picked.until ? picked.ids : [])',
        replace: 'new Set(picked && now >= picked.at ? picked.ids : [])',
      },
      {
        without: 'a stop is over although something waits that an approver left out',
        find: ' && (!picked || since > picked.at);',
        replace: ';',
      },
      {
        without: 'a stop is over although what tripped it still waits',
        find: 'since > tripped.at && ',
        replace: '',
      },
      {
        without: 'what an approver left out is not held back any more',
        find: '...(tripped && left > 0 && { tripped: { ...tripped, waiting: left } }),',
      },
      {
        without: 'a release holds for ever',
        find: 'now < released.until',
        replace: 'now >= released.at',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/decide/answer.ts',
    ['test/lifecycle/lifecycle.test.ts', 'test/lifecycle/table.test.ts', 'test/policy/authority.test.ts'],
    [
      {
        without: 'anybody in Slack answers',
        find: "if (!mayAnswer(command.type, by)) return 'not-allowed';",
      },
      {
        without: 'an answer to a card that has been overtaken counts',
        find: 'command.seen < state.asOf',
        replace: 'command.seen < 0',
      },
      {
        without: 'what is not asked is answered',
        find: "if (!open[command.type].includes(state.state)) return 'not-open';",
      },
      {
        without: 'what lapsed or was declined is approved back on',
        find: "if (command.type === 'Approve' && !isApprovable(state)) return 'not-open';",
      },
      {
        without: 'a protective rule is switched off on request',
        find: "state.remedy === 'escalate'",
        replace: 'state.version < 0',
      },
      { without: 'four eyes, second approver and bounds are not asked', find: 'if (bar) return bar;' },
      {
        without: 'an approval lasts as long as somebody likes',
        find: 'checkTerm(state, command.expiresAt, now, policy) === undefined',
        replace: 'true',
      },
      {
        without: 'a review comes as rarely as somebody likes',
        find: 'checkCadence(state, command.reviewEvery, policy) === undefined',
        replace: 'true',
      },
      {
        without: 'a hold or restore lasts as long as somebody likes',
        find: 'until > most',
        replace: "until > '9999'",
      },
      { without: 'a hold ends before it begins', find: 'until <= now ||' },
      {
        without: 'a restore lasts as long as an approval',
        find: "command.type === 'Restore' ? restoreFor : longestTerm",
        replace: 'longestTerm',
      },
      {
        without: 'a review is due after the approval has ended',
        find: 'reviewBy: earliest(expiresAt, plus(now, reviewEvery))',
        replace: 'reviewBy: plus(now, reviewEvery)',
        tests: [
          'test/lifecycle/lifecycle.test.ts',
          'test/lifecycle/laws.test.ts',
          'test/slack/answer.test.ts',
        ],
      },
    ],
  ),
  ...inFile('functions/lifecycle/decide/due-now.ts', due, [
    {
      without: 'something lapses during the grace of an import',
      find: 'if (grace > now)',
      replace: "if (grace > '9999')",
      tests: ['test/lifecycle/grace.test.ts'],
    },
    {
      without: 'something lapses of which nobody was told',
      find: 'const told = toldAt(state, policy);',
      replace: 'const told = toldAt(state, policy) ?? state.since;',
    },
    {
      without: 'something lapses without the least notice',
      find: 'if (noticed > now)',
      replace: "if (noticed > '9999')",
    },
    {
      without: 'something lapses in the night',
      find: 'if (morning > now)',
      replace: "if (morning > '9999')",
    },
    {
      without: 'what would take protection away lapses',
      find: "state.remedy === 'escalate' || protects(state)",
      replace: 'state.version < 0',
    },
    {
      without: 'what was recorded before Lapse knew that it protects lapses',
      find: ' || protects(state);',
      replace: ';',
    },
    {
      without: 'what policy leaves to people lapses',
      find: "classOf(policy, state).onSilence === 'escalate' || ",
      tests: [...due, 'test/lifecycle/apply-policy.test.ts'],
    },
    { without: 'the end of a hold ignores the notice', find: 'latest(natural, notice)', replace: 'natural' },
    {
      without: 'who chose a date counts as told of the nearer one policy made of it',
      find: ' && state.movedAt === undefined',
      tests: [...due, 'test/lifecycle/apply-policy.test.ts'],
    },
    { without: 'a disable is tried again before its time', find: 'if (now < state.nextAt) return [];' },
    {
      without: 'a hold ends at the first sweep',
      find: 'now < state.until',
      replace: 'state.version < 0',
    },
  ]),
  ...inFile('functions/lifecycle/decide/observation.ts', observation, [
    {
      without: 'an inventory contradicts what happened while it listed',
      find: 'compared !== undefined && compared !== (state?.version ?? 0)',
      replace: 'compared !== undefined && compared < 0',
      tests: ['test/inventory/take.test.ts', ...observation],
    },
    {
      without: 'a record older than the removal opens the exception again',
      file: 'functions/lifecycle/decide/place-observation.ts',
      find: 'const resumed = state.harmless\n',
      replace: 'const resumed = state\n',
    },
    {
      without: 'an old record overwrites newer settings',
      file: 'functions/lifecycle/decide/place-observation.ts',
      find: 'return isNewest(life, observation, state)\n      ? {',
      replace: 'return state.version > 0\n      ? {',
    },
    {
      without: 'a disable under way ends as if the object were gone',
      find: 'view.findings.length === 0 && !isOfLapse(state)',
      replace: 'view.findings.length === 0',
    },
    {
      without: 'a record from before the disable opens it again',
      find: 'if (newer && observation.change',
      replace: 'if (observation.change',
    },
    {
      without: 'the record of a disable opens it again',
      find: "newer && observation.change !== 'disable'",
      replace: 'newer',
    },
    {
      without: 'an old removal ends what was made since',
      file: 'functions/lifecycle/decide/place-observation.ts',
      find: 'if (its !== mine) {\n    const isNews',
      replace: 'if (its < -1) {\n    const isNews',
    },
    {
      without: 'the old risk is kept after widening',
      find: 'const { confirmWithin } = classOf(context.policy, known);',
      replace: 'const { confirmWithin } = classOf(context.policy, state);',
    },
    {
      without: 'changing an unconfirmed object moves its deadline away',
      find: 'view.different && within < state.confirmBy\n      ? earliest(within, state.confirmBy)',
      replace: 'view.different\n      ? within',
    },
    {
      without: 'what is off when it is found is asked about as if it were on',
      find: "assessment.remedy === 'escalate' || observation.enabled !== false",
      replace: 'true',
    },
    {
      without: 'a protective rule is switched off first where policy says so',
      find: "opened.remedy === 'disable' &&",
    },
    {
      without: 'what was there before Lapse is switched off at the first look',
      find: ' &&\n    opened.imported === undefined;',
      replace: ';',
    },
    {
      without: 'what was there before Lapse has no grace',
      find: 'if (imported === undefined) return within;',
      replace: "if (imported !== 'never') return within;",
      tests: ['test/inventory/take.test.ts', ...observation],
    },
    {
      without: 'an old record says that it is off',
      file: 'functions/lifecycle/decide/place-observation.ts',
      find: 'isHeard && !later.some((one) => one.enabled !== undefined)',
      replace: 'isHeard',
    },
    {
      without: 'a protective rule that is off counts as ended',
      find: "view.remedy === 'escalate' || observation.enabled !== false",
      replace: 'observation.enabled !== false',
    },
    {
      without: 'an approval outlives a first look that shows more than the log told',
      find: '!(fills && !riskier)',
      replace: '!fills',
      tests: ['test/recording/record-changes.test.ts', ...observation],
    },
    {
      without: 'a first look at what is known asks its owner once more',
      find: ' && !(fills && !riskier)',
      tests: ['test/recording/record-changes.test.ts', ...observation],
    },
    {
      without: 'an approval is good for other settings',
      find: "view.different && (state.state === 'confirmed' || state.state === 'held')",
      replace: "view.different && state.state === 'removed'",
    },
    {
      without: 'an approval outlives a change while it is held',
      find: " || state.state === 'held'))",
      replace: '))',
    },
  ]),
  ...inFile(
    'functions/lifecycle/decide/decide.ts',
    ['test/lifecycle/lifecycle.test.ts', 'test/lifecycle/table.test.ts', 'test/lifecycle/laws.test.ts'],
    [
      {
        without: 'a late report of an older attempt ends the newer one',
        find: ' || state.attempt !== command.attempt',
      },
      {
        without: 'a failure that was reported twice makes two of it',
        find: " || state.phase !== 'running'",
      },
      {
        without: 'a late report of a disable ends what was approved meanwhile',
        find: "it is off.\n      if (state.state !== 'disabling') return [];",
        replace: 'it is off.',
      },
      {
        without: 'a late report that it is gone ends what was approved meanwhile',
        find: "case 'ReportGone':\n      if (command.of === undefined ? state.state !== 'disabling' : state.acting?.of !== command.of) return [];",
        replace: "case 'ReportGone':",
      },
      {
        without: 'a late success of a restore counts for one that was ordered since',
        find: 'if (state.acting?.act !== act || state.acting.of !== of) return [];',
        replace: 'if (state.acting?.act !== act) return [];',
      },
      {
        without: 'a late failure of a restore counts against one that was ordered since',
        find: 'if (acting?.act !== command.act || acting.of !== command.of) return [];',
        replace: 'if (acting?.act !== command.act) return [];',
      },
      {
        without: 'a late failure counts against the attempt that was begun since',
        find: "if (acting.phase !== 'running' || acting.attempt !== command.attempt) return [];",
      },
      {
        without: 'who was handed the exception loses it because their predecessor was out of reach',
        find: 'if (!isSameOwner(state.owner, command.owner)) return [];',
        tests: ['test/policy/owner.test.ts', 'test/slack/ask.test.ts'],
      },
      {
        without: 'anybody releases the breaker',
        find: 'mayAnswer(command.type, actor)',
        replace: "actor.type !== 'administrator'",
        tests: [
          'test/lifecycle/breaker.test.ts',
          'test/lifecycle/table.test.ts',
          'test/slack/authority.test.ts',
        ],
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/decide/due-now.ts',
    ['test/lifecycle/under-way.test.ts'],
    [
      {
        without: 'an owner is reminded again and again of what waits for somebody else',
        find: '  needsApprovers(state, policy) &&\n',
        replace: '  needsApprovers(state, policy) &&\n  state.version < 0 &&\n',
      },
      {
        without: 'an owner who was never told is not reminded, because others may approve it',
        find: ' &&\n  noticesOf(state, !alertsOnly(state, policy)).length > 0;',
        replace: ';',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/due.ts',
    ['test/lifecycle/silence.test.ts'],
    [
      {
        without: 'somebody else is asked before the owner was told',
        find: '  if (told.length === 0) return undefined;\n  let at = earliest(...told);',
        replace: '  let at = told.length === 0 ? state.since : earliest(...told);',
      },
      {
        without: 'whoever is next is asked in the middle of the night',
        find: 'const moved = moveIntoHours(at, state, policy);',
        replace: 'const moved = at;',
      },
    ],
  ),
  ...inFile(
    'functions/policy/authority.ts',
    ['test/lifecycle/silence.test.ts'],
    [
      {
        without: 'whoever was asked in the owner’s place may not answer',
        find: '[owner, ...alsoAsked.map((one) => one.owner)].some(',
        replace: '[owner].some(',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/evolve.ts',
    ['test/lifecycle/silence.test.ts'],
    [
      {
        without: 'what somebody else was told makes them the owner’s Slack user',
        find: 'const isOther = event.to !== undefined && event.to !== ownerKey(state.owner);',
        replace: 'const isOther = false;',
      },
      {
        without: 'whoever was asked about the last question answers the next one',
        find: '  alsoAsked: false,\n',
        replace: '  alsoAsked: true,\n',
      },
    ],
  ),
  ...inFile(
    'functions/slack/ask-next.ts',
    ['test/slack/ask-next.test.ts'],
    [
      {
        without: 'the next one is asked again each time the event comes',
        find: '  if (isTold) {',
        replace: '  if (isTold && version < 0) {',
      },
    ],
  ),
  ...inFile('functions/lifecycle/due.ts', due, [
    {
      without: 'a postponement brings a deadline nearer',
      find: 'latest(originalDeadlineOf(state), state.postponedTo)',
      replace: 'state.postponedTo',
      tests: ['test/lifecycle/apply-policy.test.ts', ...due],
    },
    {
      without: 'notice of an earlier deadline counts',
      find: 'named >= originalDeadlineOf(state) && ',
      tests: [...due, 'test/lifecycle/apply-policy.test.ts'],
    },
    {
      without: 'notice of a later deadline counts for one that came nearer',
      find: ' && named <= presentDeadlineOf(state)',
      tests: [...due, 'test/lifecycle/apply-policy.test.ts'],
    },
    {
      without: 'who was told last that it stays on counts as told of a disable',
      find: 'ofDisable ? told.findLastIndex(({ alertsOnly }) => alertsOnly === true) : -1',
      replace: '-1',
      tests: ['test/lifecycle/apply-policy.test.ts'],
    },
    { without: 'a reminder is sent at every sweep', find: '.filter((step) => step > after)' },
    {
      without: 'a review that is due has no deadline',
      find: 'earliest(state.approval.expiresAt, state.approval.reviewBy)',
      replace: 'state.approval.expiresAt',
    },
  ]),
  ...inFile(
    'functions/lifecycle/evolve.ts',
    ['test/lifecycle/lifecycle.test.ts', 'test/lifecycle/laws.test.ts'],
    [
      {
        without: 'who was told of a later deadline counts as told of the nearer one policy made',
        find: '...(isNearer(event) && { told: [], reminded: at }),',
        tests: ['test/lifecycle/apply-policy.test.ts', 'test/lifecycle/laws.test.ts'],
      },
      {
        without: 'who made an earlier part of what is asked approves it',
        find: 'mergeMakers(makersOf(state), isMade ? makersIn(event.changedBy) : [])',
        replace: 'mergeMakers(isMade ? makersIn(event.changedBy) : makersOf(state))',
        tests: ['test/policy/authority.test.ts', 'test/policy/owner.test.ts'],
      },
      {
        without: 'who changed it last is no maker of it',
        find: 'mergeMakers(makersOf(state), isMade ? makersIn(event.changedBy) : [])',
        replace: 'mergeMakers(makersOf(state))',
        tests: ['test/policy/authority.test.ts', 'test/policy/owner.test.ts'],
      },
      {
        without: 'by whom it was made is looked up again after it was harmless for a while',
        find: 'earlierOn ? makersOf(earlierOn) : [],',
        replace: '',
        tests: [
          'test/policy/authority.test.ts',
          'test/lifecycle/makers.test.ts',
          'test/policy/chosen.test.ts',
          'test/policy/owner.test.ts',
          'test/lifecycle/lifecycle.test.ts',
        ],
      },
      {
        without: 'an old record makes everything seem old',
        find: 'changedAt: latest(state.changedAt, event.changedAt),',
        replace: 'changedAt: event.changedAt,',
      },
      {
        without: 'an answer to the settings from before a change counts',
        find: '...state,\n        ...asOfNow,\n        ...assessed(event)',
        replace: '...state,\n        ...assessed(event)',
      },
      {
        without: 'the list of messages grows until nothing can be stored',
        find: '.slice(-mostCards)',
      },
      {
        without: 'the list of re-enables grows until nothing can be stored',
        find: '[...(state.reopened ?? []), event.at].slice(-mostReopened)',
        replace: '[...(state.reopened ?? []), event.at]',
      },
      {
        without: 'a postponement of one question puts off the next',
        find: '  postponedTo: false,',
        replace: '  postponedTo: true,',
      },
      {
        without: 'a trail that lacks its beginning makes a state all the same',
        find: 'if (!before) throw new RangeError',
        replace: 'if (!before && event.type.length < 3) throw new RangeError',
      },
    ],
  ),
  ...inFile(
    'functions/risk/fingerprint.ts',
    ['test/risk/difference.test.ts', 'test/kinds/assess-laws.test.ts'],
    [
      {
        without: 'a note or a timestamp asks the owner again',
        find: 'irrelevant.has(key) ||',
        tests: [
          'test/risk/difference.test.ts',
          'test/kinds/assess-laws.test.ts',
          'test/lifecycle/lifecycle.test.ts',
        ],
      },
      {
        without: 'the same addresses written differently ask the owner again',
        find: 'holdsAddresses(key) ? normaliseAddresses(given) : ',
      },
      {
        without: 'the order of a list asks the owner again',
        find: '[...new Set(given)].sort()',
        replace: 'given',
      },
      {
        without: 'a value nobody set asks the owner again',
        find: 'if (values.length === 1 && values[0] === defaults.get(key)) continue;',
      },
    ],
  ),
  ...inFile('functions/policy/forms.ts', forms, [
    {
      without: 'an approval ends in the past',
      find: "if (expiresAt <= now) return 'That date is in the past. Choose a later one.';",
    },
    {
      without: 'an approval lasts longer than policy allows',
      find: 'if (expiresAt > longestExpiry(exception, now, policy))',
      replace: "if (expiresAt > '9999')",
    },
    {
      without: 'weak evidence gets the term of good evidence',
      find: 'bound !== undefined && millis(bound) < millis(longestTerm) ? bound : longestTerm',
      replace: 'bound === undefined ? longestTerm : longestTerm',
    },
    {
      without: 'a bound lengthens the term of its class',
      find: ' && millis(bound) < millis(longestTerm)',
    },
    {
      without: 'a review that is proposed is rarer than the term is long',
      find: 'millis(reviewEvery) <= millis(term) ? reviewEvery : term',
      replace: 'millis(term) < 0 ? term : reviewEvery',
    },
    {
      without: 'a review is rarer than policy allows',
      find: 'if (millis(reviewEvery) > millis(longest))',
      replace: 'if (millis(reviewEvery) > Infinity)',
    },
    {
      without: 'somebody has a question asked every second',
      find: 'return millis(reviewEvery) < Math.min(day, millis(longest))',
      replace: 'return millis(reviewEvery) < 0',
    },
  ]),
  ...inFile(
    'functions/time/instant.ts',
    ['test/policy/forms.test.ts', 'test/lifecycle/laws.test.ts', 'test/audit-log/recognise.test.ts'],
    [
      {
        without: 'a moment beyond the year 9999 sorts before today',
        find: ' && ms >= 0 && ms <= 253_402_300_799_999',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/native-expiry.ts',
    ['test/lifecycle/native-expiry.test.ts'],
    [
      {
        without: 'Exchange ends it before the end its owner was told of',
        find: 'latest(chosenEnd(approval), presentDeadlineOf(exception))',
        replace: 'chosenEnd(approval)',
      },
      {
        without: 'Exchange is asked for ever to end what it cannot end by itself',
        find: '!canExpire(kind) || ',
      },
      {
        without: 'Exchange ends it at a date that policy may take back',
        find: 'chosen ?? expiresAt;',
        replace: 'chosen === undefined ? expiresAt : expiresAt;',
      },
      {
        without: 'Exchange ends it while it is held',
        find: 'latest(chosenEnd(approval), exception.until)',
        replace: 'chosenEnd(approval)',
      },
      {
        without: 'Exchange ends what would take protection away',
        find: "remedy !== 'disable' || ",
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/own-change.ts',
    ['test/lifecycle/own-change.test.ts'],
    [
      {
        without: 'a person’s act counts as Lapse’s own',
        find: "changedBy.type === 'application'",
        replace: 'true',
      },
      {
        without: 'another application’s act counts as Lapse’s own',
        find: 'applications.includes(application.toLowerCase())',
        replace: "changedBy.type === 'application'",
      },
      {
        without: 'what undid a disable counts as Lapse’s own act',
        find: 'if (disabled && enabled === true && changedAt > state.disabledAt) return false;',
      },
      {
        without: 'a change of settings counts as Lapse’s own because it also switches',
        find: 'passed.length > 0 && passed.every(',
        replace: 'passed.some(',
      },
      {
        without: 'what Lapse was not about to do counts as its own act',
        find: ' && expected(act, state, observation)',
      },
    ],
  ),
  ...inFile(
    'functions/policy/owner.ts',
    ['test/policy/owner.test.ts', 'test/policy/authority.test.ts'],
    [
      {
        without: 'the doctor does not look at the channels of rules',
        find: '...channels.map(({ channel }) => channel),',
        replace: '',
      },
      {
        without: 'an application owns an exception',
        find: "type === 'person' && isMailAddress(id)",
        replace: 'type.length > 0 && isMailAddress(id)',
      },
      {
        without: 'an exception that somebody was handed goes back at the next edit',
        find: 'note.owner !== undefined && note.owner !== state.note?.owner',
        replace: 'note.owner !== undefined',
        tests: ['test/lifecycle/makers.test.ts'],
      },
      {
        without: 'who made a change under a name that cannot be read is no maker',
        file: 'functions/policy/makers.ts',
        find: "author.type === 'person' || author.type === 'unknown'",
        replace: "author.type === 'person'",
      },
      {
        without: 'a guest is nobody in Slack, and so may approve what they made',
        find: 'personRule(account, policy) === undefined ? homeAddress(account) : account',
        replace: 'account',
        tests: ['test/slack/authority.test.ts', 'test/policy/owner.test.ts'],
      },
      {
        without: 'the same person is asked twice',
        find: 'isSameOwner(other.owner, rung.owner)) === index',
        replace: 'isSameOwner(other.owner, rung.owner)) >= 0',
      },
    ],
  ),
  ...inFile(
    'functions/policy/policy.ts',
    ['test/policy/owner.test.ts', 'test/policy/policy-file.test.ts', 'test/policy/authority.test.ts'],
    [
      {
        without: 'approvers of every class answer for a class with its own',
        find: 'classOf(policy, exception).approvers ?? policy.approvers',
        replace: 'policy.approvers',
      },
      {
        without: 'an owner rule for one kind is used for all',
        find: '(kind === undefined || kind === object.kind) &&',
      },
      {
        without: 'an owner rule for one tenant is used for all',
        find: '(tenant === undefined || tenant.toLowerCase() === object.tenant.toLowerCase()) &&',
      },
      {
        without: 'notcontoso.com falls under the rule for contoso.com',
        find: 'one.toLowerCase().endsWith(`.${wanted}`)',
        replace: 'one.toLowerCase().endsWith(wanted)',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/react.ts',
    ['test/lifecycle/lifecycle.test.ts', 'test/lifecycle/native-expiry.test.ts'],
    [
      {
        without: 'everything that was there before Lapse is asked about in one morning',
        find: ' || event.imported || exception',
        replace: ' || exception',
        tests: ['test/inventory/take.test.ts', 'test/slack/ask.test.ts', 'test/lifecycle/lifecycle.test.ts'],
      },
      {
        without: 'a disable that is tried again never reaches Exchange',
        find: "  'DisableRetried',\n  'ActRetried',",
        replace: "  'ActRetried',",
        tests: ['test/lifecycle/laws.test.ts'],
      },
      {
        without: 'a restore that is tried again never reaches Exchange',
        find: "  'DisableRetried',\n  'ActRetried',",
        replace: "  'DisableRetried',",
        tests: ['test/lifecycle/laws.test.ts'],
      },
      {
        without: 'people are told of each of a hundred failed attempts',
        find: 'return worthTelling(event.attempt)',
        replace: 'return event.attempt > 0',
      },
      {
        without: 'nobody is told of a nearer deadline',
        find: 'return isNearer(event) ?',
        replace: 'return isNearer(event) && event.type.length === 0 ?',
        tests: ['test/lifecycle/apply-policy.test.ts'],
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/retry.ts',
    ['test/lifecycle/lifecycle.test.ts', 'test/lifecycle/laws.test.ts'],
    [
      {
        without: 'the wait between attempts grows without end',
        find: 'longest: millis(longest) }',
        replace: 'longest: Infinity }',
      },
    ],
  ),
  ...inFile(
    'functions/kinds/transport-rule/conditions.ts',
    ['test/kinds/evidence.test.ts', 'test/kinds/findings.test.ts', 'test/kinds/assess.test.ts'],
    [
      {
        without: 'a failed check of the sender counts as proof',
        find: 'if (failed.test(word)) return undefined;',
      },
      {
        without: 'one of two alternatives proves what the weaker does not',
        find: "verdicts.includes('unaligned') ? 'unaligned' : 'aligned'",
        replace: "'aligned'",
      },
      {
        without: 'a header of somebody’s own making counts as proof',
        find: 'if (!list(settings, header).some(isResultHeader)) return [];',
      },
    ],
  ),
  ...inFile(
    'functions/risk/open-provider.ts',
    ['test/risk/open-provider.test.ts'],
    [
      {
        without: 'a mailbox at gmail.com counts as somebody’s own domain',
        find: 'providers.has(domain) || ',
      },
      {
        without: 'a mailbox at yahoo.co.jp counts as somebody’s own domain',
        find: 'family.test(domain) || ',
      },
    ],
  ),
  ...inFile(
    'functions/risk/settings.ts',
    ['test/kinds/assess.test.ts', 'test/kinds/findings.test.ts', 'test/kinds/evidence.test.ts'],
    [
      {
        without: 'notcontoso.com counts as below contoso.com',
        find: 'name.endsWith(`.${mine}`)',
        replace: 'name.endsWith(mine)',
      },
    ],
  ),
  ...inFile(
    'functions/policy/aws-principal.ts',
    ['test/bin/answer-several.test.ts'],
    [
      {
        without: 'the session name of any role proves a person',
        find: 'user.test(arn) || signedIn.test(arn);',
        replace: "arn.startsWith('arn:');",
      },
      {
        without: 'whoever AWS knows answers, named or not',
        find: '?.person',
        replace: "?.person ?? 'UANYBODY'",
      },
    ],
  ),
  ...inFile(
    'lib/local/answer-one.ts',
    ['test/bin/answer-several.test.ts'],
    [
      {
        without: 'a run that is repeated answers twice',
        find: '`command-line#${run}#${wish.type}#${id}`',
        replace: '`command-line#${String(Math.random())}`',
      },
      {
        without: 'what has changed since it was looked at is answered all the same',
        find: 'exception.asOf !== seen',
        replace: 'exception.asOf < 0',
      },
      {
        without: 'a preview is an answer',
        find: 'if (receipt === undefined) {',
        replace: 'if (id === "") {',
      },
    ],
  ),
  ...inFile(
    'functions/policy/spread.ts',
    ['test/policy/spread.test.ts'],
    [
      {
        without: 'an import asks for more on one day than policy says',
        find: '(perDay.get(dateOf(at, timeZone)) ?? 0) < importPerDay &&',
      },
      {
        without: 'silence about an import looks like a mass lapse',
        find: '.every((other) => Math.abs(other - ms) >= gap)',
        replace: '.every(() => true)',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/grace.ts',
    ['test/lifecycle/grace.test.ts'],
    [
      {
        without: 'a change ends the grace of what was there before Lapse',
        find: 'state.graceEnd !== undefined && isUnanswered(state)',
        replace: 'state.graceEnd === deadline',
      },
      {
        without: 'a hold ends the grace of what was there before Lapse',
        find: " || state.answered.answer === 'held'",
      },
    ],
  ),
  ...inFile(
    'functions/policy/working-hours.ts',
    ['test/policy/working-hours.test.ts'],
    [
      { without: 'a holiday counts as notice', find: ' && !holidays.includes(date)' },
      { without: 'a weekend counts as notice', find: 'days.includes(weekday) && ', replace: '' },
      {
        without: 'the night counts as notice',
        find: "hours === 'working' ? addWorkingTime(told, leastNotice, policy) : ",
      },
      {
        without: 'a deadline falls into the night',
        find: "=== 'working' ? nextWorkingMoment(at, policy) : at",
        replace: "=== 'working' ? at : at",
      },
    ],
  ),
  ...inFile(
    'functions/policy/authority.ts',
    ['test/policy/sight.test.ts', 'test/slack/authority.test.ts'],
    [
      {
        without: 'who has not been asked yet sees what others own',
        find: 'ladder.slice(0, rung + 1)',
        replace: 'ladder',
      },
    ],
  ),
  ...inFile(
    'functions/policy/comment.ts',
    ['test/policy/comment.test.ts'],
    [
      {
        without: 'a comment of any length is searched',
        find: 'comment.slice(0, longestComment)',
        replace: 'comment',
      },
      { without: 'a value of any length is kept', find: '.slice(0, longestValue)' },
    ],
  ),
];
