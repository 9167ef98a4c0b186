import { actionTypeVersion, type Installation } from './installation.ts';
import { functionFiles, functionLogGroup, functionPolicy, usesTable } from './policies-functions.ts';
import { schedulePolicy, startRollbackPolicy, stateMachinePolicy } from './policies-workflow.ts';
import type { PolicyDocument, RoleDeclaration } from './policy.ts';
import { type RoleUse, serviceTrustPolicy } from './service-principals.ts';

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
  /** Who else may invoke it: rules, by their ARN. */
  invokedBy: { principal: string; sourceArn: string }[];
  /** Where an asynchronous event goes that failed for good. */
  deadLetters?: string;
}

export interface StateMachineDeclaration {
  name: string;
  arn: string;
  /** The path of its ASL, from the root of the repository. */
  file: string;
  role: string;
  /** What stands for `${Token}` in the ASL. */
  tokens: Record<string, string>;
  logGroup: string;
}

export const logRetentionDays = 90;

/** Invoked by events and by schedules; all others are states of the machines. */
const eventFunctions: readonly string[] = ['take-job', 'report-dead-execution', 'wake'];

/** Who sleeps wakes up by himself, so that a wake-up call that was lost is worth nobody's time. */
const hasDeadLetterQueue = (file: string): boolean => eventFunctions.includes(file) && file !== 'wake';

/** The states of `deploy`, and of `rollback`, which goes back with the same ones. */
const deployStates = functionFiles.filter((file) => !eventFunctions.includes(file) && file !== 'decide-rollback');
const deployOnlyStates: readonly string[] = ['acknowledge-job', 'read-images', 'check-target'];
const rollbackStates = ['decide-rollback', ...deployStates.filter((file) => !deployOnlyStates.includes(file))];

/** A state's name is its file's name is its token: `Read Images`, `read-images`, `ReadImages`. */
export const tokenForFile = (file: string): string =>
  file.replace(/(^|-)([a-z])/g, (_match, _hyphen, letter: string) => letter.toUpperCase());

export const declareFunctions = (here: Installation): FunctionDeclaration[] =>
  functionFiles.map((file) => declareFunction(here, file));

function declareFunction(here: Installation, file: string): FunctionDeclaration {
  const door = eventFunctions.includes(file);
  return {
    file,
    name: here.names.function(file),
    arn: here.function(file),
    role: here.role(here.names.function(file)),
    environment: functionEnvironment(here, file),
    // Below the states' own time-outs (deploy.asl.json), so that a slow function says so itself. Reading an artifact takes longest.
    timeoutSeconds: file === 'read-images' ? 110 : 50,
    memoryMegabytes: file === 'read-images' ? 1024 : 512,
    logGroup: functionLogGroup(here, file),
    invokedBy: door ? [{ principal: 'events.amazonaws.com', sourceArn: here.rule(here.names.of(file)) }] : [],
    ...(hasDeadLetterQueue(file) && { deadLetters: here.deadLetters }),
  };
}

function functionEnvironment(here: Installation, file: string): Record<string, string> {
  const common = {
    // Stack traces name our own lines (docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html, Sourcemap).
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    STAGE: here.stage,
    ...(usesTable(here, file) && { TABLE: here.names.table }),
  };
  if (file === 'decide-rollback' || file === 'report-dead-execution')
    return { ...common, STATE_MACHINE_ARN: here.machine };
  if (file !== 'take-job') return common;
  return { ...common, STATE_MACHINE_ARN: here.machine, PROVIDER: here.names.provider, VERSION: actionTypeVersion };
}

export const declareDeployMachine = (here: Installation): StateMachineDeclaration =>
  declareMachine(here, { name: here.names.machine, arn: here.machine, kind: 'deploy', files: deployStates });

/** The way back: started by hand, or by the rules that notice a bad sign. */
export const declareRollbackMachine = (here: Installation): StateMachineDeclaration =>
  declareMachine(here, {
    name: here.names.rollbackMachine,
    arn: here.rollbackMachine,
    kind: 'rollback',
    files: rollbackStates,
  });

const declareMachine = (
  here: Installation,
  { name, arn, kind, files }: { name: string; arn: string; kind: 'deploy' | 'rollback'; files: string[] },
): StateMachineDeclaration => ({
  name,
  arn,
  file: `state-machines/${kind}.asl.json`,
  role: here.role(name),
  tokens: {
    Table: here.names.table,
    ...Object.fromEntries(files.map((file) => [tokenForFile(file), here.function(file)])),
  },
  // Logs to a group that begins so need no entry of their own in the account's resource policy, which is limited in size.
  logGroup: `/aws/vendedlogs/states/${name}`,
});

/** The roles of the functions, of the machines, of the schedule and of the rules that start a machine. */
export function declareWorkflowRoles(here: Installation): RoleDeclaration[] {
  const role = (
    name: string,
    use: RoleUse,
    rest: { description: string; policy: PolicyDocument },
  ): RoleDeclaration => ({
    account: here.account,
    name,
    arn: here.role(name),
    description: rest.description,
    trust: serviceTrustPolicy(use, here.account),
    policies: { rights: rest.policy },
  });
  const functions = functionFiles.map((file) =>
    role(here.names.function(file), 'Lambda', {
      description: `The function ${file} and nothing else acts as this role`,
      policy: functionPolicy(here, file),
    }),
  );
  return [
    ...functions,
    role(here.names.machine, 'Step Functions', {
      description: 'The state machine deploy invokes its functions as this role',
      policy: stateMachinePolicy(here, deployStates),
    }),
    role(here.names.rollbackMachine, 'Step Functions', {
      description: 'The state machine rollback invokes its functions as this role',
      policy: stateMachinePolicy(here, rollbackStates),
    }),
    role(here.names.of('start-rollback'), 'EventBridge', {
      description: 'EventBridge starts the state machine rollback as this role',
      policy: startRollbackPolicy(here),
    }),
    role(here.names.of('schedule'), 'EventBridge Scheduler', {
      description: 'EventBridge Scheduler wakes take-job and report-dead-execution as this role',
      policy: schedulePolicy(here),
    }),
  ];
}
