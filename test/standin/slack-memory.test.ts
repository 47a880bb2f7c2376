import { describe, expect, it } from 'vitest';
import { remember } from '#lib/standin/slack/memory.ts';
import type { KeyValue } from '#lib/standin/key-value.ts';
import type { OpenView } from '#lib/standin/slack/shapes.ts';

function storageIn(kept: Map<string, unknown>): KeyValue {
  return {
    get: (key) => kept.get(key),
    set(key, value) {
      if (value === undefined) kept.delete(key);
      else kept.set(key, value);
    },
  };
}
const view = (index: number): OpenView => ({
  id: `V${index}`,
  hash: '1',
  user: 'U1',
  view: { title: `form ${index}` },
  state: 'open',
  errors: {},
});

describe('forms in the stand-in for Slack', () => {
  it('are there after a restart, in order and as they were last', () => {
    const storage = storageIn(new Map());
    const before = remember(storage);
    before.keepView(view(1));
    before.keepView(view(2));
    const closed: OpenView = { ...view(1), state: 'closed' };
    before.keepView(closed);
    expect(before.views).toEqual([closed, view(2)]);
    expect(remember(storage).views).toEqual([closed, view(2)]);
  });

  it('are forgotten after two hundred newer ones, wherever they are kept', () => {
    const kept = new Map<string, unknown>();
    const memory = remember(storageIn(kept));
    for (let index = 1; index <= 201; index += 1) memory.keepView(view(index));
    expect(memory.views.map(({ id }) => id)).not.toContain('V1');
    expect(remember(storageIn(kept)).views).toEqual(memory.views);
    expect([...kept.keys()].filter((key) => key.startsWith('slack/view/'))).toHaveLength(200);
  });

  it('are written one by one', () => {
    const written: unknown[] = [];
    const memory = remember({ get: () => undefined, set: (_key, value) => void written.push(value) });
    memory.keepView(view(1));
    memory.keepView(view(2));
    expect(written.filter((value) => JSON.stringify(value).includes('form 1'))).toHaveLength(1);
  });

  it('of the home tab are there after a restart', () => {
    const storage = storageIn(new Map());
    const before = remember(storage);
    before.homes.set('U1', { type: 'home' });
    before.keepHomes();
    expect(remember(storage).homes.get('U1')).toEqual({ type: 'home' });
  });
});
