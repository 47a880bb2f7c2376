/**
 * The part of CloudFormation's template language that a single synthesized stack uses. What is not known is
 * refused by name: a wrong guess would deploy a different stack here than there.
 */
export interface TemplateScope {
  /** The value of `Ref` for a resource or parameter. Throws where there is none. */
  ref(name: string): unknown;
  /** The value of `Fn::GetAtt`. Throws where there is none. */
  attribute(name: string, attribute: string): unknown;
}

/** Replaces every intrinsic below `value`. Throws `Error` naming the intrinsic and where it stands. */
export function resolveIntrinsics(value: unknown, scope: TemplateScope, path = ''): unknown {
  if (Array.isArray(value))
    return value
      .map((member, index) => resolveIntrinsics(member, scope, `${path}[${index}]`))
      .filter((member) => member !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? (entries[0] ?? []) : [];
  if (name === 'Ref' || name?.startsWith('Fn::')) return intrinsic(name, argument, scope, path);
  return Object.fromEntries(
    entries.map(([key, member]) => [key, resolveIntrinsics(member, scope, `${path}/${key}`)]),
  );
}

function intrinsic(name: string, raw: unknown, scope: TemplateScope, path: string): unknown {
  const wrong = (expected: string): Error => new Error(`${path || '/'}: ${name} expects ${expected}`);
  if (name === 'Ref') return reference(text(raw, wrong('a name')), scope);
  if (name === 'Fn::GetAtt') {
    const [resource, ...attribute] = typeof raw === 'string' ? raw.split('.') : list(raw, wrong('a list'));
    return scope.attribute(String(resource), attribute.map(String).join('.'));
  }
  if (name === 'Fn::Sub') return substitute(raw, scope, path, wrong('a text'));
  const argument = resolveIntrinsics(raw, scope, `${path}/${name}`);
  switch (name) {
    case 'Fn::Join': {
      const [by, parts] = list(argument, wrong('a separator and a list'));
      return list(parts, wrong('a separator and a list')).map(String).join(String(by));
    }
    case 'Fn::Select': {
      const [index, parts] = list(argument, wrong('an index and a list'));
      const chosen = list(parts, wrong('an index and a list'))[Number(index)];
      if (chosen === undefined) throw wrong(`an index inside the list, not ${String(index)}`);
      return chosen;
    }
    case 'Fn::Split': {
      const [by, whole] = list(argument, wrong('a separator and a text'));
      return text(whole, wrong('a separator and a text')).split(String(by));
    }
    default:
      throw new Error(`${path || '/'}: the local deployment does not know ${name}`);
  }
}

const pseudo: Readonly<Record<string, string | undefined>> = {
  'AWS::Region': 'local-1',
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'lapse',
  'AWS::StackId': 'arn:aws:cloudformation:local-1:000000000000:stack/lapse/local',
};

function reference(name: string, scope: TemplateScope): unknown {
  return name === 'AWS::NoValue' ? undefined : (pseudo[name] ?? scope.ref(name));
}

function substitute(raw: unknown, scope: TemplateScope, path: string, wrong: Error): string {
  const [pattern, given] = Array.isArray(raw) ? (raw as unknown[]) : [raw, {}];
  const variables = resolveIntrinsics(given, scope, path) as Readonly<Record<string, unknown>>;
  return text(pattern, wrong).replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in variables) return String(variables[name]);
    const [resource, ...attribute] = name.split('.');
    return String(
      attribute.length > 0 ? scope.attribute(String(resource), attribute.join('.')) : reference(name, scope),
    );
  });
}

function text(value: unknown, wrong: Error): string {
  if (typeof value !== 'string') throw wrong;
  return value;
}

function list(value: unknown, wrong: Error): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong;
  return value;
}
