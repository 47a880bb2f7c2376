/** The workspace in a browser: its messages, their buttons, and the form. Plain HTML, everything escaped. */
import { buttonsOf, entriesOf, inputsOf, isJson, listOf } from './shapes.ts';
import type { Json, OpenView, PostedMessage, WorkspaceUser } from './shapes.ts';

export const escape = (text: unknown): string =>
  String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const style = `body{font:15px/1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1d1c1d}
article,form.view{border:1px solid #ddd;border-radius:8px;padding:.8rem 1rem;margin:1rem 0}
.only{background:#f6f6f6}h2{font-size:1.05rem;margin:.2rem 0 .6rem}small{color:#616061}
.reply{border-left:3px solid #ddd;margin:.5rem 0 0 1rem;padding:.1rem 0 .1rem .8rem}
button,summary{font:inherit;padding:.3rem .8rem;margin:.4rem .4rem 0 0;border:1px solid #bbb;border-radius:4px;background:#fff;cursor:pointer}
.primary{background:#007a5a;color:#fff}.danger{background:#c01343;color:#fff}
.menu{display:inline-block;position:relative;vertical-align:top}summary{list-style:none;display:inline-block}
.menu div{position:absolute;z-index:1;background:#fff;border:1px solid #bbb;border-radius:6px;padding:.2rem .4rem .5rem;white-space:nowrap}
.menu div button{display:block;border:0}
label{display:block;margin:.8rem 0 .2rem;font-weight:600}textarea,input,select{font:inherit;padding:.3rem}
textarea{width:100%;box-sizing:border-box}.error{color:#c01343}p{white-space:pre-line;margin:.3rem 0}ul{margin:.2rem 0 .6rem;padding-left:1.3rem}
.mention{background:#e8f5fa;color:#1264a3;border-radius:3px;padding:0 .15rem}`;

