/** Renders docs/reference/permissions.md: the permission matrix of the synthesized templates, for reviews of access. */
import { type Condition, type Permission, permissionMatrix } from '../../audit/permissions.ts';
import { heading } from './markdown.ts';

interface Section {
  readonly title: string;
  readonly about: string;
  readonly holds: (row: Permission) => boolean;
}

/** A row belongs to the first section that fits. */
const SECTIONS: readonly Section[] = [
  {
    title: 'Functions',
    about: 'What the role of each function may do: its row of `infra/routes.ts` and its own log group.',
    holds: ({ source, principalKind }) => source === 'identity' && principalKind === 'function',
  },
  {
    title: 'Keys',
    about:
      'The callers that each key’s own policy allows. `the account` stands for principals that IAM allows too, its root ' +
      'user and administrators among them.',
    holds: ({ source }) => source === 'key',
  },
  {
    title: 'People',
    about: 'Policies for people. The account’s owner attaches them; by default no principal has one.',
    holds: ({ principalKind }) => principalKind === 'policy',
  },
  {
    title: 'Other roles',
    about: 'Roles of AWS services that serve the vault.',
    holds: ({ source }) => source === 'identity',
  },
  {
    title: 'Assuming roles',
    about: 'The trust policies.',
    holds: ({ source }) => source === 'trust',
  },
  { title: 'Invoking functions', about: '', holds: ({ source }) => source === 'function' },
  { title: 'Everything else', about: 'Policies of buckets and other resources.', holds: () => true },
];

export function renderPermissions(templates: readonly unknown[]): string {
  const rows = permissionMatrix(templates);
  return `${heading('Permissions')}

Principals, actions and resources, read from the synthesized template: every statement of every policy in it, nothing
added, nothing left out (PCI DSS 4.0.1 7.2.1, 7.2.5). A role of the vault may do nothing else. A use of a card key needs both
the role’s own policy and the key’s, so it is in two tables. A change of this page is a change of
permissions.

${SECTIONS.map((section) => render(section, rows)).join('\n')}
## Long lists

${longLists(rows)
  .map((actions, index) => `List ${index + 1}: ${actions}.\n`)
  .join('\n')}`;
}

const MAX_ACTIONS_IN_A_ROW = 8;

/** Lists of actions that are too long for a table, each once. */
const longLists = (rows: readonly Permission[]): readonly string[] => [
  ...new Set(
    rows.filter(({ actions }) => actions.length > MAX_ACTIONS_IN_A_ROW).map(({ actions }) => actions.join(', ')),
  ),
];

function render(section: Section, rows: readonly Permission[]): string {
  const mine = rows.filter((row) => SECTIONS.find(({ holds }) => holds(row)) === section);
  const long = longLists(rows);
  const lines = mine.map(({ principal, effect, actions, resource, conditions }) => {
    const index = long.indexOf(actions.join(', '));
    const may = index === -1 ? actions.join(', ') : `[list ${index + 1}](#long-lists)`;
    return [principal, `${effect === 'deny' ? '**never** ' : ''}${may}`, `\`${resource}\``, words(conditions)]
      .map((cell) => ` ${cell.replaceAll('|', '\\|')} `)
      .join('|');
  });
  const about = section.about && `${section.about}\n\n`;
  const table = `| who | may | with | provided that |\n|---|---|---|---|\n${lines.map((line) => `|${line}|\n`).join('')}`;
  return `## ${section.title}\n\n${about}${table}`;
}

const SIGNS: Readonly<Record<string, string>> = {
  StringEquals: '=',
  ArnEquals: '=',
  Bool: '=',
  StringLike: 'like',
  ArnLike: 'like',
  NumericLessThan: '<',
};

function words(conditions: readonly Condition[]): string {
  const context = exactContext(conditions);
  const rest = context === undefined ? conditions : conditions.filter(({ key }) => !CONTEXT_KEY.test(key));
  const texts = rest.map(({ operator, key, values }) =>
    operator === 'Null'
      ? `\`${key}\` is ${values.join() === 'false' ? 'given' : 'absent'}`
      : `\`${key}\` ${SIGNS[operator] ?? operator} \`${values.join(' or ')}\``,
  );
  return [...(context === undefined ? [] : [context]), ...texts].join('; ');
}

const CONTEXT_KEY = /^kms:EncryptionContext(?:Keys$|:)/;

/** The conditions that require exactly these names of an encryption context, in short. */
function exactContext(conditions: readonly Condition[]): string | undefined {
  const asked = (operator: string, key: string) =>
    conditions.find((condition) => condition.operator === operator && condition.key === key)?.values;
  const names = asked('ForAllValues:StringEquals', 'kms:EncryptionContextKeys');
  const [purpose] = asked('StringEquals', 'kms:EncryptionContext:purpose') ?? [];
  if (names?.[0] !== 'purpose' || purpose === undefined) return undefined;
  const present = ['kms:EncryptionContextKeys', ...names.slice(1).map((name) => `kms:EncryptionContext:${name}`)];
  const isExact = present.every((key) => asked('Null', key)?.join() === 'false');
  const all = conditions.filter(({ key }) => CONTEXT_KEY.test(key)).length === present.length + 2;
  return isExact && all ? `the context is exactly purpose = \`${purpose}\`, ${names.slice(1).join(', ')}` : undefined;
}
