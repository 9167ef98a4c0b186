import type { Assumption } from './assumption.ts';

/** Assumptions about what ECS returns about a service and its deployments, and when. */
export const ecsService = {
  'service-stale': {
    question: 'How old can the state be that DescribeServices shows?',
    answers: { current: 'It is current.', '5-seconds': 'It is 5 seconds old.' },
    default: 'current',
    evidence: 'None. ECS is documented as eventually consistent (API reference, RunTask), without a number.',
    affects: 'Every decision that follows a write or an event.',
    probe: { by: 'none', how: 'One read that is current does not prove that every one is.' },
  },
  'history-delay': {
    question: 'How long is a new deployment missing from ListServiceDeployments?',
    answers: { none: 'It is listed at once.', '15-seconds': 'It is listed after 15 seconds.' },
    default: 'none',
    evidence: 'None. Users report that it shows "a bit later".',
    affects: "Finding our deployment in ECS's history, and stopping it.",
    probe: { by: 'none', how: 'One deployment that is listed at once does not prove that every one is.' },
  },
  'rollback-order': {
    question: 'Which shows a rollback by ECS first, DescribeServices or DescribeServiceDeployments?',
    answers: {
      together: 'Both at once.',
      'service-first': 'The service; the history says IN_PROGRESS for 10 more seconds.',
      'history-first': 'The history; the service shows the failed deployment as PRIMARY for 10 more seconds.',
    },
    default: 'together',
    evidence: 'None.',
    affects: "Telling ECS's rollback from a deployment of somebody else, and not rolling back twice.",
    probe: { by: 'none', how: 'The order of one rollback does not prove the order of the next.' },
  },
  'rollback-id': {
    question: 'Which id has the deployment that a rollback by ECS brings back?',
    answers: {
      new: 'A new one.',
      reused: 'The id that this revision had before, with a new createdAt.',
    },
    default: 'new',
    evidence:
      'Seen in 2022 with the old id; `deployments[].id` has the number of the service revision (terraform-provider-aws, findPrimaryDeploymentARN).',
    affects: 'Identifying a deployment: by its number and its start time.',
    probe: {
      by: 'read',
      how: 'In services with a deployment that was rolled back, compare the number of PRIMARY with those of the service revisions.',
    },
  },
  'rollout-state': {
    question: 'Does `deployments[]` have a rolloutState for a rolling update?',
    answers: { present: 'Yes.', absent: 'No, as behind a Classic Load Balancer.' },
    default: 'present',
    evidence:
      'botocore ecs Deployment.rolloutState: absent for other deployment types and behind a Classic Load Balancer.',
    affects: 'Whether a rollout is stable.',
    probe: { by: 'read', how: 'Describe the services of each cluster and look for deployments without the field.' },
  },
  'status-values': {
    question: 'Are there statuses of deployments that no document lists?',
    answers: {
      documented: 'No.',
      others: 'Yes: a replaced deployment is DRAINING, and a service deployment is SCHEDULED before IN_PROGRESS.',
    },
    default: 'documented',
    evidence: 'The status DRAINING has been seen in `deployments[]`; SCHEDULED is invented.',
    affects: 'Every comparison with a status.',
    probe: {
      by: 'read',
      how: 'Describe services and list service deployments, and compare their statuses with the model.',
    },
  },
  'list-order': {
    question: 'In which order does ECS answer lists whose order no document gives?',
    answers: {
      'newest-first': 'The newest first; what was asked for by name in the order of the request.',
      'oldest-first': 'The other way round: deployments, history, events, tasks and what was asked for by name.',
    },
    default: 'newest-first',
    evidence: 'Examples in the developer guide show the newest first; no page promises it.',
    affects: 'Finding PRIMARY, the newest history entry and the newest event.',
    probe: {
      by: 'read',
      how: 'Compare createdAt of neighbours in `deployments`, `events` and ListServiceDeployments.',
    },
  },
  'native-deployments': {
    question: 'Has `deployments` one entry or two during a blue/green, linear or canary deployment?',
    answers: { two: 'Two: PRIMARY and ACTIVE.', one: 'One.' },
    default: 'two',
    evidence: 'None.',
    affects: 'Nothing yet for the rolling type; for native strategies the history decides.',
    probe: { by: 'read', how: 'Describe a service with such a strategy during a deployment.' },
    notPlayable: 'Until the emulator has native strategies.',
  },
} as const satisfies Record<string, Assumption>;
