/**
 * What API Gateway itself checks of a body, before a function runs and costs: that it is a JSON object of reasonable
 * size. Which members it has is the function's to say, because it names the one at fault, and API Gateway
 * cannot without repeating what was sent (docs/decisions/0012-the-gateway-checks-the-form.md).
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

/** More than any request has, at any depth that is checked. */
const MEMBERS_MAX = 50;

/** The options of a method whose body is checked. */
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
