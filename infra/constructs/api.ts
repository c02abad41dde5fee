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
  MethodLoggingLevel,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Route } from '../routes.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { createLogGroup, type LogKeeping } from './logs.ts';

/** Part of the public URL until the API has a domain of its own. */
const STAGE = 'vault';

/** Above these, API Gateway answers `busy` for the whole stage: a bound on cost and on a flood. */
const THROTTLE = { requestsPerSecond: 1_000, burst: 2_000 };

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
}

export class VaultApi extends Construct {
  readonly url: string;
  readonly stageArn: string;
  /** What CloudWatch's metrics call it. */
  readonly metrics: { readonly ApiName: string; readonly Stage: string };

  constructor(scope: Construct, id: string, { routes, logs }: VaultApiProps) {
    super(scope, id);
    this.metrics = { ApiName: `${Stack.of(this).stackName} vault`, Stage: STAGE };
    const api = new RestApi(this, 'Rest', {
      restApiName: this.metrics.ApiName,
      description: 'Fuda: tokens, cards and charges',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      deployOptions: {
        stageName: STAGE,
        accessLogDestination: new LogGroupLogDestination(createLogGroup(this, 'AccessLogs', logs)),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        loggingLevel: MethodLoggingLevel.ERROR,
        // Data traces would write whole requests, card numbers included, into a log.
        dataTraceEnabled: false,
        cachingEnabled: false,
        metricsEnabled: true,
        throttlingRateLimit: THROTTLE.requestsPerSecond,
        throttlingBurstLimit: THROTTLE.burst,
      },
    });
    // PCI DSS 4.0.1 4.2.1: TLS 1.2 at least, forward secrecy only, hybrid post-quantum key agreement where offered.
    const rest = api.node.defaultChild as CfnRestApi;
    rest.securityPolicy = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;
    rest.endpointAccessMode = EndpointAccessMode.STRICT;

    for (const { row, lambda } of routes) {
      api.root
        .resourceForPath(row.path)
        .addMethod(row.method, new LambdaIntegration(lambda, { allowTestInvoke: false }));
    }
    addGatewayResponses(api);
    // The CDK's own output of the same URL, under a name that nobody could look up.
    api.node.tryRemoveChild('Endpoint');
    this.ownExecutionLogs(api, logs);
    this.url = api.url;
    this.stageArn = api.deploymentStage.stageArn;
  }

  /** API Gateway would create this group itself, unencrypted and kept for ever; so it is there first. */
  private ownExecutionLogs(api: RestApi, keeping: LogKeeping): void {
    const name = `API-Gateway-Execution-Logs_${api.restApiId}/${STAGE}`;
    const logs = createLogGroup(this, 'ExecutionLogs', keeping, name);
    (api.deploymentStage.node.defaultChild as CfnStage).node.addDependency(logs);
  }
}
