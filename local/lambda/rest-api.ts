import type { AwsRequest, AwsResponse } from '../http.ts';

const functionsPath = /^\/2015-03-31\/functions(?:\/|$)/;

/** `METHOD part` of `/functions/NAME/part` (botocore lambda 2015-03-31, http). */
const operations: Record<string, string> = {
  'GET ': 'GetFunction',
  'GET configuration': 'GetFunctionConfiguration',
  'GET versions': 'ListVersionsByFunction',
  'PUT code': 'UpdateFunctionCode',
  'PUT configuration': 'UpdateFunctionConfiguration',
  'POST versions': 'PublishVersion',
  'POST policy': 'AddPermission',
  'POST invocations': 'Invoke',
  'DELETE ': 'DeleteFunction',
};

/** Maps Lambda's paths, headers and JSON to an operation and its input; undefined if none matches. */
export function routeLambdaRequest(
  http: AwsRequest,
): { operation: string; input: Record<string, unknown> } | undefined {
  if (!functionsPath.test(http.path)) return undefined;
  const [name, part = ''] = http.path.replace(functionsPath, '').split('/').map(decodeURIComponent);
  const request = { ...(name ? { FunctionName: name } : {}), ...Object.fromEntries(http.query) };
  if (!name && http.method === 'POST') return { operation: 'CreateFunction', input: { ...request, ...readJson(http) } };
  if (!name) return http.method === 'GET' ? { operation: 'ListFunctions', input: request } : undefined;
  const operation = operations[`${http.method} ${part}`];
  if (operation === undefined) return undefined;
  return { operation, input: { ...request, ...(operation === 'Invoke' ? readInvokeInput(http) : readJson(http)) } };
}

const readJson = ({ body }: AwsRequest): object => (body.length === 0 ? {} : JSON.parse(body.toString()));

const readInvokeInput = ({ headers, body }: AwsRequest) => ({
  ...(headers['x-amz-invocation-type'] ? { InvocationType: headers['x-amz-invocation-type'] } : {}),
  ...(headers['x-amz-log-type'] ? { LogType: headers['x-amz-log-type'] } : {}),
  ...(headers['x-amz-client-context'] ? { ClientContext: headers['x-amz-client-context'] } : {}),
  Payload: body,
});

/** The response of Invoke, in the API's own format. */
export interface InvokeResponse {
  StatusCode: number;
  FunctionError?: string;
  LogResult?: string;
  ExecutedVersion?: string;
  Payload?: Buffer;
}

const isInvokeResponse = (answer: unknown): answer is InvokeResponse =>
  typeof answer === 'object' && answer !== null && 'StatusCode' in answer;

/** Invoke returns headers and the bare payload, other operations return JSON. */
export function renderLambdaResponse(operation: string, answer: unknown): AwsResponse {
  if (operation === 'DeleteFunction') return { status: 204, headers: {}, body: '' };
  if (!isInvokeResponse(answer)) {
    const status = ['PublishVersion', 'CreateFunction', 'AddPermission'].includes(operation) ? 201 : 200;
    return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
  }
  const headers = {
    'content-type': 'application/json',
    ...(answer.FunctionError === undefined ? {} : { 'x-amz-function-error': answer.FunctionError }),
    ...(answer.LogResult === undefined ? {} : { 'x-amz-log-result': answer.LogResult }),
    ...(answer.ExecutedVersion === undefined ? {} : { 'x-amz-executed-version': answer.ExecutedVersion }),
  };
  return { status: answer.StatusCode, headers, body: answer.Payload ?? '' };
}
