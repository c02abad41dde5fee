import { describe, expect, test } from '@jest/globals';
import { gatewayMethodsOf, ROUTES, type Route } from '../../infra/routes.ts';
import { ERRORS, type ErrorCode } from '../../shared/base/errors.ts';
import { ACCOUNT, at, functionPath, ofType, REGION, resources } from './template.ts';

interface Stage {
  readonly AccessLogSetting: { readonly Format: string };
  readonly MethodSettings: readonly Readonly<Record<string, unknown>>[];
}

const stage = () => ofType('AWS::ApiGateway::Stage')[0]?.properties as unknown as Stage;

/** The full path of an API resource, from its chain of parents. */
function pathOf(resourceId: string): string {
  const resource = resources.find(({ logicalId }) => logicalId === resourceId);
  if (!resource) return '';
  return `${pathOf(String(resource.properties.ParentId))}/${resource.properties.PathPart}`;
}

describe('routes', () => {
  const methods = ofType('AWS::ApiGateway::Method').map(({ properties }) => ({
    route: `${properties.HttpMethod} ${pathOf(String(properties.ResourceId))}`,
    integration: properties.Integration as { readonly Type: string; readonly Uri: string },
  }));

  test('every route of the table is a method, and there is no other', () => {
    expect(methods.map(({ route }) => route).sort()).toEqual(
      ROUTES.flatMap((row) => gatewayMethodsOf(row).map((method) => `${method} ${row.path}`)).sort(),
    );
  });

  test('each path has one ANY, and what reads has no method beside it', () => {
    const paths = [...new Set(ROUTES.map(({ path }) => path))];
    const taken = methods.flatMap(({ route }) => (route.startsWith('ANY ') ? [route.slice('ANY '.length)] : []));
    expect(taken.sort()).toEqual(paths.sort());
    expect(methods.filter(({ route }) => /^(?:GET|HEAD) /.test(route))).toEqual([]);
  });

  const reached = ROUTES.flatMap((row) =>
    gatewayMethodsOf(row).map((method) => [`${method} ${row.path}`, row.entry] as const),
  );
  test.each(reached)('%s reaches %s', (route, entry) => {
    const found = methods.find((method) => method.route === route);
    expect(found?.integration.Type).toBe('AWS_PROXY');
    expect(found?.integration.Uri).toContain(
      `:function:${at(`${functionPath(entry)}/Function`).logicalId}/invocations`,
    );
  });

  test('API Gateway may call a function for its own path only, and beside an ANY for its own method', () => {
    for (const { properties } of ofType('AWS::Lambda::Permission')) {
      expect(properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
      expect(properties.SourceArn).toMatch(/\/(?:\*|POST|DELETE)\/(?:v1|hosted|js|pay)\//);
    }
    expect(ofType('AWS::Lambda::Permission')).toHaveLength(ROUTES.length);
  });
});

describe('logs of the API', () => {
  test('name the route, never the path, the query, a header, a key or a body', () => {
    const format = JSON.parse(stage().AccessLogSetting.Format) as Record<string, string>;
    expect(Object.values(format).sort()).toEqual([
      '$context.error.responseType',
      '$context.httpMethod',
      '$context.identity.sourceIp',
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.resourcePath',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.status',
      '$context.waf.status',
    ]);
    expect(stage().AccessLogSetting.Format).not.toMatch(
      /context\.path|requestOverride|authoriz|apiKey|query|body|header/i,
    );
  });

  test('hold errors only and no data trace, on every method', () => {
    expect(stage().MethodSettings[0]).toMatchObject({ HttpMethod: '*', ResourcePath: '/*' });
    for (const setting of stage().MethodSettings) {
      expect(setting).toMatchObject({ CachingEnabled: false, DataTraceEnabled: false, LoggingLevel: 'ERROR' });
    }
    expect(stage()).not.toHaveProperty('TracingEnabled');
    expect(stage()).not.toHaveProperty('CacheClusterEnabled');
  });

  test('of execution go to a group that was there first, encrypted', () => {
    expect(at('Vault/Api/ExecutionLogs').properties.LogGroupName).toMatch(
      /^API-Gateway-Execution-Logs_VaultApiRest\w+\/vault$/,
    );
  });
});

describe('the edge', () => {
  test('speaks TLS 1.2 or later with forward secrecy', () => {
    expect(at('Vault/Api/Rest').properties).toMatchObject({
      EndpointAccessMode: 'STRICT',
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
    });
  });

  test('bounds the rate of the whole stage', () => {
    expect(stage().MethodSettings[0]).toMatchObject({ ThrottlingBurstLimit: 2000, ThrottlingRateLimit: 1000 });
  });

  test('bounds the rate of each route as its row says, before a function runs', () => {
    const own = stage()
      .MethodSettings.slice(1)
      .map((setting) => [
        `${setting.HttpMethod} ${String(setting.ResourcePath).slice(1).replaceAll('~1', '/')}`,
        setting.ThrottlingRateLimit,
        setting.ThrottlingBurstLimit,
      ]);
    const rows: readonly Route[] = ROUTES;
    expect(own).toEqual(
      rows.flatMap(({ method, path, throttle }) =>
        throttle === undefined ? [] : [[`${method} ${path}`, throttle.requestsPerSecond, throttle.burst]],
      ),
    );
    expect(own.map(([route]) => route)).toContain('POST /v1/tokens');
  });

  test('refuses a body other than a JSON object, before a function runs, where a row says so', () => {
    const rows: readonly Route[] = ROUTES;
    const checked = ofType('AWS::ApiGateway::Method').filter(({ properties }) => properties.RequestValidatorId);
    expect(
      checked.map(({ properties }) => `${properties.HttpMethod} ${pathOf(String(properties.ResourceId))}`).sort(),
    ).toEqual(
      rows
        .filter(({ takesObject }) => takesObject)
        .flatMap((row) => gatewayMethodsOf(row).map((method) => `${method} ${row.path}`))
        .sort(),
    );
    expect(ofType('AWS::ApiGateway::Model').map(({ properties }) => properties.Schema)).toEqual([
      { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', maxProperties: 50 },
    ]);
  });

  test('refuses bodies beyond what handlers take, the part it cannot read included', () => {
    const { Rules } = at('Vault/Firewall/Acl').properties as { Rules: readonly { Name: string; Statement: never }[] };
    expect(Rules.find(({ Name }) => Name === 'BodySize')).toMatchObject({
      Action: { Block: {} },
      Statement: {
        SizeConstraintStatement: {
          ComparisonOperator: 'GT',
          FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
          Size: 16_384,
        },
      },
    });
  });

  test('limits the requests of each secret key over all addresses, and of no key that a page shows', () => {
    const { Rules } = at('Vault/Firewall/Acl').properties as { Rules: readonly { Name: string; Statement: never }[] };
    expect(Rules.find(({ Name }) => Name === 'RequestsPerKey')).toMatchObject({
      Action: { Block: {} },
      Statement: {
        RateBasedStatement: {
          AggregateKeyType: 'CUSTOM_KEYS',
          CustomKeys: [{ Header: { Name: 'authorization' } }],
          ScopeDownStatement: {
            ByteMatchStatement: {
              FieldToMatch: { SingleHeader: { Name: 'authorization' } },
              PositionalConstraint: 'STARTS_WITH',
              SearchString: 'bearer sk_',
              TextTransformations: [{ Type: 'LOWERCASE' }],
            },
          },
        },
      },
    });
  });

  test('stands behind a firewall that keeps no samples and logs no path, query or credential', () => {
    const acl = at('Vault/Firewall/Acl').properties;
    expect(JSON.stringify(acl)).not.toContain('"SampledRequestsEnabled":true');
    expect(at('Vault/Firewall/Logging').properties.RedactedFields).toEqual([
      { UriPath: {} },
      { QueryString: {} },
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'cookie' } },
    ]);
    expect(at('Vault/Firewall/Logging').properties.LogDestinationConfigs).toEqual([
      `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${at('Vault/Firewall/Logs').logicalId}`,
    ]);
    expect(at('Vault/Firewall/Association').properties.ResourceArn).toMatch(/\/stages\/Vault/);
  });

  test('limits by address how often tokens are tried', () => {
    const { Rules } = at('Vault/Firewall/Acl').properties as { Rules: readonly { Name: string; Statement: never }[] };
    const rule = Rules.find(({ Name }) => Name === 'TokensPerAddress');
    expect(rule).toMatchObject({
      Action: { Block: {} },
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 300 } },
    });
    const pattern = /"RegexString":"([^"]+)"/.exec(JSON.stringify(rule))?.[1] ?? '';
    const limited = (path: string) => new RegExp(pattern).test(path);
    expect(['/vault/v1/tokens', '/vault/v1/tokens/', '/vault/v1/cvc_tokens'].map(limited)).toEqual([true, true, true]);
    expect(['/vault/v1/tokens/lookup', '/vault/v1/charges'].map(limited)).toEqual([false, false]);
  });

  test('lets a browser’s report of an attack through, which quotes the attack', () => {
    const { Rules } = at('Vault/Firewall/Acl').properties as { Rules: readonly { Name: string; Statement: object }[] };
    const common = Rules.find(({ Name }) => Name === 'AWSManagedRulesCommonRuleSet')?.Statement;
    expect(common).toMatchObject({ ManagedRuleGroupStatement: { ScopeDownStatement: { NotStatement: {} } } });
    const pattern = /"RegexString":"([^"]+)"/.exec(JSON.stringify(common))?.[1] ?? '';
    const isSpared = (path: string) => new RegExp(pattern).test(path);
    const spared = ROUTES.filter(({ path }) => isSpared(`/vault${path}`)).map(({ path }) => path);
    expect(spared).toEqual(['/v1/csp-reports']);
  });
});

