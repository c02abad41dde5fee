/** Renders docs/reference/rules.md: the vault's own rule pack, and the acknowledged findings of all packs. */
import { ACKNOWLEDGEMENTS } from '../../infra/acknowledgements.ts';
import { RULES } from '../../infra/rules/pack.ts';
import { heading } from './markdown.ts';

export function renderRules(): string {
  const rules = RULES.map(
    ({ name, requirement, says, types }) => `| ${name} | ${requirement} | ${says}. | ${types.map(short).join(', ')} |`,
  );
  const answers = ACKNOWLEDGEMENTS.map(
    ({ id, of, where, reason }) => `| ${id} | ${[of, where].filter(Boolean).join('/')} | ${reason} |`,
  );
  return `${heading('Rules that every synthesis must pass')}

\`npm run cdk -- synth\` checks the stacks with four rule packs and fails on a finding that is neither fixed nor acknowledged: the
vault’s own, below, and cdk-nag’s AwsSolutions, PCI DSS 3.2.1 and Serverless. A rule’s id is \`PCI.DSS.401-\` and its name; a
finding adds what is wrong in brackets. In another app, add \`new VaultChecks(app)\` from infra/rules/vault-checks.ts.

\`npm run lint:templates\` checks every environment with cfn-lint and checkov too, at the versions of
tools/lint/requirements.txt; accepted findings are in tools/lint/answers.ts, with reasons.

| rule | PCI DSS 4.0.1 | what must be so | looks at |
|---|---|---|---|
${rules.join('\n')}

None of these is acknowledged anywhere.

## Findings of the other packs that are answered

| finding | where | why it may stand |
|---|---|---|
${answers.map((row) => row.replaceAll('<', '&lt;')).join('\n')}
`;
}

/** \`AWS::DynamoDB::Table\` → \`DynamoDB Table\`. */
const short = (type: string): string => type.replace('AWS::', '').replace('::', ' ');
