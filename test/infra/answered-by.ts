/** Which findings of the rule packs a row of infra/acknowledgements.ts answers. */
import type { Acknowledgement, Answerer } from '../../infra/acknowledgements.ts';

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `places` says where in the app each construct stands; `{…}` in a row's id stands for some logical id. */
export function answeredBy(
  { id, of, where }: Acknowledgement,
  places: Readonly<Partial<Record<Answerer, string>>>,
): RegExp {
  const rule = id
    .split(/\{[^}]+\}/)
    .map(literal)
    .join('[\\w:<>/-]+');
  return new RegExp(`^${rule} at ${literal((places[of] ?? '') + (where && `${where}/`))}`);
}
