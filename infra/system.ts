import type { Config } from '../core/config/check.ts';
import type { ResourceNames } from '../core/config/resource-names.ts';
import { checkLimits } from './check-limits.ts';
import type { CreatedPipeline } from './created-pipeline.ts';
import type { EventRuleDeclaration, ScheduleDeclaration } from './event-rule.ts';
import { type Installation, resolveInstallation } from './installation.ts';
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
import {
  type DeniedEntry,
  declareEntryMachines,
  type EntryMachineDeclaration,
  listDeniedEntries,
} from './system-entry.ts';
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
import {
  countMoreServices,
  declareTargetRoles,
  type RoomForServices,
  type Service,
  servicesOf,
} from './system-targets.ts';
import {
  declareFunctions,
  declareOtherMachines,
  declareSharedMachine,
  type FunctionDeclaration,
  type StateMachineDeclaration,
} from './system-workflow.ts';
import { declareWorkflowRoles } from './system-workflow-roles.ts';

/** A pipeline that Gantry creates, and the resources that only this pipeline uses. */
export interface CreatedPipelineDeclaration {
  bucket: BucketDeclaration;
  repository: RepositoryDeclaration;
  project: ProjectDeclaration;
  pipeline: PipelineDeclaration;
}

/** Everything that one configuration installs, in all accounts, as plain data. Pulumi creates it in AWS, and `local/` creates it in the embedded AWS. */
export interface SystemDeclaration {
  account: string;
  region: string;
  stage: string;
  names: ResourceNames;
  roles: RoleDeclaration[];
  /** The artifact key. Absent if Gantry creates no pipeline. */
  key: KeyDeclaration | undefined;
  pipelines: CreatedPipelineDeclaration[];
  actionType: ActionTypeDeclaration;
  functions: FunctionDeclaration[];
  machine: StateMachineDeclaration;
  rollbackMachine: StateMachineDeclaration;
  /** The shared machines that only entry machines start. */
  otherMachines: StateMachineDeclaration[];
  /** The machines that people start, each for one target. */
  entryMachines: EntryMachineDeclaration[];
  deniedEntries: DeniedEntry[];
  rules: EventRuleDeclaration[];
  schedules: ScheduleDeclaration[];
  /** The statements of the build account's default bus, each with the account that it admits. The statements must be created one after the other. */
  bus: { account: string; statement: Statement }[];
  table: TableDeclaration;
  deadLetters: QueueDeclaration;
  alarms: AlarmDeclaration[];
  /** E-mail about deployments, if the configuration requests it. */
  notification: NotificationDeclaration | undefined;
  /** The services that Gantry creates. */
  services: Service[];
  /** The room for more named services in the roles of the targets. */
  moreServices: RoomForServices[];
}

/**
 * The whole installation of one stage. `keyArn` is the ARN of the artifact key. KMS chooses it. Throws a ConfigurationError for an invalid stage, or for a
 * configuration that exceeds a limit of AWS.
 */
export function declareSystem(given: Config, { stage, keyArn }: { stage: string; keyArn: string }): SystemDeclaration {
  const installation = resolveInstallation(given, stage, keyArn);
  const { config } = installation;
  const rules = [
    ...declareRules(installation),
    ...config.targets.flatMap((target) => declareForwardingRules(installation, target)),
  ];
  const isOwn = (rule: EventRuleDeclaration) =>
    rule.account === installation.account &&
    rule.region === installation.region &&
    rule.target.deadLetters !== undefined;
  const own = rules.filter(isOwn);
  return checkLimits({
    account: installation.account,
    region: installation.region,
    stage,
    names: installation.names,
    roles: [
      ...installation.createdPipelines.flatMap((pipeline) => declareBuildRoles(installation, pipeline)),
      ...declareWorkflowRoles(installation),
      ...config.targets.flatMap((target) => declareTargetRoles(installation, target)),
    ],
    key: installation.createdPipelines.length === 0 ? undefined : declareKey(installation),
    pipelines: installation.createdPipelines.map((pipeline) => declareCreatedPipeline(installation, pipeline)),
    actionType: declareActionType(installation),
    functions: declareFunctions(installation),
    machine: declareSharedMachine(installation, 'deploy'),
    rollbackMachine: declareSharedMachine(installation, 'rollback'),
    otherMachines: declareOtherMachines(installation),
    entryMachines: declareEntryMachines(installation),
    deniedEntries: listDeniedEntries(installation),
    rules,
    schedules: declareSchedules(installation),
    bus: declareBusStatements(installation),
    table: declareTable(installation),
    deadLetters: declareDeadLetterQueue(installation, own),
    alarms: declareAlarms(installation),
    notification: declareNotification(installation),
    services: config.targets.flatMap((target) => servicesOf(installation, target)),
    moreServices: config.targets.flatMap((target) => countMoreServices(installation, target)),
  });
}

const declareCreatedPipeline = (installation: Installation, pipeline: CreatedPipeline): CreatedPipelineDeclaration => ({
  bucket: declareBucket(installation, pipeline),
  repository: declareRepository(installation, pipeline),
  project: declareProject(installation, pipeline),
  pipeline: declarePipeline(installation, pipeline),
});
