/** Whether the table and the bus are there, and as the stack makes them. The SDK stays with whoever calls. */
import { tableIndexes } from '#register/table.ts';
import { failed, ok, type Check } from './check.ts';
import { findMode, type EnforcementByTenant, type UsualMode } from '#policy/enforcement-mode.ts';
import { kinds } from '#kinds/registry.ts';

export interface DescribedTable {
  readonly status: string;
  readonly stream: boolean;
  readonly indexes: readonly { readonly name: string; readonly status: string }[];
  /** `undefined` where it cannot be told. */
  readonly recovery: boolean | undefined;
}

export interface AwsDescriptions {
  /** Throws where it cannot be described. */
  readonly table: () => Promise<DescribedTable>;
  readonly bus: () => Promise<{ readonly name: string }>;
  /** Ids of the exceptions that this release cannot read. Throws where the table cannot be read. */
  readonly unreadable: () => Promise<readonly string[]>;
  /** What a tenant is of which nobody has decided. Throws where the stack does not say. */
  readonly newTenants?: () => Promise<UsualMode>;
  /** What has been decided about enforcement, by tenant. Throws where the table cannot be read. */
  readonly enforcement?: () => Promise<EnforcementByTenant>;
  /** How many functions the account runs at once, beside what is reserved. Absent where nothing limits it. */
  readonly concurrency?: () => Promise<number>;
}

/** Two batches of each of three queues, three schedules, the stream, and as many people who answer in Slack at once. */
const enoughAtOnce = 20;

const rights =
  'Check the name, AWS_PROFILE and AWS_REGION, and that you may call DescribeStacks or ListTables, DescribeTable, DescribeContinuousBackups and DescribeEventBus.';

export const createAwsChecks = ({
  table,
  bus,
  unreadable,
  enforcement,
  newTenants,
  concurrency,
}: AwsDescriptions): readonly Check[] => [
  {
    name: 'table',
    run: async () => {
      const found = await table().catch(reason);
      if (typeof found === 'string') return failed(found, rights);
      const wanted = Object.keys(tableIndexes);
      const working = found.indexes.filter(({ status }) => status === 'ACTIVE').map(({ name }) => name);
      const problems = [
        ...(found.status === 'ACTIVE' ? [] : [`it is ${found.status}`]),
        ...(found.stream ? [] : ['it has no stream']),
        ...wanted.filter((name) => !working.includes(name)).map((name) => `index ${name} is not active`),
        ...(found.recovery === false ? ['point-in-time recovery is off'] : []),
      ];
      return problems.length === 0
        ? ok(
            `active, with a stream and ${wanted.length} indexes${found.recovery === true ? ', point-in-time recovery on' : ''}`,
          )
        : failed(problems.join('; '), 'Deploy the stack again.');
    },
  },
  {
    name: 'register',
    run: async () => {
      const found = await unreadable().catch(reason);
      if (typeof found === 'string')
        return failed(
          found,
          'Check that you may call Query and GetItem on the table, and Decrypt on its key.',
        );
      return found.length === 0
        ? ok('every exception can be read')
        : failed(
            `${found.length} cannot be read by this release: ${found.slice(0, 10).join(', ')}`,
            'Deploy the release that wrote them, or a newer one; until then nothing is done about them.',
          );
    },
  },
  {
    name: 'bus',
    run: async () => {
      const found = await bus().catch(reason);
      return typeof found === 'string' ? failed(found, rights) : ok(`${found.name} is there`);
    },
  },
  ...(enforcement
    ? [
        {
          name: 'enforcement',
          run: async () => {
            const found = await enforcement().catch(reason);
            if (typeof found === 'string')
              return failed(found, 'Check that you may call GetItem on the table.');
            const stopped = [...found].flatMap(([tenant, one]) =>
              one.stopped ? [`${tenant} since ${one.stopped.at}, by ${one.stopped.by}`] : [],
            );
            return stopped.length === 0
              ? ok(`stopped in no tenant; ${whereLive(found, await newTenants?.().catch(() => undefined))}`)
              : failed(
                  `stopped in ${stopped.join('; ')}: nothing is disabled there`,
                  'Once the reason is gone: lapse enforce resume, or /lapse resume in Slack.',
                );
          },
        },
      ]
    : []),
  ...(concurrency
    ? [
        {
          name: 'concurrency',
          run: async () => {
            const found = await concurrency().catch(reason);
            if (typeof found === 'string')
              return failed(found, 'Check that you may call lambda:GetAccountSettings.');
            return found >= enoughAtOnce
              ? ok(`the account runs ${found.toLocaleString('en')} functions at once`)
              : failed(
                  `the account runs ${found} functions at once: on a busy day, people’s answers in Slack would wait`,
                  'Ask AWS for more: Service Quotas, AWS Lambda, Concurrent executions.',
                );
          },
        },
      ]
    : []),
];

/** As many tenants as fit into a line. */
const mostTenants = 10;

function whereLive(decided: EnforcementByTenant, newTenants: UsualMode | undefined): string {
  const each = [...decided].slice(0, mostTenants).map(([tenant, enforcement]) => {
    const live = kinds.filter((kind) => findMode(enforcement, kind, newTenants ?? 'live').type === 'live');
    const what =
      live.length === 0
        ? 'observes only'
        : live.length === kinds.length
          ? 'live'
          : `live in ${live.length} of ${kinds.length} kinds`;
    return `${tenant}: ${what}`;
  });
  const more = decided.size > mostTenants ? [`… and ${decided.size - mostTenants} more`] : [];
  const others =
    newTenants === undefined
      ? []
      : [`where nobody has decided, Lapse ${newTenants === 'live' ? 'is live' : 'only observes'}`];
  return [...each, ...more, ...others, 'lapse enforce status says more'].join('; ');
}

/** With the text of the error: whoever describes these things reads nothing that is secret. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be described';
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
