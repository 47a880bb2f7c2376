/** The log repeats itself and keeps no order: the register is the same in the end. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRule, record } from './records.ts';
import { begin } from './world.ts';
import type { NativeRecord } from './records.ts';

const minutesAgo = (now: number) => (minutes: number) => new Date(now - minutes * 60_000);

/** A day in a tenant: made, changed, switched, renamed nothing, removed. */
function day(now: number): readonly NativeRecord[] {
  const at = minutesAgo(now);
  return [
    newRule('Stays', at(600)),
    record(
      'Set-TransportRule',
      at(500),
      { Identity: 'Stays', StopRuleProcessing: 'True' },
      { UserId: 'mira.mail@contoso.com' },
    ),
    newRule('Goes', at(590)),
    record('Remove-TransportRule', at(300), { Identity: 'Goes' }),
    newRule('Made off', at(580), { Enabled: 'False' }),
    record('Enable-TransportRule', at(200), { Identity: 'Made off' }),
    record('New-TransportRule', at(570), { Name: 'Disclaimer', ApplyHtmlDisclaimerText: 'hello' }),
    record('New-InboundConnector', at(560), {
      Name: 'Printers',
      ConnectorType: 'OnPremises',
      SenderDomains: '*',
      SenderIPAddresses: '192.0.2.7',
    }),
    record('Set-InboundConnector', at(100), {
      Identity: 'Printers',
      SenderIPAddresses: '192.0.2.7;192.0.2.8',
    }),
    record('New-OutboundConnector', at(550), {
      Name: 'Relay',
      RecipientDomains: '*',
      SmartHosts: 'relay.example.net',
      UseMXRecord: 'False',
    }),
    record('Remove-OutboundConnector', at(50), { Identity: 'Relay' }),
    record('Set-TransportRule', at(540), { Identity: 'Stays', SetSCL: '0' }, { ResultStatus: 'False' }),
  ];
}

const expected = [
  ['Goes', 'removed'],
  ['Made off', 'unconfirmed'],
  ['Printers', 'unconfirmed'],
  ['Relay', 'removed'],
  ['Stays', 'unconfirmed'],
];

describe('every record three times, in random order, in several deliveries', () => {
  it.each([1, 2, 3])('ends in the same register (seed %i)', async (seed) => {
    const world = await begin();
    const records = day(Date.parse(world.local.now()));
    const [shuffled = []] = fc.sample(
      fc.shuffledSubarray([...records, ...records, ...records], { minLength: records.length * 3 }),
      { seed, numRuns: 1 },
    );
    const third = Math.ceil(shuffled.length / 3);
    const totals = { accepted: 0, duplicate: 0, ignored: 0, malformed: 0 };
    for (let from = 0; from < shuffled.length; from += third) {
      const counts = await world.feed(...shuffled.slice(from, from + third));
      for (const name of ['accepted', 'duplicate', 'ignored', 'malformed'] as const)
        totals[name] += Number(counts[name]);
    }
    // Only copies of what is followed are told apart from the first.
    expect(totals).toEqual({ accepted: 11, duplicate: 22, ignored: 3, malformed: 0 });

    const exceptions = await world.exceptions();
    expect(exceptions.map(({ name, state }) => [name, state]).sort()).toEqual(expected);
    const printers = await world.one('Printers');
    expect(printers.settings['SenderIPAddresses']).toEqual(['192.0.2.7', '192.0.2.8']);

    for (const { id, version } of exceptions) {
      const trail = await world.trail(id);
      expect(trail.map((entry) => entry.version)).toEqual(
        Array.from({ length: version }, (_, index) => index + 1),
      );
      const records = trail.flatMap((entry) => ('record' in entry ? [entry['record']] : []));
      expect(
        new Set(records).size + (trail.some((entry) => entry.type === 'ExceptionRemoved') ? 1 : 0),
      ).toBeGreaterThanOrEqual(records.length);
    }
  });
});
