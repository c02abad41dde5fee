/** Where a deployment lets live cards go, as its template gives it to the functions. */
import * as z from 'zod';
import { DESTINATIONS_VARIABLE, type LiveDestination, readDestinations } from '../../shared/base/destinations.ts';
import type { Connection } from './connection.ts';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Properties: z
        .object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()).optional() }).optional() })
        .optional(),
    }),
  ),
});

export async function deployedDestinations({ templates }: Connection): Promise<readonly LiveDestination[]> {
  const lists = (await templates()).flatMap((template) => {
    const parsed = Template.safeParse(template);
    return parsed.success ? Object.values(parsed.data.Resources).map(listOf) : [];
  });
  // Several functions have the same list.
  return [...new Set(lists)].flatMap((json) => readDestinations(json));
}

function listOf({ Properties }: z.infer<typeof Template>['Resources'][string]): string | undefined {
  const json = Properties?.Environment?.Variables?.[DESTINATIONS_VARIABLE];
  return typeof json === 'string' ? json : undefined;
}
