import type { AwsRequest, AwsResponse } from '../http.ts';

const functionsPath = /^\/2015-03-31\/functions(?:\/|$)/;

/** Maps Lambda's paths and headers to an operation and its input; undefined if none matches (botocore lambda 2015-03-31). */
export function routeLambdaRequest(
  http: AwsRequest,
): { operation: string; input: Record<string, unknown> } | undefined {
  if (!functionsPath.test(http.path)) return undefined;
  const [name, part] = http.path.replace(functionsPath, '').split('/').map(decodeURIComponent);
  const asked = { ...(name ? { FunctionName: name } : {}), ...Object.fromEntries(http.query) };
  if (http.method === 'POST' && part === 'invocations')
    return { operation: 'Invoke', input: { ...asked, ...readInvokeInput(http) } };
  if (http.method !== 'GET') return undefined;
  if (!name) return { operation: 'ListFunctions', input: asked };
  if (part === undefined) return { operation: 'GetFunction', input: asked };
  return part === 'configuration' ? { operation: 'GetFunctionConfiguration', input: asked } : undefined;
}

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
export function renderLambdaResponse(_operation: string, answer: unknown): AwsResponse {
  if (!isInvokeResponse(answer))
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
  const headers = {
    'content-type': 'application/json',
    ...(answer.FunctionError === undefined ? {} : { 'x-amz-function-error': answer.FunctionError }),
    ...(answer.LogResult === undefined ? {} : { 'x-amz-log-result': answer.LogResult }),
    ...(answer.ExecutedVersion === undefined ? {} : { 'x-amz-executed-version': answer.ExecutedVersion }),
  };
  return { status: answer.StatusCode, headers, body: answer.Payload ?? '' };
}
