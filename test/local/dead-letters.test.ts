import { describe, expect, it } from 'vitest';
import { fromMillis, instant, toMillis } from '#time/instant.ts';
import { deadLettersIn, kindsOf, redrive } from '#lib/local/dead-letters.ts';
import { createQueues } from '#lib/local/queues.ts';
import { openDatabase } from '#lib/local/sqlite.ts';

const start = instant('2026-11-20T09:00:00Z');
const later = fromMillis(toMillis(start) + 60_000);
const auditRecord = (Operation: string) =>
  JSON.stringify({
    'detail-type': 'Audit Record',
    detail: { data: { Operation, UserId: 'ann@example.com' } },
  });
const lapsed = JSON.stringify({
  'detail-type': 'Exception Lapsed',
  detail: { data: { type: 'ExceptionLapsed' } },
});

function open() {
  const queues = createQueues(openDatabase(':memory:'));
  const again = (from: string, to: string) => () => queues.move(from, to, later);
  const places = [
    { function: 'record-changes', queue: 'dead records', sendAgain: again('dead records', 'records') },
    { function: 'enforce', queue: 'dead decisions', sendAgain: again('dead decisions', 'decisions') },
  ];
  return { queues, places };
}

describe('dead letters', () => {
  it('are told by function: how many, since when, and what of', () => {
    const { queues, places } = open();
    queues.send('dead records', [auditRecord('New-TransportRule')], later);
    queues.send(
      'dead records',
      [auditRecord('New-TransportRule'), auditRecord('Set-InboundConnector')],
      start,
    );
    expect(deadLettersIn(queues, places)).toEqual([
      {
        function: 'record-changes',
        count: 3,
        oldest: start,
        kinds: { 'Audit Record New-TransportRule': 2, 'Audit Record Set-InboundConnector': 1 },
        again: true,
      },
    ]);
  });

  it('are sent again where there are some, and counted', async () => {
    const { queues, places } = open();
    queues.send('dead records', ['a', 'b'], start);
    expect(await redrive(queues, places)).toEqual([{ function: 'record-changes', sent: 2, left: 0 }]);
    expect([queues.size('records'), queues.size('dead records')]).toEqual([2, 0]);
  });

  it('of a schedule are told, and not sent again', async () => {
    const { queues } = open();
    const places = [{ function: 'sweep-deadlines', queue: 'dead ticks' }];
    queues.send('dead ticks', ['{}'], start);
    expect(deadLettersIn(queues, places)).toMatchObject([{ count: 1, again: false }]);
    expect(await redrive(queues, places)).toEqual([]);
    expect(queues.size('dead ticks')).toBe(1);
  });

  it('that fail once more stay, and are told', async () => {
    const { queues, places } = open();
    queues.send('dead records', ['a', 'b'], start);
    const [first] = queues.all('dead records');
    const some = { ...places[0], sendAgain: () => queues.remove('dead records', [first?.id ?? '']) };
    expect(await redrive(queues, [some as (typeof places)[number]])).toEqual([
      { function: 'record-changes', sent: 1, left: 1 },
    ]);
  });

  it.each([
    ['an event', lapsed, 'Exception Lapsed'],
    ['a change of the table', '{"eventName":"INSERT","dynamodb":{"NewImage":{}}}', 'entry of a trail'],
    ['something else', '[]', 'something unreadable'],
    ['no JSON', 'ann@example.com', 'something unreadable'],
  ])('of %s name its kind and nobody', (_what, body, kind) => {
    expect(kindsOf([body])).toEqual({ [kind]: 1 });
  });
});
