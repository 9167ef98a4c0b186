import type { Assumption } from './assumption.ts';

/** Assumptions about the data that CodePipeline returns about a job, its artifacts and itself. */
export const codePipelineData = {
  'details-lambda': {
    question: 'Does GetJobDetails answer for a job that a Lambda function was invoked with?',
    answers: { given: 'Yes.', refused: 'No: JobNotFoundException.' },
    default: 'given',
    evidence: 'botocore codepipeline GetJobDetails: "Used for custom actions only"; what it answers else is not said.',
    affects: 'Reading a job that came by a Lambda invoke action.',
    probe: { by: 'create', how: 'Invoke a function from a pipeline and call GetJobDetails with its job id.' },
  },
  'details-unacknowledged': {
    question: 'Does GetJobDetails answer before the job is acknowledged?',
    answers: { given: 'Yes.', refused: 'No: JobNotFoundException.' },
    default: 'given',
    evidence:
      'botocore codepipeline GetJobDetails: "information about a specified job and whether that job has been received by the job worker".',
    affects: 'Reading a job before it is acknowledged.',
    probe: { by: 'create', how: 'Call GetJobDetails for a job that was polled and not acknowledged.' },
  },
  'details-ended': {
    question: 'Does GetJobDetails answer after the end of the job?',
    answers: { given: 'Yes.', refused: 'No: JobNotFoundException.' },
    default: 'given',
    evidence: 'None.',
    affects: 'Confirming a job whose result was put by an attempt before.',
    probe: { by: 'create', how: 'Call GetJobDetails after the result of a job was put.' },
  },
  'credentials-key': {
    question: "Can a job's artifactCredentials decrypt under a customer-managed key?",
    answers: {
      decrypt: 'Yes, if the role of the pipeline can.',
      denied: 'No: reading the artifact is denied with the error of KMS.',
    },
    default: 'decrypt',
    evidence:
      'botocore codepipeline AWSSessionCredentials: they "can be used to access input and output artifacts"; no page mentions kms:Decrypt.',
    affects: "Reading an artifact with the job's credentials; otherwise the configured store is the fallback.",
    probe: { by: 'create', how: "Read a job's artifact with its credentials in a pipeline whose store has a key." },
  },
  'artifact-rewritten': {
    question: 'Is the object of an artifact ever written twice under the same key?',
    answers: {
      never: 'No.',
      'same-bytes': 'The same bytes are written again some seconds later, as a new version.',
    },
    default: 'never',
    evidence: 'None. A key has a random part for each execution.',
    affects: 'Recognizing an artifact by its key, version and hash.',
    probe: { by: 'read', how: 'List the versions in an artifact bucket and count those of each key.' },
  },
  'pipeline-source-account': {
    question: 'Does CodePipeline send aws:SourceAccount when it assumes the role of a pipeline?',
    answers: { sent: 'Yes.', absent: 'No: a condition with StringEquals refuses it.' },
    default: 'absent',
    evidence:
      "The user guide does not list the key for CodePipeline; AWS's own deployment framework uses StringEqualsIfExists.",
    affects: 'The trust policy of the pipeline role.',
    probe: {
      by: 'none',
      how: 'CloudTrail does not show condition keys; only a role that demands the key would tell, and its pipeline would fail.',
    },
  },
} as const satisfies Record<string, Assumption>;
