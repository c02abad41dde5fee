/**
 * Builds the OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.1) of the API from the table of routes, descriptions.ts
 * and the schemas. The same tables give the same document.
 */
import { componentSchemas } from './components.ts';
import { TAGS } from './descriptions.ts';
import type { DescribedRoute, Example, OpenApiDocument, OperationObject } from './document.ts';
import { nameOf } from './document.ts';
import { INTRODUCTION } from './introduction.ts';
import { HEADERS, operationOf } from './operation.ts';

export interface DocumentOptions {
  readonly routes: readonly DescribedRoute[];
  readonly examples: readonly Example[];
  /** Whether a response may have members without a description; components.ts says why. */
  readonly responses: 'open' | 'closed';
}

const SERVERS = [
  { url: 'http://127.0.0.1:8080', description: 'The local vault, on one machine.' },
  {
    url: 'https://{vault}',
    description: 'A deployment.',
    variables: { vault: { default: 'vault.example', description: 'The stack’s output ApiUrl, without its scheme.' } },
  },
] as const;

const SECURITY_SCHEMES = {
  publishable: { type: 'http', scheme: 'bearer', description: 'pk_…, for browsers: may make tokens.' },
  secret: { type: 'http', scheme: 'bearer', description: 'sk_…, for servers: may do everything else.' },
} as const;

/** Throws for a route without a row in descriptions.ts, saying how to add one. */
export function openApi({ routes, examples, responses }: DocumentOptions): OpenApiDocument {
  const schemas = componentSchemas(responses);
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const route of routes) {
    const shown = examples.filter((example) => example.route === nameOf(route));
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, shown, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Fuda',
      version: '1',
      summary: 'A card vault: one-time tokens, stored cards, charges by token alone.',
      description: INTRODUCTION,
    },
    servers: SERVERS,
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas, securitySchemes: SECURITY_SCHEMES, headers: HEADERS },
  };
}
