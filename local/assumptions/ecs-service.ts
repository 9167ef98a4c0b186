import type { Assumption } from './assumption.ts';

/** Assumptions about the data that ECS returns for a service and its deployments, and about its age. */
export const ecsService = {
  'service-stale': {
    question: 'How old can the state in an answer of DescribeServices be?',
    answers: { current: 'The state is always current.', '5-seconds': 'The state can be 5 seconds old.' },
    default: 'current',
    evidence: 'None. ECS is documented as eventually consistent (API reference, RunTask), without a number.',
    affects: 'Every decision that follows a write or an event.',
    probe: { by: 'none', how: 'One current answer does not prove that every answer is current.' },
  },
  'history-delay': {
    question: 'How long after its start does ListServiceDeployments list a new deployment?',
    answers: { none: 'Immediately.', '15-seconds': '15 seconds later.' },
    default: 'none',
    evidence: 'None. Users report that a deployment appears "a bit later".',
    affects: "Finding our deployment in ECS's history, and stopping it.",
    probe: { by: 'none', how: 'One deployment that is listed immediately does not prove that every deployment is.' },
  },
  'history-times': {
    question: 'Does the history date a deployment as the service does (`createdAt`)?',
    answers: {
      same: 'Yes.',
      'history-earlier': 'No: two seconds earlier.',
      'history-later': 'No: two seconds later, and it does not list the deployment before.',
    },
    default: 'same',
    evidence: 'None. The model describes both times with the same words (botocore ecs Deployment, ServiceDeployment).',
    affects: "Finding the history entry of a deployment, and the order of entries, releases and the service's events.",
    probe: {
      by: 'read',
      how: 'For each service whose newest service deployment is SUCCESSFUL, compare its createdAt with that of PRIMARY, whose id ends in the number of its target revision. Less than a second counts as the same.',
    },
  },
  'service-revision': {
    question: 'Which revision does a service name as its `taskDefinition` while ECS rolls a deployment back?',
    answers: {
      primary: 'That of the PRIMARY deployment, to which ECS rolls back.',
      failed: 'The revision of the failed deployment, until the rollback ends.',
    },
    default: 'primary',
    evidence:
      'None for the time of the rollback. After it, the service names the restored revision (users of terraform-aws-modules/terraform-aws-ecs detect a rollback by it, issue 325).',
    affects: 'The revision that messages, `gantry status` and the board say that the service runs.',
    probe: {
      by: 'hand',
      how: 'Create a service with the circuit breaker and its rollback, deploy an image that exits, and describe the service every second until the rollback has ended.',
    },
  },
  'rollback-order': {
    question: 'Which operation shows a rollback by ECS first, DescribeServices or DescribeServiceDeployments?',
    answers: {
      together: 'Both show it at the same time.',
      'service-first': 'DescribeServices; the history shows IN_PROGRESS for 10 more seconds.',
      'history-first':
        'DescribeServiceDeployments; the service shows the failed deployment as PRIMARY for 10 more seconds.',
    },
    default: 'together',
    evidence: 'None.',
    affects: "Distinguishing a rollback by ECS from another deployer's deployment, and not rolling back twice.",
    probe: { by: 'none', how: 'The order in one rollback does not prove the order in other rollbacks.' },
  },
  'rollback-id': {
    question: 'Which id does ECS give the deployment of the previous revision when it rolls back?',
    answers: {
      new: 'A new id.',
      reused: 'The id of the earlier deployment of this revision, with a new createdAt.',
    },
    default: 'new',
    evidence:
      'The old id was observed in 2022. `deployments[].id` contains the number of the service revision (terraform-provider-aws, findPrimaryDeploymentARN).',
    affects: 'Identifying a deployment by its number and its start time.',
    probe: {
      by: 'read',
      how: 'For services whose newest service deployment is ROLLBACK_SUCCESSFUL, compare the number in the id of PRIMARY with the last part of rollback.serviceRevisionArn. If they are equal, ECS gave the old id again.',
    },
  },
  'rollout-state': {
    question: 'Does `deployments[]` have a rolloutState for a rolling update?',
    answers: { present: 'Yes.', absent: 'No, as for a service behind a Classic Load Balancer.' },
    default: 'present',
    evidence:
      'botocore ecs Deployment.rolloutState: the field is absent for other deployment types and for a service behind a Classic Load Balancer.',
    affects: 'The decision whether a rollout is stable.',
    probe: {
      by: 'read',
      how: 'Describe the services of each cluster, and look for deployments of rolling updates without the field. Services behind a Classic Load Balancer do not count.',
    },
  },
  'status-values': {
    question: 'Do deployments have statuses that are not documented?',
    answers: {
      documented: 'No.',
      others: 'Yes: a replaced deployment is DRAINING, and a service deployment is SCHEDULED before IN_PROGRESS.',
    },
    default: 'documented',
    evidence: 'The status DRAINING was observed in `deployments[]`. SCHEDULED is invented for the tests.',
    affects: 'Every comparison of a status with a fixed value.',
    probe: {
      by: 'read',
      how: 'Describe services, list their service deployments, and compare the statuses with the API model. Replaced deployments are visible only during a rollout, so documented statuses alone prove little.',
    },
  },
  'list-order': {
    question: 'In which order does ECS return lists whose order is not documented?',
    answers: {
      'newest-first': 'The newest item first. Items that the request names are in the order of the request.',
      'oldest-first':
        'The oldest item first, for deployments, history, events and tasks. Items that the request names are in the reverse order of the request.',
    },
    default: 'newest-first',
    evidence: 'Examples in the developer guide show the newest item first. No page guarantees this order.',
    affects: 'Finding PRIMARY, the newest history entry and the newest event.',
    probe: {
      by: 'read',
      how: 'Compare createdAt of adjacent items in `deployments`, `events` and ListServiceDeployments of each service. An order in all of them does not prove that AWS keeps it.',
    },
  },
  'run-task-visible': {
    question: 'Do ListTasks and DescribeTasks show a task as soon as RunTask has returned it?',
    answers: { 'at-once': 'Yes.', '5-seconds': 'Only 5 seconds later. Until then, the task is missing.' },
    default: 'at-once',
    evidence:
      'botocore ecs RunTask: the API "follows an eventual consistency model", without a number. It advises to repeat DescribeTasks "starting with a couple of seconds of wait time and increasing gradually up to five minutes".',
    affects: 'The search of a retry for the task of an earlier try, and the first checks of a task.',
    probe: {
      by: 'hand',
      how: 'Run a task, call ListTasks and DescribeTasks at once and once a second, and note when they show it. A task that shows at once does not prove that every task does.',
    },
  },
} as const satisfies Record<string, Assumption>;
