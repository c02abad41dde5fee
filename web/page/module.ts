/** `fuda.mjs`: the same as an ES module, for `import { Fuda } from 'https://VAULT/js/fuda.mjs'`. It sets no global. */
import { defineElement } from './element.ts';
import { createFuda } from './factory.ts';

export const Fuda = createFuda(import.meta.url);

defineElement(Fuda);
