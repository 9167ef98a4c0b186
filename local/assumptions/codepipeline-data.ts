import type { Assumption } from './assumption.ts';

/** Assumptions about the data that CodePipeline returns about a job, its artifacts and itself. */
export const codePipelineData = {
  'details-lambda': {
    question: 'Does GetJobDetails return the details of a job that a Lambda invoke action created?',
    answers: { given: 'Yes.', refused: 'No: JobNotFoundException.' },
    default: 'given',
    evidence:
      'botocore codepipeline GetJobDetails: "Used for custom actions only". The answer for other actions is not documented.',
    affects: 'Reading a job of a Lambda invoke action.',
    probe: {
      by: 'create',
      how: 'Create a pipeline that invokes a function. The function writes the id of its job to its log and reports no result. Call GetJobDetails with this id while the job waits for its result.',
    },
  },
  'details-unacknowledged': {
    question: 'Does GetJobDetails return the details of a job before the job is acknowledged?',
    answers: { given: 'Yes.', refused: 'No: JobNotFoundException.' },
    default: 'given',
    evidence:
      'botocore codepipeline GetJobDetails: "information about a specified job and whether that job has been received by the job worker".',
    affects: 'Reading a job before it is acknowledged.',
    probe: {
      by: 'create',
      how: 'Poll for the job of a custom action in its own pipeline. Call GetJobDetails before AcknowledgeJob.',
    },
  },
  'details-ended': {
    question: 'Does GetJobDetails return the details of a job after the job has ended?',
    answers: { given: 'Yes.', refused: 'No: JobNotFoundException.' },
    default: 'given',
    evidence: 'None.',
    affects: 'Confirming a job whose result an earlier attempt reported.',
    probe: { by: 'create', how: 'Call PutJobSuccessResult for an acknowledged job, and then GetJobDetails.' },
  },
  'credentials-key': {
    question: "Can a job's artifactCredentials decrypt under a customer-managed key?",
    answers: {
      decrypt: 'Yes, if the pipeline role can.',
      denied: 'No: reading the artifact fails with the access error of KMS.',
    },
    default: 'decrypt',
    evidence:
      'botocore codepipeline AWSSessionCredentials: the credentials "can be used to access input and output artifacts". No page mentions kms:Decrypt.',
    affects:
      "Reading an artifact with the job's credentials. If they cannot decrypt it, Gantry reads with its own role from the configured store.",
    probe: {
      by: 'create',
      how: "Create a pipeline whose artifact store has a customer-managed key, poll for its job, and read the input artifact with the job's artifactCredentials. The pipeline role is allowed to decrypt.",
    },
  },
  'artifact-rewritten': {
    question:
      'Is the object of an artifact ever written twice under the same key, by CodePipeline or by CodeBuild for it?',
    answers: {
      never: 'No.',
      'same-bytes': 'Yes: it writes the same bytes again some seconds later, as a new version.',
    },
    default: 'never',
    evidence:
      'None. The key of each execution has a random part. CodePipeline writes the artifacts of sources. CodeBuild writes the artifacts of builds, with its own role.',
    affects: 'Recognizing an artifact by its key, version and hash.',
    probe: {
      by: 'read',
      how: "List the object versions in the artifact buckets of the Region's pipelines, and count the versions of each key. Only buckets with versioning show a second write. The probe compares the sizes of the versions, and not their bytes. If every artifact was written once, this does not prove that none is ever written twice.",
    },
  },
  'pipeline-source-account': {
    question: 'Does CodePipeline send aws:SourceAccount when it assumes the role of a pipeline?',
    answers: { sent: 'Yes.', absent: 'No: a trust policy with a StringEquals condition on this key refuses the call.' },
    default: 'absent',
    evidence:
      "The user guide does not list the key for CodePipeline. AWS's own deployment framework uses StringEqualsIfExists.",
    affects: 'The trust policy of the pipeline role.',
    probe: {
      by: 'create',
      how: 'Create two pipelines with an S3 source. In the first pipeline, the trust policy of the role requires the key. In the second, it does not. Wait until a minute after the roles were created. If only the source of the second pipeline then succeeds, CodePipeline does not send the key.',
    },
  },
} as const satisfies Record<string, Assumption>;
