/** What carries everything: bus, queues, stream, sweep, sign-in, policy. Nothing is lost, nothing leaks. */
import { inFile } from '../guard.ts';

const sweep = ['test/deadlines/sweep-deadlines.test.ts'];

export const runtime = [
  ...inFile(
    'functions/runtime/round.ts',
    ['test/runtime/round.test.ts'],
    [
      {
        without: 'with more tenants than time, the same ones are always last',
        find: 'last === undefined ? 0 : ordered.findIndex((tenant) => tenant > last)',
        replace: "0 * (last ?? '').length",
      },
      {
        without: 'one of many tenants may take all the time there is',
        find: 'Math.floor((time * most) / Math.max(count, most))',
        replace: 'time',
      },
      {
        without: 'a tenant that hangs holds up all others',
        find: '{ length: Math.min(most, tenants.length) }',
        replace: '{ length: Math.min(1, tenants.length) }',
      },
    ],
  ),
  ...inFile(
    'functions/doctor/all-checks.ts',
    ['test/doctor/doctor.test.ts'],
    [
      {
        without: "a tenant's own secret that no function can use looks fine, because there is one for all",
        find: "if (own && own.is !== 'absent')",
        replace: 'if (own && own.is !== own.is)',
      },
      {
        without: 'the secret for all may not be read, and tenants look as if they had none',
        find: "all.length === 0 || shared.is !== 'empty'",
        replace: 'all.length === 0',
      },
    ],
  ),
  ...inFile(
    'functions/doctor/in-turn.ts',
    ['test/doctor/doctor.test.ts'],
    [
      {
        without: 'the doctor asks after a thousand tenants at once',
        find: 'await turns.get(tenant)?.promise;',
      },
      {
        without: 'what the doctor had no time for looks as if a service did not answer',
        find: 'place < begun',
        replace: 'place >= 0',
      },
    ],
  ),
  ...inFile(
    'functions/doctor/report.ts',
    ['test/doctor/doctor.test.ts'],
    [
      {
        without: 'what was not checked is taken for fine',
        find: " || outcome === 'unchecked'",
      },
    ],
  ),
  ...inFile(
    'functions/runtime/tenant-secret.ts',
    ['test/collection/collect-audit-log.test.ts'],
    [
      {
        without: 'tenants with secrets of their own wait for one that none of them needs',
        find: 'error instanceof SecretNotSet && named.length > 0',
        replace: 'error instanceof SecretNotSet && named.length < 0',
      },
    ],
  ),
  ...inFile(
    'functions/bus/publisher.ts',
    ['test/bus/publisher.test.ts'],
    [
      {
        without: 'an event that EventBridge did not take counts as published',
        find: 'if (failures === 0) return new Map();',
        replace: 'if (failures >= 0) return new Map();',
      },
      {
        without: 'a failure without a code counts as none',
        find: ": new Map(call.map((placed) => [placed, 'InternalFailure']));",
        replace: ': new Map();',
      },
      {
        without: 'a later call overtakes one that failed',
        find: 'if (stopAtFailure && failed.length > 0)',
        replace: 'if (stopAtFailure && failed.length < 0)',
      },
      {
        without: 'one event that is too large takes its whole call with it',
        find: 'else if (call.some(({ entry }) => tooLarge(entry)))',
        replace: 'else if (call.length < 0)',
      },
      { without: 'eleven events are put in one call and refused', find: 'last.length < entriesPerCall && ' },
      { without: 'a call becomes too large', find: ' && size + own < largestCall' },
      {
        without: 'what will never be taken is tried again',
        find: 'refused.filter(([, code]) => retryable.has(code))',
        replace: 'refused',
      },
      {
        without: 'a call that failed counts as done',
        find: "return new Map(call.map((placed) => [placed, error instanceof Error ? error.name : 'Unknown']));",
        replace: 'return error === call ? new Map() : new Map();',
      },
    ],
  ),
  ...inFile(
    'functions/bus/lifecycle-event.ts',
    ['test/bus/lifecycle-event.test.ts', 'test/bus/publish-events.test.ts'],
    [
      {
        without: 'an event says another version than it made',
        find: 'sequence: version,',
        replace: 'sequence: version + 1,',
      },
    ],
  ),
  ...inFile(
    'functions/publish-events.ts',
    ['test/bus/publish-events.test.ts'],
    [
      {
        without: 'a heartbeat counts that the bus has refused',
        find: 'entries.slice(0, stop)',
        replace: 'entries',
      },
      {
        without: 'an entry that cannot be read is overtaken by later ones',
        find: '} catch {\n      break;',
        replace: '} catch {\n      continue;',
      },
      {
        without: 'an entry that cannot be read is lost unseen',
        find: '(entries.length < records.length ? entries.length : undefined)',
        replace: 'undefined',
      },
      {
        without: 'later events overtake one that failed',
        find: '{ stopAtFailure: true }',
        replace: '{ stopAtFailure: false }',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/queue-function.ts',
    ['test/runtime/queue-function.test.ts'],
    [
      {
        without: 'a heartbeat is taken for work, and given up on',
        find: 'if (type === heartbeatType) {',
        replace: "if (type === 'None') {",
      },
      {
        without: 'a message that failed counts as done',
        find: "voice.metrics.addMetric('MessageFailed', MetricUnit.Count, 1);\n      throw error;",
        replace: "voice.metrics.addMetric('MessageFailed', MetricUnit.Count, 1);",
      },
      {
        without: 'work is begun that is cut off in the middle',
        find: 'if (context.getRemainingTimeInMillis() < leastMillis)',
        replace: 'if (context.getRemainingTimeInMillis() < -1)',
      },
      {
        without: 'messages about one exception race each other',
        find: 'processInParallel: false,',
        replace: 'processInParallel: true,',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/secrets.ts',
    ['test/runtime/secrets.test.ts'],
    [
      {
        without: 'a secret that somebody deleted passes for one that is not set yet',
        find: "cause.message.includes('staging label: AWSCURRENT')",
        replace: 'true',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/http-function.ts',
    ['test/runtime/http-function.test.ts'],
    [
      {
        without: 'a signature in a header of other letters is not found',
        find: 'headers[name.toLowerCase()]',
        replace: 'headers[name]',
      },
      {
        without: 'a request that failed raises no alarm',
        find: "voice.metrics.addMetric('RequestFailed', MetricUnit.Count, 1);",
      },
      {
        without: 'a signature is checked over other bytes than were sent',
        find: "event.isBase64Encoded ? 'base64' : 'utf8'",
        replace: "'utf8'",
      },
      {
        without: 'a cold start makes a request older',
        find: 'fromMillis(event.requestContext.timeEpoch)',
        replace: 'fromMillis(Date.now())',
      },
      {
        without: 'a caller is told of the inside',
        find: "'The request failed, and nothing was left half done. Try again in a minute.'",
        replace: 'String(error)',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/stream-function.ts',
    ['test/runtime/stream-function.test.ts'],
    [
      {
        without: 'a failed record of the stream counts as done',
        find: 'if (failed === undefined) return { batchItemFailures: [] };',
        replace: 'if (failed !== null) return { batchItemFailures: [] };',
      },
      {
        without: 'a record without a number is passed over',
        find: "if (itemIdentifier === undefined) throw new Error('a stream record without a sequence number failed');",
        replace: 'if (itemIdentifier === undefined) return { batchItemFailures: [] };',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/schedule-function.ts',
    ['test/runtime/schedule-function.test.ts'],
    [
      {
        without: 'a scheduled turn that failed raises no alarm',
        find: 'failure: describeFailure(error) });\n      throw error;',
        replace: 'failure: describeFailure(error) });',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/unreadable.ts',
    ['test/runtime/queue-function.test.ts', 'test/runtime/environment.test.ts'],
    [
      {
        without: 'what could not be read is quoted in the log',
        find: 'is not JSON (${text.length} characters)`',
        replace: 'is not JSON (${text})`',
      },
    ],
  ),
  ...inFile(
    'functions/microsoft/assertion.ts',
    ['test/microsoft/sign-in.test.ts'],
    [
      {
        without: 'an assertion of a clock that is ahead is refused',
        find: 'seconds(now - skew)',
        replace: 'seconds(now)',
      },
      { without: 'an assertion lasts for ever', find: 'exp: seconds(now + lasts),' },
    ],
  ),
  ...inFile(
    'functions/runtime/observe.ts',
    ['test/runtime/queue-function.test.ts', 'test/runtime/schedule-function.test.ts'],
    [
      { without: 'what a turn that failed has counted is lost', find: 'onError: writeMetrics,' },
      {
        without: 'what a function is given stands in the log',
        find: 'logEvent: false',
        replace: 'logEvent: true',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/failure.ts',
    ['test/runtime/queue-function.test.ts', 'test/runtime/http-function.test.ts'],
    [
      {
        without: 'whatever an error carries stands in the log',
        find: 'name: error.name,',
        replace: '...error, name: error.name,',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/policy.ts',
    ['test/runtime/policy.test.ts'],
    [
      {
        without: 'a policy that was altered beside the code is in force',
        find: 'policySchema.parse(parseJson',
        replace: '(parseJson',
      },
    ],
  ),
  ...inFile(
    'functions/runtime/environment.ts',
    ['test/runtime/environment.test.ts'],
    [
      {
        without: 'a function starts with half of its environment',
        find: 'if (read.success) return read.data as Environment<Name>;',
        replace: 'if (read) return (read.data ?? from) as Environment<Name>;',
      },
    ],
  ),
  ...inFile('functions/sweep-deadlines.ts', sweep, [
    {
      without: 'what the breaker holds back lapses',
      find: 'if (!mayLapse.has(id) && wouldLapse(exception, { now, policy }))',
      replace: 'if (!mayLapse.has(id) && step < 0)',
    },
    {
      without: 'an exception that never stops speaking keeps the sweep for itself',
      find: 'if (step === mostSteps) throw',
      replace: 'if (step === mostSteps * 1e3) throw',
    },
    {
      without: 'a sweep is cut off in the middle of an exception',
      find: 'if (turn.remaining() < leastRemaining) {',
      replace: 'if (turn.remaining() < -1) {',
    },
    {
      without: 'one exception that cannot be swept stops the others',
      find: 'failed.push(id);\n      logger',
      replace: 'throw error;\n      logger',
    },
    {
      without: 'an exception that could not be swept raises no alarm',
      find: 'if (failed.length > 0)\n    throw',
      replace: 'if (failed.length < 0)\n    throw',
    },
    {
      without: 'what was due long ago goes unseen',
      find: 'if (next !== undefined && next < longAgo) overdue += 1;',
    },
    {
      without: 'what cannot even be read does not count as waiting',
      find: '} catch {\n    return true;',
      replace: '} catch {\n    return false;',
    },
    {
      without: 'what a policy would end sooner ends by it before it was applied',
      find: ' || waits(exception)',
    },
  ]),
  ...inFile('functions/deadlines/admission.ts', sweep, [
    {
      without: 'two sweeps at once each count alone',
      find: '!(await breakers.save(tenant, of, result.breaker, revision))',
      replace: '!(await breakers.save(tenant, of, result.breaker, revision).then(() => true))',
    },
    {
      without: 'what a breaker of one tenant counts is all tenants’',
      file: 'functions/register/in-memory-register.ts',
      find: 'within === withinOf(which.tenant) && stateName === which.state',
      replace: 'stateName === which.state',
    },
    {
      without: 'what an approver ticked does not lapse as long as others are held back',
      find: 'return { all: result.may, ids: picked };',
      replace: 'return { all: result.may, ids: new Set() };',
    },
    {
      without: 'what silence ends never makes the share of what lapses a small one',
      find: '!alertsOnly(one, policy)',
      replace: '!alertsOnly(one, policy) || nearer === undefined',
    },
    {
      without: 'people are told of a breaker at each sweep',
      find: '`breaker#${breaker}#${at}`',
      replace: '`breaker#${breaker}#${now}`',
    },
  ]),
  ...inFile('functions/deadlines/new-policy.ts', sweep, [
    {
      without: 'a new policy counts as in force although it was not applied to all',
      find: '} catch (error) {\n      whole = false;',
      replace: '} catch (error) {',
    },
    {
      without: 'a new policy counts as in force although time ran out',
      find: 'whole &&= seen;',
    },
    {
      without: 'half of what comes nearer is taken for all of it',
      find: 'of seen ? nearer : []',
      replace: 'of nearer',
    },
    {
      without: 'a mass of deadlines comes nearer with nobody asked',
      find: 'if (!isNearer(event) || !event.moved) await apply(exception);',
      replace: 'if (event.type.length > 0 || !event.moved) await apply(exception);',
    },
    {
      without: 'a policy that is taken back leaves what it did while it was half applied',
      find: 'if (inForce.hash === hash && !inForce.underway) return nothing;',
      replace: 'if (inForce.hash === hash) return nothing;',
    },
    {
      without: 'a policy that was cut off in the middle is not known to have been tried',
      find: 'if (!isOnItsWay && !(await note({ tried, whole: false, waiting: held }))) return held.length;',
    },
    {
      without: 'what was tried meanwhile counts as never applied',
      find: "between.get(appliedPolicy ?? askedUnder ?? '') ?? before",
      replace: 'between.get(String(between.size)) ?? before',
    },
  ]),
  ...inFile(
    'functions/policy/dangers.ts',
    ['test/policy/dangers.test.ts'],
    [
      {
        without: 'a policy that lets owners alone vouch for what nobody can know is passed in silence',
        find: '    ...unproven(policy),\n',
      },
      {
        without: 'a policy in which nobody is ever at work is passed in silence',
        find: '    ...calendar(policy),\n',
      },
      {
        without: 'the approvers of the stand-in workspace may be deployed',
        find: 'standIns.has(name) || ',
      },
      {
        without: 'addresses that reach nobody may be deployed',
        find: ' || reserved.test(name)',
      },
      {
        without: 'the same approver, named twice, counts as two',
        find: 'new Set(approvers).size < 2',
        replace: 'approvers.length < 2',
      },
      {
        without: 'a group of approvers is taken for one person',
        find: " && !approvers.some((one) => one.startsWith('S'))",
      },
      {
        without: 'an approver who is nothing but a blank may be deployed',
        find: ' || blank.test(name)',
      },
      {
        without: 'the only reminder comes when it is too late, and the policy is passed in silence',
        find: ' && millis(step) >= earliest',
      },
      {
        without:
          'a policy that reports attempts as failed before they can be tried again is passed in silence',
        find: 'millis(reportWithin) < millis(first)',
        replace: 'millis(reportWithin) < 0',
      },
      {
        without: 'a policy with six working hours a week is passed in silence',
        find: 'notice > week',
        replace: 'notice > 2 * week',
      },
      {
        without: 'a policy with more holidays than a year should have is passed in silence',
        find: 'crowded === undefined',
        replace: 'crowded !== null',
      },
      {
        without: 'a policy with months of holidays in a row is passed in silence',
        find: 'closed.length > mostClosed',
        replace: 'closed.length < 0',
      },
      {
        without: 'weekends end a row of holidays',
        find: 'while (!isWorkingDay(next, worked)) next = nextDate(next);',
      },
    ],
  ),
  ...inFile(
    'functions/policy/policy-schema.ts',
    ['test/bin/policy-commands.test.ts'],
    [
      {
        without: 'the longest wait of a policy is shorter than the first',
        find: ' && most < least)',
        replace: ' && most < 0)',
      },
    ],
  ),
  ...inFile(
    'bin/commands/policy.ts',
    ['test/bin/policy-commands.test.ts'],
    [
      {
        without: 'a policy with placeholders passes the check',
        find: 'const placeholders = values.local ? [] : parsed.placeholders;',
        replace: 'const placeholders = parsed.placeholders.slice(0, 0);',
      },
    ],
  ),
  ...inFile(
    'functions/policy/policy-schema.ts',
    ['test/policy/policy-file.test.ts'],
    [
      {
        without: 'a notice longer than the time to answer puts every deadline off for ever',
        find: "wrong.push(['leastNotice', 'no longer than confirmWithin and confirmAgainWithin']);",
        replace: 'wrong.push();',
      },
      {
        without: 'no reminder comes before the notice has to be given',
        find: "wrong.push(['remindBefore', 'at least one step longer than leastNotice']);",
        replace: 'wrong.push();',
      },
      {
        without: 'a review in policy is rarer than its term is long',
        find: "if (millis(reviewEvery) > millis(longestTerm)) wrong.push(['reviewEvery', 'no longer than longestTerm']);",
      },
      {
        without: 'numbers of a kind contradict those of its class',
        find: 'senseless(overrideClass(policy.risk[risk], given))',
        replace: 'senseless(policy.risk[risk])',
      },
      {
        without: 'a working day ends before it begins',
        find: 'if (value.from >= value.to)',
        replace: "if (value.from >= '99')",
      },
      {
        without: 'a length of no time is a length',
        find: '(parseDuration(text) ?? 0) > 0',
        replace: '(parseDuration(text) ?? -1) >= 0',
      },
    ],
  ),
  ...inFile(
    'functions/policy/policy-file.ts',
    ['test/policy/policy-file.test.ts'],
    [
      {
        without: 'a small file blows up to any size',
        find: 'maxAliasCount: 0',
        replace: 'maxAliasCount: -1',
      },
    ],
  ),
  ...inFile(
    'functions/values/canonical-json.ts',
    [
      'test/values/canonical-json.test.ts',
      'test/policy/policy-file.test.ts',
      'test/deadlines/sweep-deadlines.test.ts',
      'test/bin/policy-commands.test.ts',
    ],
    [
      {
        without: 'the same policy with its fields in another order is applied again',
        find: '.sort(([a], [b]) => compareText(a, b))',
      },
    ],
  ),
  ...inFile(
    'functions/microsoft/token.ts',
    ['test/microsoft/token.test.ts'],
    [
      {
        without: 'a sign-in that failed once fails for ever',
        find: '.finally(() => (asking = undefined))',
      },
      {
        without: 'a sign-in service that is busy refuses the credential',
        find: "if (status === 429) return new SignInError('throttled', 'The sign-in service asked Lapse to slow down.');",
      },
      {
        without: 'a sign-in service that is down refuses the credential',
        find: "if (status >= 500) return new SignInError('unavailable', `The sign-in service failed (HTTP ${status}).`);",
      },
      {
        without: 'an assertion is used twice, and refused',
        find: 'id: source.newId()',
        replace: "id: 'one'",
        tests: ['test/microsoft/sign-in.test.ts'],
      },
      {
        without: 'a token ends between two pages of an answer',
        find: 'source.now() + lasts - margin',
        replace: 'source.now() + lasts',
      },
      { without: 'a revoked token is used until it ends', find: 'if (fresh) kept = undefined;' },
      {
        without: 'a token without the permission fails at each use, without a word why',
        find: 'if (roles && !roles.includes(role))',
        replace: 'if (roles && roles.length < 0)',
      },
      {
        without: 'Microsoft’s error text, which repeats what was sent, is told',
        find: '/AADSTS\\d{3,9}/.exec(body)?.[0]]',
        replace: 'body]',
      },
      {
        without: 'calls that come together ask for a token each',
        find: 'asking ??= grant',
        replace: 'asking = grant',
      },
    ],
  ),
  ...inFile(
    'functions/microsoft/credential.ts',
    ['test/microsoft/sign-in.test.ts'],
    [
      {
        without: 'a tenant in capitals has no credential',
        find: 'key.toLowerCase() === tenant.toLowerCase()',
        replace: 'key === tenant',
      },
      {
        without: 'the key of an entry that is no tenant is asked for as one',
        find: '.filter((key) => guid.test(key))',
      },
      {
        without: 'a tenant with an entry of its own is signed in to with another’s',
        find: "const entry = own ?? entries.find(([key]) => key === '*');",
        replace: "const entry = entries.find(([key]) => key === '*') ?? own;",
      },
      {
        without: 'a key that does not belong to its certificate is found out by Microsoft',
        find: 'checkPrivateKey(createPrivateKey(pair.privateKey))',
        replace: 'checkPrivateKey(createPrivateKey(pair.privateKey)) || true',
      },
    ],
  ),
  ...inFile(
    'functions/microsoft/sign-in.ts',
    ['test/microsoft/sign-in.test.ts'],
    [
      {
        without: 'a token outlives the credential it was asked for with',
        find: 'JSON.stringify([tenant, resource, credential])',
        replace: 'JSON.stringify([tenant, resource])',
      },
      {
        without: 'a token for one resource goes to the other',
        find: 'JSON.stringify([tenant, resource, credential])',
        replace: 'JSON.stringify([tenant, credential])',
      },
    ],
  ),
  ...inFile(
    'functions/microsoft/clouds.ts',
    ['test/microsoft/sign-in.test.ts', 'test/microsoft/token.test.ts'],
    [
      {
        without: 'a government tenant is signed in to in another cloud',
        find: '? clouds[cloud][service] : set',
        replace: '? clouds.worldwide[service] : set',
      },
      {
        without: 'notoutlook.office365.us counts as Microsoft’s',
        find: 'hostname.endsWith(`.${host}`)',
        replace: 'hostname.endsWith(host)',
      },
    ],
  ),
];
