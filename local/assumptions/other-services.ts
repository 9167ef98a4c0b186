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
    evidence: 'Developer guide, supported-services-awssdk, names the service DynamoDb; older pages have DynamoDB.',
    affects: 'Retry and Catch of the states that call DynamoDB.',
    probe: { by: 'create', how: 'Run an Express machine that fails such a call, and read the error.' },
  },
  'time-format': {
    question: "How do the times in events, in XML answers and in a machine's context end?",
    answers: { Z: 'In `Z`.', offset: 'In an offset: `+00:00`.' },
    default: 'Z',
    evidence: 'Examples show both: CloudWatch alarm events have `+0000` in their state, most others `Z`.',
    affects: 'Reading every time that AWS writes as text.',
    probe: { by: 'read', how: 'Read the expiration of a session and the times in the history of a state machine.' },
  },
} as const satisfies Record<string, Assumption>;
