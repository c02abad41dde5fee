/**
 * The environment and context of a function, as Lambda sets them: the template's variables, the function's credentials,
 * Lambda's names.
 */
import type { Credentials } from '../iam/principal.ts';
import type { FunctionDefinition } from '../template/compute.ts';

const VERSION = '$LATEST';

interface Place {
  readonly region: string;
  readonly endpointUrl: string;
  readonly apiUrl: string;
}

export function environmentOf(
  definition: FunctionDefinition,
  credentials: Credentials,
  { region, endpointUrl, apiUrl }: Place,
): Record<string, string> {
  return {
    ...definition.environment,
    // The template has an address in AWS; the local API has another.
    ...('API_URL' in definition.environment && { API_URL: apiUrl }),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: VERSION,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup(definition),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream(definition),
    LAMBDA_TASK_ROOT: definition.bundleDirectory,
    _HANDLER: definition.handler,
    TZ: ':UTC',
  };
}

export const contextOf = (definition: FunctionDefinition): Readonly<Record<string, unknown>> => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: definition.name,
  functionVersion: VERSION,
  invokedFunctionArn: definition.arn,
  memoryLimitInMB: String(definition.memoryMb),
  logGroupName: logGroup(definition),
  logStreamName: logStream(definition),
});

const logGroup = ({ name }: FunctionDefinition): string => `/aws/lambda/${name}`;
const logStream = ({ entry }: FunctionDefinition): string => `local/[${VERSION}]${entry}`;
