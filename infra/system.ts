import type { Config } from '../core/config/check.ts';
import type { ResourceNames } from '../core/config/resource-names.ts';
import { checkLimits } from './check-limits.ts';
import type { EventRuleDeclaration, ScheduleDeclaration } from './event-rule.ts';
import { resolveInstallation } from './installation.ts';
import type { RoleDeclaration, Statement } from './policy.ts';
import { type ActionTypeDeclaration, declareActionType } from './system-action-type.ts';
import {
  type BucketDeclaration,
  declareBucket,
  declareBuildRoles,
  declareKey,
  declareProject,
  declareRepository,
  type KeyDeclaration,
  type ProjectDeclaration,
  type RepositoryDeclaration,
} from './system-build.ts';
import { declareRules, declareSchedules } from './system-events.ts';
import { declareBusStatements, declareForwardingRules } from './system-forwarding.ts';
import {
  type AlarmDeclaration,
  declareAlarms,
  declareDeadLetterQueue,
  declareTable,
  type QueueDeclaration,
  type TableDeclaration,
} from './system-monitoring.ts';
import { declareNotification, type NotificationDeclaration } from './system-notification.ts';
import { declarePipeline, type PipelineDeclaration } from './system-pipeline.ts';
import { declareTargetRoles, type Service, servicesOf } from './system-targets.ts';
import {
  declareDeployMachine,
  declareFunctions,
  declareRollbackMachine,
  declareWorkflowRoles,
  type FunctionDeclaration,
  type StateMachineDeclaration,
} from './system-workflow.ts';

/** Everything that one configuration installs, in all accounts, as plain data. Pulumi creates it in AWS, and `local/` creates it in the embedded AWS. */
export interface SystemDeclaration {
  account: string;
  region: string;
  stage: string;
  names: ResourceNames;
  roles: RoleDeclaration[];
  key: KeyDeclaration;
  bucket: BucketDeclaration;
  repository: RepositoryDeclaration;
  project: ProjectDeclaration;
  actionType: ActionTypeDeclaration;
  pipeline: PipelineDeclaration;
  functions: FunctionDeclaration[];
  machine: StateMachineDeclaration;
  rollbackMachine: StateMachineDeclaration;
  rules: EventRuleDeclaration[];
  schedules: ScheduleDeclaration[];
  /** Statements of the build account's default bus, with the account that each admits. They must be created one after the other. */
  bus: { account: string; statement: Statement }[];
  table: TableDeclaration;
  deadLetters: QueueDeclaration;
  alarms: AlarmDeclaration[];
  /** E-mail about deployments, where the configuration asks for it. */
  notification: NotificationDeclaration | undefined;
  /** The services that Gantry creates. */
  services: Service[];
}

/** The whole installation of one stage. `keyArn` is the artifact key's, which KMS chooses. Throws a ConfigurationError for an invalid stage, or for a configuration that exceeds a limit of AWS. */
export function declareSystem(given: Config, { stage, keyArn }: { stage: string; keyArn: string }): SystemDeclaration {
  const here = resolveInstallation(given, stage, keyArn);
  const { config } = here;
  const rules = [...declareRules(here), ...config.targets.flatMap((target) => declareForwardingRules(here, target))];
  const notification = declareNotification(here);
  const own = rules.filter((rule) => rule.account === here.account && rule.region === here.region);
  return checkLimits({
    account: here.account,
    region: here.region,
    stage,
    names: here.names,
    roles: [
      ...declareBuildRoles(here),
      ...declareWorkflowRoles(here),
      ...config.targets.flatMap((target) => declareTargetRoles(here, target)),
    ],
    key: declareKey(here),
    bucket: declareBucket(here),
    repository: declareRepository(here),
    project: declareProject(here),
    actionType: declareActionType(here),
    pipeline: declarePipeline(here),
    functions: declareFunctions(here),
    machine: declareDeployMachine(here),
    rollbackMachine: declareRollbackMachine(here),
    rules,
    schedules: declareSchedules(here),
    bus: declareBusStatements(here),
    table: declareTable(here),
    deadLetters: declareDeadLetterQueue(here, notification === undefined ? own : [...own, notification.rule]),
    alarms: declareAlarms(here),
    notification,
    services: config.targets.flatMap((target) => servicesOf(here, target)),
  });
}
