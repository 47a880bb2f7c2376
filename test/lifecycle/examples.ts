/** One valid object of each sort; tests vary them by spread. */
import { decide } from '#lifecycle/decide/decide.ts';
import { evolve, evolveAll } from '#lifecycle/evolve.ts';
import { duration, instant, plus } from '#time/instant.ts';
import type { Answerer, Command, Observation } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Author, Exception, State } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import { policy as fixture } from '../policy/fixture.ts';

/** Its owner is named by policy: whom its maker names could not approve it. */
export const policy: Policy = {
  ...fixture,
  owners: [{ name: 'Partner newsletter', owner: 'alex.admin@contoso.com' }],
};

/** Policy names nobody's owner. */
export const unowned: Policy = { ...policy, owners: [] };

export const noon = instant('2026-11-02T12:00:00Z');
export const after = (length: string, from: Instant = noon): Instant => plus(from, duration(length));

export const tenant = 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1';
export const guid = '0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d11';

/** Who made the rule. Its owner is somebody else: who makes a risky one cannot be who approves it. */
const maker: Author = { type: 'person', id: 'toni.tenant@contoso.com' };
export const toni: Answerer = { slackUser: 'UTONI', slackTeam: 'T1', standing: 'member' };

/** A rule that skips spam filtering for a partner's domain from the partner's addresses: high risk. */
export const observation: Observation = {
  record: 'rec-1',
  operation: 'New-TransportRule',
  change: 'create',
  tenant,
  kind: 'transport-rule',
  name: 'Partner newsletter',
  guid,
  settings: {
    Name: 'Partner newsletter',
    SetSCL: -1,
    SenderDomainIs: ['partner.example'],
    SenderIpRanges: ['198.51.100.0/28'],
  },
  complete: true,
  passed: ['Name', 'SetSCL', 'SenderDomainIs'],
  enabled: true,
  changedBy: maker,
  changedAt: instant('2026-11-02T10:55:00Z'),
};

export const alex: Answerer = { slackUser: 'UALEX', slackTeam: 'T1', standing: 'member' };
export const sam: Answerer = { slackUser: 'USAMSECURITY', slackTeam: 'T1', standing: 'member' };
export const mallory: Answerer = { slackUser: 'UMALLORY', slackTeam: 'T1', standing: 'member' };

export const id = 'ex-aaaaaaaaaaaaaaaa';
export const observe = (given: Partial<Observation> = {}): Command => ({
  type: 'Observe',
  id,
  observation: { ...observation, ...given },
});
export const told = (state: Exception, at: Instant = state.since): Command => ({
  type: 'ReportTold',
  of: state.unheard?.of ?? state.asOf,
  card: { channel: 'D1', ts: at },
  slackUser: 'UALEX',
  makers: [{ id: maker.id, slackUser: toni.slackUser, sought: true }],
  ...(state.state === 'unconfirmed' ? { deadline: state.confirmBy } : {}),
});
export const approve = (
  state: Exception,
  now: Instant,
  given: Partial<Extract<Command, { type: 'Approve' | 'Renew' }>> = {},
): Command => ({
  type: state.state === 'confirmed' ? 'Renew' : 'Approve',
  by: alex,
  seen: state.asOf,
  reason: 'the newsletter is sent by our partner',
  expiresAt: plus(now, duration('P60D')),
  reviewEvery: duration('P30D'),
  ...given,
});

/** A life as a list of moments and commands; a command may look at the state it meets. */
export type Step = readonly [at: Instant, command: Command | ((state: Exception) => Command)];

export function live(
  steps: readonly Step[],
  rules: Policy = policy,
  from?: Exception,
): { readonly state: Exception; readonly events: readonly Event[]; readonly last: readonly Event[] } {
  let state = from;
  let last: readonly Event[] = [];
  const events: Event[] = [];
  for (const [now, command] of steps) {
    const given = typeof command === 'function' ? command(must(state)) : command;
    last = decide(state, from ? given : knowing(given, state, events), { now, policy: rules });
    events.push(...last);
    for (const event of last) state = evolve(state, event);
  }
  return { state: must(state), events, last };
}

/** Observations are decided with the trail so far. */
const knowing = (command: Command, state: Exception | undefined, trail: readonly Event[]): Command =>
  state && (command.type === 'Observe' || command.type === 'ObserveRemoval')
    ? { ...command, trail: [...trail] }
    : command;

export const types = (events: readonly Event[]): readonly string[] => events.map((event) => event.type);

const must = (state: Exception | undefined): Exception => {
  if (!state) throw new Error('nothing was opened');
  return state;
};

/** A typical exception in each state, and the moment it got there. */
export const examples: Readonly<Record<State, { readonly state: Exception; readonly now: Instant }>> =
  (() => {
    const asked: readonly Step[] = [
      [noon, observe()],
      [after('PT1M'), (state) => told(state, after('PT1M'))],
    ];
    const approved: readonly Step[] = [...asked, [after('PT1H'), (state) => approve(state, after('PT1H'))]];
    const lapsed: readonly Step[] = [...asked, [after('P3D'), { type: 'CheckDue' }]];
    const at = (now: Instant, steps: readonly Step[]) => ({ state: live(steps).state, now });
    return {
      unconfirmed: at(after('PT1M'), asked),
      confirmed: at(after('PT1H'), approved),
      held: at(after('PT2H'), [
        ...asked,
        [after('PT2H'), { type: 'Hold', by: sam, until: after('P5D'), reason: 'investigating' }],
      ]),
      disabling: at(after('P3D'), lapsed),
      disabled: at(after('P3DT0H1M'), [
        ...lapsed,
        [after('P3DT0H1M'), { type: 'ReportDisabled', attempt: 1, guid, before: observation.settings }],
      ]),
      removed: at(after('PT2H'), [
        ...asked,
        [
          after('PT2H'),
          {
            type: 'ObserveRemoval',
            observation: {
              ...observation,
              record: 'rec-2',
              operation: 'Remove-TransportRule',
              change: 'remove',
              changedAt: after('PT1H'),
            },
          },
        ],
      ]),
    };
  })();

export { evolveAll };
