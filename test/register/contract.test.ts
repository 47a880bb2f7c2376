import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evolveAll } from '#lifecycle/evolve.ts';
import { duration } from '#time/instant.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createRegister } from '#register/register.ts';
import { verifyTrail } from '#register/trail-chain.ts';
import {
  after,
  approve,
  examples,
  guid,
  id,
  mallory,
  noon,
  observation,
  observe,
  policy,
  sam,
  tenant,
  told,
} from '../lifecycle/examples.ts';
import { collected, commitOf, inOne, opened } from './commits.ts';
import { startEngine, type Engine } from './table.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Register, Which } from '#register/contract.ts';
import type { RememberedChange } from '#register/remembered.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => engine.close());

const onDynamoDb = async () =>
  createRegister({ client: engine.client({ maxAttempts: 3 }), tableName: await engine.table() });
const inMemory = () => Promise.resolve(createInMemoryRegister());

const object = { tenant, kind: 'transport-rule', name: 'Partner newsletter' } as const;
const other = 'ex-bbbbbbbbbbbbbbbb';
/** As the log tells it, which knows no GUIDs. */
const unread = Object.fromEntries(
  Object.entries(observation).filter(([field]) => field !== 'guid'),
) as unknown as Observation;
const otherGuid = '99999999-1c7f-4a39-9a64-2f6f6b0b7d11';

/** All begin at once; who comes too late waits for a turn, so that a busy machine makes nobody come too late for ever. */
function inTurn() {
  let last: Promise<unknown> = Promise.resolve();
  return async <T>(work: (wait: () => Promise<void>) => Promise<T>): Promise<T> => {
    let leave: (() => void) | undefined;
    const wait = async (): Promise<void> => {
      if (leave) return;
      const before = last;
      last = new Promise<void>((resolve) => (leave = resolve));
      await before;
    };
    return work(wait).finally(() => leave?.());
  };
}

