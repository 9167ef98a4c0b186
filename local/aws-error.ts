/** An error as AWS returns it: the code, the message and the HTTP status. The body contains `fields` beside the message. */
export class AwsError extends Error {
  readonly status: number;
  readonly fields: Record<string, unknown>;
  constructor(code: string, message: string, status = 400, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = code;
    this.status = status;
    this.fields = fields;
  }
}
