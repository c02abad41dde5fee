/** The built-ins that a script uses and a browser of the floor lacks. */
import { parseModule, type SyntaxNode } from '../tidy/syntax.ts';
import { type Features, featureAt, isFeature, lacking } from './features.ts';

/** Interfaces, constructors and global functions, in the order in which a name is looked up. */
const HOLDERS = [['javascript', 'builtins'], ['api'], ['api', 'Window']] as const;

/** Member of an instance → the browsers that lack it under every interface. */
function membersByName(features: Features): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, (readonly string[])[]>();
  const visit = (owner: Features) => {
    for (const [name, member] of Object.entries(owner)) {
      if (name === '__compat' || name.endsWith('_static') || !isFeature(member)) continue;
      found.set(name, [...(found.get(name) ?? []), lacking(member)]);
      // Such as Intl.Locale, below Intl.
      if (/^[A-Z]/.test(name)) visit(member);
    }
  };
  for (const holder of [['javascript', 'builtins'], ['api']]) {
    for (const owner of Object.values(featureAt(features, ...holder) ?? {})) if (isFeature(owner)) visit(owner);
  }
  return new Map([...found].map(([name, all]) => [name, all.some((each) => each.length === 0) ? [] : all.flat()]));
}

/** Each as `name: browsers`. A member that the script itself defines is taken for its own. */
export function newerInScript(features: Features, text: string): readonly string[] {
  const members = membersByName(features);
  const { nodes } = parseModule({ path: 'bundle.js', text });
  const own = new Set(nodes.flatMap(ownName));
  const found = nodes.flatMap((node): readonly (readonly [string, string])[] => {
    const [owner, name] = namesIn(node);
    if (name === undefined) return [];
    const exact = owner === undefined ? undefined : memberOf(features, owner, name);
    if (exact !== undefined) return lacking(exact).map((browser) => [`${owner}.${name}`, browser] as const);
    const isMember = node.type !== 'Identifier';
    const lack = isMember ? (own.has(name) ? [] : (members.get(name) ?? [])) : globalLack(features, node, name, own);
    return lack.map((browser) => [name, browser] as const);
  });
  const names = [...new Set(found.map(([name]) => name))].sort();
  return names.map((name) => {
    const browsers = new Set(found.flatMap(([one, browser]) => (one === name ? [browser] : [])));
    return `${name}: ${[...browsers].sort().join(', ')}`;
  });
}

type Field = Readonly<Record<string, unknown>> | undefined;

/** Owner and member of `Owner.member`, member of anything else, or a name by itself. */
function namesIn({ type, fields }: SyntaxNode): readonly [string | undefined, string | undefined] {
  if (type === 'MemberExpression') {
    const object = fields.object as Field;
    const property = fields.property as Field;
    const computed = property?.type === 'Computed' ? (property.expression as Field) : property;
    const name = typeof computed?.value === 'string' ? computed.value : undefined;
    return [object?.type === 'Identifier' ? String(object.value) : undefined, name];
  }
  if (type === 'KeyValuePatternProperty' || type === 'AssignmentPatternProperty') {
    return [undefined, String((fields.key as Field)?.value)];
  }
  return type === 'Identifier' ? [undefined, String(fields.value)] : [undefined, undefined];
}

/** Of a constructor or namespace, such as `AbortSignal.timeout`; undefined where the owner is none. */
function memberOf(features: Features, owner: string, name: string): Features | undefined {
  for (const holder of HOLDERS) {
    const known = featureAt(features, ...holder, owner);
    if (known === undefined) continue;
    return featureAt(known, `${name}_static`) ?? featureAt(known, name);
  }
  return undefined;
}

function globalLack(
  features: Features,
  { around }: SyntaxNode,
  name: string,
  own: ReadonlySet<string>,
): readonly string[] {
  // The name of a member is an identifier too.
  if (/Member|Property|Method/.test(around.at(-1)?.type ?? '') || own.has(name)) return [];
  const known = HOLDERS.map((holder) => featureAt(features, ...holder, name)).find((each) => each !== undefined);
  return known === undefined ? [] : lacking(known);
}

/** The names that a script gives: of members in objects and classes, of variables and parameters. */
function ownName({ type, fields }: SyntaxNode): readonly string[] {
  if (/^(KeyValueProperty|MethodProperty|ClassMethod|ClassProperty|GetterProperty|SetterProperty)$/.test(type)) {
    return [String((fields.key as Field)?.value)];
  }
  if (type === 'VariableDeclarator' || type === 'Parameter') {
    const { type: kind, value } = (fields.id ?? fields.pat ?? {}) as { type?: string; value?: string };
    return kind === 'Identifier' ? [String(value)] : [];
  }
  return type === 'ObjectExpression'
    ? (fields.properties as readonly { type: string; value?: string }[]).flatMap((each) =>
        each.type === 'Identifier' ? [String(each.value)] : [],
      )
    : [];
}
