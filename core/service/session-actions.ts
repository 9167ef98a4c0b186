/** The purpose of a session of a target's role: one state of a machine, or `view` for people, who assume the target's viewer role. */
export type TargetAccess =
  | 'check target'
  | 'register revision'
  | 'update service'
  | 'watch rollout'
  | 'decide rollback'
  | 'roll back'
  | 'watch rollback'
  | 'read schedules'
  | 'move schedules'
  | 'view schedules'
  | 'plan command'
  | 'start task'
  | 'watch task'
  | 'stop task'
  | 'continue deployment'
  | 'find task'
  | 'view log'
  | 'view';

/** The actions of a session, by the kind of resource that IAM checks them for. */
export interface SessionActions {
  service: string[];
  deployments: string[];
  revisions: string[];
  tasks: string[];
  /** Actions without a resource of their own, which IAM can limit to a cluster by `ecs:cluster`. */
  cluster: string[];
  /** Actions that do not support resource-level permissions, or that only read what explains a failure. */
  anywhere: string[];
}

const none: SessionActions = {
  service: [],
  deployments: [],
  revisions: [],
  tasks: [],
  cluster: [],
  anywhere: [],
};

const describeService = 'ecs:DescribeServices';
const describeRevision = 'ecs:DescribeTaskDefinition';
const describeAlarms = 'cloudwatch:DescribeAlarms';

/** ECS's history of a service. For both describing actions, IAM also checks the service (service authorization reference of ECS). */
const historyActions = {
  service: [
    describeService,
    'ecs:ListServiceDeployments',
    'ecs:DescribeServiceDeployments',
    'ecs:DescribeServiceRevisions',
  ],
  deployments: ['ecs:DescribeServiceDeployments'],
  revisions: ['ecs:DescribeServiceRevisions'],
};

const stoppedTaskActions = { tasks: ['ecs:DescribeTasks'], cluster: ['ecs:ListTasks'] };

/** The role's own policy limits the schedules and the rules, so the session does not name them again. */
const readScheduleActions = ['scheduler:GetSchedule', 'events:ListTargetsByRule'];
const simulateRole = 'iam:SimulatePrincipalPolicy';
/** Finds everything that runs tasks of a family. */
const findScheduleActions = [
  'scheduler:ListSchedules',
  'events:ListRuleNamesByTarget',
  'states:ListStateMachines',
  'states:DescribeStateMachine',
];

const actionsByAccess: Record<TargetAccess, SessionActions> = {
  'check target': { ...none, service: [describeService], anywhere: [describeRevision, describeAlarms] },
  // Besides the registration itself (session-policy.ts). ECS lists the newest revisions, so that a retry finds the revision of an earlier try.
  'register revision': { ...none, anywhere: [describeRevision, 'ecs:ListTaskDefinitions'] },
  'update service': {
    ...none,
    service: [describeService, 'ecs:UpdateService', 'ecs:ListServiceDeployments', 'ecs:DescribeServiceRevisions'],
    revisions: ['ecs:DescribeServiceRevisions'],
  },
  'watch rollout': {
    ...none,
    ...historyActions,
    ...stoppedTaskActions,
    anywhere: [describeRevision, describeAlarms, 'logs:GetLogEvents'],
  },
  'decide rollback': { ...none, ...historyActions, anywhere: [describeRevision, describeAlarms] },
  'roll back': {
    ...none,
    ...historyActions,
    service: [...historyActions.service, 'ecs:UpdateService', 'ecs:StopServiceDeployment'],
    deployments: [...historyActions.deployments, 'ecs:StopServiceDeployment'],
    anywhere: [describeRevision],
  },
  // The deployment that restores a revision is watched like any rollout, but its log is not read.
  'watch rollback': {
    ...none,
    ...historyActions,
    ...stoppedTaskActions,
    anywhere: [describeRevision, describeAlarms],
  },
  'read schedules': { ...none, anywhere: [...readScheduleActions, simulateRole] },
  // Besides passing the schedules' roles (session-policy.ts).
  'move schedules': { ...none, anywhere: [...readScheduleActions, 'scheduler:UpdateSchedule', 'events:PutTargets'] },
  'view schedules': {
    ...none,
    ...stoppedTaskActions,
    anywhere: [...readScheduleActions, simulateRole, ...findScheduleActions],
  },
  'plan command': { ...none, service: [describeService], anywhere: [describeRevision] },
  // Besides RunTask and StopTask (session-policy.ts). The task is launched like the tasks of the service, and a retry finds the task of an earlier try.
  'start task': { ...none, ...stoppedTaskActions, service: [describeService] },
  'watch task': { ...none, tasks: ['ecs:DescribeTasks'], anywhere: [describeRevision, 'logs:GetLogEvents'] },
  'stop task': none,
  'continue deployment': {
    ...none,
    service: ['ecs:DescribeServiceDeployments', 'ecs:ContinueServiceDeployment'],
    deployments: ['ecs:DescribeServiceDeployments', 'ecs:ContinueServiceDeployment'],
  },
  'find task': { ...none, ...stoppedTaskActions },
  'view log': { ...none, anywhere: [describeRevision, 'logs:GetLogEvents'] },
  view: { ...none, ...historyActions, ...stoppedTaskActions, anywhere: [describeRevision, describeAlarms] },
};

/** Reads the services that match a pattern. */
const patternActions: SessionActions = { ...none, service: [describeService], cluster: ['ecs:ListServices'] };

/** The patterns of services are read for a rollback after an alarm, and by people. The doctor also reads what the services run. */
const patternActionsByAccess: Partial<Record<TargetAccess, SessionActions>> = {
  'decide rollback': patternActions,
  view: { ...patternActions, anywhere: [describeRevision, describeAlarms] },
};

/** Returns the actions of a session for a service, or for the services that match a pattern. */
export const chooseSessionActions = (access: TargetAccess, service: string): SessionActions =>
  service.includes('*') ? (patternActionsByAccess[access] ?? none) : actionsByAccess[access];