export const document = (title: string, body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>${head}<style>${style}</style></head><body>${body}</body></html>`;

interface Listing {
  readonly messages: readonly PostedMessage[];
  readonly users: readonly WorkspaceUser[];
  readonly views: readonly OpenView[];
  /** What the app answered to the newest press, where it has to be seen. */
  readonly notice?: string;
}

export function listing({ messages, users, views, notice }: Listing): string {
  const open = views.filter(({ state }) => state === 'open');
  return document(
    'Slack workspace (stand-in)',
    `<h1>Slack workspace <small>(stand-in)</small></h1>
${notice === undefined ? '' : `<p class="error" role="alert">${escape(notice)}</p>`}
<p>Messages Lapse sent, newest first. Press a button as the person named beside it.</p>
<p>Home tab of ${users.map(({ id, address }) => `<a href="/home/${escape(id)}">${escape(address)}</a>`).join(', ')}</p>
<datalist id="users">${users.map(({ id, address }) => `<option value="${escape(id)}">${escape(address)}</option>`).join('')}</datalist>
${open.map(({ id, view }) => `<p><a href="/view/${escape(id)}">Open form: ${text(view['title'])}</a></p>`).join('')}
${messages
  .filter(({ thread }) => thread === undefined)
  .toReversed()
  .map((message) => article(message, users, repliesTo(message, messages)))
  .join('\n')}
${messages.length === 0 ? '<p>Nothing yet.</p>' : ''}`,
    '<meta http-equiv="refresh" content="15;url=/">',
  );
}

const repliesTo = (top: PostedMessage, messages: readonly PostedMessage[]): readonly PostedMessage[] =>
  messages.filter(({ channel, thread }) => channel === top.channel && thread === top.ts);

const timeOf = ({ ts }: PostedMessage): string => escape(new Date(Number(ts) * 1000).toISOString());

function article(
  message: PostedMessage,
  users: readonly WorkspaceUser[],
  replies: readonly PostedMessage[],
): string {
  const user = `U${message.channel.slice(1)}`;
  const owner = message.channel.startsWith('D') ? users.find(({ id }) => id === user) : undefined;
  const where = owner ? `to ${owner.address}` : `in ${message.channel}`;
  return `<article${message.onlyFor === undefined ? '' : ' class="only"'}>
<small>${escape(where)}${message.onlyFor === undefined ? '' : `, seen by ${escape(message.onlyFor)} only`} · ${timeOf(message)}${message.edits > 0 ? ' · updated' : ''}</small>
${message.blocks
  .map((block, index) =>
    block['type'] === 'actions' ? actions(message, block, index, owner?.id ?? '') : html(block, users),
  )
  .join('\n')}
${replies.map((reply) => `<div class="reply"><small>${timeOf(reply)}</small>${reply.blocks.map((block) => html(block, users)).join('')}</div>`).join('\n')}
</article>`;
}

/** What can be pressed, where it stands: in a digest each row has its own. */
function actions(message: PostedMessage, block: Json, index: number, as: string): string {
  const one = { blocks: [block] };
  const [buttons, entries] = [buttonsOf(one), entriesOf(one)];
  if (buttons.length + entries.length === 0) return '';
  return `<form method="post" action="/press">
<input type="hidden" name="channel" value="${escape(message.channel)}"><input type="hidden" name="ts" value="${escape(message.ts)}"><input type="hidden" name="block" value="${index}">
${buttons.map((button, place) => `<button name="button" value="${place}" class="${escape(button['style'] ?? '')}" aria-label="${escape(button['accessibility_label'] ?? '')}">${text(button['text'])}</button>`).join('')}${menu(entries.map(({ label }) => `<button name="action" value="${escape(label)}">${escape(label)}</button>`))}
<small>as <input name="user" list="users" size="14" value="${escape(as)}" aria-label="Slack user id" required></small></form>`;
}

export const menu = (entries: readonly string[]): string =>
  entries.length === 0
    ? ''
    : `<details class="menu"><summary aria-label="More">⋯</summary><div>${entries.join('')}</div></details>`;

/** The form as a page; what the app said about its fields stands beside them. */
export function viewPage({ id, view, errors, user }: OpenView, users: readonly WorkspaceUser[]): string {
  const inputs = inputsOf(view);
  const title = isJson(view['title']) ? String(view['title']['text']) : 'Form';
  return document(
    title,
    `<form class="view" method="post" action="/view/${escape(id)}"><h1>${escape(title)}</h1>
<input type="hidden" name="user" value="${escape(user)}">
${listOf(view['blocks'])
  .map((block) => {
    if (block['type'] === 'actions')
      return `<p>${buttonsOf({ blocks: [block] })
        .map(
          (button) =>
            `<button name="pressed" value="${escape(button['action_id'])}">${text(button['text'])}</button>`,
        )
        .join('')}</p>`;
    if (block['type'] !== 'input') return html(block, users);
    const name = String(block['block_id']);
    const error = errors[name];
    return `<label for="${escape(name)}">${text(block['label'])}</label>${field(name, isJson(block['element']) ? block['element'] : {}, users)}
${isJson(block['hint']) ? `<div><small>${text(block['hint'])}</small></div>` : ''}${error === undefined ? '' : `<div class="error" role="alert">${escape(error)}</div>`}`;
  })
  .join('\n')}
${inputs.length > 0 ? `<p><button class="primary">${text(view['submit'])}</button></p>` : ''}<p><a href="/">Back</a></p></form>`,
  );
}

function field(name: string, element: Json, users: readonly WorkspaceUser[]): string {
  const id = `id="${escape(name)}" name="${escape(name)}"`;
  if (element['type'] === 'datepicker')
    return `<input type="date" ${id} value="${escape(element['initial_date'] ?? '')}">`;
  if (element['type'] === 'checkboxes') {
    const ticked = listOf(element['initial_options']).map(({ value }) => value);
    return `<input type="hidden" name="${escape(name)}" value="">${listOf(element['options'])
      .map(
        (option) =>
          `<div><label><input type="checkbox" name="${escape(name)}" value="${escape(option['value'])}"${ticked.includes(option['value']) ? ' checked' : ''}> ${text(option['text'])} <small>${text(option['description'])}</small></label></div>`,
      )
      .join('')}`;
  }
  if (element['type'] === 'static_select') {
    const first = isJson(element['initial_option']) ? element['initial_option']['value'] : undefined;
    return `<select ${id}>${listOf(element['options'])
      .map(
        (option) =>
          `<option value="${escape(option['value'])}"${option['value'] === first ? ' selected' : ''}>${text(option['text'])}</option>`,
      )
      .join('')}</select>`;
  }
  if (element['type'] === 'users_select')
    return `<select ${id}><option value=""></option>${users.map((one) => `<option value="${escape(one.id)}">${escape(one.address)}</option>`).join('')}</select>`;
  return `<textarea ${id} rows="3" maxlength="${escape(element['max_length'] ?? 3000)}">${escape(element['initial_value'] ?? '')}</textarea>`;
}

export const text = (value: unknown): string => (isJson(value) ? escape(value['text']) : '');

export function html(block: Json, users: readonly WorkspaceUser[]): string {
  switch (block['type']) {
    case 'header':
      return `<h2>${text(block['text'])}</h2>`;
    case 'section':
      return `<p>${text(block['text'])}</p>`;
    case 'rich_text':
      return listOf(block['elements'])
        .map((element) => html(element, users))
        .join('');
    case 'rich_text_section':
      return `<p>${inline(block, users)}</p>`;
    case 'rich_text_list':
      return `<ul>${listOf(block['elements'])
        .map((item) => `<li>${inline(item, users)}</li>`)
        .join('')}</ul>`;
    default:
      return '';
  }
}

/** In the reader’s own zone, as Slack does: here that of this machine. */
const shown = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const styled = (element: Json, html: string): string =>
  isJson(element['style']) && element['style']['bold'] === true ? `<strong>${html}</strong>` : html;

const inline = (section: Json, users: readonly WorkspaceUser[]): string =>
  listOf(section['elements'])
    .map((element) => {
      switch (element['type']) {
        case 'text':
          return styled(element, escape(element['text']));
        case 'date':
          return styled(
            element,
            `<time datetime="${escape(new Date(Number(element['timestamp']) * 1000).toISOString())}">${escape(shown(Number(element['timestamp'])))}</time>`,
          );
        case 'user':
          return `<span class="mention">@${escape(users.find(({ id }) => id === element['user_id'])?.address ?? element['user_id'])}</span>`;
        case 'channel':
          return `<span class="mention">#${escape(element['channel_id'])}</span>`;
        default:
          return '';
      }
    })
    .join('');
