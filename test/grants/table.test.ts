import { describe, expect, it } from 'vitest';
import { createTable } from './table.ts';
import { explanations, pointless, unusedGrants } from './unused-grants.ts';

const table = 'arn:aws:dynamodb:local-1:000000000000:Table';

describe('grants that nothing used', () => {
  it('are told with why they are there, or that nobody knows', () => {
    const grants = [
      { to: 'publish-events', action: 'dynamodb:ListStreams', resource: `${table}/stream`, used: false },
      { to: 'enforce', action: 'dynamodb:PutItem', resource: table, partition: 'ALIAS#*', used: false },
      { to: 'enforce', action: 'dynamodb:PutItem', resource: table, partition: 'RECEIPT#*', used: true },
    ];
    expect(createTable(unusedGrants(grants))).toEqual([
      'Lambda asks for it when the mapping is made, which nothing does here.',
      '  publish-events  dynamodb:ListStreams  Table/stream',
      '',
      'Nobody knows why: it should go.',
      '  enforce         dynamodb:PutItem      Table ALIAS#*',
      '',
    ]);
    expect(createTable([])).toEqual(['Every grant is used.']);
  });

  it('have no explanation that is about nothing', () => {
    expect(pointless([])).toEqual(explanations.map(({ why }) => why));
  });
});
