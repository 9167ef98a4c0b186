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
} as const satisfies Record<string, Assumption>;
