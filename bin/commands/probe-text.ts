/** The control-point test in words: what is planned, what came of it, and what was tested at all. */
import { formatTable, shorten, toPrintable } from '#lib/local/terminal.ts';
import { judge } from '#probe/judge.ts';
import { titles } from '#probe/message.ts';
import type { Covered } from '#probe/coverage.ts';
import type { PlannedMessage } from '#probe/plan.ts';
import type { ProbeRun, Untested } from '#probe/run.ts';

const named = ({ control, connector }: Pick<Untested, 'control' | 'connector'>): string =>
  connector === undefined ? control : `${control} "${shorten(connector, 40)}"`;

/** What a closed door answers. */
const closed: Readonly<Partial<Record<PlannedMessage['control'], string>>> = {
  'direct-delivery': '550 5.7.51, if a partner connector restricts who may deliver',
  'direct-send': '550 5.7.68, if RejectDirectSend is on; 5.7.51, if a partner connector refuses it first',
  'own-name': '5.7.51, if a partner connector restricts who may deliver; else a filter must see through it',
};

const shows: Readonly<Record<PlannedMessage['control'], string>> = {
  gateway: 'that mail takes the way it is meant to take, and what the gateway and Exchange do with it',
  'direct-delivery': 'whether anybody can go past the gateway. RejectDirectSend does not close this door',
  'direct-send': 'whether anybody can send with your domain in the envelope. Nothing about other senders',
  'own-name': 'whether a visible sender of yours passes. RejectDirectSend does not look at it',
  connector: 'whether this connector takes what comes from this machine. Nothing about its other addresses',
};

export function describePlanned(planned: PlannedMessage, message: string): string {
  const { control, host, sender, to } = planned;
  const expects = closed[control];
  return lines([
    `${named(planned)}: ${titles[control]}`,
    `  handed in at  ${host}, port 25`,
    `  envelope      MAIL FROM:<${sender}> RCPT TO:<${to}>`,
    ...(expects === undefined ? [] : [`  closed door   ${expects}`]),
    `  shows         ${shows[control]}`,
    ...message
      .trimEnd()
      .split('\r\n')
      .map((line) => `  | ${line}`.trimEnd()),
    '',
  ]);
}

export function describeUntested(untested: readonly Untested[]): string {
  return untested.length === 0
    ? ''
    : lines(['Not tested:', ...untested.map((one) => `  ${named(one)}: ${one.why}`), '']);
}

export function describeRun(run: ProbeRun): string {
  return lines([
    `${run.id}  ${run.at}  to ${run.to}, by ${run.by}`,
    ...run.tests.flatMap((test) => {
      const { verdict, first, says, provesNot } = judge(test);
      return [
        `  ${verdict.toUpperCase().padEnd(9)} ${named(test)}: ${says}`,
        ...(first === undefined ? [] : [`            seen first by: ${first}`]),
        ...(test.seen === undefined || test.seen.events.length === 0
          ? []
          : [`            in Exchange: ${test.seen.events.join(' → ')}`]),
        ...(provesNot === undefined ? [] : [`            ${provesNot}.`]),
      ];
    }),
    ...run.untested.map((one) => `  ${'NOT TRIED'.padEnd(9)} ${named(one)}: ${one.why}`),
  ]);
}

export function formatCoverage(
  covered: readonly Covered[],
  exceptionOf: (one: Covered) => string | undefined,
): string {
  return formatTable(
    ['DOOR', 'FOR', 'RESULT', 'TESTED', 'EXCEPTION', 'SAYS'],
    covered.map((one) => [
      one.control,
      shorten(one.connector ?? one.domain ?? '', 40),
      one.tested && one.untested === undefined ? one.tested.verdict : 'not tested',
      one.tested?.at.slice(0, 10) ?? '',
      exceptionOf(one) ?? '',
      one.untested ?? one.tested?.says ?? '',
    ]),
  );
}

/** The coverage in a sentence or two. */
export function summarise(covered: readonly Covered[], within: string): string {
  const counted = covered.filter(({ untested }) => untested === undefined);
  const verdicts = Object.entries(Object.groupBy(counted, ({ tested }) => tested?.verdict ?? 'unknown'));
  const each = verdicts.map(([verdict, { length }]) => `${length} ${verdict}`).join(', ');
  return `${counted.length} of ${covered.length} doors were tested within ${within}${each === '' ? '' : `: ${each}`}.`;
}

const lines = (all: readonly string[]): string => all.map(toPrintable).join('\n');
