/**
 * Renders the generated files of docs/reference from the code's tables, the templates, and one story on a running
 * vault.
 */
import { ROUTES } from '../../infra/routes.ts';
import { openApi } from '../../shared/api/openapi.ts';
import { templatesOf } from '../../test/setup/assembly.ts';
import type { TestVault } from '../../test/setup/vault.ts';
import { pretty } from './markdown.ts';
import { renderApi } from './render-api.ts';
import { renderErrors } from './render-errors.ts';
import { renderPermissions } from './render-permissions.ts';
import { renderRules } from './render-rules.ts';
import { renderTestCards } from './render-test-cards.ts';
import { tellStory } from './story.ts';

/** File name → text. `assembly` is the folder of the synthesized app. */
export async function renderReference(vault: TestVault, assembly: string): Promise<Readonly<Record<string, string>>> {
  const examples = await tellStory(vault);
  const refused = examples.find(({ status }) => status === 409);
  if (refused === undefined) throw new Error('the story has no refusal to show');
  const document = openApi({ routes: ROUTES, examples, responses: 'open' });
  return {
    'openapi.json': `${pretty(document)}\n`,
    'api.md': renderApi(document, examples),
    'errors.md': renderErrors(refused),
    'permissions.md': renderPermissions(templatesOf(assembly)),
    'rules.md': renderRules(),
    'test-cards.md': renderTestCards(),
  };
}
