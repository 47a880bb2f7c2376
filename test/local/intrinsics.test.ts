import { describe, expect, it } from 'vitest';
import { resolveIntrinsics } from '#lib/local/intrinsics.ts';

const scope = {
  ref: (name: string): unknown => {
    if (name === 'Table') return 'lapse-table';
    throw new Error(`nothing is called ${name}`);
  },
  attribute: (name: string, attribute: string): unknown => `${name}!${attribute}`,
};

describe('a template value', () => {
  it.each([
    ['a reference', { Ref: 'Table' }, 'lapse-table'],
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'local-1'],
    ['an attribute', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue!Arn'],
    ['an attribute in dots', { 'Fn::GetAtt': 'Queue.Arn' }, 'Queue!Arn'],
    ['a join', { 'Fn::Join': ['/', ['a', { Ref: 'Table' }]] }, 'a/lapse-table'],
    ['a selection from a split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [
      'a substitution',
      { 'Fn::Sub': '${AWS::Partition}:${Table}:${Queue.Arn}:${!kept}' },
      'aws:lapse-table:Queue!Arn:${kept}',
    ],
    [
      'a substitution with its own names',
      { 'Fn::Sub': ['${x}-${Table}', { x: { Ref: 'Table' } }] },
      'lapse-table-lapse-table',
    ],
  ])('is worked out: %s', (_what, value, expected) => {
    expect(resolveIntrinsics({ deep: [value] }, scope)).toEqual({ deep: [expected] });
  });

  it('leaves no trace of AWS::NoValue', () => {
    expect(resolveIntrinsics({ kept: [1, { Ref: 'AWS::NoValue' }] }, scope)).toEqual({ kept: [1] });
  });

  it('is refused, with its place, where its function is unknown', () => {
    expect(() => resolveIntrinsics({ a: { b: [{ 'Fn::ImportValue': 'x' }] } }, scope, 'Fn')).toThrow(
      'Fn/a/b[0]: the local deployment does not know Fn::ImportValue',
    );
  });

  it('is refused where it refers to nothing', () => {
    expect(() => resolveIntrinsics({ Ref: 'Tabel' }, scope)).toThrow('nothing is called Tabel');
    expect(() => resolveIntrinsics({ 'Fn::Select': [7, ['a']] }, scope)).toThrow(
      /an index inside the list, not 7/,
    );
  });
});
