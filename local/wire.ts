import type { AwsError } from './aws-error.ts';
import type { Answer, Http, Service } from './service.ts';
import { cborWire } from './wire-cbor.ts';
import { jsonWire } from './wire-json.ts';
import { queryWire } from './wire-query.ts';
import { restWire } from './wire-rest.ts';

/** What a request asks for, however it was written. */
export interface Asked {
  operation: string;
  input: unknown;
}

/** One request as its service's protocol reads and answers it. */
export interface Wire {
  /** Throws NotCovered when a rest service has no such path. */
  read(): Asked;
  render(operation: string, result: unknown, requestId: string): Answer;
  refuse(error: AwsError, requestId: string): Answer;
}

/** The protocol of one request: its headers say it, else its service does (a client may speak any that its service speaks). */
export function wireOf(service: Service | undefined, http: Http): Wire {
  if (http.headers['smithy-protocol'] === 'rpc-v2-cbor') return cborWire(http);
  if (http.headers['x-amz-target'] !== undefined) return jsonWire(http);
  const form = http.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (form && !service?.route) return queryWire(service?.namespace ?? '', http);
  return restWire(service, http);
}
