/** Somebody's home tab in a browser. */
import { document, escape, html, menu, text } from './page.ts';
import { isJson, listOf } from './shapes.ts';
import type { Json, WorkspaceUser } from './shapes.ts';

export function homePage(user: string, home: Json | undefined, users: readonly WorkspaceUser[]): string {
  const blocks = listOf(home?.['blocks']);
  const name = users.find(({ id }) => id === user)?.address ?? user;
  return document(
    `Home of ${name}`,
    `<p><a href="/">Messages</a></p><h1>Lapse <small>(home tab of ${escape(name)})</small></h1>
${blocks.map((block, index) => blockPage(user, block, index, users)).join('\n')}
${blocks.length === 0 ? '<p>The app has published nothing.</p>' : ''}`,
  );
}

function blockPage(user: string, block: Json, index: number, users: readonly WorkspaceUser[]): string {
  const element = block['element'];
  if (block['type'] === 'input' && isJson(element))
    return form(
      user,
      index,
      `<label>${text(block['label'])} <input name="value" value="${escape(element['initial_value'] ?? '')}"></label> ${button(element['action_id'], 'Search')}`,
    );
  if (block['type'] !== 'actions') return html(block, users);
  return listOf(block['elements'])
    .map((one) => form(user, index, control(one)))
    .join('');
}

function control(one: Json): string {
  switch (one['type']) {
    case 'static_select':
      return select(one);
    case 'overflow':
      return `<input type="hidden" name="action" value="${escape(one['action_id'])}">${menu(
        listOf(one['options']).map(
          (option) =>
            `<button name="value" value="${escape(option['value'])}">${text(option['text'])}</button>`,
        ),
      )}`;
    default:
      return press(one);
  }
}

const form = (user: string, index: number, inside: string): string =>
  `<form method="post" action="/home/${escape(user)}" style="display:inline"><input type="hidden" name="block" value="${index}">${inside}</form>`;

const button = (action: unknown, label: string): string =>
  `<button name="action" value="${escape(action)}">${escape(label)}</button>`;

const press = (one: Json): string =>
  `<button name="action" value="${escape(one['action_id'])}" class="${escape(one['style'] ?? '')}">${text(one['text'])}</button>`;

function select(one: Json): string {
  const first = isJson(one['initial_option']) ? one['initial_option']['value'] : undefined;
  const options = listOf(one['options']).map(
    (option) =>
      `<option value="${escape(option['value'])}"${option['value'] === first ? ' selected' : ''}>${text(option['text'])}</option>`,
  );
  return `<select name="value">${options.join('')}</select> ${button(one['action_id'], 'Show')}`;
}
