import { AwsError } from './aws-error.ts';
import type { AwsService } from './cloud.ts';
import type { AwsRequest, AwsResponse } from './http.ts';
import type { ProtocolCodec } from './protocol-codec.ts';
import { toAwsJson } from './wire-json.ts';
import { xmlElement } from './xml.ts';

/** S3's error document; a response to HEAD has no body, so its 403 and 404 have no error code (botocore s3 HeadObject). */
const renderXmlError = (http: AwsRequest, error: AwsError, requestId: string): AwsResponse => ({
  status: error.status,
  headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
  body:
    http.method === 'HEAD'
      ? ''
      : `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement('Error', { Code: error.name, Message: error.message, ...error.fields, RequestId: requestId })}`,
});

const renderJsonError = (error: AwsError, requestId: string): AwsResponse => ({
  status: error.status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.name, 'x-amzn-requestid': requestId },
  body: toAwsJson({ Type: error.status < 500 ? 'User' : 'Service', message: error.message, ...error.fields }),
});

/** S3's XML and Lambda's JSON over paths and methods; the service itself routes the request and renders the response. */
export function createRestCodec(service: AwsService | undefined, http: AwsRequest): ProtocolCodec {
  return {
    read() {
      const request = service?.route?.(http);
      const query = http.query.size > 0 ? `?${http.query}` : '';
      if (request === undefined)
        throw new AwsError('NotCovered', `The embedded AWS does not cover ${http.method} ${http.path}${query}.`, 501);
      return request;
    },
    renderResult(operation, result, requestId) {
      const answer = service?.render?.(operation, result) ?? { status: 200, headers: {}, body: '' };
      const name = service?.protocol === 'rest-json' ? 'x-amzn-requestid' : 'x-amz-request-id';
      return { ...answer, headers: { [name]: requestId, ...answer.headers } };
    },
    renderError: (error, requestId) =>
      service?.protocol === 'rest-json' ? renderJsonError(error, requestId) : renderXmlError(http, error, requestId),
  };
}
