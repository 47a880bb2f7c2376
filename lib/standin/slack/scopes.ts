/** Which scope of the token each method takes. What is not listed takes none. */
const needed: Readonly<Record<string, string>> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'conversations.open': 'im:write',
  'users.info': 'users:read',
  'users.lookupByEmail': 'users:read.email',
  'usergroups.users.list': 'usergroups:read',
};

/** What the app's manifest asks for, optional ones included. */
export const usualScopes: readonly string[] = [
  'chat:write',
  'im:history',
  'channels:history',
  'groups:history',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'commands',
];

/** The scope that a call lacks. */
export function missingScope(
  method: string,
  conversation: string | undefined,
  provided: readonly string[],
): string | undefined {
  const wanted = method === 'conversations.history' ? historyOf(conversation) : needed[method];
  return wanted === undefined || provided.includes(wanted) ? undefined : wanted;
}

const historyOf = (conversation = ''): string =>
  conversation.startsWith('D')
    ? 'im:history'
    : conversation.startsWith('G')
      ? 'groups:history'
      : 'channels:history';
