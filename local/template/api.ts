/** The REST API of a template: the function of each method and path, and the gateway responses. */
import { z } from 'zod';
import type { TemplateSource } from './source.ts';

const ResourceProperties = z.object({ ParentId: z.string(), PathPart: z.string() });

const MethodProperties = z.object({
  ResourceId: z.string(),
  HttpMethod: z.string(),
  RequestModels: z.record(z.string(), z.string()).default({}),
  RequestValidatorId: z.string().optional(),
  Integration: z.object({ Type: z.string(), Uri: z.string().optional(), TimeoutInMillis: z.number().default(29_000) }),
});

const GatewayResponseProperties = z.object({
  ResponseType: z.string(),
  StatusCode: z.string().optional(),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
});

const PermissionProperties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

const ModelProperties = z.object({ Schema: z.record(z.string(), z.unknown()) });
const ValidatorProperties = z.object({ ValidateRequestBody: z.boolean().default(false) });

type GatewayResponse = z.infer<typeof GatewayResponseProperties>;

export interface RouteDefinition {
  readonly method: string;
  /** In API Gateway's form, with parameters in braces: `/v1/cards/{card_id}`. */
  readonly path: string;
  readonly resourceId: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
  /** The function's policy lets API Gateway invoke it for this route. */
  readonly permitted: boolean;
  /** JSON schemas for the body, by content type; a body of another type is not checked. */
  readonly bodySchemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface ApiDefinition {
  readonly id: string;
  readonly stage: string;
  readonly routes: readonly RouteDefinition[];
  readonly gatewayResponses: readonly GatewayResponse[];
  readonly binaryMediaTypes: readonly string[];
}

export function readApi(source: TemplateSource): ApiDefinition {
  const [api, second] = source.ofType('AWS::ApiGateway::RestApi');
  if (!api || second) throw new Error('the template must have exactly one AWS::ApiGateway::RestApi');
  const [stage] = source.ofType('AWS::ApiGateway::Stage');
  if (!stage) throw new Error('the template has no AWS::ApiGateway::Stage');
  const id = source.physicalId(api.logicalId);
  return {
    id,
    stage: source.physicalId(stage.logicalId),
    routes: readRoutes(source, id, source.physicalId(stage.logicalId)),
    gatewayResponses: source
      .ofType('AWS::ApiGateway::GatewayResponse')
      .map(({ properties }) => GatewayResponseProperties.parse(properties)),
    binaryMediaTypes: z.object({ BinaryMediaTypes: z.array(z.string()).default([]) }).parse(api.properties)
      .BinaryMediaTypes,
  };
}

function readRoutes(source: TemplateSource, apiId: string, stage: string): RouteDefinition[] {
  const parents = new Map(
    source
      .ofType('AWS::ApiGateway::Resource')
      .map(({ logicalId, properties }) => [logicalId, ResourceProperties.parse(properties)]),
  );
  const pathOf = (resourceId: string): string => {
    const resource = parents.get(resourceId);
    return resource ? `${pathOf(resource.ParentId)}/${resource.PathPart}` : '';
  };
  const permissions = source
    .ofType('AWS::Lambda::Permission')
    .map(({ properties }) => PermissionProperties.parse(properties))
    .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
  const { accountId, region } = source.account;
  return source.ofType('AWS::ApiGateway::Method').flatMap(({ logicalId, properties }) => {
    const { ResourceId, HttpMethod, Integration, ...checks } = MethodProperties.parse(properties);
    const functionArn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(Integration.Uri ?? '')?.[1];
    if (Integration.Type !== 'AWS_PROXY' || functionArn === undefined) {
      throw new Error(`${logicalId}: only Lambda proxy integrations run locally, not ${Integration.Type}`);
    }
    const path = pathOf(ResourceId) || '/';
    const sourcePath = path.replaceAll(/\{[^{}]+\}/g, '*');
    const invoker = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${HttpMethod}${sourcePath}`;
    const permitted = permissions.some(
      ({ FunctionName, SourceArn }) =>
        FunctionName === functionArn && (SourceArn === undefined || arnLike(SourceArn, invoker)),
    );
    return {
      method: HttpMethod,
      path,
      resourceId: ResourceId,
      functionArn,
      timeoutMs: Integration.TimeoutInMillis,
      permitted,
      bodySchemas: checks.RequestValidatorId === undefined ? {} : readBodySchemas(source, checks),
    };
  });
}

/** The models of a method, if its validator checks bodies. */
function readBodySchemas(
  source: TemplateSource,
  { RequestModels, RequestValidatorId }: Pick<z.infer<typeof MethodProperties>, 'RequestModels' | 'RequestValidatorId'>,
): RouteDefinition['bodySchemas'] {
  const named = (type: string, id: string | undefined) => {
    const found = source.ofType(type).find(({ logicalId }) => source.physicalId(logicalId) === id);
    if (!found) throw new Error(`the template has no ${type} ${id}`);
    return found.properties;
  };
  const validator = ValidatorProperties.parse(named('AWS::ApiGateway::RequestValidator', RequestValidatorId));
  if (!validator.ValidateRequestBody) return {};
  return Object.fromEntries(
    Object.entries(RequestModels).map(([contentType, model]) => [
      contentType,
      ModelProperties.parse(named('AWS::ApiGateway::Model', model)).Schema,
    ]),
  );
}

/** An ARN pattern with `*` covers another: each star matches any text. */
function arnLike(pattern: string, arn: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(arn);
}
