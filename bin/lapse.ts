/** The command line. Exit codes: 0 done, 1 failed, 2 unusable arguments. */
import { wishes, type WishType } from '#lifecycle/wish.ts';
import { messageOf, Refusal } from '#lib/local/refusal.ts';

interface Command {
  readonly says: string;
  readonly load: () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;
}

const saysOf: Readonly<Record<WishType, string>> = {
  approve: 'approve several at once: shows first what would become of each',
  renew: 'renew several at once',
  revoke: 'have several disabled at once',
  reassign: 'name another owner of several at once',
  hold: 'keep several from being disabled until a date',
};

const commands: Readonly<Record<string, Command>> = {
  local: { says: 'run everything on this machine', load: () => import('./commands/local.ts') },
  assess: {
    says: 'read settings saved from Exchange, without a database',
    load: () => import('./commands/assess.ts'),
  },
  replay: { says: 'read audit log exports, without a database', load: () => import('./commands/replay.ts') },
  list: { says: 'the exceptions in the register', load: () => import('./commands/list.ts') },
  review: {
    says: 'what nobody has vouched for yet, the most dangerous first',
    load: async () => {
      const { run } = await import('./commands/list.ts');
      return { run: (args) => run(['--review', ...args]) };
    },
  },
  progress: {
    says: 'how far people are with what was there before Lapse',
    load: () => import('./commands/progress.ts'),
  },
  mailboxes: {
    says: 'what was changed in single mailboxes',
    load: () => import('./commands/mailboxes.ts'),
  },
  show: { says: 'one exception and its trail', load: () => import('./commands/show.ts') },
  behaviour: {
    says: 'what is usual for the mail through one exception, and what departed from it',
    load: () => import('./commands/behaviour.ts'),
  },
  ...Object.fromEntries(
    wishes.map((wish): [string, Command] => [
      wish,
      {
        says: saysOf[wish],
        load: async () => (await import('./commands/answer-several.ts')).answering(wish),
      },
    ]),
  ),
  evidence: {
    says: 'what mail really uses each exception, from files',
    load: () => import('./commands/evidence.ts'),
  },
  enforce: {
    says: 'where Lapse may act: go live, observe only, stop',
    load: () => import('./commands/enforce.ts'),
  },
  probe: {
    says: 'test messages: which doors are open',
    load: () => import('./commands/probe.ts'),
  },
  redrive: { says: 'send dead letters again', load: () => import('./commands/redrive.ts') },
  doctor: { says: 'check everything Lapse depends on', load: () => import('./commands/doctor.ts') },
  tenant: {
    says: 'a stand-in for Exchange, its sign-in and audit log',
    load: () => import('./commands/tenant.ts'),
  },
  slack: { says: 'a stand-in for a Slack workspace', load: () => import('./commands/slack.ts') },
  'slack-manifest': {
    says: 'the manifest from which to create the Slack app',
    load: () => import('./commands/slack-manifest.ts'),
  },
  policy: { says: 'check, explain and compare policies', load: () => import('./commands/policy.ts') },
};

const usage = [
  'usage: lapse <command> [options]',
  '',
  ...Object.entries(commands).map(([name, { says }]) => `  ${name.padEnd(14)} ${says}`),
  '',
  'lapse <command> --help says more.',
].join('\n');

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    console.log(usage);
    return 0;
  }
  const command = Object.entries(commands).find(([known]) => known === name)?.[1];
  if (!command) {
    console.error(`${name === undefined ? 'no command given' : `there is no command "${name}"`}\n\n${usage}`);
    return 2;
  }
  return (await command.load()).run(args);
}

// A reader that stops early (`lapse list | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// The launcher is gone, perhaps killed: this process ends as the launcher would have ended it.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Refusal) {
    console.error(error.toString());
    process.exitCode = error.exitCode;
  } else {
    const unexpected = `${messageOf(error)}\n  Lapse did not expect this: it may be a bug.\n  DEBUG=1 before the command shows where it happened.`;
    console.error(process.env['DEBUG'] ? error : unexpected);
    process.exitCode = 1;
  }
}
