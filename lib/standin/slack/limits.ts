/**
 * Slack's main limits on blocks, as its reference and `@slack/types` state them: what breaks one here would be
 * refused there with `invalid_blocks`. Blocks that Lapse does not use are refused, so that a new one is noticed.
 */
type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : -1);

/** Everything that is wrong, and where. If empty, Slack would accept it. */
export function faults(blocks: unknown, surface: 'message' | 'view'): readonly string[] {
  const wrong: string[] = [];
  const must = (fine: boolean, what: string) => {
    if (!fine) wrong.push(what);
  };
  const within = (value: unknown, least: number, most: number, what: string) =>
    must(lengthOf(value) >= least && lengthOf(value) <= most, `${what}: ${least}–${most} characters`);
  const text = (value: unknown, most: number, what: string, types = ['plain_text']) => {
    if (!isJson(value) || !types.includes(String(value['type']))) {
      must(false, `${what}: a text object`);
      return;
    }
    within(value['text'], 1, most, what);
  };

  const among = (value: unknown, least: number, most: number, what: string): readonly unknown[] => {
    const options = listOf(value);
    must(options.length >= least && options.length <= most, `${what}.options: ${least}–${most}`);
    for (const option of options) {
      text(isJson(option) ? option['text'] : undefined, 75, `${what}.option.text`);
      within(isJson(option) ? option['value'] : undefined, 1, 75, `${what}.option.value`);
    }
    return options;
  };

  const element = (value: unknown, what: string): void => {
    if (!isJson(value)) {
      must(false, `${what}: an element`);
      return;
    }
    within(value['action_id'], 1, 255, `${what}.action_id`);
    switch (value['type']) {
      case 'button':
        text(value['text'], 75, `${what}.text`);
        if ('value' in value) within(value['value'], 0, 2000, `${what}.value`);
        if ('accessibility_label' in value) within(value['accessibility_label'], 1, 75, `${what}.label`);
        if ('style' in value) must(['primary', 'danger'].includes(String(value['style'])), `${what}.style`);
        if (isJson(value['confirm'])) {
          text(value['confirm']['title'], 100, `${what}.confirm.title`);
          text(value['confirm']['text'], 300, `${what}.confirm.text`, ['plain_text', 'mrkdwn']);
          text(value['confirm']['confirm'], 30, `${what}.confirm.confirm`);
          text(value['confirm']['deny'], 30, `${what}.confirm.deny`);
        }
        return;
      case 'plain_text_input':
        if ('max_length' in value)
          must(Number(value['max_length']) >= 1 && Number(value['max_length']) <= 3000, `${what}.max_length`);
        return;
      case 'checkboxes': {
        const options = listOf(value['options']);
        must(options.length >= 1 && options.length <= 10, `${what}.options: 1–10`);
        for (const option of options) {
          text(isJson(option) ? option['text'] : undefined, 75, `${what}.option.text`, [
            'plain_text',
            'mrkdwn',
          ]);
          if (isJson(option) && 'description' in option)
            text(option['description'], 75, `${what}.option.description`);
          within(isJson(option) ? option['value'] : undefined, 1, 75, `${what}.option.value`);
        }
        const values = options.map((option) => JSON.stringify(option));
        for (const option of listOf(value['initial_options']))
          must(values.includes(JSON.stringify(option)), `${what}.initial_options: among the options`);
        return;
      }
      case 'datepicker':
        if ('initial_date' in value)
          must(/^\d{4}-\d{2}-\d{2}$/.test(String(value['initial_date'])), `${what}.initial_date`);
        return;
      case 'overflow':
        among(value['options'], 2, 5, what);
        return;
      case 'users_select':
        if ('placeholder' in value) text(value['placeholder'], 150, `${what}.placeholder`);
        return;
      case 'static_select': {
        const options = among(value['options'], 1, 100, what);
        if ('initial_option' in value)
          must(
            options.some((option) => JSON.stringify(option) === JSON.stringify(value['initial_option'])),
            `${what}.initial_option: one of the options`,
          );
        return;
      }
      default:
        must(false, `${what}: unknown element ${String(value['type'])}`);
    }
  };

  const rich = (value: unknown, what: string): void => {
    if (!isJson(value)) {
      must(false, `${what}: an element`);
      return;
    }
    switch (value['type']) {
      case 'rich_text_section':
      case 'rich_text_list':
      case 'rich_text_quote':
        must(Array.isArray(value['elements']), `${what}.elements`);
        for (const [index, child] of listOf(value['elements']).entries()) rich(child, `${what}.${index}`);
        return;
      case 'text': {
        must(lengthOf(value['text']) >= 1, `${what}.text: not empty`);
        return;
      }
      case 'date':
        must(Number.isInteger(value['timestamp']), `${what}.timestamp: whole seconds`);
        {
          must(String(value['format']).includes('{'), `${what}.format`);
          return;
        }
      case 'user': {
        must(/^[UW][A-Z0-9]+$/.test(String(value['user_id'])), `${what}.user_id`);
        return;
      }
      case 'channel': {
        must(/^[CG][A-Z0-9]+$/.test(String(value['channel_id'])), `${what}.channel_id`);
        return;
      }
      default:
        must(false, `${what}: unknown element ${String(value['type'])}`);
    }
  };

  const all = listOf(blocks);
  const most = surface === 'message' ? 50 : 100;
  must(Array.isArray(blocks) && all.length <= most, `at most ${most} blocks`);
  for (const [index, block] of all.entries()) {
    const what = `blocks.${index}`;
    if (!isJson(block)) {
      must(false, `${what}: a block`);
      continue;
    }
    if ('block_id' in block) within(block['block_id'], 1, 255, `${what}.block_id`);
    const elements = listOf(block['elements']);
    switch (block['type']) {
      case 'header':
        text(block['text'], 150, `${what}.text`);
        break;
      case 'section':
        text(block['text'], 3000, `${what}.text`, ['plain_text', 'mrkdwn']);
        break;
      case 'rich_text':
        must(elements.length >= 1, `${what}.elements`);
        for (const [n, child] of elements.entries()) rich(child, `${what}.${n}`);
        break;
      case 'actions':
        must(elements.length >= 1 && elements.length <= 25, `${what}.elements: 1–25`);
        for (const [n, child] of elements.entries()) element(child, `${what}.${n}`);
        must(
          new Set(elements.map((child) => isJson(child) && child['action_id'])).size === elements.length,
          `${what}: each action_id once`,
        );
        break;
      case 'input':
        must(surface === 'view', `${what}: only in views`);
        text(block['label'], 2000, `${what}.label`);
        if ('hint' in block) text(block['hint'], 2000, `${what}.hint`);
        element(block['element'], `${what}.element`);
        break;
      default:
        must(false, `${what}: unknown block ${String(block['type'])}`);
    }
  }
  // Undocumented, but real: https://github.com/slackapi/bolt-js/issues/2509
  if (surface === 'message') must(charactersIn(blocks) <= 13_200, 'at most 13200 characters over all blocks');
  return wrong;
}

