/** The rules on .gitattributes, CODEOWNERS and the mark of generated pages find what they are for. */
import { expect, test } from '@jest/globals';
import { MARK } from '../../../tools/docs/markdown.ts';
import { ATTRIBUTES, lostRows, OWNERS, wrongMarks } from '../../../tools/tidy/patterns.ts';

const tree = ({
  attributes = '* text=auto\n\ndocs/a.md linguist-generated\ndocs/b.json linguist-generated\n',
  owners = '# Why.\n/vault/ @team\n/infra/routes.ts @team\n',
  page = `${MARK}\n# A\n`,
  others = [] as readonly string[],
}) => [
  { path: ATTRIBUTES, text: attributes },
  { path: OWNERS, text: owners },
  { path: 'docs/a.md', text: page },
  ...['docs/b.json', 'vault/vault.ts', 'infra/routes.ts'].map((path) => ({ path, text: '' })),
  ...others.map((path) => ({ path, text: `${MARK}\n` })),
];

test('rows for what is there, and marks on what they say is generated, pass', () => {
  expect(lostRows(tree({}))).toEqual([]);
  expect(wrongMarks(tree({}))).toEqual([]);
  expect(wrongMarks(tree({ attributes: 'docs/a.md -linguist-generated\n' }))).toEqual([]);
});

test.each([
  [{ owners: '/infra/routes.ts/ @team\n' }, `${OWNERS} names /infra/routes.ts/`],
  [{ owners: '/vaults/ @team\n' }, `${OWNERS} names /vaults/`],
  [{ owners: '/ault/ @team\n' }, `${OWNERS} names /ault/`],
  [{ owners: '/infra/route.ts @team\n' }, `${OWNERS} names /infra/route.ts`],
  [{ owners: '# Nobody.\n' }, `${OWNERS} has no row`],
  [{ attributes: 'docs/c.md linguist-generated\n' }, `${ATTRIBUTES} names docs/c.md`],
])('a row for a path that is not there is found: %j', (planted, complaint) => {
  expect(lostRows(tree(planted))).toEqual([complaint]);
});

test('a generated page without a row, and a row for a page without the mark, are found', () => {
  expect(wrongMarks(tree({ others: ['docs/d.md'] }))).toEqual([`docs/d.md has no row in ${ATTRIBUTES}`]);
  expect(wrongMarks(tree({ page: '# A\n' }))).toEqual([`docs/a.md does not begin with ${MARK}`]);
});
