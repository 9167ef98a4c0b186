/** The prefix of the name of everything that the probe creates. */
export const probePrefix = 'gantry-probe';

/** Where the probe runs, and the names and ARNs of everything that it creates there. */
export interface ProbeNames {
  account: string;
  region: string;
  alias: string;
  bucket: string;
  sourceKey: string;
  /** The roles' names contain the Region, because IAM has one namespace for all Regions. */
  roles: Record<'poller' | 'pipeline' | 'trust' | 'workflow' | 'function', string>;
  actionType: { category: 'Test'; owner: 'Custom'; provider: string; version: string };
  pipeline: string;
  trustPipeline: string;
  lambdaPipeline: string;
  function: string;
  /** Lambda derives the group's name from the function's. */
  logGroup: string;
  machine: string;
  /** The name of a table that does not exist. The state machine reads it to get an error. */
  table: string;
  cluster: string;
  family: string;
  service: string;
  roleArn(name: string): string;
  /** Returns an ARN in this account and Region, such as `arn:aws:ecs:…:cluster/…`. */
  arn(service: string, resource: string): string;
  bucketArn: string;
  /** The account itself as a principal: IAM policies in the account decide who is allowed to assume the role. */
  rootArn: string;
  partition: string;
}

/** Derives all names from the caller's ARN. `now` gives the action type a version that was never used, as AWS requires. */
export function nameProbeResources(caller: { account: string; arn: string }, region: string, now: Date): ProbeNames {
  const { account } = caller;
  const partition = caller.arn.split(':')[1] ?? 'aws';
  const roleName = (purpose: string) => `${probePrefix}-${purpose}-${region}`;
  const bucket = `${probePrefix}-${account}-${region}`;
  return {
    account,
    region,
    alias: `alias/${probePrefix}`,
    bucket,
    sourceKey: 'source.zip',
    roles: {
      poller: roleName('poller'),
      pipeline: roleName('pipeline'),
      trust: roleName('trust'),
      workflow: roleName('workflow'),
      function: roleName('function'),
    },
    actionType: {
      category: 'Test',
      owner: 'Custom',
      provider: probePrefix,
      version: Math.floor(now.getTime() / 1000).toString(36),
    },
    pipeline: probePrefix,
    trustPipeline: `${probePrefix}-trust`,
    lambdaPipeline: `${probePrefix}-lambda`,
    function: probePrefix,
    logGroup: `/aws/lambda/${probePrefix}`,
    machine: probePrefix,
    table: `${probePrefix}-missing`,
    cluster: probePrefix,
    family: probePrefix,
    service: probePrefix,
    roleArn: (name) => `arn:${partition}:iam::${account}:role/${name}`,
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${account}:${resource}`,
    bucketArn: `arn:${partition}:s3:::${bucket}`,
    rootArn: `arn:${partition}:iam::${account}:root`,
    partition,
  };
}
