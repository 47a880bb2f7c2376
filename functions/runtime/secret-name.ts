/** The name of a secret by its name or ARN, without what AWS appends to a name in an ARN. */
export const secretNameOf = (id: string): string =>
  id.startsWith('arn:')
    ? id
        .split(':')
        .slice(6)
        .join(':')
        .replace(/-[^-]{6}$/, '')
    : id;
