/**
 * A live request names its account once, by the credential that the deployment knows, in the field that the deployment
 * names. A client that writes requests could otherwise send the cards to another account at the same host (V14). A
 * receiver may read a name more freely than the vault writes it, so nothing stands beside the credential under a name that
 * some receiver takes for the same.
 */
import type { LiveForward } from '../../base/destinations.ts';
import { VaultError } from '../../base/errors.ts';
import type { BodyTemplate } from './body.ts';
import type { Template } from './template.ts';

/** Headers that name no account. */
const PLAIN_HEADERS: readonly string[] = [
  'accept',
  'accept-language',
  'content-type',
  'idempotency-key',
  'user-agent',
  'x-correlation-id',
  'x-idempotency-key',
  'x-request-id',
];
/** `Bearer `, `Basic `: a scheme of RFC 9110 §11.1 before the credential. */
const SCHEME = /^[A-Za-z][A-Za-z-]{0,19} $/;

/** Throws `header_refused`, `credential_misplaced`. Names of headers are ASCII, and each is there once. */
export function checkAccount(
  headers: readonly (readonly [name: string, value: Template])[],
  body: BodyTemplate,
  live: LiveForward,
): void {
  const at = live.credentialAt;
  const isInHeader = at.startsWith('header:');
  const inHeader = [at, ...Object.values(live.fields).flat()];
  const known = [...PLAIN_HEADERS, ...(live.headers ?? [])];
  const isKnown = (name: string): boolean => known.includes(name) || inHeader.includes(`header:${name}`);
  const inLowerCase = headers.map(([name, text]) => ({ name: name.toLowerCase(), text }));
  if (!inLowerCase.every(({ name }) => isKnown(name))) {
    throw new VaultError('header_refused', { param: 'request.headers' });
  }
  const places = isInHeader ? inLowerCase.map(({ name, text }) => ({ place: `header:${name}`, text })) : body.texts;
  const credential = places.find(({ place }) => place === at);
  const isAlone = isInHeader ? !isInBodyToo(at, body.places) : isTheOnlyReading(at, body.places);
  if (credential === undefined || !isAlone || !isCredential(credential.text, isInHeader)) {
    const isOfHeader = isInHeader && isAlone;
    throw new VaultError('credential_misplaced', { param: isOfHeader ? 'request.headers' : 'request.body' });
  }
}

function isCredential(text: Template, mayHaveScheme: boolean): boolean {
  const [first, ...rest] = text;
  const hasScheme = mayHaveScheme && typeof first === 'string' && SCHEME.test(first);
  const [secret, ...more] = hasScheme ? rest : text;
  return typeof secret === 'object' && secret.field === 'secret' && more.length === 0;
}

/** `access_token` is RFC 6750 §2.2; the other names are those of headers that carry a credential. */
const CREDENTIAL_NAMES: readonly string[] = ['authorization', 'access_token', 'api_key', 'x-api-key'];

/** Whether a receiver may read a credential in the body rather than in the header. */
function isInBodyToo(at: string, places: readonly string[]): boolean {
  const names = [at.slice('header:'.length), ...CREDENTIAL_NAMES].map(wordsOf);
  return places.map(wordsOf).some((words) => names.some((name) => beginsWith(words, name)));
}

/** Whether it is there once, and no other place is read as it, as one around it, or as one inside it. */
function isTheOnlyReading(at: string, places: readonly string[]): boolean {
  const wanted = wordsOf(at);
  const others = places.filter((place) => place !== at && place !== '' && !at.startsWith(`${place}/`));
  const isThereOnce = places.filter((place) => place === at).length === 1;
  return isThereOnce && others.map(wordsOf).every((words) => !beginsWith(words, wanted) && !beginsWith(wanted, words));
}

/** `auth[token][]` begins with `auth.token`, and with `auth_token`: PHP writes a dot as `_`. */
function beginsWith(words: readonly string[], beginning: readonly string[]): boolean {
  const wanted = beginning.join('');
  return words.some((_word, index) => words.slice(0, index + 1).join('') === wanted);
}

/**
 * The words of a name as the freest receiver reads it: in any case and width, without accents, decoded twice, with
 * any sign between its parts (`auth.token`, `auth[token]`, `auth/token`) and none inside them (`api-key`, `api_key`).
 */
const wordsOf = (place: string): string[] =>
  decoded(decoded(place.replaceAll('~1', '/').replaceAll('~0', '~')))
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .split(/[^\p{L}\p{N}_-]/u)
    .map((word) => word.replace(/[_-]/g, ''))
    .filter((word) => word !== '');

const decoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_escape, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
