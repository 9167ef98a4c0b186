import { AwsError } from './aws-error.ts';
import type { Answer, Http, Service } from './service.ts';

/** One request as its service's protocol sees it. */
export interface Wire {
  operation: string;
  input: unknown;
  render(result: unknown, requestId: string): Answer;
  refuse(error: AwsError, requestId: string): Answer;
}

/** Dates go out as epoch seconds, bytes as base64 (smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). */
const jsonValue = (_: string, value: unknown): unknown => value;

const json = (service: Service, http: Http): Wire => {
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${service.jsonVersion ?? '1.1'}`,
    'x-amzn-requestid': requestId,
  });
  return {
    operation: http.headers['x-amz-target']?.split('.').at(-1) ?? '',
    input: JSON.parse(http.body.toString() || '{}'),
    render: (result, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: JSON.stringify(result ?? {}, jsonValue),
    }),
    refuse: (error, requestId) => ({
      status: error.status,
      headers: headers(requestId),
      body: JSON.stringify({ __type: error.name, message: error.message, ...error.fields }),
    }),
  };
};

/** The protocol of a service, over one request. */
export function wireOf(service: Service | undefined, http: Http): Wire {
  if (service === undefined || service.protocol === 'json')
    return json(service ?? { name: '', protocol: 'json', operations: {} }, http);
  throw new AwsError('NotCovered', `The embedded AWS does not speak ${service.protocol} yet.`, 501);
}
