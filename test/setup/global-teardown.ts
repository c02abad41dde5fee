/** After all tests: stops what global-setup.ts started. */
export default function tearDown(): void {
  (globalThis as unknown as { tearDownTests?: () => void }).tearDownTests?.();
}
