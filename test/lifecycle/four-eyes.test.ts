/** In whatever order the log is read, and whoever answers meanwhile: in the end nobody who made it stands for it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUnidentified } from '#policy/authority.ts';
import { decide } from '#lifecycle/decide/decide.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { duration, fromMillis, plus, toMillis } from '#time/instant.ts';
import { inventory, nobody } from '#lifecycle/inventory.ts';
import { react } from '#lifecycle/react.ts';
import type { Answerer, Command, Observation } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Author, Exception, Maker } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import { after, approve, live, noon, observation, observe, unowned } from './examples.ts';

/** People by the Slack user behind each of their accounts; Slack knows nobody of `left@`. */
const people: Readonly<Record<string, string | undefined>> = {
  'toni@contoso.com': 'UTONI',
  'olga@contoso.com': 'UOLGA',
  'bea@contoso.com': 'UBEA',
  'sam@contoso.com': 'USAM',
  'ria@contoso.com': 'URIA',
  'left@contoso.com': undefined,
};
const rules: Policy = {
  ...unowned,
  approvers: ['USAM', 'URIA', 'UBEA'],
  owners: [{ name: 'Owned by rule', owner: 'olga@contoso.com' }],
  people: [
    { account: 'adm-sam@contoso.com', person: 'sam@contoso.com' },
    { account: 'toni@contoso.com', backup: 'bea@contoso.com' },
    { account: 'olga@contoso.com', backup: 'UBEA' },
  ],
};
const personOf = (account: string): string | undefined =>
  /^U[A-Z]+$/.test(account)
    ? account
    : people[account.toLowerCase() === 'adm-sam@contoso.com' ? 'sam@contoso.com' : account.toLowerCase()];
const backupOf: Readonly<Record<string, string>> = { UTONI: 'UBEA', UOLGA: 'UBEA' };

const accounts = [...Object.keys(people), 'SAM@contoso.com', 'adm-sam@contoso.com'];
const account = fc.constantFrom(...accounts);
const author: fc.Arbitrary<Author> = fc.oneof(
  { weight: 6, arbitrary: account.map((id): Author => ({ type: 'person', id })) },
  { weight: 1, arbitrary: account.map((id): Author => ({ type: 'unknown', id })) },
  { weight: 1, arbitrary: fc.constant<Author>({ type: 'application', id: 'app' }) },
);
const settingsOf = (domain: string, comment: string | undefined) => ({
  SetSCL: -1,
  SenderDomainIs: [domain],
  ...(domain === 'wide.example' ? {} : { SenderIpRanges: ['198.51.100.0/28'] }),
  ...(comment === undefined ? {} : { Comments: `owner: ${comment}` }),
});
const record = fc
  .record({
    id: fc.nat(20),
    author,
    minutes: fc.integer({ min: -600, max: 600 }),
    domain: fc.constantFrom('a.example', 'a.example', 'b.example', 'wide.example'),
    comment: fc.option(account, { nil: undefined, freq: 1 }),
    change: fc.constantFrom('create', 'alter', 'alter', 'enable'),
    /** Whether Exchange could be read: then it shows what is there by now, and its comment. */
    looked: fc.boolean(),
    from: fc.constantFrom('log', 'log', 'log', 'log', inventory),
  })
  .map(({ id, author, minutes, domain, comment, change, looked, from }): Partial<Observation> => ({
    record: `r${id}`,
    operation:
      from === inventory ? inventory : change === 'create' ? 'New-TransportRule' : 'Set-TransportRule',
    change: from === inventory ? 'alter' : (change as Observation['change']),
    name: 'Partner newsletter',
    changedBy: from === inventory ? nobody : author,
    changedAt: fromMillis(toMillis(noon) + minutes * 60_000),
    complete: looked || from === inventory,
    settings: settingsOf(domain, comment),
  }));

type Act = (state: Exception | undefined, now: Instant) => Command | undefined;
const who = fc
  .constantFrom('UTONI', 'UOLGA', 'UBEA', 'USAM', 'URIA')
  .map((slackUser): Answerer => ({ slackUser, slackTeam: 'T1', standing: 'member' }));
