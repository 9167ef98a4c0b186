import type { Assumption } from './assumption.ts';

/** Assumptions about how CodePipeline offers a job and accepts its result. */
export const codePipelineJobs = {
  'poll-nonce': {
    question: 'Does PollForJobs renew the nonce of a job that it offers again?',
    answers: {
      kept: 'No: a job keeps the nonce of its first offer.',
      renewed: 'Yes: each poll creates a new nonce, and only the newest nonce is valid.',
    },
    default: 'kept',
    evidence:
      'None. In the AWS CLI reference, the example of PollForJobs shows the nonce `3`, which could be a counter.',
    affects: 'Acknowledging a job with the nonce in the input of its execution.',
    probe: {
      by: 'create',
      how: 'Poll for the job of a custom action until it is offered a second time, without acknowledging it, and compare the nonces.',
    },
  },
  'poll-repeat': {
    question: 'How often does PollForJobs offer an unacknowledged job again?',
    answers: {
      always: 'Each poll offers the job.',
      'after-a-minute': 'At most once a minute: a poll hides the job from all polls in the next 60 seconds.',
    },
    default: 'always',
    evidence: 'None. The API reference only says that an acknowledged job is no longer offered.',
    affects: 'Finding a job again after the function that polled it died.',
    probe: {
      by: 'create',
      how: 'After the first offer of a job, poll again after one second and then every five seconds, for up to two minutes, until the job is offered again.',
    },
  },
  'poll-delay': {
    question: 'How long after the STARTED event of an action does PollForJobs offer its job?',
    answers: {
      none: 'Immediately.',
      '10-seconds': '10 seconds later.',
      '90-seconds': '90 seconds later, which is longer than the schedule interval of one minute.',
    },
    default: 'none',
    evidence: 'None.',
    affects: 'Taking a job when the event arrives, and when the schedule runs each minute.',
    probe: {
      by: 'create',
      how: 'While a pipeline runs, check every second whether its custom action has started, and poll for its job. Measure the time from the first check that finds the action started until the first offer of the job. One measurement does not show the longest delay.',
    },
  },
  'poll-arn': {
    question: 'How does IAM spell the resource ARN of PollForJobs?',
    answers: {
      actiontype: '`arn:aws:codepipeline:…:actiontype:…`, as in the service authorization reference.',
      actionType: "`arn:aws:codepipeline:…:actionType:…`, the spelling in the user guide's table of ARNs.",
    },
    default: 'actiontype',
    evidence: 'Service authorization reference, CodePipeline. The user guide contradicts it.',
    affects: 'The policy of the function that polls.',
    probe: {
      by: 'create',
      how: 'Create a custom action type, and a role that may poll for every type. Assume the role with two session policies that each allow PollForJobs for only one spelling of the ARN of the type. Poll in both sessions, and check which one is denied. The policy simulator cannot answer the question, because it uses the ARN that the caller gives.',
    },
  },
  'second-acknowledgement': {
    question: 'How does AcknowledgeJob answer a nonce that it has already accepted?',
    answers: {
      accepted: 'With the status of the job, as for the first call.',
      refused: 'With InvalidNonceException.',
    },
    default: 'accepted',
    evidence: 'None.',
    affects: 'Distinguishing our own repeated acknowledgement from the acknowledgement of another worker.',
    probe: { by: 'create', how: 'Call AcknowledgeJob twice for one job with the nonce of its newest offer.' },
  },
  'late-result': {
    question:
      'How do PutJobSuccessResult and PutJobFailureResult answer for a job that is finished, abandoned or timed out?',
    answers: {
      'invalid-state': 'With InvalidJobStateException.',
      'not-found': 'With JobNotFoundException.',
      accepted: 'With success, but they ignore the result.',
    },
    default: 'invalid-state',
    evidence: 'None. The models of both operations list both exceptions (botocore).',
    affects: 'Reporting the result of a job that CodePipeline no longer waits for.',
    probe: {
      by: 'create',
      how: 'Call PutJobSuccessResult twice for the same job. This shows the answer for a finished job only, and not for an abandoned job or for one that timed out.',
    },
  },
  'stage-rollback-end': {
    question: 'Where does the execution end that RollbackStage starts?',
    answers: {
      stage: 'After the stage that it rolls back.',
      pipeline: 'At the end of the pipeline: the stages after it run, too.',
    },
    default: 'stage',
    evidence:
      'None. CodePipeline User Guide, "Configuring stage rollback": "The rolled back operation will result in a new execution."',
    affects: 'Nothing in Gantry: every job of such an execution rolls back its stage.',
    probe: {
      by: 'hand',
      how: 'Create a pipeline with two stages after its source, release twice, call RollbackStage for the first of them, and list the action executions of the new execution.',
    },
  },
} as const satisfies Record<string, Assumption>;
