import type { Assumption } from './assumption.ts';

/** Assumptions about how ECS reports failures. */
export const ecsFailures = {
  'stop-ended': {
    question: 'What does StopServiceDeployment answer for a deployment that has ended?',
    answers: {
      conflict: 'ConflictException.',
      'invalid-parameter': 'InvalidParameterException.',
      client: 'ClientException.',
      'not-found': 'ServiceDeploymentNotFoundException.',
    },
    default: 'conflict',
    evidence: 'None. The four are in the model of the operation (botocore).',
    affects: 'A rollback that comes while ECS ends the deployment itself.',
    probe: {
      by: 'read',
      how: 'Needs the right to stop: call it for a deployment that is SUCCESSFUL, which changes nothing.',
    },
  },
  'failed-event': {
    question: 'Does ECS send SERVICE_DEPLOYMENT_FAILED for a service without circuit breaker and alarms?',
    answers: {
      sent: 'Yes, for example when its deployment is stopped.',
      'not-sent': 'No.',
    },
    default: 'not-sent',
    evidence: 'Developer guide, ecs_service_deployment_events: the event is for services with circuit breaker logic.',
    affects: 'The rollback that the event starts, beside the one of the execution.',
    probe: { by: 'create', how: 'Stop the deployment of such a service and watch the bus.' },
  },
  'failed-launch': {
    question: 'What remains of a task that could not be launched?',
    answers: {
      task: 'A stopped task with a reason, and an event of the service.',
      'event-only': 'An event of the service alone: no task is ever listed.',
    },
    default: 'task',
    evidence:
      'Both are seen: stopped tasks with CannotPullContainerError (developer guide, stopped-task-errors), and "was unable to place a task" or "failed to launch a task" without a task (service-event-messages).',
    affects: 'Explaining a failed rollout, and counting its failures.',
    probe: { by: 'none', how: 'It depends on the cause: one failed launch does not speak for another.' },
  },
  'event-timing': {
    question: 'Does an event of ECS come with the state that it describes?',
    answers: {
      with: 'With it.',
      before: 'Before it: DescribeServices and the history show the state 5 seconds later.',
      after: 'After it: 30 seconds later.',
      without: 'Also without it: an event names a deployment that no list ever shows.',
    },
    default: 'with',
    evidence: 'None. EventBridge delivers at least once and promises no order.',
    affects: 'What the wake-up by an event finds, and what an event may start.',
    probe: { by: 'none', how: 'The order of one event does not prove the order of the next.' },
  },
  'task-source-account': {
    question: 'Does ECS send aws:SourceAccount when it assumes an execution role?',
    answers: { sent: 'Yes.', absent: 'No: a condition with StringEquals refuses it.' },
    default: 'absent',
    evidence: 'The developer guide lists the key for task roles only.',
    affects: 'The trust policy of the execution roles.',
    probe: {
      by: 'read',
      how: 'List execution roles of running services whose trust demands the key: a running task proves that it is sent.',
    },
  },
} as const satisfies Record<string, Assumption>;