describe.each([
  ['on DynamoDB', onDynamoDb],
  ['in memory', inMemory],
])('the register %s', (_where, create) => {
  let register: Register;
  beforeEach(async () => {
    register = await create();
  });
  const renaming = (before: Exception, name: string) =>
    commitOf(
      before,
      observe({
        record: 'rename',
        operation: 'Set-TransportRule',
        change: 'alter',
        renamed: name,
        changedAt: after('PT1M'),
      }),
      { now: after('PT1M') },
    );
  const removed = (changedAt: Instant): Observation => ({
    ...unread,
    record: 'gone',
    operation: 'Remove-TransportRule',
    change: 'remove',
    complete: false,
    settings: {},
    changedAt,
  });
  const removal = (changedAt: Instant = after('PT1M')): Command => ({
    type: 'ObserveRemoval',
    observation: removed(changedAt),
  });

  describe('keeps what is committed', () => {
    it('gives back the state as it was committed', async () => {
      const state = await opened(register);
      expect(await register.load(id)).toEqual(state);
    });

    it('knows nothing of what was never opened', async () => {
      expect(await register.load(id)).toBeUndefined();
      expect(await register.find(object)).toBeUndefined();
      expect(await collected(register.trail(id))).toEqual([]);
      expect(await collected(register.list())).toEqual([]);
      expect(await register.firstDue()).toBeUndefined();
    });

    it('refuses to open what is open already', async () => {
      await opened(register);
      expect(await register.commit(commitOf(undefined, observe(), { receipt: 'another' }))).toBe('conflict');
    });

    it('refuses what was decided on a state that is no longer the newest, and writes nothing of it', async () => {
      const state = await opened(register);
      const first = commitOf(state, told(state), { receipt: 'first' });
      const second = commitOf(state, approve(state, after('PT1H')), {
        receipt: 'second',
        now: after('PT1H'),
      });
      expect(await register.commit(first)).toBe('committed');
      expect(await register.commit(second)).toBe('conflict');
      expect(await register.load(id)).toEqual(first.after);
      expect(await collected(register.trail(id))).toHaveLength(2);
      // Nothing of the refused commit stayed, its receipt included.
      expect(await register.commit(commitOf(first.after, told(first.after), { receipt: 'second' }))).toBe(
        'committed',
      );
    });

    it('carries a command out once, however often and late it comes', async () => {
      const state = await opened(register);
      const commit = commitOf(state, told(state), { receipt: 'card' });
      expect(await register.commit(commit)).toBe('committed');
      // Word for word again: its own version is in the way, yet it is a duplicate and no conflict.
      expect(await register.commit(commit)).toBe('duplicate');
      expect(await register.commit(commitOf(commit.after, told(commit.after), { receipt: 'card' }))).toBe(
        'duplicate',
      );
      expect(await register.load(id)).toEqual(commit.after);
    });

    it('says duplicate, not conflict, of an opening that is repeated', async () => {
      const commit = commitOf(undefined);
      expect(await register.commit(commit)).toBe('committed');
      expect(await register.commit(commit)).toBe('duplicate');
    });

    it.each([
      ['no events', { events: [] }],
      ['a version that its events do not make', { after: { ...examples.unconfirmed.state, version: 7 } }],
      ['the state of another exception', { id: other }],
    ])('rejects a commit with %s', async (_fault, given) => {
      await expect(register.commit({ ...commitOf(undefined), ...given })).rejects.toThrow(RangeError);
      expect(await collected(register.list())).toEqual([]);
    });

    it('rejects a state that it could not read again', async () => {
      const commit = commitOf(undefined);
      const after = { ...commit.after, risk: 'unheard of' } as unknown as Exception;
      await expect(register.commit({ ...commit, after })).rejects.toThrow('risk');
      expect(await register.load(id)).toBeUndefined();
    });

    it('says what is too much where an exception outgrows an item, and writes nothing', async () => {
      const settings = { ...observation.settings, SenderDomainIs: ['x'.repeat(420_000)] };
      await expect(register.commit(commitOf(undefined, observe({ settings })))).rejects.toThrow(
        /state of exception ex-a+ takes 41\d KB; DynamoDB holds at most 400 KB/,
      );
      expect(await register.load(id)).toBeUndefined();
    });
  });

  describe('keeps the trail', () => {
    it('holds every event in order, and its fold is the state', async () => {
      const state = await opened(register);
      const asked = commitOf(state, told(state));
      const confirmed = commitOf(asked.after, approve(asked.after, after('PT1H')), { now: after('PT1H') });
      await register.commit(asked);
      await register.commit(confirmed);
      const trail = await collected(register.trail(id));
      expect(trail.map(({ version, type }) => [version, type])).toEqual([
        [1, 'ExceptionOpened'],
        [2, 'OwnerTold'],
        [3, 'ExceptionApproved'],
      ]);
      expect(evolveAll(undefined, trail)).toEqual(confirmed.after);
    });

    it('gives state and trail at once, for whoever tells of them', async () => {
      expect((await register.history(id)).exception).toBeUndefined();
      const state = await opened(register);
      const { exception, trail } = await register.history(id);
      expect(exception).toEqual(state);
      expect(trail()).toEqual(await collected(register.trail(id)));
    });

    it('says where a state stands in it', async () => {
      expect(await register.position(id)).toBeUndefined();
      await opened(register);
      const [entry] = await collected(register.trail(id));
      expect(await register.position(id)).toEqual({ version: 1, head: entry?.hash });
    });

    it('chains the entries, and the chain can be checked against what was written', async () => {
      const state = await opened(register);
      const asked = commitOf(state, told(state));
      await register.commit(asked);
      const [first, second] = await collected(register.trail(id));
      expect(second?.previous).toBe(first?.hash);
      expect(await verifyTrail(id, register.trailAsWritten(id), asked.after.version)).toEqual({
        ok: true,
        version: 2,
        head: second?.hash,
      });
    });

    it('writes the several events of one command together', async () => {
      const gone: Command = { type: 'Observe', id, observation, earlier: [removed(after('PT2H'))] };
      const both = commitOf(undefined, gone);
      expect(both.events).toHaveLength(2);
      expect(await register.commit(both)).toBe('committed');
      expect((await collected(register.trail(id))).map((entry) => entry.version)).toEqual([1, 2]);
      expect((await verifyTrail(id, register.trailAsWritten(id), 2)).ok).toBe(true);
    });
  });

  describe('reads for a command', () => {
    const wanted = { receipt: 'mine', ids: [id], objects: [{ ...object, guid }], names: [object] };

    it('tells what it tells by itself, also of what was not asked for in advance', async () => {
      await opened(register);
      for (const reading of [await register.reading(wanted), await register.reading({})]) {
        expect(await reading.load(id)).toEqual(await register.load(id));
        expect(await reading.find({ ...object, guid })).toBe(id);
        expect(await reading.remembered(object)).toEqual(await register.remembered(object));
        expect(await reading.carriedOut('mine')).toBeUndefined();
        expect(await reading.carriedOut(`receipt of ${id} at version 1`)).toEqual({ exception: id });
        expect(await reading.carriedOutAmong(['mine', `receipt of ${id} at version 1`])).toEqual(
          new Set([`receipt of ${id} at version 1`]),
        );
        expect(await reading.life(id)).toEqual({
          exception: await register.load(id),
          trail: await collected(register.trail(id)),
        });
        expect(await reading.life(other)).toEqual({ exception: undefined, trail: [] });
      }
    });

    it('tells a life as it is now, and the state that goes with it', async () => {
      const state = await opened(register);
      const reading = await register.reading(wanted);
      const next = commitOf(state, told(state));
      await register.commit(next);
      expect((await reading.life(id)).exception).toEqual(next.after);
      expect(await reading.load(id)).toEqual(next.after);
      const answer = approve(next.after, after('PT1H'));
      const commit = commitOf(next.after, answer, { now: after('PT1H'), receipt: 'mine' });
      expect(await register.commit(commit, reading)).toBe('committed');
      expect((await verifyTrail(id, register.trailAsWritten(id), 3)).ok).toBe(true);
    });

    it('writes nothing that was decided on a state which somebody has changed since', async () => {
      const state = await opened(register);
      const reading = await register.reading(wanted);
      const theirs = commitOf(state, told(state));
      await register.commit(theirs);
      const mine = commitOf(state, approve(state, after('PT1H')), { now: after('PT1H'), receipt: 'mine' });
      expect(await register.commit(mine, reading)).toBe('conflict');
      expect(await register.load(id)).toEqual(theirs.after);
    });

    it('writes nothing twice, where the same was carried out since', async () => {
      const state = await opened(register);
      const reading = await register.reading(wanted);
      const mine = commitOf(state, told(state), { receipt: 'mine' });
      await register.commit(mine);
      expect(await register.commit(mine, reading)).toBe('duplicate');
      expect(await collected(register.trail(id))).toHaveLength(2);
    });

    it('opens nothing for an object that has got an exception since', async () => {
      const reading = await register.reading(wanted);
      await opened(register, other);
      expect(await register.commit(commitOf(undefined), reading)).toBe('conflict');
      expect(await register.load(id)).toBeUndefined();
    });

    it('opens nothing without what was kept of its object since', async () => {
      const reading = await register.reading(wanted);
      const kept = { of: object, ...(await reading.remembered(object)) };
      await register.remember([kept], noon);
      expect(await register.commit(commitOf(undefined, observe(), { remembered: [kept] }), reading)).toBe(
        'conflict',
      );
      expect(await register.load(id)).toBeUndefined();
    });
  });

  describe('keeps in lists what is not removed', () => {
    const names = async (which: Which) => (await collected(register.rows(which))).map((row) => row.id);
    const second = { name: 'Second', guid: otherGuid } as const;

    it('of a tenant, however it is written, and of one kind', async () => {
      await opened(register);
      await opened(register, other, { ...second, kind: 'ip-allow', settings: { Entry: '203.0.113.7' } });
      expect((await names({ tenant: tenant.toUpperCase() })).toSorted()).toEqual([id, other]);
      expect(await names({ tenant, kind: 'ip-allow' })).toEqual([other]);
      expect(await names({ tenant: 'another' })).toEqual([]);
    });

    it('the most dangerous first, and of those the nearest deadline; or the nearest deadline of all', async () => {
      const state = await opened(register);
      const critical = await opened(register, other, {
        ...second,
        settings: { Name: 'Second', SetSCL: -1 },
      });
      const third = { name: 'Third', guid: '77777777-1c7f-4a39-9a64-2f6f6b0b7d11' };
      const late = commitOf(
        undefined,
        { ...observe({ ...third, changedAt: after('P1D') }), id: 'ex-cccccccccccccccc' } as Command,
        { now: after('P1D') },
      );
      await register.commit(late);
      expect([state.risk, critical.risk, late.after.risk]).toEqual(['high', 'critical', 'high']);
      expect(await names({ by: 'danger' })).toEqual([other, id, late.id]);
      const asked = commitOf(critical, told(critical));
      await register.commit(asked);
      const approved = commitOf(
        asked.after,
        approve(asked.after, after('PT1H'), {
          ...{ by: sam, expiresAt: after('P5D'), reviewEvery: duration('P5D') },
        }),
        {
          now: after('PT1H'),
          receipt: 'yes',
        },
      );
      await register.commit(approved);
      expect(approved.after.state).toBe('confirmed');
      expect(await names({ by: 'urgency' })).toEqual([id, late.id, other]);
      expect(await names({ by: 'urgency', risks: ['high'] })).toEqual([id, late.id]);
      expect(await names({ by: 'urgency', risks: ['low', 'critical'] })).toEqual([other]);
      expect(await names({ tenant: tenant.toUpperCase(), state: 'confirmed' })).toEqual([other]);
      expect((await names({ tenant, state: 'unconfirmed' })).toSorted()).toEqual([id, late.id].toSorted());
      expect(await names({ tenant: 'another', state: 'confirmed' })).toEqual([]);
    });

    it('by who owns it, once Slack has told who that is', async () => {
      const state = await opened(register);
      expect(await names({ owner: 'UALEX' })).toEqual([]);
      const asked = commitOf(state, told(state));
      await register.commit(asked);
      expect(await names({ owner: 'UALEX' })).toEqual([id]);
      expect(await names({ owner: 'UTONI' })).toEqual([]);
    });

    it('with what is switched off, but not among what is urgent', async () => {
      const state = await opened(register);
      const asked = commitOf(state, told(state));
      await register.commit(asked);
      expect(await names({ owner: 'UALEX', by: 'urgency' })).toEqual([id]);
      const off = commitOf(
        asked.after,
        observe({ record: 'off', change: 'disable', enabled: false, changedAt: after('PT1M') }),
        { receipt: 'off' },
      );
      await register.commit(off);
      expect(off.after.state).toBe('disabled');
      expect(await names({ by: 'danger' })).toEqual([id]);
      expect(await names({ by: 'urgency' })).toEqual([]);
      expect(await names({ owner: 'UALEX' })).toEqual([id]);
      expect(await names({ owner: 'UALEX', by: 'urgency' })).toEqual([]);
    });

    it('and nothing that is', async () => {
      const state = await opened(register);
      await register.commit(commitOf(state, told(state)));
      const asked = await register.load(id);
      await register.commit(commitOf(asked, removal(), { receipt: 'gone' }));
      for (const which of [{ by: 'danger' }, { by: 'urgency' }, { tenant }, { owner: 'UALEX' }] as const)
        expect(await names(which)).toEqual([]);
      expect(await collected(register.list())).toHaveLength(1);
    });

    it('as each stands now', async () => {
      const state = await opened(register);
      expect(await register.states([other, id])).toEqual([undefined, state]);
    });

    it('as due, with the moment from which on silence ends it', async () => {
      await execute(register, { id, receipt: 'r', command: observe(), now: noon, policy });
      const due = async () => collected(register.due(after('P30D')));
      expect(await due()).toEqual([{ id, tenant, dueAt: (await due())[0]?.dueAt }]);
      const state = await register.load(id);
      if (!state) throw new Error('not opened');
      await execute(register, { id, receipt: 't', command: told(state), now: noon, policy });
      expect(await due()).toMatchObject([{ id, tenant, lapsesAt: after('P3D') }]);
    });
  });

  describe('finds the exception of an object', () => {
    it('by its name, however it is spelt, and by its GUID', async () => {
      await opened(register);
      expect(await register.find(object)).toBe(id);
      expect(await register.find({ ...object, name: 'PARTNER Newsletter' })).toBe(id);
      expect(await register.find({ ...object, name: 'whatever', guid })).toBe(id);
      expect(await register.find({ ...object, name: 'whatever', guid: guid.toUpperCase() })).toBe(id);
    });

    it('not in another tenant, nor of another kind', async () => {
      await opened(register);
      expect(await register.find({ ...object, tenant: 'another' })).toBeUndefined();
      expect(await register.find({ ...object, kind: 'inbound-connector' })).toBeUndefined();
    });

    it('by the GUID once Exchange was read, which the log alone does not tell', async () => {
      const command: Command = { type: 'Observe', id, observation: { ...unread, complete: false } };
      const first = commitOf(undefined, command);
      await register.commit(first);
      expect(await register.find({ ...object, name: 'whatever', guid })).toBeUndefined();
      await register.commit(commitOf(first.after, observe({ record: 'rec-2' })));
      expect(await register.find({ ...object, name: 'whatever', guid })).toBe(id);
    });

    it('under its new name after a rename, and no longer under the old one', async () => {
      const state = await opened(register);
      expect(await register.commit(renaming(state, 'Partner mailing'))).toBe('committed');
      expect(await register.find({ ...object, name: 'partner mailing' })).toBe(id);
      expect(await register.find(object)).toBeUndefined();
    });

    it('stays where it is when only the spelling of the name changes', async () => {
      const state = await opened(register);
      expect(await register.commit(renaming(state, 'PARTNER newsletter'))).toBe('committed');
      expect(await register.find(object)).toBe(id);
    });

    it('leaves a name to the next once it is renamed away', async () => {
      const state = await opened(register);
      await register.commit(renaming(state, 'Partner mailing'));
      await opened(register, other, { guid: otherGuid });
      expect(await register.find(object)).toBe(other);
      expect(await register.find({ ...object, guid })).toBe(id);
    });

    it('is still found under the name it had when it was removed, until another takes it', async () => {
      const state = await opened(register);
      await register.commit(commitOf(state, removal()));
      expect(await register.find(object)).toBe(id);
      await opened(register, other, { guid: otherGuid });
      expect(await register.find(object)).toBe(other);
    });

    it('takes a name over by a rename from one whose removal has not been heard of yet', async () => {
      await opened(register);
      const second = await opened(register, other, { name: 'Second', guid: otherGuid });
      expect(await register.commit(renaming(second, 'Partner newsletter'))).toBe('committed');
      expect(await register.find(object)).toBe(other);
      expect(await register.find({ ...object, guid })).toBe(id);
      // The late removal of the first leaves the name with its new holder.
      const first = await register.load(id);
      expect(await register.commit(commitOf(first, removal()))).toBe('committed');
      expect(await register.find(object)).toBe(other);
    });

    it('leaves a name to its new holder, whatever becomes of the one before', async () => {
      await opened(register);
      const second = await opened(register, other, { name: 'Second', guid: otherGuid });
      await register.commit(renaming(second, 'Partner newsletter'));
      const first = await register.load(id);
      expect(await register.commit(renaming(first as Exception, 'Third'))).toBe('committed');
      expect(await register.find(object)).toBe(other);
      expect(await register.find({ ...object, name: 'Third' })).toBe(id);
    });

    it('takes what was removed for what bears its name again, though it is another object', async () => {
      const state = await opened(register);
      await register.commit(commitOf(state, removal()));
      expect(await register.find({ ...object, guid: otherGuid })).toBe(id);
    });

    it('does not take an object read with another GUID for the one that bore its name', async () => {
      await opened(register);
      expect(await register.find({ ...object, guid: otherGuid })).toBeUndefined();
      await opened(register, other, { guid: otherGuid });
      expect(await register.find({ ...object, guid: otherGuid })).toBe(other);
    });

    it('refuses a second exception for one object', async () => {
      await opened(register);
      const byGuid = { ...observe({ name: 'New name' }), id: other } as Command;
      expect(await register.commit(commitOf(undefined, byGuid))).toBe('conflict');
      const byName: Command = { type: 'Observe', id: other, observation: unread };
      expect(await register.commit(commitOf(undefined, byName))).toBe('conflict');
      expect(await register.load(other)).toBeUndefined();
    });
  });

  describe('remembers what is told of an object before it has an exception', () => {
    const gone = { observation: removed(after('PT2H')), receipt: 'receipt of gone' };
    const keeping = (given: Partial<RememberedChange> = {}): RememberedChange => ({
      of: object,
      records: [gone],
      touched: [],
      renames: [],
      revision: 0,
      ...given,
    });
    const renames = [{ to: 'Partner mailing', until: { at: after('PT3H'), order: '0001', record: 'r' } }];

    it('under its name, however it is spelt, as it was told', async () => {
      expect(await register.remembered(object)).toEqual({
        records: [],
        touched: [],
        renames: [],
        revision: 0,
      });
      const touched = [
        { record: 't', by: observation.changedBy, at: noon, order: '0001', operation: 'Set-TransportRule' },
      ];
      expect(await register.remember([keeping({ renames, touched })], noon)).toBe('remembered');
      const kept = { records: [gone], touched, renames, revision: 1 };
      expect(await register.remembered({ ...object, name: 'partner NEWSLETTER' })).toEqual(kept);
      expect(await register.remembered({ ...object, kind: 'inbound-connector' })).toMatchObject({
        revision: 0,
      });
    });

    it('and writes nothing where something else was kept since it was read', async () => {
      await register.remember([keeping()], noon);
      const second = { ...object, name: 'Second' };
      expect(await register.remember([keeping({ of: second }), keeping({ records: [] })], noon)).toBe(
        'conflict',
      );
      expect(await register.remembered(object)).toMatchObject({ records: [gone], revision: 1 });
      expect(await register.remembered(second)).toMatchObject({ revision: 0 });
      const next = [keeping({ records: [], revision: 1 })];
      expect(await register.remember(next, noon)).toBe('remembered');
      expect(await register.remember(next, noon)).toBe('conflict');
    });

    it('opens nothing in ignorance of it', async () => {
      await register.remember([keeping()], noon);
      const remembered = [keeping({ records: [] })];
      expect(await register.commit(commitOf(undefined, observe(), { remembered }))).toBe('conflict');
      expect(await register.load(id)).toBeUndefined();
    });

    it('keeps it no longer once it stands in a trail, and gives it its receipt', async () => {
      await register.remember([keeping()], noon);
      const both: Command = { type: 'Observe', id, observation, earlier: [gone.observation] };
      const remembered = [keeping({ records: [], revision: 1 })];
      const commit = commitOf(undefined, both, { receipt: 'r', remembered, placed: [gone.receipt] });
      expect(await register.commit(commit)).toBe('committed');
      expect(await register.remembered(object)).toMatchObject({ records: [], revision: 2 });
      for (const receipt of ['r', gone.receipt])
        expect(await register.carriedOut(receipt)).toEqual({ exception: id });
    });

    it('places nothing a second time', async () => {
      await register.putReceipt(gone.receipt, noon);
      const both: Command = { type: 'Observe', id, observation, earlier: [gone.observation] };
      expect(await register.commit(commitOf(undefined, both, { placed: [gone.receipt] }))).toBe('conflict');
      expect(await register.load(id)).toBeUndefined();
    });

    it('a removal among it: what it had overtaken is opened as removed, though the caller did not know', async () => {
      const turn = { id, now: after('PT3H'), policy };
      const first = await execute(register, { ...turn, receipt: 'gone', command: removal(after('PT2H')) });
      expect(first).toMatchObject({ outcome: 'nothing', remembered: true });
      const { outcome, exception } = await execute(register, { ...turn, receipt: 'r', command: observe() });
      expect([outcome, exception?.state]).toEqual(['done', 'removed']);
    });
  });

  describe('knows what was carried out', () => {
    it('by its receipt, and on which exception', async () => {
      expect(await register.carriedOut('r')).toBeUndefined();
      await register.commit(commitOf(undefined, observe(), { receipt: 'r' }));
      expect(await register.carriedOut('r')).toEqual({ exception: id });
    });

    it('where it was about none, or about many', async () => {
      await register.putReceipt('r', noon);
      await register.putReceipt('r', noon);
      expect(await register.carriedOut('r')).toEqual({});
    });
  });

  describe('knows what is due', () => {
    it('names what is due at that moment or before, and nothing later', async () => {
      const times: readonly [string, Instant | undefined][] = [
        ['ex-1', after('PT1H')],
        ['ex-2', after('PT2H')],
        ['ex-3', after('PT3H')],
        ['ex-4', undefined],
      ];
      for (const [name, dueAt] of times) {
        const command = { ...observe({ name, guid: `guid of ${name}` }), id: name } as Command;
        await register.commit({ ...commitOf(undefined, command), dueAt });
      }
      expect((await collected(register.due(after('PT2H')))).map((one) => one.id).toSorted()).toEqual([
        'ex-1',
        'ex-2',
      ]);
      expect(await collected(register.due(noon))).toEqual([]);
      expect(await register.firstDue()).toBe(after('PT1H'));
    });

    it('follows the newest commit, and forgets what has no deadline any more', async () => {
      const state = await opened(register);
      const asked = { ...commitOf(state, told(state)), dueAt: after('PT9H') };
      await register.commit(asked);
      expect(await register.firstDue()).toBe(after('PT9H'));
      await register.commit(commitOf(asked.after, removal()));
      expect(await register.firstDue()).toBeUndefined();
      expect(await collected(register.due(after('P365D')))).toEqual([]);
    });

    it('lists everything there is, more than one page of it', async () => {
      const ids = Array.from({ length: 60 }, (_, index) => `ex-${String(index).padStart(16, '0')}`);
      await Promise.all(ids.map((each) => opened(register, each, { name: each, guid: `guid of ${each}` })));
      expect((await collected(register.list())).map((state) => state.id).toSorted()).toEqual(ids);
      expect((await collected(register.due(after('P365D')))).map((one) => one.id).toSorted()).toEqual(ids);
    });
  });

  describe('for two at the same moment', () => {
    const second = { name: 'Second', guid: otherGuid } as const;

    it('takes one receipt once, though it is for two exceptions', async () => {
      const states = [await opened(register), await opened(register, other, second)];
      const outcomes = await Promise.all(
        states.map((state) => register.commit(commitOf(state, told(state), { receipt: 'one press' }))),
      );
      expect(outcomes.toSorted()).toEqual(['committed', 'duplicate']);
      const versions = await Promise.all(
        states.map(async (state) => (await register.load(state.id))?.version),
      );
      expect(versions.toSorted()).toEqual([1, 2]);
    });

    it.each(['the shorter', 'the longer'])(
      'makes one step of two of different length from one state, %s first',
      async (first) => {
        const state = await opened(register);
        const asked = commitOf(state, told(state), { receipt: 'short' });
        const answered = inOne(
          asked,
          commitOf(asked.after, approve(asked.after, after('PT1H')), { now: after('PT1H'), receipt: 'long' }),
        );
        const given = first === 'the shorter' ? [asked, answered] : [answered, asked];
        const outcomes = await Promise.all(given.map((commit) => register.commit(commit)));
        expect(outcomes.toSorted()).toEqual(['committed', 'conflict']);
        const winner = given[outcomes.indexOf('committed')];
        expect(await register.load(id)).toEqual(winner?.after);
        expect(evolveAll(undefined, await collected(register.trail(id)))).toEqual(winner?.after);
        expect((await verifyTrail(id, register.trailAsWritten(id), winner?.after.version ?? 0)).ok).toBe(
          true,
        );
      },
    );

    it('opens an exception once, though for two objects', async () => {
      const openings = [
        commitOf(undefined, observe(), { receipt: 'first' }),
        commitOf(undefined, observe(second), { receipt: 'second' }),
      ];
      const outcomes = await Promise.all(openings.map((opening) => register.commit(opening)));
      expect(outcomes.toSorted()).toEqual(['committed', 'conflict']);
      expect(await register.load(id)).toEqual(openings[outcomes.indexOf('committed')]?.after);
      expect(await collected(register.trail(id))).toHaveLength(1);
    });

    it('opens one exception for an object', async () => {
      const openings = [id, other].map((each) => commitOf(undefined, { ...observe(), id: each } as Command));
      const outcomes = await Promise.all(openings.map((opening) => register.commit(opening)));
      expect(outcomes.toSorted()).toEqual(['committed', 'conflict']);
      expect(await collected(register.list())).toHaveLength(1);
    });

    it('opens nothing in ignorance of its removal', async () => {
      const turn = { id, now: after('PT3H'), policy };
      await Promise.all([
        execute(register, { ...turn, receipt: 'opening', command: observe() }),
        execute(register, { ...turn, receipt: 'removing', command: removal(after('PT2H')) }),
      ]);
      // Whichever was first, the other has found it.
      expect(await register.load(id)).toMatchObject({ state: 'removed' });
    });
  });

  describe('under a hundred commands at once', () => {
    it('loses none and forks nothing', async () => {
      await opened(register);
      const taking = inTurn();
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, async (_, index) =>
          taking((wait) =>
            execute(register, {
              wait,
              id,
              receipt: `click-${index}`,
              command: { type: 'Decline', by: { ...mallory, slackUser: `UMALLORY${index}` }, seen: 1 },
              now: after('PT1H'),
              policy,
            }),
          ),
        ),
      );
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(100).fill('done'));
      const trail = await collected(register.trail(id));
      expect(trail.map((entry) => entry.version)).toEqual(
        Array.from({ length: 101 }, (_, index) => index + 1),
      );
      const refused = trail.flatMap((entry) => (entry.type === 'AnswerRefused' ? [entry.actor] : []));
      expect(new Set(refused.map((actor) => JSON.stringify(actor))).size).toBe(100);
      expect(await verifyTrail(id, register.trailAsWritten(id), 101)).toMatchObject({ ok: true });
      expect((await register.load(id))?.version).toBe(101);
      expect(evolveAll(undefined, trail)).toEqual(await register.load(id));
    });

    it('carries one command out once when it comes a hundred times', async () => {
      const state = await opened(register);
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, async () =>
          execute(register, { id, receipt: 'the same', command: told(state), now: after('PT1H'), policy }),
        ),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(99);
      expect(await collected(register.trail(id))).toHaveLength(2);
    });

    it('opens an object once when its first record comes a hundred times', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, async () =>
          execute(register, { id, receipt: 'audit', command: observe(), now: noon, policy }),
        ),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
      expect(await collected(register.trail(id))).toHaveLength(1);
    });
  });
});
