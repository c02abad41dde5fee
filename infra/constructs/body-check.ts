/**
 * API Gateway checks that a body is a JSON object of reasonable size, before a function runs and costs. The functions
 * check its members: they can name the wrong one, which API Gateway cannot do without repeating its value
 * (docs/decisions/0012-the-gateway-checks-the-form.md).
 */
import {
  type IRestApi,
  JsonSchemaType,
  JsonSchemaVersion,
  type MethodOptions,
  Model,
  RequestValidator,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';

/** More members than any request of the API has. */
const MEMBERS_MAX = 50;

/** Options of a method that requires a JSON object as its body. */
export function bodyCheck(api: RestApi): MethodOptions {
  const model = new Model(api, 'JsonObject', {
    restApi: api as IRestApi,
    contentType: 'application/json',
    description: 'A JSON object',
    schema: {
      schema: JsonSchemaVersion.DRAFT4,
      type: JsonSchemaType.OBJECT,
      maxProperties: MEMBERS_MAX,
    },
  });
  const requestValidator = new RequestValidator(api, 'BodyValidator', {
    restApi: api as IRestApi,
    validateRequestBody: true,
  });
  return { requestModels: { 'application/json': model }, requestValidator };
}
