/**
 * The limits of the stand-in for AWS: resources removed from the templates before deployment, and the parts of the
 * story that are therefore skipped. Everything else of both templates is deployed as to AWS.
 */
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** CloudFormation type → why it is removed. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'AWS::CloudTrail::Trail':
    'its CloudFormation does not make trails, and its CloudTrail writes no files; what it records is asked for instead',
  'AWS::WAFv2::WebACLAssociation': 'its CloudFormation does not tie a firewall to an API; the firewall itself is made',
  'AWS::WAFv2::LoggingConfiguration': 'its CloudFormation does not make a firewall’s log; the log group is made',
  'AWS::Athena::NamedQuery': 'its CloudFormation does not keep queries; the database and work group are made',
};

/** Deployed, but not rehearsed. */
export const NOT_TOLD: readonly string[] = [
  'Storing a card: its KMS has no ReEncrypt.',
  'Permissions: its policies know no KMS encryption context, by which every use of a card key is conditioned, so its IAM ' +
    'is off. The local runtime enforces the template’s policies (test/flows/permissions.test.ts).',
  'The evidence report: there are no log files and no digests to read.',
  'Alarms on the sum of ten functions: its CloudFormation makes them on one function alone.',
];

interface Template {
  readonly Resources: Record<string, { readonly Type: string; DependsOn?: string | string[]; Properties?: Properties }>;
}

interface Properties {
  MemorySize?: number;
  Metrics?: readonly { readonly MetricStat?: MetricStat }[];
}

interface MetricStat {
  readonly Metric: object;
  readonly Period: number;
  readonly Stat: string;
}

/** Copies an assembly for the stand-in; returns the number of removed resources by type. */
export function withoutLeftOut(source: string, target: string): Readonly<Record<string, number>> {
  const gone: Record<string, number> = {};
  cpSync(source, target, { recursive: true });
  editTemplates(target, (template) => {
    const names = Object.keys(template.Resources).filter((name) => typeOf(template, name) in LEFT_OUT);
    for (const name of names) {
      gone[typeOf(template, name)] = (gone[typeOf(template, name)] ?? 0) + 1;
      delete template.Resources[name];
    }
    for (const resource of Object.values(template.Resources)) {
      if (resource.Properties) resource.Properties = withoutSum(resource.Properties);
      if (Array.isArray(resource.DependsOn)) {
        resource.DependsOn = resource.DependsOn.filter((name) => !names.includes(name));
      }
    }
  });
  return gone;
}

/** An alarm on a sum as one on the first metric of it; anything else as it is. */
function withoutSum(properties: Properties): Properties {
  const { Metrics = [], ...rest } = properties;
  const [first] = Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  if (first === undefined) return properties;
  const { Metric, Period, Stat: Statistic } = first;
  return { ...rest, ...Metric, ...{ Period, Statistic } };
}

/** The change of the second deployment: every function gets more memory. */
export function giveMoreMemory(assembly: string, moreMb: number): void {
  editTemplates(assembly, ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type === 'AWS::Lambda::Function' && Properties)
        Properties.MemorySize = (Properties.MemorySize ?? 128) + moreMb;
    }
  });
}

const typeOf = ({ Resources }: Template, name: string): string => Resources[name]?.Type ?? '';

function editTemplates(assembly: string, edit: (template: Template) => void): void {
  for (const name of readdirSync(assembly).filter((file) => file.endsWith('.template.json'))) {
    const before = readFileSync(join(assembly, name), 'utf8');
    const template = JSON.parse(before) as Template;
    edit(template);
    const after = JSON.stringify(template);
    writeFileSync(join(assembly, name), after);
    rename(assembly, name, after);
  }
}

/** The CDK publishes a template under the hash of its text, and would skip a changed one under its old name. */
function rename(assembly: string, name: string, text: string): void {
  const assetsFile = join(assembly, name.replace('.template.json', '.assets.json'));
  const { files } = JSON.parse(readFileSync(assetsFile, 'utf8')) as {
    files: Record<string, { source: { path: string } }>;
  };
  const [old] = Object.keys(files).filter((hash) => files[hash]?.source.path === name);
  if (old === undefined) throw new Error(`${name} is not among the assets`);
  const hash = createHash('sha256').update(text).digest('hex');
  for (const file of [assetsFile, join(assembly, 'manifest.json')]) {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(old, hash));
  }
}
