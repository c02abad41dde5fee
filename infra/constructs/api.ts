/**
 * The REST API: one method per row of `routes.ts`, each handed to its own function. Its logs say which route was
 * called, never with what: no path values (one of them is a token), no query, no header, no body (V1, V11).
 */
import { Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  type CfnRestApi,
  type CfnStage,
  EndpointAccessMode,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DomainProps } from '../props.ts';
import type { Route } from '../routes.ts';
import { bodyCheck } from './body-check.ts';
import { Domains, TLS_POLICY } from './domains.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { createLogGroup, type LogKeeping } from './logs.ts';

/** Part of the public URL until the API has a domain of its own. */
const STAGE = 'vault';

/** Above these, API Gateway answers `busy` for the whole stage: a bound on cost and on a flood. */
const THROTTLE: Throttle = { requestsPerSecond: 1_000, burst: 2_000 };

type Throttle = NonNullable<Route['throttle']>;

/** All of it for each method that has limits of its own: API Gateway takes what is left out for its default. */
const methodSettings = ({ requestsPerSecond, burst }: Throttle): MethodDeploymentOptions => ({
  loggingLevel: MethodLoggingLevel.ERROR,
  // Data traces would write whole requests, card numbers included, into a log.
  dataTraceEnabled: false,
  cachingEnabled: false,
  // Five paid metrics for each method: what is asked of them, Lambda's own of each function tell for nothing.
  metricsEnabled: false,
  throttlingRateLimit: requestsPerSecond,
  throttlingBurstLimit: burst,
});

/** What PCI DSS 4.0.1 10.2.2 asks of each entry: what, when, with what result, from where; and ids to join on. */
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

export interface VaultApiProps {
  readonly routes: readonly { readonly row: Route; readonly lambda: LambdaFunction }[];
  readonly logs: LogKeeping;
  readonly domain: DomainProps | undefined;
}

export class VaultApi extends Construct {
  readonly url: string;
  /** Where the vault's own names are to point, by the name of the output that says so. */
  readonly domainOutputs: Readonly<Record<string, string>>;
  readonly stageArn: string;
  /** What CloudWatch's metrics call it. */
  readonly metrics: { readonly ApiName: string; readonly Stage: string };

  constructor(scope: Construct, id: string, { routes, logs, domain }: VaultApiProps) {
    super(scope, id);
    this.metrics = { ApiName: `${Stack.of(this).stackName} vault`, Stage: STAGE };
    const api = new RestApi(this, 'Rest', {
      restApiName: this.metrics.ApiName,
      description: 'Fuda: tokens, cards and charges',
      endpointTypes: [EndpointType.REGIONAL],
      // One door: with a name of its own, the vault is not reached under another that no firewall rule thinks of.
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
      const integration = new LambdaIntegration(lambda, { allowTestInvoke: false });
      api.root.resourceForPath(row.path).addMethod(row.method, integration, row.takesObject ? objectOnly : {});
    }
    addGatewayResponses(api);
    // The CDK's own output of the same URL, under a name that nobody could look up.
    api.node.tryRemoveChild('Endpoint');
    this.ownExecutionLogs(api, logs);
    this.url = domain === undefined ? api.url : `https://${domain.name}/`;
    this.domainOutputs = domain === undefined ? {} : new Domains(this, 'Domains', api, domain).outputs;
    this.stageArn = api.deploymentStage.stageArn;
  }

  /** API Gateway would create this group itself, unencrypted and kept for ever; so it is there first. */
  private ownExecutionLogs(api: RestApi, keeping: LogKeeping): void {
    const name = `API-Gateway-Execution-Logs_${api.restApiId}/${STAGE}`;
    const logs = createLogGroup(this, 'ExecutionLogs', keeping, name);
    (api.deploymentStage.node.defaultChild as CfnStage).node.addDependency(logs);
  }
}
