/**
 * Draws a link as a QR code (ISO/IEC 18004), as SVG, for a till or an invoice. Error correction level M, and the quiet
 * zone of four modules that the standard requires.
 */
import { encode } from 'uqr';

const QUIET_MODULES = 4;

export function qrCode(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES });
  const path = data.map((row, y) => darkRuns(row, y)).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`
  );
}

/** Dark modules that lie side by side in one row, each run a rectangle one module high. */
function darkRuns(row: readonly boolean[], y: number): string {
  const bits = row.map((isDark) => (isDark ? '1' : '0')).join('');
  return [...bits.matchAll(/1+/g)]
    .map(({ 0: run, index }) => `M${index} ${y}h${run.length}v1h-${run.length}z`)
    .join('');
}
