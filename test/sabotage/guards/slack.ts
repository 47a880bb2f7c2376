/** Who is believed in Slack, what counts once, and what nobody gets to see. */
import { inFile } from '../guard.ts';

const answers = [
  'test/slack/answer.test.ts',
  'test/slack/menu.test.ts',
  'test/slack/authority.test.ts',
  'test/slack/identity.test.ts',
];

export const slack = [
  ...inFile(
    'functions/slack/signature.ts',
    ['test/slack/signature.test.ts'],
    [
      {
        without: 'a request can be repeated for ever',
        find: '> window) return',
        replace: '> 1e15) return',
      },
      {
        without: 'a request signed for next year is good until then',
        find: 'Math.abs(toMillis(receivedAt) / 1000 - Number(timestamp))',
        replace: '(toMillis(receivedAt) / 1000 - Number(timestamp))',
      },
      {
        without: 'any signature of the right length is believed',
        find: 'given.length === expected.length && timingSafeEqual(given, expected)',
        replace: 'given.length === expected.length && timingSafeEqual(expected, expected)',
      },
      {
        without: 'a signature of another length is an error and no refusal',
        find: 'given.length === expected.length && ',
      },
      {
        without: 'a timestamp that is no number is never too old',
        find: "if (!/^\\d{1,12}$/.test(timestamp)) return 'malformed timestamp';",
      },
      {
        without: 'the signature does not cover when it was made',
        find: '.update(`v0:${timestamp}:`)',
        replace: '.update(`v0:${timestamp.slice(0, 0)}:`)',
      },
    ],
  ),
  ...inFile('functions/slack/answer.ts', answers, [
    {
      without: 'anybody who knows the address answers',
      find: "if (verdict !== 'ok')",
      replace: 'if (verdict.length === 0)',
    },
    {
      without: 'of two senders that a form names, the last one counts',
      find: 'if (new Set(fields.map(([name]) => name)).size < fields.length) return undefined;',
    },
    {
      without: 'a form that names two senders is refused in silence',
      find: "log('request refused', { why: 'a field twice' });",
    },
    {
      without: 'policy is loaded, and Slack asked, for whoever sends anything',
      find: 'const verdict = verifySignature({',
      replace: 'await door.policy();\n  const verdict = verifySignature({',
    },
    {
      without: 'something else than a POST is an answer',
      find: "if (request.method !== 'POST')",
      replace: 'if (request.method === undefined)',
    },
    {
      without: 'a request that does not say where it comes from is somebody’s answer',
      find: '): Promise<Reply> {\n  if (!claim) return refuse(400, homeless);',
      replace: '): Promise<Reply> {\n  if (!claim) return done;',
    },
  ]),
  ...inFile('functions/slack/answer-press.ts', answers, [
    {
      without: 'a form is opened for a question that has been overtaken',
      find: 'version >= exception.asOf && ',
    },
    {
      without: 'all presses of "Disable now" of one person share a receipt',
      find: 'user.id, action.action_ts, action.action_id, chosen]',
      replace: 'user.id]',
    },
    {
      without: 'a press that is sent twice with its trigger counts twice',
      find: 'if (trigger_id) return `slack#${trigger_id}`;',
      replace: 'if (trigger_id) return `slack#${Math.random()}`;',
    },
    {
      without: 'who may not see it answers it',
      find: "if (admitted.type === 'turned away') {\n    const answer",
      replace: "if (admitted.type === 'turned away' && admitted.why === '') {\n    const answer",
    },
    {
      without: 'an answer counts although Slack does not say whose it is',
      find: "if (admitted.type === 'unknown')\n    return (await whisperToPresser",
      replace:
        "if (admitted.type === 'unknown') return done;\n  if (which === 'approve' && which === 'renew')\n    return (await whisperToPresser",
    },
    {
      without: 'an answer that was recorded looks as if it had failed',
      find: 'if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;',
      replace: 'throw error;',
    },
    {
      without: 'a button of a version that never was opens a form',
      find: ' && version <= exception.version',
    },
    {
      without: 'the card that was pressed stays out of date where the register does not know it',
      find: 'channel && ts && !known ? [...exception.cards, { channel, ts }] : exception.cards',
      replace: 'exception.cards',
    },
    {
      without: 'a card that is out of date stays so after it was pressed',
      find: "if (why !== 'not-allowed') await correct(",
      replace: "if (why === 'not-allowed') await correct(",
    },
    {
      without: 'somebody whose form did not open in time is told nothing',
      find: 'if (!(error instanceof SlackRefusal) || !lateCodes.has(error.code)) throw error;',
      replace: 'throw error;',
    },
    {
      without: 'who Slack does not say is left without a word where no note reaches them',
      find: ": refuse(503, 'Slack does not say who pressed the button, so they cannot be told.')",
      replace: ': done',
    },
    {
      without: 'who may not hold or restore is offered the form',
      find: "if (admitted.type === 'admitted' && !mayOpen(which, exception, admitted.by, policy)) {",
      replace: "if (admitted.type === 'admitted' && exception.id === '') {",
    },
    {
      without: 'who may not see it turns the pages of its trail',
      find: "if (admitted.type === 'admitted') await showDetails",
      replace: "if ('exception' in admitted && admitted.exception) await showDetails",
    },
    {
      without: 'a question that is not open is asked in a form',
      find: ' && opens(which, exception)) {',
      replace: ') {',
    },
  ]),
  ...inFile('functions/slack/answer-submission.ts', answers, [
    {
      without: 'a form approves before anybody has looked who made the change',
      find: 'if (needsMakers && !(await areMakersKnown(dependencies, exception)))',
      replace: "if (needsMakers && String(type) === '')",
    },
    {
      without: 'a form that is sent again with other dates changes nothing',
      find: 'by?.slackUser, view.state.values];',
      replace: 'by?.slackUser];',
    },
    {
      without: 'a form counts although Slack does not say whose it is',
      find: "if (admitted.type === 'unknown' || admitted.type === 'nothing')\n    return showFieldErrors({ [fields.reason]: admitted.why });",
      replace: "if (admitted.type === 'unknown' || admitted.type === 'nothing') return done;",
    },
    {
      without: 'who may not see it approves it in a form',
      find: "if (admitted.type === 'turned away') {",
      replace: "if (admitted.type === 'turned away' && admitted.why === '') {",
    },
    {
      without: 'a reason of any length goes into the trail',
      find: 'reason.length > longestReason',
      replace: 'reason.length > 1e9',
    },
    { without: 'an approval has no reason', find: "reason === ''\n", replace: "reason === '-'\n" },
    {
      without: 'a form that was refused closes as if it had counted when it is sent twice',
      find: "result.outcome === 'duplicate' ? await earlier(dependencies, exception.id, admitted.by) : result.events",
      replace: 'result.events',
    },
  ]),
  ...inFile(
    'functions/slack/release.ts',
    ['test/slack/release.test.ts', 'test/slack/identity.test.ts'],
    [
      {
        without: 'anybody learns what is held back',
        find: 'if (isApprover(by, dependencies.policy)) return stops;',
        replace: "if (isApprover(by, dependencies.policy) || by.slackUser !== '') return stops;",
      },
      {
        without: 'a form of another stop than the present one releases what is held back now',
        find: 'if (stopped?.tripped.at !== ref.at)',
        replace: 'if (stopped === undefined)',
      },
      {
        without: 'a form without a tick lifts the stop',
        find: 'if (first !== undefined && ticked.length === 0)',
        replace: 'if (first !== undefined && ticked.length < 0)',
      },
      {
        without: 'what belongs to another tenant is released with it',
        find: ' && one.tenant === tenant ? one : []',
        replace: ' ? one : []',
      },
      {
        without: 'what does not lapse any more is released for later',
        find: '(one) => causeOfLapse(one, { now, policy }) !== undefined);\n  const gone',
        replace: '(one) => one.version > 0);\n  const gone',
      },
      {
        without: 'what two approvers tick at once is lost for one of them',
        find: 'if (await breakers.save(tenant, of, change(breaker), revision)) return true;',
        replace: 'await breakers.save(tenant, of, change(breaker), revision);\n    return true;',
      },
      {
        without: 'a release counts although another stop has begun meanwhile',
        find: 'if (breaker.tripped?.at !== tripped.at) return false;',
      },
      {
        without: 'a breaker whose exception cannot be read is never released',
        find: 'if (one && !(one instanceof UnreadableState)) return one;',
        replace: 'if (one) return one instanceof UnreadableState ? undefined : one;',
      },
    ],
  ),
  ...inFile(
    'functions/slack/answer-home.ts',
    ['test/slack/home.test.ts'],
    [
      {
        without: 'a row whose button was pressed still asks for an answer',
        find: "'type' in view && view.type === 'home'",
        replace: "'type' in view && view.type === ''",
      },
    ],
  ),
  ...inFile(
    'functions/slack/menu.ts',
    ['test/slack/digest.test.ts'],
    [
      {
        without: 'a name chosen from a list of a digest is nothing',
        find: 'readSubject(action.value ?? action.selected_option?.value)',
        replace: 'readSubject(action.value)',
      },
    ],
  ),
  ...inFile(
    'functions/slack/row.ts',
    ['test/slack/home.test.ts'],
    [
      {
        without: 'two exceptions of two tenants look the same in a list',
        find: 'policy.tenants.length > 1',
        replace: 'policy.tenants.length > 2',
      },
    ],
  ),
  ...inFile(
    'functions/slack/refresh-digest.ts',
    ['test/slack/digest.test.ts'],
    [
      {
        without: 'a digest of which all is answered still needs attention',
        find: ', updated: true',
      },
    ],
  ),
  ...inFile(
    'functions/slack/makers.ts',
    ['test/slack/authority.test.ts'],
    [
      {
        without: 'an answer fails, perhaps by halves, while Slack does not say who made it',
        find: 'if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;',
        replace: 'throw error;',
      },
    ],
  ),
  ...inFile(
    'functions/slack/client.ts',
    ['test/slack/client.test.ts'],
    [
      {
        without: 'a slow Slack makes an answer take longer than three seconds',
        find: 'until ? endingWith(fetch, until) : fetch',
        replace: 'fetch',
      },
    ],
  ),
  ...inFile('functions/slack/answer-home.ts', answers, [
    {
      without: 'a guest sees the home tab of a member',
      find: 'if (by && isMember(by)) {',
      replace: 'if (by) {',
    },
    {
      without: 'a home tab that Slack refuses fails again and again',
      find: "if (!(error instanceof SlackRefusal)) throw error;\n    log('home tab",
      replace: "throw error;\n    log('home tab",
    },
  ]),
  ...inFile('functions/slack/query.ts', answers, [
    {
      without: 'a hold lasts for centuries by a slip of the finger',
      find: ' && ms < 315_360_000_000',
    },
  ]),
  ...inFile(
    'functions/slack/find.ts',
    ['test/slack/identity.test.ts', 'test/slack/home.test.ts'],
    [
      {
        without: 'the home tab shows what others own',
        find: 'maySee(exception, by, policy) && ',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/slack/home.ts',
    ['test/slack/home.test.ts'],
    [
      {
        without: 'a page is turned to what was there before',
        find: 'page: Math.min(shown.page + 1, mostPages)',
        replace: 'page: shown.page',
      },
    ],
  ),
  ...inFile(
    'functions/slack/answer-bulk.ts',
    ['test/slack/home.test.ts'],
    [
      {
        without: 'one form for several answers only the first',
        find: '#${one.id}',
        replace: '',
      },
    ],
  ),
  ...inFile(
    'functions/slack/bulk.ts',
    ['test/slack/home.test.ts'],
    [
      {
        without: 'several get a longer term than policy allows',
        find: 'earliest(plus(now, length), longestExpiry(exception, now, policy))',
        replace: 'plus(now, length)',
      },
      {
        without: 'several are offered to somebody who may not approve them',
        find: 'isApprovable(exception) && waitsFor(exception, reader)',
        replace: 'isApprovable(exception)',
      },
    ],
  ),
  ...inFile(
    'functions/slack/answer-slash.ts',
    ['test/slack/home.test.ts'],
    [
      {
        without: 'of several that match, the first is taken',
        find: 'if (one && !another && (',
        replace: 'if (one && (',
      },
      {
        without: 'a length of time in a name puts another exception on hold',
        find: 'readings.find((one) => calledBy(one).length > 0)',
        replace: 'readings.findLast((one) => calledBy(one).length > 0)',
      },
      {
        without: 'a name in the quotation marks that messages show is not found',
        find: 'if (inQuotes !== undefined) {',
        replace: "if (inQuotes === '') {",
      },
    ],
  ),
  ...inFile('functions/slack/answer-slash.ts', answers, [
    {
      without: 'who made it restores it because nobody has looked',
      find: "if (answer !== 'Reassign' && !(await areMakersKnown(dependencies, exception)))",
      replace: "if (answer !== 'Reassign' && verb === '')",
    },
    {
      without: 'the same command sent twice counts twice',
      find: "trigger_id ?? createHash('sha256').update(words).digest('base64url')",
      replace: 'trigger_id ?? String(Math.random())',
    },
    {
      without: 'all commands of one person share a receipt',
      find: 'JSON.stringify([slackTeam, slackUser, text, sentAt])',
      replace: 'JSON.stringify([slackTeam, slackUser])',
    },
    {
      without: 'somebody in a group that cannot be read is refused a hold for good',
      find: "if (answer !== 'Reassign' && mightBeApprover(by, policy, exception)) return whisper([groupUnread]);",
    },
    {
      without: 'a hold has no reason',
      find: "if (reason === '' || reason.length > longestReason)",
      replace: 'if (reason.length > longestReason)',
    },
    {
      without: 'a message looked up can be answered, and is never brought up to date',
      find: "blocks.filter(({ type }) => type !== 'actions')",
      replace: 'blocks',
    },
  ]),
  ...inFile(
    'functions/slack/who.ts',
    ['test/slack/identity.test.ts', 'test/slack/authority.test.ts'],
    [
      {
        without: 'a request from another workspace is believed under the id of an approver',
        find: "if (elsewhere !== undefined) return { slackUser, slackTeam: elsewhere, standing: 'foreign' };",
      },
      {
        without: 'a sender from another organisation in a shared channel is believed',
        find: '[userTeam, team].find(',
        replace: '[team].find(',
      },
      {
        without: 'an answer counts although Slack does not say where Lapse is installed',
        find: 'if (!installation) return undefined;',
        replace:
          "if (!installation) return { slackUser: claim.user, slackTeam: claim.team ?? '', standing: 'member' };",
      },
      {
        without: 'whoever Slack does not know here stops every answer',
        find: 'if (error instanceof SlackRefusal && strange.has(error.code)) return undefined;',
      },
      {
        without: 'the trail does not say of which workspace somebody foreign is',
        find: "standing === 'foreign' ? (found.value?.team ?? claimed) : undefined",
        replace: 'undefined',
      },
      {
        without: 'who was made a guest answers for ever',
        find: 'known && known.until > now',
        replace: 'known',
      },
    ],
  ),
  ...inFile(
    'functions/slack/standing.ts',
    ['test/slack/identity.test.ts', 'test/slack/client.test.ts'],
    [
      { without: 'a deactivated account is a member', find: "if (account.deleted) return 'deactivated';" },
      { without: 'a bot is a member', find: "if (account.is_bot) return 'bot';" },
      {
        without: 'a guest of one channel is a member',
        find: 'account.is_restricted || account.is_ultra_restricted',
        replace: 'account.is_restricted',
      },
      {
        without: 'an account of which Slack does not say where it belongs is a member',
        find: 'account.team_id !== null && account.team_id !== undefined && [team, enterprise].includes(account.team_id)',
        replace: '!account.team_id || [team, enterprise].includes(account.team_id)',
      },
    ],
  ),

  ...inFile(
    'functions/slack/known-people.ts',
    ['test/slack/known-people.test.ts'],
    [
      {
        without: 'who left is written to for ever',
        find: 'known && known.until > now',
        replace: 'known',
      },
    ],
  ),
  ...inFile(
    'functions/slack/groups.ts',
    ['test/slack/authority.test.ts'],
    [
      {
        without: 'who left a group answers for ever',
        find: 'known && known.until > now',
        replace: 'known',
      },
      {
        without: 'a group that cannot be read stops every answer',
        find: 'if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;',
        replace: 'throw error;',
      },
      {
        without: 'a group that cannot be read hides that not everybody is known who may',
        find: 'members.get(id) ?? [id]',
        replace: 'members.get(id) ?? (isGroup(id) ? [] : [id])',
      },
    ],
  ),
  ...inFile(
    'functions/slack/ask.ts',
    ['test/slack/ask.test.ts', 'test/slack/authority.test.ts'],
    [
      {
        without: 'a card is posted again at each delivery',
        find: "if (isTold && (areTold || !owedToApprovers)) return 'told before';",
      },
      {
        without: 'the owner is asked again because the approvers were not yet',
        find: 'if (ownerTold(history, version, exception.owner)) return { exception, shown: [] };',
      },
      {
        without: 'an older question is asked beside the newer one',
        find: "? 'a newer question is on its way'",
        replace: '? undefined',
      },
      {
        without: 'a reminder of a question before the last is sent',
        find: 'exception.asOf > version && findDeadline(exception) !== effect.deadline',
        replace: 'exception.asOf > version && !effect.deadline',
      },
      {
        without: '"disabled" is said of what is on again',
        find: "return exception.state === 'disabled' ? undefined : 'no longer the case';",
        replace: 'return undefined;',
      },
      {
        without: 'a mistake of Lapse’s own counts as an owner out of reach',
        find: 'why = whyUndelivered(attempt.refusal, owner.address);',
        replace: "why = attempt.refusal && 'it was refused';",
      },
      {
        without: 'a message that was deleted stops all later ones',
        find: "if (!isGone(error)) throw error;\n      log('card",
        replace: "throw error;\n      log('card",
      },
      {
        without: 'an alert is posted before what may fail, and so again and again',
        find: 'const sent = message\n',
        replace:
          "for (const effect of effects) if (effect.type === 'alert') await slack.post(channelOf(dependencies.policy, exception), alert(effect.text, exception));\n  const sent = message\n",
      },
      {
        without: 'a question is passed over for its own repetition, and in a long queue for ever',
        find: 'firstOf(history, version + index + 1) !== firstOf(history, version) &&',
      },
      {
        without: 'a message that was called for twice is posted twice',
        find: 'firstOf(history, past.of) === firstOf(history, version)',
        replace: 'past.of === version',
      },
      {
        without: 'a repetition is no longer the question that it repeats',
        find: "return event?.type === 'QuestionRepeated' ? event.of : version;",
        replace: 'return event ? version : 0;',
      },
      {
        without: 'an older reminder is sent beside the newer one',
        find: "? 'a newer message is on its way'",
        replace: '? undefined',
      },
      {
        without: 'a reminder keeps the question from being asked',
        find: "isSuperseded(['ask'])",
        replace: "isSuperseded(['ask', 'remind'])",
      },
      {
        without: 'a question that was answered is asked',
        find: "if (!isApprovable(exception)) return 'answered or ended meanwhile';",
      },
      {
        without: 'what is off first is never asked about',
        find: 'if (!isApprovable(exception)) return',
        replace: "if (exception.state !== 'unconfirmed') return",
      },
      {
        without: 'a reminder comes after the answer',
        find: 'exception.asOf > version && findDeadline(exception) !== effect.deadline',
        replace: 'exception.asOf < 0',
      },
      {
        without: 'whom Slack does not deliver to is told again and again, and nobody else is asked',
        find: 'if (!after || isSame(after.owner, owner))',
        replace: 'if (!after)',
      },
      {
        without: 'nobody is asked where the owner may not approve',
        find: 'if (owner || why === undefined) return unsent;',
        replace: 'if (owner || why === undefined || policy) return unsent;',
      },
    ],
  ),
  ...inFile(
    'functions/slack/deliver.ts',
    ['test/slack/thread.test.ts', 'test/slack/ask.test.ts'],
    [
      {
        without: 'a line below a card that was deleted is seen by nobody',
        find: 'if (!isGone(error)) throw error;\n    return false;',
        replace: 'return true;',
      },
      {
        without: 'a card that Slack refuses for our mistake stays old unseen',
        find: 'error instanceof SlackRefusal && gone.has(error.code)',
        replace: 'error instanceof SlackRefusal',
      },
      {
        without: 'each reminder is another card',
        find: 'event.addressee === to ||',
        replace: "event.addressee === '' ||",
      },
      {
        without: 'a line in a channel that mentions nobody is seen by nobody',
        find: 'mentioned.length === 0)',
        replace: 'mentioned.length < 0)',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/decide/answer.ts',
    ['test/slack/menu.test.ts', 'test/lifecycle/table.test.ts'],
    [
      {
        without: 'the approvers are asked by one owner again and again',
        find: 'if (colleague === undefined && state.helpAsked === state.asOf) return [];',
      },
      {
        without: 'somebody who wished for a reminder is reminded when it is too late',
        find: 'presentDeadlineOf(state) > plus(now, wishedAfter) &&',
        replace: 'presentDeadlineOf(state) > state.since &&',
      },
    ],
  ),
  ...inFile(
    'functions/lifecycle/evolve.ts',
    ['test/slack/thread.test.ts'],
    [
      {
        without: 'a card is updated once for each line below it',
        find: '...cards.filter(({ channel, ts }) => channel !== card.channel || ts !== card.ts)',
        replace: '...cards',
      },
    ],
  ),
  ...inFile(
    'functions/slack/owner.ts',
    ['test/slack/ask.test.ts', 'test/slack/authority.test.ts'],
    [
      {
        without: 'a guest is asked',
        find: "return { type: 'nobody', why: `${name} is only a guest in Slack` };",
        replace: "return { type: 'person', slackUser: person.id };",
      },
      {
        without: 'a deactivated account is asked',
        find: "return { type: 'nobody', why: `the Slack account of ${name} is deactivated` };",
        replace: "return { type: 'person', slackUser: person.id };",
      },
      {
        without: 'a token that is good for nothing makes everybody unreachable',
        find: 'if (owner.slackUser === undefined && shutOut.has(error.code)) throw error;',
      },
      {
        without: 'a maker whom Slack would not look up counts as known to nobody',
        find: 'if (unknown.has(error.code)) found.push({ id: maker.id, sought: true });',
        replace: 'if (error) found.push({ id: maker.id, sought: true });',
      },
    ],
  ),
  ...inFile(
    'functions/slack/escape.ts',
    ['test/slack/card.test.ts'],
    [
      {
        without: 'a name breaks its line, or is made of nothing that can be seen',
        find: '\\p{Zl}\\p{Zp}\\u00ad\\u061c\\u200b\\u2060',
        replace: '\\u061c',
      },
      {
        without: 'the name of a rule calls the whole channel',
        find: ".replaceAll('<', '&lt;')",
      },
      { without: 'a name breaks the line, or hides its direction', find: ".replace(unseen, ' ')" },
      {
        without: 'half a character makes Slack refuse the card',
        find: 'text.toWellFormed().replace(',
        replace: 'text.replace(',
      },
      {
        without: 'a long name makes Slack refuse the card',
        find: 'if (whole.length <= most) return whole;',
        replace: 'if (whole.length > 0) return whole;',
      },
    ],
  ),
  ...inFile(
    'functions/slack/lines.ts',
    ['test/slack/card.test.ts'],
    [
      {
        without: 'text from a tenant mentions people in a notification',
        find: "? escape(piece.toWellFormed())\n        : 'at'",
        replace: "? piece.toWellFormed()\n        : 'at'",
      },
      {
        without: 'a name from a tenant mentions people in a notification',
        find: '? escape(piece.bold.toWellFormed())',
        replace: '? piece.bold.toWellFormed()',
      },
      {
        without: 'an empty piece of text makes Slack refuse the message',
        find: "piece !== '' && ",
      },
    ],
  ),
  ...inFile(
    'functions/slack/client.ts',
    ['test/slack/client.test.ts', 'test/standin/slack-workspace.test.ts'],
    [
      {
        without: 'Slack parses what a tenant wrote',
        find: 'mrkdwn: false, ',
      },
      {
        without: 'a post is repeated by the library, and appears twice',
        find: 'retryConfig: { retries: 0 },',
      },
      { without: 'a rate limit is slept through', find: 'rejectRateLimitedCalls: true,' },
      {
        without: 'the page of a proxy counts as Slack’s no',
        find: "code === 'unreadable_answer' || passing.has(code)",
        replace: 'passing.has(code)',
      },
      {
        without: '"try later" counts as Slack’s no',
        find: ' || passing.has(code)',
      },
    ],
  ),
  ...inFile(
    'functions/slack/card.ts',
    ['test/slack/card.test.ts', 'test/slack/menu.test.ts'],
    [
      {
        without: 'somebody who owned it before reads on, and has its buttons',
        find: "return isOthers && posted.channel.startsWith('D') ? { former: true } : {};",
        replace: 'return {};',
      },
      {
        without: 'a name of any length makes the card longer than a glance',
        find: 'clip(worst.text, 300)',
        replace: 'worst.text',
      },
      {
        without: 'an incomplete look passes for a complete one',
        find: "const unread = complete ? '' :",
        replace: "const unread = evidence ? '' :",
      },
    ],
  ),
  ...inFile(
    'functions/slack/menu.ts',
    ['test/slack/card.test.ts', 'test/slack/menu.test.ts'],
    [
      {
        without: 'a button answers whatever question comes next',
        find: 'const subject: QuestionRef = { id: exception.id, version: exception.asOf };',
        replace: 'const subject: QuestionRef = { id: exception.id, version: exception.version };',
      },
      {
        without: 'a protective rule has a button that switches it off',
        find: "exception.remedy !== 'escalate' &&\n",
      },
      {
        without: 'an answered card keeps its buttons',
        find: 'if (!isConfirmed && !isApprovable(exception)) return [];',
      },
      {
        without: 'an owner who may not approve has a button that only refuses',
        find: 'const isTheirs = !isPersonal(content) || authorityOf(exception, content.policy).owner;',
        replace: 'const isTheirs = true;',
      },
      {
        without: 'an owner has buttons that are not for them',
        find: 'const isForApprover = !own || isApproversOwn(content);',
        replace: 'const isForApprover = true;',
      },
      {
        without: 'Slack refuses a card for its empty menu',
        find: 'entries.length === 0\n',
        replace: 'entries.length < 0\n',
      },
    ],
  ),
  ...inFile(
    'functions/slack/details.ts',
    ['test/slack/card.test.ts'],
    [
      { without: 'a hundred findings bury everything else', find: '.slice(0, mostFindings)' },
      {
        without: 'a page that never was is empty',
        find: 'Math.min(Math.max(page, 0), last)',
        replace: 'page',
      },
    ],
  ),
  ...inFile(
    'functions/slack/answer-menu.ts',
    ['test/slack/menu.test.ts'],
    [
      {
        without: 'a hold has no reason in the trail',
        find: "if (reason === '') return",
        replace: "if (reason === '-') return",
      },
      {
        without: 'somebody in a group that cannot be read is refused a hold by form for good',
        find: "if ((which === 'hold' || which === 'restore') && mightBeApprover(by, policy, exception))",
        replace: 'if (policy.approvers.length > 1e9)',
      },
      {
        without: 'a guest is made an owner',
        find: "return standing === 'member'",
        replace: "return standing !== 'foreign'",
      },
    ],
  ),
  ...inFile(
    'functions/slack/form.ts',
    ['test/slack/card.test.ts', 'test/slack/answer.test.ts'],
    [
      {
        without: 'a form approves whatever the object has become meanwhile',
        find: 'version: exception.asOf })',
        replace: 'version: exception.version })',
      },
    ],
  ),
  ...inFile(
    'functions/slack/change.ts',
    ['test/slack/card.test.ts'],
    [
      {
        without: 'everything seems new where only part was seen before',
        find: 'if (!before?.complete || !now?.complete)',
        replace: 'if (!before || !now?.complete)',
      },
    ],
  ),
  ...inFile(
    'functions/slack/tenant-message.ts',
    ['test/slack/ask.test.ts', 'test/slack/card.test.ts', 'test/inventory/take.test.ts'],
    [{ without: 'a long notice makes Slack refuse the message', find: '.slice(0, mostLines)' }],
  ),
];
