import type { Assumption } from './assumption.ts';

/** Assumptions about how CodePipeline offers a job and accepts its result. */
export const codePipelineJobs = {
  'poll-nonce': {
    question: 'Does PollForJobs renew the nonce of a job that it offers again?',
    answers: {
      kept: 'A job keeps the nonce that it was first offered with.',
      renewed: 'Each poll makes a new nonce, and only the newest one is valid.',
    },
    default: 'kept',
    evidence:
      'None. The example of PollForJobs in the AWS CLI reference has the nonce `3`, which looks like a counter.',
    affects: 'Acknowledging a job with the nonce that its execution was started with.',
    probe: { by: 'create', how: 'Poll twice for one job that nobody acknowledges, and compare the nonces.' },
  },
  'poll-repeat': {
    question: 'When does PollForJobs offer a job again that nobody has acknowledged?',
    answers: {
      always: 'Each poll offers it.',
      'after-a-minute': 'Once a minute at most: a poll hides it from the polls of the next 60 seconds.',
    },
    default: 'always',
    evidence: 'None. The API reference only says that an acknowledged job is no longer offered.',
    affects: 'Finding a job again after the function that polled it was lost.',
    probe: { by: 'create', how: 'Poll twice within ten seconds for one job that nobody acknowledges.' },
  },
  'poll-delay': {
    question: 'How long after the event STARTED of its action can a job be polled?',
    answers: {
      none: 'At once.',
      '10-seconds': '10 seconds later.',
      '90-seconds': '90 seconds later, which is longer than the interval of the schedule.',
    },
    default: 'none',
    evidence: 'None.',
    affects: 'Taking a job on the event, and on the schedule of one minute.',
    probe: {
      by: 'create',
      how: 'Start a pipeline with a custom action, poll every second, and compare with startTime of the action.',
    },
  },
  'poll-arn': {
    question: 'How does IAM spell the resource of PollForJobs?',
    answers: {
      actiontype: '`arn:aws:codepipeline:…:actiontype:…`, as in the service authorization reference.',
      actionType: "`arn:aws:codepipeline:…:actionType:…`, the spelling in the user guide's table of ARNs.",
    },
    default: 'actiontype',
    evidence: 'Service authorization reference, CodePipeline; the user guide contradicts it.',
    affects: 'The policy of the function that polls.',
    probe: {
      by: 'read',
      how: 'Simulate nothing: poll as a session whose policy allows one spelling only, and see which is denied.',
    },
  },
  'second-acknowledgement': {
    question: 'What does AcknowledgeJob answer to a nonce that it has taken before?',
    answers: {
      accepted: 'The status of the job, as the first time.',
      refused: 'InvalidNonceException.',
    },
    default: 'accepted',
    evidence: 'None.',
    affects: 'Telling our own repeated acknowledgement from a lost race.',
    probe: { by: 'create', how: 'Acknowledge one job twice with the same nonce.' },
  },
  'late-result': {
    question:
      'What do PutJobSuccessResult and PutJobFailureResult answer for a job that is finished, abandoned or timed out?',
    answers: {
      'invalid-state': 'InvalidJobStateException.',
      'not-found': 'JobNotFoundException.',
      accepted: 'They accept the result and ignore it.',
    },
    default: 'invalid-state',
    evidence: 'None. Both exceptions are in the model of both operations (botocore).',
    affects: 'Reporting to a job that nobody waits for.',
    probe: { by: 'create', how: 'Put two results for one job.' },
  },
} as const satisfies Record<string, Assumption>;
