/** A grant that no call of the full run uses, and the reason why the grant is necessary. */
export interface UnusedGrant {
  /** Roles by their name without the installation's prefix, or `key`, `bucket`, `repository`. */
  of: string[];
  Sid: string;
  /** Principals of a resource policy's statement; if absent, all principals that the statement names. */
  principals?: RegExp;
  /** If absent, all actions of the statement. */
  actions?: string[];
  /** If absent, all resources of the statement. */
  resources?: RegExp;
  reason: string;
  source: string;
}

const entryMachines = ['deploy_test', 'rollback_test', 'deploy_prod', 'rollback_prod'];
const builtIn =
  'A team that goes back to the built-in ECS action, or has one beside Gantry, needs it: that action works on the artifact as the target role.';
const crossAccount = 'CodePipeline User Guide, "Create a pipeline that uses resources from another account"';

export const unusedGrants: UnusedGrant[] = [
  {
    of: ['wake', 'announce-end', 'schedule'],
    Sid: 'DeadLetter',
    reason:
      'What failed for good is sent to the queue as this role; the embedded AWS has no SQS and keeps dead letters itself.',
    source:
      'Lambda Developer Guide, "Dead-letter queues"; EventBridge Scheduler User Guide, "Configuring a dead-letter queue"',
  },
  {
    of: ['take-job'],
    Sid: 'JobDetails',
    reason: 'A queued job that could not be started in time is reported only if it is a job of this installation.',
    source: 'test/functions/queued-jobs.test.ts',
  },
  {
    of: ['take-job'],
    Sid: 'ReportFailure',
    reason: 'As JobDetails: the result of a queued job that could not be started in time.',
    source: 'test/functions/queued-jobs.test.ts',
  },
  {
    of: ['rollback'],
    Sid: 'InvokeFunctions',
    resources: /-report-rollback:\*$/,
    reason:
      'It reports the end of a rollback after its result, which takes a deployment that cannot be stopped for minutes; test/rollback-machine.test.ts plays it.',
    source: 'Step Functions Developer Guide, "IAM policies for calling AWS Lambda"',
  },
  {
    of: ['deploy'],
    Sid: 'InvokeFunctions',
    resources: /-report-pause:\*$/,
    reason:
      'It reports a deployment that has waited for a person for almost a day; test/machine/strategies.test.ts plays it.',
    source: 'Step Functions Developer Guide, "IAM policies for calling AWS Lambda"',
  },
  {
    of: ['report-pause'],
    Sid: 'ReportFailure',
    reason:
      'It reports a deployment that has waited for a person for almost a day; test/machine/strategies.test.ts plays it.',
    source: 'Service authorization reference, CodePipeline',
  },
  {
    of: ['report-pause'],
    Sid: 'Log',
    reason: 'As ReportFailure: the function does not run.',
    source: 'test/machine/strategies.test.ts',
  },
  {
    of: ['watch-rollout'],
    Sid: 'ReadAnswers',
    reason: 'Who answered is read if a pause hook of the deployment was answered; no service of the example has one.',
    source: 'aws/rollout-answers.ts; test/machine/strategies.test.ts',
  },
  {
    of: ['watch-rollout', 'watch-rollback'],
    Sid: 'ReadLedger',
    reason: 'Which execution started a deployment is read if it superseded another; the full run supersedes none.',
    source: 'aws/superseder.ts; test/machine/ledger.test.ts',
  },
  {
    of: ['continue'],
    Sid: 'InvokeFunctions',
    reason: 'People answer pause hooks with it; no service of the example has one.',
    source: 'test/machine/strategies.test.ts',
  },
  ...['Answers', 'ReadLedger', 'Log'].map((Sid) => ({
    of: ['continue-deployment'],
    Sid,
    reason: 'As InvokeFunctions of continue: the function does not run.',
    source: 'test/machine/strategies.test.ts',
  })),
  ...['InvokeFunctions', 'StoreTaskToken'].map((Sid) => ({
    of: ['run'],
    Sid,
    reason: 'People run commands with it; no target of the example allows commands.',
    source: 'test/cli/run.test.ts',
  })),
  {
    of: ['run-command'],
    Sid: 'Log',
    reason: 'As InvokeFunctions of run: the function does not run.',
    source: 'test/cli/run.test.ts',
  },
  {
    of: ['check-target', 'decide-rollback', 'read-images'],
    Sid: 'Digests',
    resources: /:repository\/legacy\//,
    reason: 'The run pushes to the installed repository only. Other repositories can be configured.',
    source: 'core/config/schema.ts, repositories; test/machine/existing-pipeline.test.ts',
  },
  {
    of: ['web-execution'],
    Sid: 'Pull',
    resources: /:repository\/legacy\//,
    reason: 'As Digests: the tasks of the run pull from the installed repository only.',
    source: 'core/config/schema.ts, repositories; test/machine/existing-pipeline.test.ts',
  },
  {
    of: ['report-success', 'report-failure'],
    Sid: 'FindCommit',
    reason: 'Record Start asks CodePipeline for this. They ask if it got no answer, or if the release ended before it.',
    source: 'test/functions/stage-rollback-records.test.ts',
  },
  {
    of: ['check-target', 'register-revision'],
    Sid: 'JobDetails',
    reason:
      'A job whose base revision is a file of its artifact. In the run, only manual deployments name such a file.',
    source: 'Service Authorization Reference; CodePipeline API, GetJobDetails',
  },
  {
    of: ['deploy', 'rollback', 'continue', 'run', ...entryMachines],
    Sid: 'LogDelivery',
    reason:
      'Step Functions sets up the delivery of its log by itself when the machine is made; the embedded AWS keeps the history only.',
    source: 'Step Functions Developer Guide, "Logging in CloudWatch Logs"',
  },
  {
    of: ['deploy', 'rollback', 'continue', 'run', ...entryMachines],
    Sid: 'Traces',
    reason: 'Step Functions sends the traces of an execution; the embedded AWS traces nothing.',
    source: 'Step Functions Developer Guide, "Tracing with X-Ray"',
  },
  {
    of: entryMachines,
    Sid: 'FollowExecution',
    actions: ['states:StopExecution'],
    reason:
      'If a person stops an execution of an entry machine, Step Functions stops the shared one with it; test/local/states-nested.test.ts plays it.',
    source: 'Step Functions Developer Guide, "IAM policies for calling Step Functions workflows"',
  },
  {
    of: ['rollback'],
    Sid: 'InvokeFunctions',
    resources: /-report-failure:\*$/,
    reason: 'This state handles a rollback that fails. The rollbacks of the run succeed.',
    source: 'state-machines/rollback.asl.json',
  },
  {
    of: ['move-schedules'],
    reason: 'No service of the example has schedules; test/machine/schedules.test.ts plays them.',
    Sid: 'TargetRoles',
    source: 'core/config/schedule-schema.ts',
  },
  {
    of: ['move-schedules'],
    reason: 'As TargetRoles: a rollback reads in the ledger what the schedules ran before.',
    Sid: 'ReadLedger',
    source: 'aws/restore-schedules.ts; test/machine/schedules.test.ts',
  },
  {
    of: ['move-schedules'],
    reason: 'As TargetRoles: the function does not run.',
    Sid: 'Log',
    source: 'test/machine/schedules.test.ts',
  },
  {
    of: ['deploy', 'rollback'],
    Sid: 'InvokeFunctions',
    resources: /-move-schedules:\*$/,
    reason: 'As TargetRoles: the machines skip the state if the service has no schedules.',
    source: 'state-machines/deploy.asl.json; test/machine/schedules.test.ts',
  },
  {
    of: ['deploy'],
    Sid: 'InvokeFunctions',
    resources: /-run-task:\*$/,
    reason:
      'No service of the example has tasks. test/machine/release-tasks.test.ts plays services that have them, and proves their permissions.',
    source: 'core/config/task-schema.ts',
  },
  {
    of: ['run-task'],
    Sid: 'Log',
    reason: 'As InvokeFunctions of deploy: no service of the example has tasks.',
    source: 'test/machine/release-tasks.test.ts',
  },
  {
    of: ['start-rollback'],
    Sid: 'StartRollback',
    reason:
      'The rule for alarms starts a rollback. No alarm goes off in the run; test/machine/rollback-alarm.test.ts plays it.',
    source: 'infra/system-events.ts',
  },
  {
    of: ['register-revision'],
    Sid: 'Lease',
    reason: 'Before a step that changes no service, who holds a lease asks after it only where it has all but run out.',
    source: 'aws/lease.ts',
  },
  {
    of: ['read-images'],
    Sid: 'Artifacts',
    actions: ['s3:GetObjectVersion'],
    reason: 'A job names no version, and the newest is read; an input by hand may name one.',
    source: 'core/request/manual.ts; test/functions/read-images.test.ts',
  },
  {
    of: ['decide-rollback'],
    Sid: 'ListDeployments',
    reason:
      'The lease names who takes care of a deployment; the list is for a table that does not answer, or whose last holder is over.',
    source: 'aws/responsible-execution.ts; test/machine/responsible-execution.test.ts',
  },
  {
    of: ['report-dead-execution'],
    Sid: 'DescribeDeployment',
    resources: /:execution:[^:]+-rollback:/,
    reason: 'Needed if an execution of rollback dies before it has completed its ledger entry.',
    source: 'aws/conclude-dead-execution.ts; test/functions/ledger.test.ts',
  },
  {
    of: ['take-job'],
    Sid: 'PollForJobs',
    resources: /:actionType:/,
    reason:
      'AWS documents two spellings of the ARN, and IAM compares ARNs with regard to case. The run uses the other one.',
    source:
      'CodePipeline User Guide, "How AWS CodePipeline works with IAM"; test/functions/take-job-pollers.test.ts polls under both spellings',
  },
  ...['Services', 'Deployments', 'ServiceRevisions', 'ReadRevisions', 'ListTasks', 'Tasks', 'Alarms'].map((Sid) => ({
    of: ['test-deployment-viewer', 'prod-deployment-viewer'],
    Sid,
    reason: 'People read a target with this role, by the command line and the doctor; a release does not.',
    source: 'test/cli/permissions.test.ts',
  })),
  {
    of: ['trust in test-deployment-viewer', 'trust in prod-deployment-viewer'],
    Sid: 'Viewers',
    reason: 'People assume this role; a release does not.',
    source: 'test/cli/permissions.test.ts',
  },
  {
    of: ['build'],
    Sid: 'ArtifactBucket',
    reason: 'CodeBuild looks at the bucket of its artifacts by itself.',
    source: 'CodeBuild User Guide, "Create a CodeBuild service role"',
  },
  {
    of: ['build'],
    Sid: 'Artifacts',
    actions: ['s3:GetObjectVersion'],
    reason: 'CodeBuild reads its source at a version where the pipeline names one; the embedded one reads the newest.',
    source: 'CodeBuild User Guide, "Create a CodeBuild service role"',
  },
  {
    of: ['test-deployment', 'prod-deployment'],
    Sid: 'LoadBalancing',
    reason:
      'For the built-in ECS action. Gantry asks ECS alone, which works on the load balancer with its own service-linked role.',
    source: 'ECS Developer Guide, "Using service-linked roles for Amazon ECS"',
  },
  {
    of: ['test-deployment', 'prod-deployment'],
    Sid: 'Network',
    reason: 'As LoadBalancing: the network of the tasks, for the built-in ECS action.',
    source: 'ECS Developer Guide, "Using service-linked roles for Amazon ECS"',
  },
  { of: ['test-deployment', 'prod-deployment'], Sid: 'Artifacts', reason: builtIn, source: crossAccount },
  { of: ['test-deployment', 'prod-deployment'], Sid: 'ArtifactBucket', reason: builtIn, source: crossAccount },
  { of: ['test-deployment', 'prod-deployment'], Sid: 'ArtifactKey', reason: builtIn, source: crossAccount },
  {
    of: ['web-execution', 'repository'],
    Sid: 'Pull',
    actions: ['ecr:BatchCheckLayerAvailability'],
    reason: 'A pull asks for it where it has layers of the image already; a task of the embedded ECS begins with none.',
    source: 'ECR User Guide, "Private repository policy examples"; AmazonECSTaskExecutionRolePolicy',
  },
  { of: ['bucket'], Sid: 'TargetAccounts', reason: builtIn, source: crossAccount },
  { of: ['key'], Sid: 'TargetAccounts', reason: builtIn, source: crossAccount },
  {
    of: ['key'],
    Sid: 'Use',
    principals: /-pipeline$/,
    actions: ['kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncrypt*'],
    reason:
      'The five actions are what CodePipeline documents for its role; its artifacts are copied and handed on within the service.',
    source: crossAccount,
  },
  {
    of: ['key'],
    Sid: 'Use',
    principals: /-build$/,
    actions: ['kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncrypt*'],
    reason:
      'CodeBuild documents them for a project with a key of its own, which encrypts more than the one artifact: caches, large uploads in parts.',
    source: 'CodeBuild User Guide, "Encrypt build output artifacts"',
  },
  {
    of: ['key'],
    Sid: 'Grants',
    reason:
      "Only for AWS services that work in a caller's name (kms:GrantIsForAWSResource); whether one makes a grant is its own affair and shows in no call of ours.",
    source: `${crossAccount}; KMS Developer Guide, "kms:GrantIsForAWSResource"`,
  },
];
