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
      'None. The example of PollForJobs in the AWS CLI reference shows the nonce `3`, which could be a counter.',
    affects: 'Acknowledging a job with the nonce in the input of its execution.',
    probe: { by: 'create', how: 'Poll twice for the same unacknowledged job, and compare the nonces.' },
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
    probe: { by: 'create', how: 'Poll twice within ten seconds for the same unacknowledged job.' },
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
      how: 'Start a pipeline with a custom action, poll every second, and compare the time of the first offer with the startTime of the action.',
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
      by: 'read',
      how: 'Do not use the policy simulator. Poll with two sessions whose policies each allow only one spelling, and check which session is denied.',
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
    probe: { by: 'create', how: 'Acknowledge one job twice with the same nonce.' },
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
    probe: { by: 'create', how: 'Report two results for the same job.' },
  },
} as const satisfies Record<string, Assumption>;
