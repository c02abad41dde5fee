/**
 * Makes a synthesized CloudFormation template readable: each resource gets the name that reviewers know, and every
 * reference becomes that name, so that `{"Fn::GetAtt": ["VaultKeysPanKeyE89B800F", "Arn"]}` reads `PanKey`. Nothing is
 * dropped: an unknown function stays as its JSON. Source: AWS CloudFormation user guide, "Intrinsic function
 * reference".
 */
import * as z from 'zod';

/** Any JSON value, once references are names. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Properties = Readonly<Record<string, Value>>;

export interface NamedResource {
  readonly type: string;
  /** `PanKey` and `Tokens` for keys and tables; the path in the stack for others, `Vault/Trail/Bucket`. */
  readonly name: string;
  readonly properties: Properties;
}

const RawTemplate = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Metadata: z.object({ 'aws:cdk:path': z.string().optional() }).default({}),
    }),
  ),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});

type RawTemplate = z.infer<typeof RawTemplate>;

/** Named by the last part of their path. */
const SHORT_NAMED = new Set(['AWS::KMS::Key', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable']);
const MAX_IMPORTS = 8;

/** All resources of the given templates, in their order. Throws a ZodError where one is not a template. */
export function readResources(templates: readonly unknown[]): readonly NamedResource[] {
  const parsed = templates.map((template) => RawTemplate.parse(template));
  const exported = new Map(
    parsed.flatMap((template) =>
      Object.values(template.Outputs).flatMap(({ Value, Export }) =>
        typeof Export?.Name === 'string' ? [[Export.Name, { template, value: Value }] as const] : [],
      ),
    ),
  );
  const names = new Map(parsed.map((template) => [template, namesIn(template)]));
  return parsed.flatMap((template) => {
    const words = new Words(template, names, exported);
    return Object.entries(template.Resources).map(([logicalId, { Type, Properties }]) => ({
      type: Type,
      name: names.get(template)?.get(logicalId) ?? logicalId,
      properties: words.of(Properties) as Properties,
    }));
  });
}

function namesIn({ Resources }: RawTemplate): ReadonlyMap<string, string> {
  const paths = Object.entries(Resources).map(([logicalId, { Type, Metadata }]) => {
    const path = Metadata['aws:cdk:path']?.split('/').slice(1) ?? [logicalId];
    if (path.at(-1) === 'Resource') path.pop();
    return { logicalId, path: path.join('/'), short: SHORT_NAMED.has(Type) ? path.at(-1) : undefined };
  });
  const uses = (short: string) => paths.filter((other) => other.short === short).length;
  return new Map(
    // Two vaults in one stack have two PanKeys, so each keeps its whole path.
    paths.map(({ logicalId, path, short }) => [logicalId, short !== undefined && uses(short) === 1 ? short : path]),
  );
}

/** Replaces the references in one template's values. */
class Words {
  readonly #template: RawTemplate;
  readonly #names: ReadonlyMap<RawTemplate, ReadonlyMap<string, string>>;
  readonly #exported: ReadonlyMap<string, { readonly template: RawTemplate; readonly value: unknown }>;
  readonly #imports: number;

  constructor(
    template: RawTemplate,
    names: ReadonlyMap<RawTemplate, ReadonlyMap<string, string>>,
    exported: ReadonlyMap<string, { readonly template: RawTemplate; readonly value: unknown }>,
    imports = 0,
  ) {
    this.#template = template;
    this.#names = names;
    this.#exported = exported;
    this.#imports = imports;
  }

  of(value: unknown): Value {
    if (Array.isArray(value)) return value.map((item) => this.of(item));
    if (typeof value !== 'object' || value === null) return value as Value;
    const entries = Object.entries(value);
    const [intrinsic = '', argument] = entries.length === 1 ? (entries[0] ?? []) : [];
    if (intrinsic === 'Ref' && typeof argument === 'string') return this.#reference(argument);
    if (intrinsic === 'Fn::GetAtt') return this.#attribute([argument].flat().join('.'));
    if (intrinsic === 'Fn::Join' && Array.isArray(argument)) return this.#join(argument);
    if (intrinsic === 'Fn::Sub' && typeof argument === 'string') return this.#substitute(argument);
    if (intrinsic === 'Fn::ImportValue') return this.#import(this.of(argument));
    if (intrinsic.startsWith('Fn::')) return JSON.stringify({ [intrinsic]: this.of(argument) });
    return Object.fromEntries(entries.map(([name, inner]) => [name, this.of(inner)]));
  }

  /** A parameter, or a value that AWS sets at deployment, is put in angle brackets. */
  #reference(id: string): string {
    if (id === 'AWS::Partition') return 'aws';
    const pseudo = /^AWS::(\w+)$/.exec(id)?.[1];
    if (pseudo !== undefined) return `<${pseudo.charAt(0).toLowerCase()}${pseudo.slice(1)}>`;
    return this.#names.get(this.#template)?.get(id) ?? `<${id}>`;
  }

  /** An ARN becomes the resource's name; any other attribute is appended. */
  #attribute(text: string): string {
    const [id = '', ...attribute] = text.split('.');
    const name = this.#reference(id);
    return attribute.join('.') === 'Arn' ? name : [name, ...attribute].join('.');
  }

  #join([separator, parts]: readonly unknown[]): Value {
    const words = this.of(parts);
    if (!Array.isArray(words)) return JSON.stringify({ 'Fn::Join': [separator, words] });
    return words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(String(separator));
  }

  #substitute(text: string): string {
    return text.replace(/\$\{(!?)([^{}]+)\}/g, (_, literal: string, name: string) =>
      literal ? `\${${name}}` : name.includes('.') ? this.#attribute(name) : this.#reference(name),
    );
  }

  #import(name: Value): Value {
    const found = this.#exported.get(String(name));
    if (found === undefined || this.#imports >= MAX_IMPORTS) return JSON.stringify({ 'Fn::ImportValue': name });
    return new Words(found.template, this.#names, this.#exported, this.#imports + 1).of(found.value);
  }
}