describe('refusals by the gateway itself', () => {
  const responses = ofType('AWS::ApiGateway::GatewayResponse').map(({ properties }) => properties);

  test.each([
    ['MISSING_AUTHENTICATION_TOKEN', 'route_not_found'],
    ['REQUEST_TOO_LARGE', 'body_too_large'],
    ['WAF_FILTERED', 'request_refused'],
    ['THROTTLED', 'too_many_requests'],
    ['INTEGRATION_TIMEOUT', 'busy'],
    ['DEFAULT_4XX', 'request_refused'],
    ['DEFAULT_5XX', 'internal'],
  ] as const)('%s is the problem %s', (type, code: ErrorCode) => {
    const response = responses.find(({ ResponseType }) => ResponseType === type);
    expect(response?.StatusCode).toBe(String(ERRORS[code].status));
    const templates = (response?.ResponseTemplates ?? {}) as Readonly<Record<string, string>>;
    const problem = JSON.parse(templates['application/json'] ?? '{}');
    expect(problem).toEqual({
      type: `urn:fuda:error:${code}`,
      title: ERRORS[code].title,
      status: ERRORS[code].status,
      detail: ERRORS[code].next,
      code,
      request_id: '$context.requestId',
    });
  });

  test('all are problem documents that no cache may keep and that quote no input', () => {
    for (const { ResponseParameters, ResponseTemplates } of responses) {
      expect(ResponseParameters).toMatchObject({
        'gatewayresponse.header.Cache-Control': "'no-store'",
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
      });
      const variables = JSON.stringify(ResponseTemplates).match(/\$[\w.]+/g);
      expect(variables).toEqual(['$context.requestId']);
    }
  });
});
