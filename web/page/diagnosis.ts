/**
 * Finds why a frame never became ready. A browser does not tell a page what happened inside a frame, so the page
 * fetches the same address, which gives the code of a refusal.
 */

const DIAGNOSIS_TIMEOUT_MS = 5_000;

const REASONS: Readonly<Record<string, string>> = {
  page_sandboxed:
    'this page runs in a sandbox, such as that of a preview, and so has no origin that could be registered. Open it by itself, or add allow-same-origin to the sandbox.',
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

/** `waitedMs`: how long the frame had to report that it is ready. */
export async function diagnose(frameUrl: URL, waitedMs: number): Promise<Diagnosis> {
  const code = await refusalCode(frameUrl);
  const late = `the card field did not load: it was waited for ${waitedMs / 1_000} seconds. Check the address of fuda.js and the network tab.`;
  return { code, reason: REASONS[code] ?? late };
}

async function refusalCode(frameUrl: URL): Promise<string> {
  if (self.origin === 'null') return 'page_sandboxed';
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
