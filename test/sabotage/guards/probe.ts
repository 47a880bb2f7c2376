import { inFile } from '../guard.ts';
import type { Guard } from '../guard.ts';

export const probe: readonly Guard[] = [
  ...inFile(
    'functions/smtp/hand-in.ts',
    ['test/smtp/hand-in.test.ts'],
    [
      {
        without: 'an address with a line break in it gives a mail server commands of its own',
        find: 'if (!isEnvelopeAddress(address)) throw',
        replace: "if (address === '') throw",
      },
      {
        without: 'the name of a machine gives a mail server commands of its own',
        find: 'if (!/^[a-z0-9.-]+$/i.test(letter.name)) throw',
        replace: "if (letter.name === '') throw",
      },
      {
        without: 'a line of one dot in a message ends it, and the rest of it are commands',
        find: ".replaceAll(/^\\./gm, '..')",
      },
      {
        without: 'what was slipped in before encryption passes for the words of the server',
        find: 'line.replies.leave();',
      },
      {
        without: 'an answer that fits nothing that was asked counts as consent',
        find: 'if (Math.floor(reply.code / 100) !== good)',
        replace: 'if (reply.code < good)',
      },
      {
        without: 'a server that speaks slowly holds up a test for ever',
        find: 'createConnection({ ...via, signal })',
        replace: 'createConnection(via)',
      },
    ],
  ),
  ...inFile(
    'functions/smtp/replies.ts',
    ['test/smtp/hand-in.test.ts'],
    [
      {
        without: 'a reply of endless lines is read for ever',
        find: 'if (lines.length >= mostLines) throw',
        replace: 'if (lines.length < 0) throw',
      },
      {
        without: 'a line without end fills the memory',
        find: 'if (end > longestLine || (end < 0 && pending.length > longestLine))',
        replace: 'if (end < -1)',
      },
    ],
  ),
  ...inFile(
    'functions/probe/judge.ts',
    ['test/probe/judge.test.ts'],
    [
      {
        without: 'a proxy on the way that refuses makes a door look closed',
        find: 'if (!claimsExchange(answer.server)) return stranger(answer.server);',
      },
      {
        without: 'a proxy on the way that takes a message makes a door look open',
        find: "if (test.control !== 'gateway' && !exchange) return stranger(answer.server);",
      },
      {
        without: 'a server that is busy makes a door look closed or tested',
        find: 'if (answer.code < 500) return',
        replace: 'if (answer.code < 0) return',
      },
    ],
  ),
  ...inFile(
    'functions/probe/coverage.ts',
    ['test/probe/coverage.test.ts'],
    [
      {
        without: 'an attempt that reached nothing counts as a test',
        find: "return judged.verdict === 'unknown' ? { tested, untested: judged.says } : { tested };",
        replace: 'return { tested };',
      },
      {
        without: 'a result of last year counts for ever',
        find: 'if (run.at < oldest) return',
        replace: "if (run.at < '') return",
      },
    ],
  ),
  ...inFile(
    'functions/probe/plan.ts',
    ['test/probe/plan.test.ts'],
    [
      {
        without: 'a tenant with many connectors gets hundreds of test messages',
        find: 'planned.length >= mostMessages',
        replace: 'planned.length < 0',
      },
    ],
  ),
  ...inFile(
    'functions/probe/message.ts',
    ['test/probe/message.test.ts'],
    [
      {
        without: 'a line break in an address or a name becomes a header of its own',
        find: 'if (!lines.every((line) =>',
        replace: 'if (lines.length === 0 && !lines.every((line) =>',
      },
    ],
  ),
  ...inFile(
    'bin/commands/probe.ts',
    ['test/bin/probe.test.ts'],
    [
      {
        without: 'a test message goes to anybody',
        find: 'if (!isInside(to, domains))',
        replace: "if (to === '')",
      },
      {
        without: 'a test message is sent although nobody knows which domains are the tenant’s own',
        find: 'if (domains.length === 0)',
        replace: 'if (domains.length < 0)',
      },
      {
        without: 'a test from outside claims to be from inside',
        find: 'if (!isOutside(sender, domains))',
        replace: "if (sender === '')",
      },
      {
        without: 'messages are sent without anybody having said so',
        find: 'if (!values.send) {',
        replace: "if (!values.send && values.to === '') {",
      },
      {
        without: 'messages are sent of which nothing is on record',
        find: 'await desk.keep(begun);',
      },
      {
        without: 'a test message carries a link',
        find: 'if (!isContact(contact))',
        replace: "if (contact === '')",
      },
    ],
  ),
  {
    without: 'whoever reads the register can send a test message again',
    file: 'functions/probe/record.ts',
    find: '{ ...answer, text: hideMarks(answer.text) }',
    replace: 'answer',
    tests: ['test/bin/probe.test.ts'],
  },
  ...inFile(
    'functions/probe/traced.ts',
    ['test/probe/traced.test.ts'],
    [
      {
        without: 'a message to somebody else passes for the test message',
        find: 'recipient === run.to.toLowerCase()',
        replace: "recipient !== ''",
      },
      {
        without: 'a message with a mark that was made up passes for the test message',
        find: "return mark === undefined ? '' : digest(mark);",
        replace: "return mark === undefined ? '' : (run.tests[0]?.markHash ?? digest(mark));",
      },
    ],
  ),
];
