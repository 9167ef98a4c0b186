import type { Assumption } from './assumption.ts';

const byHand = 'Create a service with such a strategy behind a load balancer, deploy to it, and';

/** Assumptions about blue/green, linear and canary deployments. */
export const ecsStrategies = {
  'native-deployments': {
    question: 'Does `deployments` have one entry or two entries during a blue/green, linear or canary deployment?',
    answers: {
      two: 'Two entries: PRIMARY is the new revision, ACTIVE the old one.',
      one: 'One entry: PRIMARY, the new revision.',
    },
    default: 'two',
    evidence:
      'None. terraform-provider-aws takes the number in the id of PRIMARY as the new service revision directly after UpdateService.',
    affects: 'Finding our deployment, and counting the tasks of the old revision.',
    probe: {
      by: 'read',
      how: 'During a deployment with such a strategy, count the entries that DescribeServices returns.',
    },
  },
  'native-breaker': {
    question: 'Does ECS evaluate the deployment circuit breaker during a blue/green, linear or canary deployment?',
    answers: { ignored: 'No.', evaluated: 'Yes: a deployment whose tasks do not start is rolled back.' },
    default: 'ignored',
    evidence:
      'Developer guide, deployment-circuit-breaker: only for the rolling update "deployment controller", which is the controller of all four strategies.',
    affects: 'Who notices that the tasks of the new revision do not start: ECS, or only Gantry.',
    probe: { by: 'hand', how: `${byHand} use an image that exits. Read the status of the circuit breaker.` },
  },
  'rollback-stage': {
    question: 'Which lifecycleStage does a service deployment show while ECS rolls it back?',
    answers: {
      kept: 'The stage in which the deployment failed.',
      reversed: 'The stages of the rollback: PRODUCTION_TRAFFIC_SHIFT, then CLEAN_UP.',
    },
    default: 'kept',
    evidence:
      'None. Developer guide, lambda-lifecycle-hooks: "There is no dedicated ROLLBACK lifecycle stage", and hooks of PRODUCTION_TRAFFIC_SHIFT run again.',
    affects: 'The stage and the share of the traffic that the message of a rolled-back release names.',
    probe: { by: 'hand', how: `${byHand} stop the deployment with ROLLBACK. Describe it every second.` },
  },
  'hook-details': {
    question: 'Does lifecycleHookDetails list hooks that are completed?',
    answers: { all: 'Yes, all of the deployment.', active: 'No, only hooks that are not completed.' },
    default: 'all',
    evidence:
      'Developer guide, deployment-lifecycle-hooks: "for each active hook". The statuses include SUCCEEDED, FAILED and TIMED_OUT.',
    affects: 'The name of the hook in the message of a release that a hook rolled back.',
    probe: { by: 'hand', how: `${byHand} continue a pause hook. Describe the deployment afterwards.` },
  },
  'pre-production-stage': {
    question: 'Which lifecycleStage does a deployment show while it waits before a step of the production traffic?',
    answers: { own: 'PRE_PRODUCTION_TRAFFIC_SHIFT.', shift: 'PRODUCTION_TRAFFIC_SHIFT.' },
    default: 'own',
    evidence:
      'The table of stages in the developer guide (deployment-type-linear) has the stage. ServiceDeploymentLifecycleStage in the API model does not.',
    affects: 'The stage that Gantry shows, and the steps that it counts as done.',
    probe: {
      by: 'hand',
      how: `${byHand} configure a pause hook at this stage. Describe the deployment while it waits.`,
    },
  },
  'continue-refused': {
    question: 'With which error does ContinueServiceDeployment answer for a hook that does not await an action?',
    answers: {
      'invalid-parameter': 'InvalidParameterException.',
      client: 'ClientException.',
      none: 'With none: the call succeeds and changes nothing.',
    },
    default: 'invalid-parameter',
    evidence: 'None. The model of the operation lists both errors (botocore).',
    affects: 'Telling somebody that somebody else was faster.',
    probe: { by: 'hand', how: `${byHand} continue the same pause hook twice.` },
  },
  'failure-count': {
    question: 'Does the circuit breaker go on counting failed tasks after a task has become healthy?',
    answers: {
      stopped: 'No: the count becomes zero and stays there.',
      restarted: 'Yes: each healthy task sets the count to zero, and later failures count again.',
    },
    default: 'stopped',
    evidence:
      'The sources contradict each other. botocore ecs Deployment.failedTasks: the count "resets to zero and stops being evaluated". Developer guide, deployment-circuit-breaker: it "resets to 0 each time a task reaches a healthy state".',
    affects: 'Whether ECS ends a rollout of which some tasks are healthy and others fail.',
    probe: {
      by: 'hand',
      how: 'Deploy an image that becomes healthy and exits a minute later, with the circuit breaker on. Read the failure count.',
    },
  },
} as const satisfies Record<string, Assumption>;
