/** An IAM policy document, as plain data. */
export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Record<string, unknown>[];
}

/**
 * The caller, as the credentials identify it. `arn` is the ARN of the user or of the assumed role session
 * (`arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`), or a service principal (`events.amazonaws.com`).
 */
export interface Caller {
  account: string;
  arn: string;
  roleArn?: string;
  sessionPolicy?: PolicyDocument;
  /** Context keys that accompany the caller's requests: `kms:ViaService` while a service acts on its behalf, `aws:SourceArn`. */
  context?: Record<string, string | string[]>;
  /** Only for a service principal: false if the service does not send `aws:SourceAccount`. */
  sendsSourceAccount?: boolean;
}

/** The facts on which an access decision depends besides the caller, the action and the resource. */
export interface RequestCircumstances {
  /** Context keys of this request. */
  context?: Record<string, string | string[]>;
  /** The resource's own policy. */
  policy?: PolicyDocument;
  /** The account that owns the resource. Only S3 needs it: the ARN of a bucket does not contain its account. */
  owner?: string;
}
