import { type SharedMachineName, sharedMachineNames } from '../core/config/entry-machines.ts';
import { findPartitionOfRegion } from '../core/parsing/partition.ts';
import { actionTypeVersion, listPolledVersions } from './action-type-version.ts';
import type { Installation } from './installation.ts';
import { functionFiles, functionLogGroup, usesTable } from './policies-functions.ts';
import { listCommandMachines } from './policies-release-tasks.ts';
import { listNotificationTopics } from './system-notification.ts';

export interface FunctionDeclaration {
  /** The file in `functions/`, without its ending. */
  file: string;
  name: string;
  arn: string;
  role: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  logGroup: string;
  /** Whether a state machine invokes it. If so, each change publishes a version, and the machine names the version. */
  isVersioned: boolean;
  /** The rules that can invoke it, by their ARN. */
  invokedBy: { principal: string; sourceArn: string }[];
  /** The ARN of the queue for events that failed after all retries. Lambda stores the whole event there. */
  deadLetters?: string;
}

export interface StateMachineDeclaration {
  name: string;
  arn: string;
  /** The path of its ASL. */
  file: string;
  role: string;
  /** The values of the `${Token}`s in the ASL that are not functions. */
  tokens: Record<string, string>;
  /** The files of the functions that it invokes. */
  functions: string[];
  logGroup: string;
}

/** The functions that events and schedules invoke. All others are states of the machines. */
const eventFunctions: readonly string[] = ['take-job', 'report-dead-execution', 'wake', 'announce-end'];

/** The functions that are states of a machine other than `deploy`, and of no state of `deploy`. */
const otherStates: readonly string[] = ['decide-rollback', 'continue-deployment', 'run-command'];

const deployStates = functionFiles.filter((file) => !eventFunctions.includes(file) && !otherStates.includes(file));
const rollbackStates = [
  ...['decide-rollback', 'take-lease', 'record-start', 'roll-back', 'watch-rollback'],
  ...['move-schedules', 'report-success', 'report-failure', 'report-rollback'],
];
/** A shared state machine: the files of its functions, and whether its executions sleep until an event wakes them, so that they write task tokens to the table. */
export interface SharedMachine {
  functions: string[];
  sleeps: boolean;
}

export const sharedMachines: Record<SharedMachineName, SharedMachine> = {
  deploy: { functions: deployStates, sleeps: true },
  rollback: { functions: rollbackStates, sleeps: true },
  continue: { functions: ['continue-deployment'], sleeps: false },
  run: { functions: ['run-command'], sleeps: true },
};

export const declareFunctions = (installation: Installation): FunctionDeclaration[] =>
  functionFiles.map((file) => declareFunction(installation, file));

/**
 * Only wake has a dead-letter queue. An event of take-job can contain the credentials of a job, and an event of report-dead-execution the end of a
 * container's log. Both functions do their work again every minute without the event.
 */
function declareFunction(installation: Installation, file: string): FunctionDeclaration {
  const invokedByRule = eventFunctions.includes(file);
  return {
    file,
    name: installation.names.function(file),
    arn: installation.function(file),
    role: installation.role(installation.names.function(file)),
    environment: functionEnvironment(installation, file),
    // Shorter than the states' time-outs (deploy.asl.json), so that the function's own time-out comes first.
    timeoutSeconds: file === 'read-images' ? 110 : 50,
    memoryMegabytes: file === 'read-images' ? 1024 : 512,
    logGroup: functionLogGroup(installation, file),
    isVersioned: !invokedByRule,
    invokedBy: invokedByRule
      ? [{ principal: 'events.amazonaws.com', sourceArn: installation.rule(installation.names.of(file)) }]
      : [],
    ...(file === 'wake' && { deadLetters: installation.deadLetters }),
  };
}

function functionEnvironment(installation: Installation, file: string): Record<string, string> {
  const common = {
    // Stack traces name the lines of the sources (docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html, Sourcemap).
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    STAGE: installation.stage,
    ...(usesTable(installation, file) && { TABLE: installation.names.table }),
  };
  if (file === 'decide-rollback') return { ...common, STATE_MACHINE_ARN: installation.machine };
  if (file === 'report-dead-execution') {
    const [commands] = listCommandMachines(installation);
    return { ...common, STATE_MACHINE_ARN: installation.machine, ...(commands && { COMMAND_MACHINE_ARN: commands }) };
  }
  if (file === 'announce-end') return { ...common, ...listNotificationTopics(installation) };
  if (file === 'wake') return { ...common, ROLLBACK_MACHINE_ARN: installation.rollbackMachine };
  if (file === 'acknowledge-job')
    return { ...common, PROVIDER: installation.names.provider, TAKE_JOB: installation.names.function('take-job') };
  if (file !== 'take-job') return common;
  return {
    ...common,
    STATE_MACHINE_ARN: installation.machine,
    PROVIDER: installation.names.provider,
    TAKE_JOB: installation.names.function('take-job'),
    VERSIONS: listPolledVersions(actionTypeVersion).join(),
  };
}

/** The shared state machines besides `deploy` and `rollback`. Only their entry machines start them. */
export const declareOtherMachines = (installation: Installation): StateMachineDeclaration[] =>
  sharedMachineNames
    .filter((name) => name !== 'deploy' && name !== 'rollback')
    .map((name) => declareSharedMachine(installation, name));

/** One of the shared state machines. People start the rollback machine, and so do the rules for failed deployments and alarms. */
export function declareSharedMachine(installation: Installation, kind: SharedMachineName): StateMachineDeclaration {
  const name = installation.names.of(kind);
  const { functions, sleeps } = sharedMachines[kind];
  return {
    name,
    arn: installation.stateMachine(name),
    file: `state-machines/${kind}.asl.json`,
    role: installation.role(name),
    tokens: sleeps ? { Partition: findPartitionOfRegion(installation.region).id, Table: installation.names.table } : {},
    functions,
    // This prefix needs no entry in the account's resource policy for logs.
    logGroup: `/aws/vendedlogs/states/${name}`,
  };
}
