import type { Assumption } from './assumption.ts';

/** Assumptions about several services. */
export const otherServices = {
  'sdk-errors': {
    question: "How does Step Functions name an error of its integration with DynamoDB's API?",
    answers: {
      DynamoDb: '`DynamoDb.ConditionalCheckFailedException`.',
      DynamoDB: '`DynamoDB.ConditionalCheckFailedException`.',
    },
    default: 'DynamoDb',
    evidence: 'Developer guide, supported-services-awssdk, names the service DynamoDb. Older pages name it DynamoDB.',
    affects: 'The Retry and Catch fields of states that call DynamoDB.',
    probe: {
      by: 'create',
      how: 'Run a state machine that reads a table that does not exist, and read the name of the error that it catches.',
    },
  },
  'time-format': {
    question: 'How do times end in events, in XML answers and in the context of a state machine?',
    answers: { Z: 'With `Z`.', offset: 'With an offset: `+00:00`.' },
    default: 'Z',
    evidence:
      'Examples show both forms. CloudWatch alarm events have `+0000` in their state, and most other events have `Z`.',
    affects: 'Parsing every time that AWS returns as text.',
    probe: {
      by: 'read',
      how: 'Read the creation dates in the XML of ListRoles. With --create, a state machine also returns its `$$.Execution.StartTime`. Times in events are not read.',
    },
  },
  'packed-policy-size': {
    question: 'How long can a session policy be that STS accepts?',
    answers: {
      plain: 'As long as the documented limit of its text: 2,048 characters.',
      half: 'Shorter: its packed form can be too large from 1,024 characters on, and STS answers PackedPolicyTooLarge.',
    },
    default: 'plain',
    evidence:
      "The STS API, AssumeRole, has both limits and does not say how a policy is packed. AWS's knowledge center says that its size is difficult to determine before the call.",
    affects: 'Every session of a target role. If its policy is refused, Gantry sends a shorter one.',
    probe: {
      by: 'hand',
      how: 'Assume a role with a session policy of about 2,000 characters, and read PackedPolicySize in the answer: a percentage of what is accepted.',
    },
  },
  'via-service-name': {
    question: 'How does the value of `kms:ViaService` end in the China Regions?',
    answers: {
      partition: 'With the suffix of the partition: `s3.cn-north-1.amazonaws.com.cn`.',
      common: 'As in all other Regions: `s3.cn-north-1.amazonaws.com`.',
    },
    default: 'partition',
    evidence:
      'The KMS Developer Guide, "kms:ViaService", gives only `SERVICE.REGION.amazonaws.com`. Hosts in China end with `amazonaws.com.cn` (botocore partitions.json).',
    affects: 'The condition of the permission to decrypt artifacts, which allows both values there.',
    probe: {
      by: 'hand',
      how: 'In a China Region, allow a role to decrypt with a key, on the condition that `kms:ViaService` has one of the two values. Read an object that is encrypted with the key.',
    },
  },
} as const satisfies Record<string, Assumption>;
