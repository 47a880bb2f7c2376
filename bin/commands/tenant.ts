/** `lapse tenant`: the stand-in tenant alone, for trying anything that talks to Exchange Online against it. */
import { createReadStream } from 'node:fs';
import { readRecords } from '#audit-log/export/read-records.ts';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { messageOf, Refusal } from '#lib/local/refusal.ts';
import { createActivityFeed } from '#lib/standin/tenant/activity-feed.ts';
import { startStandInTenant } from '#lib/standin/tenant/standin-tenant.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { ActivityFeed } from '#lib/standin/tenant/activity-feed.ts';
import type { StandInTenant } from '#lib/standin/tenant/standin-tenant.ts';
import { endAtSignal } from '../ending.ts';
import { refusePositionals, readArguments, wholeNumber } from './arguments.ts';
import { describeReadingFailure } from './read-file.ts';

const help = `usage: lapse tenant [--port N] [--seed FILE]… [--delay SECONDS]

Serves a stand-in for a Microsoft 365 tenant on this machine, until it is stopped:
the sign-in service, Exchange Online's InvokeCommand with the pitfalls of the real
one, and the audit log of the Management Activity API. It serves every tenant id,
each with objects of its own. Nothing is saved.

  --port N         where to listen (default: any free port)
  --seed FILE      an audit log export: what it describes has happened there, and
                   its records are in the audit log
  --delay SECONDS  how long a record takes to reach the audit log (default 5)
  --help           this text

Any client id with any secret, certificate or federated token is let in.
Set EXCHANGE_URL, LOGIN_URL and ACTIVITY_URL to the address it prints.`;

const options = {
  port: { type: 'string' },
  seed: { type: 'string', multiple: true },
  delay: { type: 'string', default: '5' },
  help: { type: 'boolean', default: false },
} as const;

/** Runs until the process is told to stop. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  refusePositionals(positionals, 'tenant');
  const feed = createActivityFeed({
    now: () => new Date(),
    delay: 1_000 * wholeNumber('--delay', values.delay, 86_400),
    subscribed: true,
  });
  const port = values.port === undefined ? 0 : wholeNumber('--port', values.port, 65_535);
  const tenant = await start(port, feed);
  const ending = endAtSignal();
  const ended = new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve()));
  try {
    for (const file of values.seed ?? []) console.log(await sow(file, tenant, feed));
    console.log(`the stand-in tenant answers at ${tenant.url}`);
    await ended;
    return 0;
  } finally {
    await tenant.close();
  }
}

async function start(port: number, feed: ActivityFeed): Promise<StandInTenant> {
  try {
    return await startStandInTenant({ now: () => new Date(), port, beside: feed.listener });
  } catch (error) {
    throw new Refusal(
      `port ${port} cannot be used`,
      messageOf(error),
      'choose another with --port, or leave it out for any free one',
    );
  }
}

async function sow(file: string, tenant: StandInTenant, feed: ActivityFeed): Promise<string> {
  let [count, malformed] = [0, 0];
  const take = (record: AuditRecord): void => {
    tenant.apply(record);
    // As the log writes it: the moment without a zone.
    feed.add({ ...record, CreationTime: record.CreationTime.slice(0, 19) });
    count += 1;
  };
  try {
    for await (const read of readRecords(createReadStream(file), file)) {
      if (read.ok) take(read.record);
      else malformed += 1;
    }
  } catch (error) {
    if (error instanceof UnreadableExport)
      throw new Refusal(
        `${file} cannot be understood`,
        error.message,
        'name an export of the Microsoft 365 audit log; lapse replay --help lists the kinds',
      );
    const { why, what } = describeReadingFailure(error);
    throw new Refusal(`${file} cannot be read`, why, what);
  }
  return `${file}: ${count} records${malformed === 0 ? '' : `, ${malformed} malformed and left out`}`;
}