/** Characters of text over all blocks. */
export function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + charactersIn(item), 0);
  if (!isJson(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum + (key === 'text' && typeof item === 'string' ? item.length : charactersIn(item)),
    0,
  );
}

/** What is wrong with a form or home tab as a whole. */
export function viewFaults(view: unknown): readonly string[] {
  if (!isJson(view)) return ['view: an object'];
  const wrong = [...faults(view['blocks'], 'view')];
  const short = (name: string, needed: boolean) => {
    const value = view[name];
    const length = isJson(value) ? lengthOf(value['text']) : value === undefined ? -1 : 999;
    if (length > 24 || (needed && length < 1)) wrong.push(`${name}: 1–24 characters`);
  };
  if (view['type'] === 'modal') {
    const hasInput = listOf(view['blocks']).some((block) => isJson(block) && block['type'] === 'input');
    short('title', true);
    short('submit', hasInput);
    short('close', false);
  } else if (view['type'] !== 'home') wrong.push('type: modal or home');
  if (lengthOf(view['private_metadata']) > 3000) wrong.push('private_metadata: 3000 characters');
  if (lengthOf(view['callback_id']) > 255) wrong.push('callback_id: 255 characters');
  if (JSON.stringify(view).length > 250_000) wrong.push('view: 250 kB');
  return wrong;
}