const lookUp = (state: Exception): Command => ({
  type: 'ReportMakers',
  makers: findUnidentified(state, rules).map(({ id }): Maker => {
    const slackUser = personOf(id);
    return { id, sought: true, ...(slackUser === undefined ? {} : { slackUser }) };
  }),
});
const ask = (state: Exception): Command => {
  const { owner } = state;
  const slackUser = owner.type === 'person' ? personOf(owner.address) : undefined;
  return {
    type: 'ReportTold',
    of: state.asOf,
    card: { channel: 'D1', ts: String(state.version) },
    owner,
    ...(slackUser === undefined ? {} : { slackUser }),
  };
};
const keeping = (by: Answerer, now: Instant, state: Exception): Command => ({
  ...approve(state, now, { by, expiresAt: plus(now, duration('P20D')), reviewEvery: duration('P10D') }),
});
const lookedUp: Act = (state) => state && lookUp(state);
const asked: Act = (state) => state && ask(state);
const answers: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: who.map(
      (by): Act =>
        (state, now) =>
          state && keeping(by, now, state),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(who, account)
      .map(([by, address]): Act => () => ({ type: 'Reassign', by, address: address.toLowerCase() })),
  },
  {
    weight: 1,
    arbitrary: who.map((by): Act => (_, now) => ({
      type: 'Hold',
      by,
      until: plus(now, duration('P5D')),
      reason: 'x',
    })),
  },
  { weight: 2, arbitrary: fc.constantFrom(lookedUp, asked) },
  {
    weight: 1,
    arbitrary: fc.constant<Act>(
      (state) => state && { type: 'ReportUnreachable', owner: state.owner, why: 'left' },
    ),
  },
);

/** It is made once, before all that is done to it: what bore its name before that is another object. */
function ofOneObject(records: readonly Partial<Observation>[]): readonly Partial<Observation>[] {
  const made = records.findIndex(({ change }) => change === 'create');
  return records.map((one, index) =>
    index === made
      ? { ...one, changedAt: fromMillis(toMillis(noon) - 86_400_000) }
      : one.change === 'create'
        ? { ...one, operation: 'Set-TransportRule', change: 'alter' }
        : one,
  );
}

/** All records, some more than once, in some order, with answers between them. */
const lives = fc
  .array(record, { minLength: 2, maxLength: 6 })
  .map(ofOneObject)
  .chain((records) =>
    fc.tuple(
      fc.constant(records),
      fc.shuffledSubarray([...records, ...records], { minLength: records.length }),
      fc.array(fc.tuple(fc.nat(8), answers), { maxLength: 25, size: 'max' }),
      fc.infiniteStream(fc.boolean()),
    ),
  )
  .map(([records, read, between, promptly]) => {
    const reading = [...read, ...records.filter((one) => !read.includes(one))];
    const acts = reading.flatMap((given, index): readonly Act[] => [
      () => observe(given),
      ...(promptly.next().value === true ? [lookedUp, asked] : []),
      ...between.flatMap(([at, answer]) => (at === index ? [answer] : [])),
    ]);
    return { records, acts };
  });

interface Ended {
  readonly state: Exception | undefined;
  readonly events: readonly Event[];
}
function run(acts: readonly Act[]): Ended {
  let now = after('PT12H');
  let state: Exception | undefined;
  const events: Event[] = [];
  const carryOut = (act: Act): void => {
    now = plus(now, duration('PT1M'));
    const command = act(state, now);
    for (const event of command ? decide(state, command, { now, policy: rules }) : []) {
      state = evolve(state, event);
      events.push(event);
    }
  };
  for (const act of acts) carryOut(act);
  // Whatever the last of it called to be looked up is looked up.
  carryOut(lookedUp);
  return { state, events };
}

