/** The generated pages of docs/reference, from the code's own tables and one story told to a running vault. */
import type { TestVault } from '../setup/vault.ts';
import { renderApi } from './render-api.ts';
import { renderErrors } from './render-errors.ts';
import { renderTestCards } from './render-test-cards.ts';
import { tellStory } from './story.ts';

/** File name → text. */
export async function renderReference(vault: TestVault): Promise<Readonly<Record<string, string>>> {
  const examples = await tellStory(vault);
  const refused = examples.find(({ status }) => status === 409);
  if (refused === undefined) throw new Error('the story has no refusal to show');
  return {
    'api.md': renderApi(examples),
    'errors.md': renderErrors(refused),
    'test-cards.md': renderTestCards(),
  };
}
