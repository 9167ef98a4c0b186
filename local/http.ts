/** A received request, with its complete body decoded from any transfer coding. */
export interface AwsRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

export interface AwsResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}
