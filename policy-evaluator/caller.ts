/** An IAM policy document, as plain data. */
export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Record<string, unknown>[];
}

/**
 * Who is calling, as follows from the credentials. `arn` is the user's, the assumed role session's
 * (`arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`) or a service principal (`events.amazonaws.com`).
 */
export interface Caller {
  account: string;
  arn: string;
  roleArn?: string;
  sessionPolicy?: PolicyDocument;
  /** Context keys that come with the caller to whatever it calls: `kms:ViaService` while a service acts on its behalf, `aws:SourceArn`. */
  context?: Record<string, string | string[]>;
  /** Only of a service principal: false if the service sends no `aws:SourceAccount`. */
  sendsSourceAccount?: boolean;
}

/** What decides an access besides the caller, the action and the resource. */
export interface RequestCircumstances {
  /** Context keys of this request. */
  context?: Record<string, string | string[]>;
  /** The resource's own policy. */
  policy?: PolicyDocument;
  /** The account that owns the resource. Only S3 needs it: the ARN of a bucket does not contain its account. */
  owner?: string;
}
