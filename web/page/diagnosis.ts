/**
 * Finds why a frame never became ready. A browser does not tell a page what happened inside a frame, so the page
 * fetches the same address, which gives the code of a refusal.
 */

const DIAGNOSIS_TIMEOUT_MS = 5_000;

const REASONS: Readonly<Record<string, string>> = {
  origin_not_allowed: `this page may not mount the card field with this key. Ask the operator of the vault to register the origin ${location.origin} for this merchant.`,
  key_unknown: 'the vault does not know this publishable key. Check the key, and that it is for this vault.',
  key_revoked:
    'this publishable key was revoked. Use the key that replaced it, or ask the operator of the vault for another.',
};

export interface Diagnosis {
  readonly code: string;
  /** For the console of the page's developer. */
  readonly reason: string;
}

export async function diagnose(frameUrl: URL): Promise<Diagnosis> {
  const code = await refusalCode(frameUrl);
  const reason = REASONS[code] ?? 'the card field did not load. Check the address of fuda.js and the network tab.';
  return { code, reason };
}

async function refusalCode(frameUrl: URL): Promise<string> {
  try {
    const signal = AbortSignal.timeout(DIAGNOSIS_TIMEOUT_MS);
    const response = await fetch(frameUrl, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
    const body: unknown = response.ok ? null : await response.json();
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
    return typeof code === 'string' && /^[a-z0-9_]{1,40}$/.test(code) ? code : 'frame_not_ready';
  } catch {
    return 'frame_not_ready';
  }
}
