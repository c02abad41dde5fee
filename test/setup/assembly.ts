/**
 * A copy of the synthesized app with another template of the vault, so that a test can remove a permission, or read
 * what no role may read, while everything else is what would be deployed. Bundles are linked, not copied.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VAULT_TEMPLATE = 'Fuda.template.json';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

interface Resource {
  readonly Type: string;
  readonly Properties: { Description?: string; PolicyDocument?: { Statement: Statement[] } };
}

/** As much of a template as tests change. */
export interface EditableTemplate {
  readonly Resources: Record<string, Resource>;
  readonly Outputs: Record<string, { Value: unknown }>;
}

export type TemplateEdit = (template: EditableTemplate) => void;

/** Writes into `target` the assembly of `source` with its template edited. */
export function editAssembly(source: string, target: string, ...edits: readonly TemplateEdit[]): string {
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) {
    if (name !== VAULT_TEMPLATE) {
      symlinkSync(resolve(source, name), join(target, name));
      continue;
    }
    const template = JSON.parse(readFileSync(join(source, name), 'utf8')) as EditableTemplate;
    for (const edit of edits) edit(template);
    writeFileSync(join(target, name), JSON.stringify(template));
  }
  return target;
}

/** Every template of an assembly. */
export const templatesOf = (folder: string): readonly unknown[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown);

/** The statements of the role of one function, by its entry in infra/routes.ts. */
export function statementsOf(template: EditableTemplate, entry: string): Statement[] {
  const policies = Object.values(template.Resources).filter(
    ({ Type, Properties }) => Type === 'AWS::IAM::ManagedPolicy' && Properties.Description === `Fuda ${entry}`,
  );
  const statements = policies[0]?.Properties.PolicyDocument?.Statement;
  if (statements === undefined || policies.length !== 1)
    throw new Error(`the template must have one policy for ${entry}`);
  return statements;
}

/** Lets the operator see and prepare every item. No function's role changes by it. */
export function letOperatorSeeAll({ Resources, Outputs }: EditableTemplate): void {
  const reference = Outputs.OperatorPolicyArn?.Value as { Ref: string } | undefined;
  const statements = Resources[reference?.Ref ?? '']?.Properties.PolicyDocument?.Statement;
  if (statements === undefined) throw new Error('the template has no operator policy');
  statements.push({ Effect: 'Allow', Action: ['dynamodb:Scan', 'dynamodb:UpdateItem'], Resource: '*' });
}
