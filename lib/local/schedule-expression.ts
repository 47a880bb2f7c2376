import { fromMillis, toMillis, type Instant } from '#time/instant.ts';

const units = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The first moment at or after `from` at which a schedule runs. */
export type Rhythm = (from: Instant) => Instant;

/**
 * `rate(5 minutes)`, and `cron(M H * * ? *)` with plain numbers or `*`, in UTC. Throws for anything else. Rates
 * are counted from 1970, so a restart does not shift them.
 */
export function parseSchedule(expression: string): Rhythm {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const every = Number(rate[1]) * units[rate[2] as keyof typeof units];
    if (every > 0) return (from) => fromMillis(Math.ceil(toMillis(from) / every) * every);
  }
  const cron = /^cron\((\d+|\*) (\d+|\*) \* \* \? \*\)$/.exec(expression);
  if (cron) return daily(cron[1] ?? '*', cron[2] ?? '*');
  throw new Error(`the local deployment cannot run ${expression}: rate(…) or a daily cron(M H * * ? *)`);
}

function daily(minute: string, hour: string): Rhythm {
  const fits = (part: string, value: number): boolean => part === '*' || Number(part) === value;
  return (from) => {
    let at = Math.ceil(toMillis(from) / units.minute) * units.minute;
    // A day has 1440 minutes: one of the next that many fits, or the numbers are out of range.
    for (let step = 0; step <= 1440; step += 1, at += units.minute) {
      const date = new Date(at);
      if (fits(minute, date.getUTCMinutes()) && fits(hour, date.getUTCHours())) return fromMillis(at);
    }
    throw new Error(`no minute of the day is ${hour}:${minute}`);
  };
}
