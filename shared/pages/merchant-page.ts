/**
 * Judges a merchant's payment page by its HTML and headers: its scripts, whether it loads the vault's by hash, and
 * whether a policy limits the others (PCI DSS 4.0.1 6.4.3). Scripts that other scripts add are not seen.
 */
import { integrityOf } from './check.ts';
import { elementsOf, tagsOf } from './elements.ts';
import type { Inventory } from './inventory.ts';

interface PageScript {
  /** The address it is loaded from, or `inline`. */
  readonly address: string;
  /** As the page states it; for an inline script, computed from its text. */
  readonly integrity: string | null;
  readonly isVaults: boolean;
}

export type PageFault =
  | 'vault_script_missing'
  | 'vault_script_unpinned'
  | 'integrity_missing'
  | 'integrity_unknown'
  | 'crossorigin_missing'
  | 'policy_missing'
  | 'policy_unsafe'
  | 'script_unpinned';

export interface PageVerdict {
  readonly scripts: readonly PageScript[];
  readonly faults: readonly { readonly fault: PageFault; readonly address?: string }[];
}

interface Tag extends PageScript {
  readonly hasCrossorigin: boolean;
}

/** Path of `fuda.js` on any vault, pinned or not. */
const VAULTS = /\/js\/fuda(\.[0-9a-f]{32})?\.m?js$/;

export const isVaultScript = (address: string): boolean => VAULTS.test(new URL(address).pathname);

/** `inventory` is the vault's; null where it could not be fetched. */
export function judgePage(
  page: { readonly url: string; readonly html: string; readonly policy: string | undefined },
  inventory: Inventory | null,
): PageVerdict {
  const tags = [...scriptTags(page.html, page.url), ...importedScripts(page.html)];
  const ours = tags.filter(({ isVaults }) => isVaults);
  const known = new Set(inventory?.scripts.map(({ integrity }) => integrity));
  const faultsOf = (tag: Tag): PageFault[] => {
    if (!tag.isVaults) return isOfOthers(tag, page.url) && tag.integrity === null ? ['script_unpinned'] : [];
    return [
      ...(/\.[0-9a-f]{32}\./.test(tag.address) ? [] : (['vault_script_unpinned'] as const)),
      ...(tag.integrity === null ? (['integrity_missing'] as const) : []),
      ...(tag.integrity !== null && !known.has(tag.integrity) ? (['integrity_unknown'] as const) : []),
      ...(tag.hasCrossorigin ? [] : (['crossorigin_missing'] as const)),
    ];
  };
  const policy = page.policy ?? metaPolicy(page.html);
  return {
    scripts: tags.map(({ address, integrity, isVaults }) => ({ address, integrity, isVaults })),
    faults: [
      ...(ours.length === 0 ? [{ fault: 'vault_script_missing' } as const] : []),
      ...tags.flatMap((tag) => faultsOf(tag).map((fault) => ({ fault, address: tag.address }))),
      ...policyFaults(policy).map((fault) => ({ fault })),
    ],
  };
}

/** A script from the page's own server is as safe as the page. */
const isOfOthers = ({ address }: Tag, url: string): boolean =>
  address !== 'inline' && new URL(address).origin !== new URL(url).origin;

function scriptTags(html: string, base: string): Tag[] {
  return elementsOf(html, 'script').flatMap(({ attributes, text }) => {
    const type = attributes.get('type') ?? '';
    // Browsers do not run a script element that holds data.
    if (/json|template|importmap/i.test(type)) return [];
    const source = attributes.get('src');
    const address = source !== undefined && URL.canParse(source, base) ? new URL(source, base).href : 'inline';
    const isVaults = address !== 'inline' && isVaultScript(address);
    const integrity = attributes.get('integrity') ?? (source === undefined ? integrityOf(text) : null);
    return [{ address, integrity, isVaults, hasCrossorigin: attributes.has('crossorigin') }];
  });
}

/**
 * The vault's module where a script or an import map of the page names it. Its hash is in the map's `integrity` (HTML,
 * “Import map integrity”) or on a `modulepreload`.
 */
function importedScripts(html: string): Tag[] {
  const preloads = tagsOf(html, 'link');
  const inMap = new Map(
    [...html.matchAll(/"([^"\s]+)"\s*:\s*"(sha\d+-[^"]+)"/g)].map(([, address, hash]) => [address, hash]),
  );
  const integrityFor = (address: string): string | null => {
    const preload = preloads.find((attributes) => attributes.get('href') === address);
    return inMap.get(address) ?? preload?.get('integrity') ?? null;
  };
  const inline = elementsOf(html, 'script')
    .map(({ text }) => text)
    .join('\n');
  const named = inline.matchAll(/["'](https?:\/\/[^"'\s]+\/js\/fuda(?:\.[0-9a-f]{32})?\.mjs)["']/g);
  return [...new Set([...named].map(([, address = '']) => address))].map((address) => ({
    address,
    integrity: integrityFor(address),
    isVaults: true,
    // Browsers always fetch a module with CORS.
    hasCrossorigin: true,
  }));
}

const metaPolicy = (html: string): string | undefined =>
  tagsOf(html, 'meta')
    .find((attributes) => attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy')
    ?.get('content');

/** A policy that allows any script is reported as no policy. */
function policyFaults(policy: string | undefined): PageFault[] {
  const directives = new Map(
    (policy ?? '').split(';').map((part) => [part.trim().split(/\s+/)[0] ?? '', part.trim().split(/\s+/).slice(1)]),
  );
  const sources = directives.get('script-src') ?? directives.get('default-src');
  if (sources === undefined) return ['policy_missing'];
  const hasHashOrNonce = sources.some((source) => /^'(nonce|sha\d+)-/.test(source));
  const isOpen = sources.some((source) => ['*', 'http:', 'https:', "'unsafe-eval'"].includes(source));
  return isOpen || (sources.includes("'unsafe-inline'") && !hasHashOrNonce) ? ['policy_unsafe'] : [];
}
