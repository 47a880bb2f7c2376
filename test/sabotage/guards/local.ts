/** The local deployment: what AWS would keep, it keeps. */
import { inFile } from '../guard.ts';

export const local = [
  ...inFile(
    'bin/kept-assembly.ts',
    ['test/bin/kept-assembly.test.ts'],
    [
      {
        without: 'an old assembly runs although the policy was changed',
        find: "createHash('sha256').update(JSON.stringify(policy))",
        replace: "createHash('sha256')",
      },
      {
        without: 'an assembly is kept that was never finished',
        find: 'await make();',
        replace: 'writeFileSync(note, fingerprint);\n  await make();',
      },
    ],
  ),
  ...inFile(
    'bin/kept-assembly.ts',
    ['test/stack/function-code.test.ts'],
    [
      {
        without: 'an old assembly runs although the stack was changed',
        find: "  'functions',\n  'lib',\n",
        replace: "  'functions',\n",
      },
    ],
  ),
  ...inFile(
    'lib/local/activity.ts',
    ['test/local/activity.test.ts'],
    [
      {
        without: 'what is slow is taken for what hangs',
        find: 'const left = Math.max(begun, movedAt) + stuckAfterMs',
        replace: 'const left = begun + stuckAfterMs',
      },
      {
        without: 'what hangs is waited for without end',
        find: 'if (left <= 0) {',
        replace: 'if (left <= -1e12) {',
      },
    ],
  ),
  ...inFile(
    'lib/local/quiet-collection.ts',
    ['test/local/quiet-collection.test.ts'],
    [
      {
        without: 'late content of the audit log is never looked for while local time is moved',
        find: 'plus(last, atLeastEvery), ',
        replace: "plus(last, duration('P99D')), ",
      },
      {
        without: 'what came into the lists of the audit log since the last run waits for an hour',
        find: 'nextListing(last)',
        replace: 'nextListing(now())',
      },
    ],
  ),
  ...inFile(
    'lib/local/functions.ts',
    ['test/local/functions.process.test.ts'],
    [
      {
        without: 'every thread compiles again what the one before it had compiled',
        find: ', NODE_COMPILE_CACHE: options.compiled',
      },
    ],
  ),
  ...inFile(
    'lib/local/function-worker.ts',
    ['test/local/functions.process.test.ts'],
    [
      {
        without: 'functions see what only this machine has in its environment',
        find: "delete process.env['NODE_COMPILE_CACHE'];",
      },
    ],
  ),
  ...inFile(
    'lib/local/clock.ts',
    ['test/local/clock.test.ts'],
    [
      {
        without: 'local time moves on while something is still under way',
        find: 'await unlessAborted(run(next), signal);\n      await unlessAborted(settled(), signal);',
        replace: 'await unlessAborted(run(next), signal);\n      void settled().catch(() => undefined);',
      },
    ],
  ),
  ...inFile(
    'lib/local/stream-source.ts',
    ['test/local/stream-source.test.ts'],
    [
      {
        without: 'changes count as published before they are: a crash loses them',
        find: 'const failure =\n      wanted.length === 0 ?',
        replace:
          'checkpoints.set(`${streamArn}/${shard}`, sequenceOf(batch.at(-1)));\n    const failure = wanted.length === 0 ?',
      },
      {
        without: 'what comes after the end of a shard is never read',
        find: 'if (finished.size === ended) shards = known;',
        replace: 'shards = known;',
      },
    ],
  ),
  ...inFile(
    'lib/local/stream-index.ts',
    ['test/local/dynamodb-engine.process.test.ts'],
    [
      {
        without: 'each write goes through all stream records',
        find: "lapse_stream_end: ['table_name', 'CAST(sequence_number AS INTEGER)'],",
        replace: '',
      },
      {
        without: 'an engine that keeps its stream in another way does not start',
        find: "if (!['table_name', 'shard_id', 'sequence_number'].every((name) => columns.includes(name))) return;",
        replace: '',
      },
    ],
  ),
  ...inFile(
    'lib/local/queues.ts',
    ['test/local/queues.test.ts'],
    [
      {
        without: 'messages held by a process that died never come back',
        find: 'UPDATE messages SET held = 0, visible_at = sent_at WHERE held = 1;',
      },
      {
        without: 'a message that fails for ever keeps its queue busy',
        find: 'message.receives > deadLetter.maxReceiveCount',
        replace: 'message.receives > 1e9',
      },
      {
        without: 'a message is handed out twice at once',
        find: 'WHERE queue = ? AND held = 0 AND visible_at <= ? ORDER',
        replace: 'WHERE queue = ? AND visible_at <= ? ORDER',
      },
    ],
  ),
  ...inFile(
    'lib/local/queue-source.ts',
    ['test/local/queue-source.test.ts'],
    [
      {
        without: 'a message that failed is removed',
        find: '.filter((id) => !failed.has(id)),',
        replace: '.filter((id) => id),',
      },
    ],
  ),
  ...inFile(
    'lib/local/bus.ts',
    ['test/local/service-metrics.test.ts'],
    [
      {
        without: 'what the local bus may not deliver raises no alarm',
        find: 'undelivered(rule, dead === undefined);',
      },
      {
        without: 'the local bus loses what EventBridge keeps among the dead letters',
        find: 'if (dead !== undefined) queues.send',
        replace: 'if (dead === null) queues.send',
      },
    ],
  ),
  ...inFile(
    'lib/local/endpoint.ts',
    ['test/local/endpoint.test.ts'],
    [
      {
        without: 'a secret that was never set looks as if it were gone: a first deployment rings',
        find: 'text === undefined\n      ? `Secrets',
        replace: 'text !== null\n      ? `Secrets',
      },
    ],
  ),
  ...inFile(
    'lib/local/bus.ts',
    ['test/local/endpoint.test.ts', 'test/local/queues.test.ts', 'test/local/pattern.test.ts'],
    [
      {
        without: 'the local bus takes what EventBridge refuses for its size',
        find: 'if (Buffer.byteLength(String(entry.Detail)) > longestEntry)',
        replace: 'if (Buffer.byteLength(String(entry.Detail)) < 0)',
      },
      {
        without: 'an event without a body goes on the bus',
        find: 'if (!entry.Source || !entry.DetailType || detail === undefined)',
        replace: 'if (!entry.Source || !entry.DetailType)',
      },
    ],
  ),
  ...inFile(
    'lib/local/pattern.ts',
    ['test/local/pattern.test.ts'],
    [
      {
        without: 'a rule that is not understood never matches, unseen',
        find: 'throw new Error(`${path} uses ${JSON.stringify(wanted)}, which the local bus does not know`);',
        replace: 'return () => false;',
      },
    ],
  ),
  ...inFile(
    'lib/local/gateway.ts',
    ['test/local/gateway.test.ts'],
    [
      { without: 'a body of any size is taken', find: 'if (size > longestBody)', replace: 'if (size < 0)' },
      {
        without: 'others on the network reach the local deployment',
        find: "server.listen(port, '127.0.0.1', resolve)",
        replace: 'server.listen(port, resolve)',
      },
      {
        without: 'the rest of a refused body is taken for the next request',
        find: 'if (!request.complete) response.shouldKeepAlive = false;',
      },
      {
        without: 'an error of the inside is told to the world',
        find: "} catch {\n    // The reason is in the function's log; the world outside gets no more from HTTP API either.\n    return json(500, { message: 'Internal Server Error' });",
        replace: '} catch (error) {\n    return json(500, { message: messageOf(error) });',
      },
    ],
  ),
  ...inFile(
    'lib/local/local-routes.ts',
    [
      'test/local/gateway.test.ts',
      'test/bin/feed.test.ts',
      'test/local/views.test.ts',
      'test/local/clock.test.ts',
    ],
    [
      {
        without: 'local time is set back',
        find: 'if (to < now) throw wrong(',
        replace: "if (to < '') throw wrong(",
      },
    ],
  ),
  ...inFile(
    'lib/local/state-folder.ts',
    ['test/local/state-folder.test.ts'],
    [
      {
        without: 'a folder in use is emptied under the feet of whoever uses it',
        find: 'let database = open(path);\n    if (fresh) {',
        replace:
          'if (fresh) for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });\n    let database = open(path);\n    if (fresh) {',
      },
    ],
  ),
  ...inFile(
    'lib/local/intake.ts',
    ['test/local/intake.test.ts'],
    [
      {
        without: 'what was read before the input broke off is lost',
        find: '// What was read before the input broke off is not lost.\n      take(waiting, counts);',
      },
      { without: 'what could not be read is not counted', find: 'counts.malformed += 1;' },
    ],
  ),
  ...inFile(
    'lib/local/payload.ts',
    ['test/local/payload.test.ts', 'test/local/gateway.test.ts'],
    [
      {
        without: 'bytes that are no text arrive changed',
        find: "body.toString(isText ? 'utf8' : 'base64')",
        replace: "body.toString('utf8')",
      },
    ],
  ),
  ...inFile(
    'lib/local/clock.ts',
    ['test/local/clock.test.ts'],
    [
      { without: 'local time goes back', find: 'if (ahead <= 0) return;' },
      {
        without: 'two journeys through time run the same work twice',
        find: 'while (advancing && !signal?.aborted) await unlessAborted(advancing, signal);',
      },
    ],
  ),
  ...inFile(
    'lib/local/functions.ts',
    ['test/local/functions.process.test.ts'],
    [
      {
        without: 'a function that ran out of time goes on',
        find: 'retire();\n    void worker.terminate();',
        replace: 'retire();',
      },
      {
        without: 'more run at once than the template allows',
        find: 'if (running < spec.concurrency) running += 1;',
        replace: 'if (running < 1e9) running += 1;',
      },
    ],
  ),
  ...inFile(
    'lib/standin/slack/limits.ts',
    ['test/standin/slack-workspace.test.ts', 'test/slack/card.test.ts'],
    [
      {
        without: 'the stand-in takes a message that Slack refuses for its length',
        find: 'charactersIn(blocks) <= 13_200',
        replace: 'charactersIn(blocks) <= 1e9',
      },
      {
        without: 'the stand-in takes an empty text that Slack refuses',
        find: "must(lengthOf(value['text']) >= 1, `${what}.text: not empty`);",
      },
    ],
  ),
  ...inFile(
    'lib/local/trail-line.ts',
    ['test/local/trail-line.test.ts'],
    [
      {
        without: 'an auditor does not see from which workspace an answer came',
        find: ' of ${actor.slackTeam}',
      },
      {
        without: 'an auditor does not see why an answer was refused',
        find: "entry.type === 'AnswerRefused' ?",
        replace: "entry.type === 'AnswerRefused' && version < 0 ?",
      },
      {
        without: 'the name of a workspace in a request controls the terminal',
        find: 'return toPrintable(',
        replace: 'return String(',
      },
    ],
  ),
  ...inFile(
    'bin/commands/ask-local.ts',
    ['test/bin/newcomer.test.ts'],
    [
      {
        without: 'any server counts as a local deployment that knows nothing',
        find: 'if (!refusal.success) throw stranger(url);',
      },
      {
        without: 'whoever has no local deployment is told of a failed fetch',
        find: "if (code === 'ECONNREFUSED') return 'nothing listens there';",
        replace: "if (code === 'ECONNREFUSED') return 'fetch failed';",
      },
    ],
  ),
  ...inFile(
    'bin/commands/read-file.ts',
    ['test/bin/newcomer.test.ts'],
    [
      {
        without: 'binary content is told of as a hundred mistakes of a policy',
        find: 'fatal: true',
        replace: 'fatal: false',
      },
      {
        without: 'text with zero bytes in it is taken for a policy',
        find: "text.includes('\\0') ? undefined : text",
        replace: 'text',
      },
      {
        without: 'an empty file is told of as a mistake inside it',
        find: "if (text.trim() === '')",
        replace: 'if (bytes.length > 1e12)',
      },
    ],
  ),
  ...inFile(
    'bin/commands/arguments.ts',
    ['test/bin/newcomer.test.ts'],
    [
      {
        without: 'a variable that is not set names the wrong thing',
        find: "if (given.includes(''))",
        replace: 'if (given.length > 1e9)',
      },
    ],
  ),
];