/** Everybody who changed it, and whom they chose, by what was read and by what was done in Slack. */
function dependent(records: readonly Partial<Observation>[], events: readonly Event[]): ReadonlySet<string> {
  const found = new Set<string>();
  const take = (account: string, chosen: boolean): void => {
    const person = personOf(account);
    if (person === undefined) return;
    found.add(person);
    const backup = backupOf[person];
    if (chosen && backup !== undefined) found.add(backup);
  };
  for (const { changedBy, settings } of records) {
    if (changedBy && changedBy.type !== 'application' && changedBy !== nobody) take(changedBy.id, false);
    const named = /owner: (.*)/.exec(typeof settings?.['Comments'] === 'string' ? settings['Comments'] : '');
    if (named?.[1] !== undefined) take(named[1], true);
  }
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const event of events)
      if (event.type === 'OwnerReassigned' && 'slackUser' in event.actor && found.has(event.actor.slackUser))
        if (event.owner.type === 'person') take(event.owner.address, true);
  }
  return found;
}

/** Whoever stands for it now. */
const keepers = (state: Exception): readonly string[] => {
  const given =
    state.state === 'confirmed'
      ? [state.approval.by]
      : state.state === 'held'
        ? [state.answered?.by, state.resume === 'confirmed' ? state.approval?.by : undefined]
        : [];
  return given.flatMap((by) => (by && 'slackUser' in by ? [by.slackUser] : []));
};

