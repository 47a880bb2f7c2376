/** The local deployment: what everybody waits for who tries Lapse on their own machine. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { duration, plus } from '#time/instant.ts';
import { buttonsOf } from '#lib/standin/slack/shapes.ts';
import { startLocal, type LocalDeployment, type LocalOptions } from '#lib/local/deployment.ts';
import { policy } from '../../policy/fixture.ts';
import { newRule, tenant } from '../../journeys/records.ts';
import { synthesize } from '../../../bin/app.ts';
import { median, percentile, timed } from '../paired.ts';
import type { Group, Row } from '../row.ts';

type Progress = (line: string) => void;

/** In each of three parts: what the third takes longer than the second shows what grows. */
const records = 150;
const presses = 50;
const starts = 3;

export const local: Group = {
  name: 'local',
  async *rows(progress) {
    const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'));
    try {
      yield await ofStart(folder, progress);
      const assembly = join(folder, 'assembly');
      synthesize({ policy, outdir: assembly, checked: false });
      yield* ofRecords({ assembly, state: join(folder, 'records') }, progress);
      yield await ofDay({ assembly, state: join(folder, 'day'), collectFrom: [tenant] }, progress);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function ofStart(folder: string, progress: Progress): Promise<Row> {
  const times: number[] = [];
  for (let start = 1; start <= starts; start += 1) {
    progress(`npm start, ${start} of ${starts}`);
    times.push(await firstException(folder));
  }
  return {
    what: 'npm start to the first exception',
    reached: median(times) / 1000,
    goal: { atMost: 5 },
    unit: 's',
  };
}

/** Milliseconds. */
async function firstException(folder: string): Promise<number> {
  const begun = performance.now();
  const lapse = join(import.meta.dirname, '../../../bin/lapse.mjs');
  const child = spawn(process.execPath, [lapse, 'local', '--fresh', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  try {
    for await (const line of createInterface({ input: child.stdout }))
      if (/ex-[0-9a-z]+/.test(line)) return performance.now() - begun;
    throw new Error('it ended without an exception');
  } finally {
    child.kill();
    await ended;
  }
}

async function* ofRecords(options: LocalOptions, progress: Progress): AsyncGenerator<Row> {
  const deployment = await startLocal(options);
  try {
    const feed = async (part: string) => {
      progress(`${part} ${records} records`);
      const at = new Date(Date.parse(deployment.now()) - 3_600_000);
      const made = Array.from({ length: records }, (_, index) => newRule(`Rule ${part} ${index}`, at));
      return timed(async () => {
        await deployment.feed(made);
        await deployment.settled();
      });
    };
    // The first ones start the functions.
    const first = await feed('first');
    const second = await feed('second');
    const third = await feed('third');
    const pace = third.wall / records;
    yield {
      what: '5,000 records that each open an exception, at the pace of the third part',
      reached: (first.wall + second.wall + pace * (5_000 - 2 * records)) / 1000,
      goal: { atMost: 240 },
      unit: 's',
      note: `${pace.toFixed(0)} ms each, ${(third.cpu / records).toFixed(0)} ms of CPU beside the engine's`,
    };
    yield {
      what: `the third ${records} of them against the second`,
      reached: third.cpu / second.cpu,
      goal: { atMost: 1.2 },
      note: 'by CPU',
    };
    yield await ofPresses(deployment, progress);
  } finally {
    await deployment.close();
  }
}

async function ofPresses({ slack }: LocalDeployment, progress: Progress): Promise<Row> {
  progress(`${presses} presses at once`);
  if (!slack) throw new Error('there is no stand-in for Slack');
  // An owner who may not approve has no such button.
  const cards = slack
    .messages()
    .filter((message) => buttonsOf(message).some((button) => button['action_id'] === 'approve'))
    .slice(0, 2 * presses);
  const press = async (card: (typeof cards)[number]): Promise<number> =>
    (await timed(() => slack.press(card, 'approve', 'USAMSECURITY'))).wall;
  for (const card of cards.slice(presses)) await press(card);
  const times = await Promise.all(cards.slice(0, presses).map(press));
  return {
    what: `${presses} presses at once, the slowest in a hundred`,
    reached: percentile(times, 0.99),
    goal: { atMost: 300 },
    unit: 'ms',
    note: `median ${Math.round(median(times))} ms`,
  };
}

async function ofDay(options: LocalOptions, progress: Progress): Promise<Row> {
  progress('a day in which the collector runs');
  const deployment = await startLocal(options);
  try {
    const later = async (length: string): Promise<void> => {
      await deployment.advance(plus(deployment.now(), duration(length)));
    };
    // The subscription, the first inventories.
    await later('PT2H');
    const { cpu, wall } = await timed(() => later('P1D'));
    return {
      what: 'a local day in which the collector runs',
      reached: cpu / 1000,
      goal: { atMost: 3 },
      unit: 's of CPU',
      note: `${(wall / 1000).toFixed(0)} s by the clock`,
    };
  } finally {
    await deployment.close();
  }
}
