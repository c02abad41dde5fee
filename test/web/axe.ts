/** What axe finds wrong in a frame of the field, in the words of the rule and the markup. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Runs as the browser's own script, because the page's policy blocks any other. From inside the field, axe cannot see
 * the colour of the shop's page or its headings. The size of targets is new in WCAG 2.2.
 */
export const findingsIn = (frame: Frame | undefined, ground: `#${string}`): Promise<unknown> | undefined =>
  frame?.evaluate(
    `${axe}; document.documentElement.style.background = '${ground}';
     axe.run(document, { rules: { 'page-has-heading-one': { enabled: false }, 'target-size': { enabled: true } } })
       .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
  );
