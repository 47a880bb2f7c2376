/** What the stand-in workspace keeps. */
export type Json = Readonly<Record<string, unknown>>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

export interface WorkspaceUser {
  readonly id: string;
  readonly address: string;
  /** `external`: of another organisation, in a channel shared with it. */
  readonly standing: 'member' | 'guest' | 'deactivated' | 'bot' | 'external';
  /** The workspace they belong to, where that is another one. */
  readonly team?: string;
  /** The organisation they belong to, where that is another one. */
  readonly enterprise?: string;
}

/** That the workspace belongs to an organisation; `wide`: the app is installed for all its workspaces. */
export interface Organisation {
  readonly id: string;
  readonly wide: boolean;
}

export interface PostedMessage {
  /** D… for a conversation with one person, C… for a channel. */
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  /** What the app said of it to itself. */
  readonly metadata?: Json;
  /** How often it was updated in place. */
  readonly edits: number;
  /** The message below which it stands. */
  readonly thread?: string;
  /** It is shown in the channel as well. */
  readonly broadcast?: boolean;
  /** Set if only this person sees it. */
  readonly onlyFor?: string;
}

export interface OpenView {
  readonly id: string;
  readonly hash: string;
  /** Who pressed the button that opened it. */
  readonly user: string;
  readonly view: Json;
  readonly state: 'open' | 'closed';
  /** Block id → what the app said about the field. */
  readonly errors: Readonly<Record<string, string>>;
}

/** What the app answered. */
export interface AppAnswer {
  readonly status: number;
  readonly body: string;
  /** The form that the press opened, or the sent form as it is now. */
  readonly view?: OpenView;
}

const elementsOf = (blocks: unknown, wanted: string): readonly Json[] =>
  listOf(blocks).flatMap((block) =>
    block['type'] === 'actions' ? listOf(block['elements']).filter(({ type }) => type === wanted) : [],
  );

/** All buttons of a message or a view. */
export const buttonsOf = ({ blocks }: { readonly blocks?: unknown }): readonly Json[] =>
  elementsOf(blocks, 'button');

/** All entries of the menus of a message, each with the action of its menu. */
export const entriesOf = ({
  blocks,
}: {
  readonly blocks?: unknown;
}): readonly { readonly action: string; readonly label: string; readonly option: Json }[] =>
  elementsOf(blocks, 'overflow').flatMap((menu) =>
    listOf(menu['options']).map((option) => ({
      action: String(menu['action_id']),
      label: isJson(option['text']) ? String(option['text']['text']) : '',
      option,
    })),
  );

/** What a list of a message offers under that value. */
export const optionOf = (
  { blocks }: { readonly blocks?: unknown },
  action: string,
  value: string,
): Json | undefined =>
  elementsOf(blocks, 'static_select')
    .filter(({ action_id }) => action_id === action)
    .flatMap((list) => listOf(list['options']))
    .find((option) => option['value'] === value);

/** All input fields of a form. */
export const inputsOf = (view: Json): readonly { readonly block: Json; readonly element: Json }[] =>
  listOf(view['blocks']).flatMap((block) =>
    block['type'] === 'input' && isJson(block['element']) ? [{ block, element: block['element'] }] : [],
  );

/** What a message says, for tests and terminals: its blocks as text, buttons left out. */
export function read(blocks: unknown): string {
  if (Array.isArray(blocks)) return blocks.map(read).filter(Boolean).join('\n');
  if (!isJson(blocks)) return '';
  switch (blocks['type']) {
    case 'header':
    case 'section':
      return read(blocks['text']);
    case 'plain_text':
    case 'mrkdwn':
    case 'text':
      return String(blocks['text']);
    case 'rich_text':
    case 'rich_text_list':
      return read(blocks['elements']);
    case 'rich_text_section':
      return listOf(blocks['elements']).map(read).join('');
    case 'date':
      return String(blocks['fallback']);
    case 'user':
      return `<@${String(blocks['user_id'])}>`;
    case 'channel':
      return `<#${String(blocks['channel_id'])}>`;
    default:
      return '';
  }
}
