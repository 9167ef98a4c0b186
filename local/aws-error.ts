/** An error as AWS puts it on the wire: the code, the text and the HTTP status. `fields` go into the body beside the message. */
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
