/**
 * The REST API: one function per row of `routes.ts`, with its methods. Its logs name the route and leave out path values (one
 * of them is a token), query, headers and body (V1, V11).
 */
import { Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AwsIntegration,
  type CfnRestApi,
  type CfnStage,
  EndpointAccessMode,
  EndpointType,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DomainProps } from '../props.ts';
import { gatewayMethodsOf, type Route } from '../routes.ts';
import { bodyCheck } from './body-check.ts';
import { Domains, TLS_POLICY } from './domains.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { createLogGroup, type LogKeeping } from './logs.ts';

/** Part of the public URL if the API has no custom domain. */
const STAGE = 'vault';

/** The limit for the whole stage, above which API Gateway responds `busy`: it bounds cost and floods. */
const THROTTLE: Throttle = { requestsPerSecond: 1_000, burst: 2_000 };

type Throttle = NonNullable<Route['throttle']>;

/**
 * Complete settings for each method with its own limits, because API Gateway does not inherit the stage's other
 * settings.
 */
const methodSettings = ({ requestsPerSecond, burst }: Throttle): MethodDeploymentOptions => ({
  loggingLevel: MethodLoggingLevel.ERROR,
  // Data traces would write whole requests, card numbers included, into a log.
  dataTraceEnabled: false,
  cachingEnabled: false,
  // They would cost five paid metrics per method; Lambda's own metrics per function cover them without a fee.
  metricsEnabled: false,
  throttlingRateLimit: requestsPerSecond,
  throttlingBurstLimit: burst,
});

/** The fields that PCI DSS 4.0.1 10.2.2 requires (what, when, result, source), and ids to join logs on. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  responseBytes: '$context.responseLength',
  refusal: '$context.error.responseType',
  wafStatus: '$context.waf.status',
  sourceIp: '$context.identity.sourceIp',
};

const integrationOf = ({ functionArn }: LambdaFunction): AwsIntegration =>
  new AwsIntegration({ proxy: true, service: 'lambda', path: `2015-03-31/functions/${functionArn}/invocations` });

/** One permission for each row, because a stack has at most 500 resources. */
function allowCalls(api: RestApi, row: Route, lambda: LambdaFunction): void {
  const path = row.path.replaceAll(/\{\w+\}/g, '*');
  const method = gatewayMethodsOf(row).includes('ANY') ? '*' : row.method;
  lambda.addPermission('Api', {
    principal: new ServicePrincipal('apigateway.amazonaws.com'),
    sourceArn: api.arnForExecuteApi(method, path, STAGE),
  });
}

export interface VaultApiProps {
  readonly routes: readonly { readonly row: Route; readonly lambda: LambdaFunction }[];
  readonly logs: LogKeeping;
  readonly domain: DomainProps | undefined;
}

export class VaultApi extends Construct {
  readonly url: string;
  /** DNS targets of the custom domains, by output name. */
  readonly domainOutputs: Readonly<Record<string, string>>;
  readonly stageArn: string;
  /** The API's dimensions in CloudWatch metrics. */
  readonly metrics: { readonly ApiName: string; readonly Stage: string };

  constructor(scope: Construct, id: string, { routes, logs, domain }: VaultApiProps) {
    super(scope, id);
    this.metrics = { ApiName: `${Stack.of(this).stackName} vault`, Stage: STAGE };
    const api = new RestApi(this, 'Rest', {
      restApiName: this.metrics.ApiName,
      description: 'Fuda: tokens, cards and charges',
      endpointTypes: [EndpointType.REGIONAL],
      // With a custom domain the default execute-api endpoint is disabled, because WAF rules assume the custom host.
      disableExecuteApiEndpoint: domain !== undefined,
      cloudWatchRole: true,
      deployOptions: {
        stageName: STAGE,
        accessLogDestination: new LogGroupLogDestination(createLogGroup(this, 'AccessLogs', logs)),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        ...methodSettings(THROTTLE),
        methodOptions: Object.fromEntries(
          routes.flatMap(({ row }) =>
            row.throttle === undefined ? [] : [[`${row.path}/${row.method}`, methodSettings(row.throttle)]],
          ),
        ),
      },
    });
    const rest = api.node.defaultChild as CfnRestApi;
    rest.securityPolicy = TLS_POLICY;
    rest.endpointAccessMode = EndpointAccessMode.STRICT;

    const objectOnly = bodyCheck(api);
    for (const { row, lambda } of routes) {
      const resource = api.root.resourceForPath(row.path);
      for (const method of gatewayMethodsOf(row)) {
        resource.addMethod(method, integrationOf(lambda), row.takesObject ? objectOnly : {});
      }
      allowCalls(api, row, lambda);
    }
    addGatewayResponses(api);
    // Removes the CDK's own output of the same URL, because its name is generated.
    api.node.tryRemoveChild('Endpoint');
    this.ownExecutionLogs(api, logs);
    this.url = domain === undefined ? api.url : `https://${domain.name}/`;
    this.domainOutputs = domain === undefined ? {} : new Domains(this, 'Domains', api, domain).outputs;
    this.stageArn = api.deploymentStage.stageArn;
  }

  /** Created before the API, because API Gateway would create the group without encryption or an end of retention. */
  private ownExecutionLogs(api: RestApi, keeping: LogKeeping): void {
    const name = `API-Gateway-Execution-Logs_${api.restApiId}/${STAGE}`;
    const logs = createLogGroup(this, 'ExecutionLogs', keeping, name);
    (api.deploymentStage.node.defaultChild as CfnStage).node.addDependency(logs);
  }
}
