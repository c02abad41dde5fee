/**
 * Masks confidential values in a response (V1): the card number, the security code and the merchant's secrets, in any
 * spelling. What cannot be masked with certainty is withheld: `null` instead of the text.
 */
import { type Confidence, makeSearch } from './mask/search.ts';

export type Masker = (text: string) => string | null;

export function makeMasker(confidence: Confidence): Masker {
  const search = makeSearch(confidence);
  return (text) => {
    const { marks, isWhole } = search(text);
    if (!isWhole) return null;
    if (marks.isEmpty) return text;
    const isJson = isJsonText(text);
    const masked = marks.applyTo(text, isJson);
    const left = search(masked);
    return left.isWhole && left.marks.isEmpty && (!isJson || isJsonText(masked)) ? masked : null;
  };
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
