import type { Assumption } from './assumption.ts';

/** Assumptions about how ECS reports failures. */
export const ecsFailures = {
  'stop-ended': {
    question: 'With which error does StopServiceDeployment answer for a deployment that has ended?',
    answers: {
      conflict: 'ConflictException.',
      'invalid-parameter': 'InvalidParameterException.',
      client: 'ClientException.',
      'not-found': 'ServiceDeploymentNotFoundException.',
    },
    default: 'conflict',
    evidence: 'None. The model of the operation lists all four errors (botocore).',
    affects: 'A rollback that starts while ECS itself ends the deployment.',
    probe: {
      by: 'create',
      how: 'Create a service that wants no task in a cluster without instances, wait until its deployment is SUCCESSFUL, and call StopServiceDeployment for it. This shows the answer for a SUCCESSFUL deployment, and not for a failed one.',
    },
  },
  'failed-event': {
    question: 'Does ECS send SERVICE_DEPLOYMENT_FAILED for a service that has neither a circuit breaker nor alarms?',
    answers: {
      sent: 'Yes, for example when its deployment is stopped.',
      'not-sent': 'No.',
    },
    default: 'not-sent',
    evidence: 'Developer guide, ecs_service_deployment_events: the event is for services with circuit breaker logic.',
    affects: "The rollback that the event starts in addition to the execution's own rollback.",
    probe: {
      by: 'hand',
      how: 'Let a rule send the events "ECS Deployment State Change" to a log group. Deploy a service that has neither a circuit breaker nor alarms, call StopServiceDeployment while the deployment is IN_PROGRESS, and read the events. The probe does not do this, because it needs tasks that run.',
    },
  },
  'failed-launch': {
    question: 'What does ECS show of a task that it could not launch?',
    answers: {
      task: 'A stopped task with a reason, and an event of the service.',
      'event-only': 'Only an event of the service: ECS never lists a task.',
    },
    default: 'task',
    evidence:
      'AWS documents both: stopped tasks with CannotPullContainerError (developer guide, stopped-task-errors), and "was unable to place a task" or "failed to launch a task" without a task (service-event-messages).',
    affects: 'Explaining a failed rollout, and counting its failures.',
    probe: { by: 'none', how: 'The answer can depend on the cause of the failed launch.' },
  },
  'event-timing': {
    question: 'Does an event of ECS arrive at the same time as ECS shows the state that the event describes?',
    answers: {
      with: 'Yes.',
      before: 'No, the event arrives first: DescribeServices and the history show the state 5 seconds later.',
      after: 'No, the event arrives 30 seconds later than the state.',
      without: 'Not always: an event can name a deployment that no list ever shows.',
    },
    default: 'with',
    evidence: 'None. EventBridge delivers an event at least once and does not guarantee an order.',
    affects: 'The state that a release finds when an event wakes it, and the rollbacks that an event may start.',
    probe: { by: 'none', how: 'The order of one event does not prove the order of other events.' },
  },
  'task-source-account': {
    question: 'Does ECS send aws:SourceAccount when it assumes an execution role?',
    answers: { sent: 'Yes.', absent: 'No: a trust policy with a StringEquals condition on this key refuses the call.' },
    default: 'absent',
    evidence: 'The developer guide lists the key for task roles only.',
    affects: 'The trust policy of the execution roles.',
    probe: {
      by: 'read',
      how: 'Find services whose execution role can be assumed only if aws:SourceAccount has the value of the account. A running task shows that ECS sends the key, if it was started after the trust policy was changed. An event of the service that says that ECS was unable to assume the role shows that it does not.',
    },
  },
} as const satisfies Record<string, Assumption>;
