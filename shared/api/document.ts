/** The parts of OpenAPI 3.1 that the API's description uses, and the examples in it. */
import type { JsonSchema } from './components.ts';

/** The fields of a row of infra/routes.ts that the description needs. */
export interface DescribedRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly key: 'publishable' | 'secret' | 'none';
  readonly entry: string;
}

/** `POST /v1/charges` */
export const nameOf = ({ method, path }: Pick<DescribedRoute, 'method' | 'path'>): string => `${method} ${path}`;

/** A request that was sent, and its response. */
export interface Example {
  /** `POST /v1/tokens`, as in infra/routes.ts. */
  readonly route: string;
  /** What the example shows; unique within a route. */
  readonly about: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly body: unknown;
  readonly status: number;
  readonly contentType: string;
  /** Parsed JSON, or null for a page, a script or a document that is too long to show. */
  readonly response: unknown;
}

export type Examples = Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;

export interface MediaType {
  readonly schema?: JsonSchema;
  readonly examples?: Examples;
}

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly examples?: Examples;
}

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly ParameterObject[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, MediaType>> };
  /** By HTTP status. */
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: Readonly<Record<'title' | 'version' | 'summary' | 'description', string>>;
  readonly servers: readonly object[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Path → method in lower case → operation. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: object;
    readonly headers: object;
  };
}
