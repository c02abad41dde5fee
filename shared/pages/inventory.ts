/**
 * The inventory that the build writes (`integrity.json`): hash, size and reason of every page and script. It is bundled
 * with the functions that serve them and with the one that checks them (PCI DSS 4.0.1 6.4.3, 11.6.1).
 */
import * as z from 'zod/mini';

const Path = z.string().check(z.regex(/^\/[\w./{}?=-]+$/));
const Built = {
  bytes: z.int().check(z.positive()),
  /** As Subresource Integrity and Content Security Policy write a hash. */
  integrity: z.string().check(z.regex(/^sha384-[A-Za-z0-9+/]{64}$/)),
};
const Part = z.strictObject({ ...Built, reason: z.string() });

const Inventory = z.strictObject({
  scripts: z.array(
    z.strictObject({
      ...Built,
      name: z.string(),
      /** Serves its newest version. */
      route: Path,
      /** Serves this version for ever. */
      pinned: Path,
      format: z.enum(['iife', 'esm']),
      reason: z.string(),
    }),
  ),
  pages: z.array(
    z.strictObject({
      ...Built,
      name: z.string(),
      route: Path,
      /** Serves the page without a key. */
      probe: Path,
      script: Part,
      style: Part,
    }),
  ),
});

export type Inventory = z.infer<typeof Inventory>;
export type InventoryScript = Inventory['scripts'][number];
export type InventoryPage = Inventory['pages'][number];

/** Throws where the build did not write the file. */
export const readInventory = (json: string): Inventory => z.parse(Inventory, JSON.parse(json));