describe('four eyes', () => {
  it('are there in the end: nobody who changed it, and nobody they chose, stands for it', () => {
    fc.assert(
      fc.property(lives, ({ records, acts }) => {
        const { state, events } = run(acts);
        if (!state || !rules.fourEyes.includes(state.risk)) return;
        const out = dependent(records, events);
        for (const keeper of keepers(state)) {
          expect(out).not.toContain(keeper);
          if (state.risk === 'critical') expect(rules.approvers).toContain(keeper);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are tried by chance on what is approved, refused and void', () => {
    const seen = { approved: 0, kept: 0, void: 0, chosen: 0 };
    for (const { acts } of fc.sample(lives, { numRuns: 700, seed: 3 })) {
      const { state, events } = run(acts);
      seen.approved += events.some(({ type }) => type === 'ExceptionApproved') ? 1 : 0;
      seen.kept += state && keepers(state).length > 0 ? 1 : 0;
      seen.void += events.some(({ type }) => type === 'ApprovalVoided') ? 1 : 0;
      seen.chosen += events.some((event) => event.type === 'AnswerRefused' && event.why === 'chosen') ? 1 : 0;
    }
    expect(Object.values(seen).every((times) => times > 10)).toBe(true);
  });
});

describe('an approval that turns out to be its maker’s', () => {
  const sam: Answerer = { slackUser: 'USAM', slackTeam: 'T1', standing: 'member' };
  const ria: Answerer = { ...sam, slackUser: 'URIA' };
  const by = (id: string): Partial<Observation> => ({
    record: id,
    operation: 'Set-TransportRule',
    change: 'alter',
    changedBy: { type: 'person', id },
  });
  const approved = live(
    [
      [after('PT1H'), observe({ changedBy: { type: 'person', id: 'toni@contoso.com' } })],
      [after('PT1H'), lookUp],
      [after('PT1H'), ask],
      [after('PT2H'), (state) => keeping(sam, after('PT2H'), state)],
    ],
    rules,
  ).state;
  const learn = (given: Partial<Observation>, from: Exception = approved, rules_: Policy = rules) =>
    live(
      [
        [after('P1D'), observe(given)],
        [after('P1D'), lookUp],
      ],
      rules_,
      from,
    );

  it('is void once Slack tells who made the change that the log told late, and asked about with all its time', () => {
    const noted = live([[after('P1D'), observe(by('sam@contoso.com'))]], rules, approved);
    expect(noted.state.state).toBe('confirmed');
    expect(react(noted.last[0] as Event, noted.state)).toContainEqual({ type: 'identify' });
    const { last, state } = learn(by('sam@contoso.com'));
    expect(last).toMatchObject([
      { type: 'MakersIdentified' },
      {
        type: 'ApprovalVoided',
        of: 'approval',
        by: { slackUser: 'USAM' },
        why: 'four-eyes',
        confirmBy: after('P4D'),
      },
    ]);
    expect(state).toMatchObject({
      state: 'unconfirmed',
      question: 'voided',
      told: [],
      confirmBy: after('P4D'),
    });
    expect(react(last[1] as Event, state)).toMatchObject([
      { type: 'refresh' },
      { type: 'ask' },
      { type: 'alert', text: expect.stringContaining('had made or changed it themselves') as string },
    ]);
    const again = (who: Answerer) =>
      live([[after('P2D'), (s) => keeping(who, after('P2D'), s)]], rules, state).last.map((event) =>
        event.type === 'AnswerRefused' ? event.why : event.type,
      );
    expect([again(sam), again(ria)]).toEqual([['four-eyes'], ['ExceptionApproved']]);
  });

  it('never leaves less than full notice, where its class has more of it than time to confirm', () => {
    const high = { ...rules.risk.high, confirmWithin: duration('PT1H'), leastNotice: duration('P2D') };
    const { last } = learn(by('sam@contoso.com'), approved, { ...rules, risk: { ...rules.risk, high } });
    expect(last[1]).toMatchObject({ type: 'ApprovalVoided', confirmBy: after('P3D') });
  });

  it('is void where a comment that is read late names who gave it, or its maker hands it to them', () => {
    const edited = learn({
      ...by('toni@contoso.com'),
      settings: { ...observation.settings, Comments: 'owner: sam@contoso.com' },
    });
    expect(edited.last[1]).toMatchObject({ type: 'ApprovalVoided', why: 'chosen' });
    expect(react(edited.last[1] as Event, edited.state)).toContainEqual({
      type: 'alert',
      text: expect.stringContaining('was named by somebody who made or changed it') as string,
    });
    const toni: Answerer = { ...sam, slackUser: 'UTONI' };
    const handed = live(
      [
        [after('P1D'), { type: 'Reassign', by: toni, address: 'sam@contoso.com' }],
        [after('P1D'), lookUp],
      ],
      rules,
      { ...approved, owner: { type: 'person', address: 'toni@contoso.com', slackUser: 'UTONI' } },
    );
    expect(handed.last[1]).toMatchObject({ type: 'ApprovalVoided', why: 'chosen' });
  });

  it('stands where it is somebody else who made the change, and where its risk needs no four eyes', () => {
    for (const { last } of [
      learn(by('olga@contoso.com')),
      learn(by('sam@contoso.com'), approved, { ...rules, fourEyes: ['critical'] }),
    ])
      expect(last.map(({ type }) => type)).not.toContain('ApprovalVoided');
  });

  it('stands where only policy has become stricter since', () => {
    const low: Policy = { ...rules, fourEyes: ['critical'] };
    const { state } = learn(by('sam@contoso.com'), approved, low);
    expect(
      learn(by('olga@contoso.com'), {
        ...state,
        makers: [{ id: 'sam@contoso.com', slackUser: 'USAM' }],
      }).events.map(({ type }) => type),
    ).not.toContain('ApprovalVoided');
  });

  it('ends a hold that its maker gave, and not one that somebody else gave over it', () => {
    const held = (who: Answerer) =>
      live([[after('PT3H'), { type: 'Hold', by: who, until: after('P9D'), reason: 'x' }]], rules, approved)
        .state;
    const theirs = learn(by('ria@contoso.com'), held(ria));
    expect(theirs.last[1]).toMatchObject({ type: 'ApprovalVoided', of: 'hold' });
    expect(theirs.state).toMatchObject({ state: 'unconfirmed', question: 'voided' });
    const over = learn(by('sam@contoso.com'), held(ria));
    expect(over.last[1]).toMatchObject({ type: 'ApprovalVoided', of: 'approval' });
    expect(over.state).toMatchObject({ state: 'held', until: after('P9D'), resume: 'unconfirmed' });
    expect(react(over.last[1] as Event, over.state).map(({ type }) => type)).not.toContain('ask');
  });
});
