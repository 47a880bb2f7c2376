/** A deployment whose alarms are judged, which can be stopped, and started again with something changed in it. */
import { cpSync, readFileSync, rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import * as z from 'zod';
import { readAssembly } from '#lib/local/assembly.ts';
import { startLocal, type LocalDeployment, type LocalOptions } from '#lib/local/deployment.ts';
import { deployable } from '#lib/local/template.ts';
import { fromMillis, toMillis, type Instant } from '#time/instant.ts';
import { alarmState } from '../local/alarm-state.ts';
import { worldOf, type World } from './world.ts';
import type { Deployable } from '#lib/local/template.ts';
import type { Measurement } from '#lib/local/measurements.ts';

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What somebody changes in the stack by hand: the new properties of a resource, none of most. */
export type Change = (resource: Resource) => object;

export interface Start extends Partial<LocalOptions> {
  readonly change?: Change;
  /** Functions of which a release was deployed that does not run. */
  readonly broken?: readonly string[];
  /** The change takes rights away, which are then missing. */
  readonly mayLack?: boolean;
}

const minute = 60_000;

export interface Watched {
  readonly stack: Deployable;
  start(options?: Start): Promise<World>;
  /** Names of the alarms that ring now. */
  ringing(): readonly string[];
  /** Of these, those that ring now. */
  still(names: readonly string[]): readonly string[];
  /** From now on, `rang` listens. */
  listen(): void;
  /** Names of those that rang in any minute since `listen`, and did not then. */
  rang(): readonly string[];
  close(): Promise<void>;
}

export function watched(always: Partial<LocalOptions> = {}): Watched {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-alarms-'));
  const measured: Measurement[] = [];
  const stack = deployable(readAssembly(inject('assembly')));
  let local: LocalDeployment | undefined;
  let assemblies = 0;
  let since: Instant | undefined;

  const assemblyWith = ({ change, broken = [] }: Start): string => {
    if (!change && broken.length === 0) return inject('assembly');
    const assembly = join(folder, `assembly-${(assemblies += 1)}`);
    cpSync(inject('assembly'), assembly, { recursive: true });
    if (change) {
      const file = join(assembly, `${stack.stack}.template.json`);
      const template = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      let changes = 0;
      for (const [id, { Type: type, Properties: properties }] of Object.entries(template.Resources)) {
        const other = change({ id, type, properties });
        changes += Object.keys(other).length;
        Object.assign(properties, other);
      }
      expect(changes).toBeGreaterThan(0);
      writeFileSync(file, JSON.stringify(template));
    }
    const functions = deployable(readAssembly(assembly)).functions.filter(({ name }) =>
      broken.includes(name),
    );
    expect(functions).toHaveLength(broken.length);
    for (const one of functions)
      writeFileSync(
        join(one.folder, 'index.mjs'),
        "export const handler = () => { throw new Error('does not run'); };",
      );
    return assembly;
  };
  const here = (): LocalDeployment => {
    if (!local) throw new Error('nothing was started');
    return local;
  };
  const ringingAt = (moments: readonly Instant[]): readonly string[] => {
    const byMetric = Map.groupBy(measured, ({ metric }) => metric);
    return stack.alarms
      .filter((alarm) =>
        moments.some((at) => alarmState(alarm, byMetric.get(alarm.metric) ?? [], at) === 'ALARM'),
      )
      .map(({ id }) => nameOf(id))
      .sort();
  };

  return {
    stack,
    async start({ mayLack = false, ...options } = {}) {
      await local?.close();
      local = undefined;
      local = await startLocal({
        assembly: assemblyWith(options),
        state: join(folder, 'state'),
        everyTick: true,
        measure: (one) => void measured.push(one),
        ...always,
        ...options,
      });
      return worldOf(local, { mayLack });
    },
    ringing: () => ringingAt([here().now()]),
    still: (names) => ringingAt([here().now()]).filter((name) => names.includes(name)),
    listen: () => {
      since = here().now();
    },
    rang: () => {
      const [from, to] = [toMillis(since ?? here().now()), toMillis(here().now())];
      const minutes = Math.floor((to - from) / minute);
      const before = ringingAt([fromMillis(from)]);
      return ringingAt(
        Array.from({ length: minutes }, (_, index) => fromMillis(from + (index + 1) * minute)),
      ).filter((name) => !before.includes(name));
    },
    async close() {
      await local?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Two minutes before a whole hour: of what is counted by the hour, the next hours are then whole. */
export async function beforeTheHour({ local }: World): Promise<void> {
  const earliest = toMillis(local.now()) + 2 * minute;
  await local.advance(fromMillis(Math.ceil(earliest / (60 * minute)) * 60 * minute - 2 * minute));
}

/** As the runbook calls it. */
export const nameOf = (alarm: string): string =>
  alarm.replace(/^(Collection|Inventory)?Alarms/, '').replace(/[0-9A-F]{8}$/, '');

const statementsSchema = z.looseObject({
  PolicyDocument: z.looseObject({
    Statement: z.array(z.looseObject({ Effect: z.string(), Action: z.unknown() })),
  }),
});

/** A policy without what it allows of these actions. */
export function without(properties: Resource['properties'], ...actions: readonly string[]): object {
  const read = statementsSchema.safeParse(properties);
  if (!read.success) return {};
  const { PolicyDocument: document } = read.data;
  return {
    PolicyDocument: {
      ...document,
      Statement: document.Statement.filter(
        ({ Effect, Action }) =>
          Effect === 'Deny' || ![Action].flat().some((one) => actions.includes(String(one))),
      ),
    },
  };
}
