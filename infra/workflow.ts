import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDefinition, tokenForFile } from './asl.ts';
import { functionSettings } from './function-settings.ts';
import { logRetentionDays } from './log-retention.ts';
import { plan } from './plan.ts';
import { findCreatedRole } from './roles.ts';
import type { FunctionDeclaration, StateMachineDeclaration } from './system-workflow.ts';

/** The dead-letter queue: events that could not be delivered, and events for which a function failed after all retries. */
export const deadLetterQueue = new aws.sqs.Queue('DeadLetters', {
  name: plan.deadLetters.name,
  messageRetentionSeconds: plan.deadLetters.retentionSeconds,
  sqsManagedSseEnabled: true,
});

new aws.sqs.QueuePolicy('DeadLettersPolicy', {
  queueUrl: deadLetterQueue.url,
  policy: JSON.stringify(plan.deadLetters.policy),
});

/** Deploys the bundles that were tested and measured (bundle/), and not SST's own bundles. Throws if a bundle exceeds its budget. */
execFileSync('npm', ['run', '--silent', 'build'], { cwd: $cli.paths.root, stdio: ['ignore', 'ignore', 'inherit'] });

const stateFunctions = new Map(
  plan.functions.filter(({ isVersioned }) => isVersioned).map((planned) => [planned.file, createFunction(planned)]),
);

function createFunction(planned: FunctionDeclaration, after: aws.sfn.StateMachine[] = []) {
  const { file, name, role: roleArn, environment, timeoutSeconds, memoryMegabytes, isVersioned, invokedBy } = planned;
  const { Handler, Description, Runtime, Architectures } = functionSettings(file);
  const role = findCreatedRole(roleArn);
  const made = new sst.aws.Function(tokenForFile(file), {
    bundle: join($cli.paths.root, '.build', file),
    handler: Handler,
    name,
    description: Description,
    runtime: Runtime,
    architecture: Architectures[0],
    role: role.arn,
    environment,
    timeout: `${timeoutSeconds} seconds`,
    memory: `${memoryMegabytes} MB`,
    // A change of the code or of a setting publishes a version. Versions stay until somebody deletes them (docs/deploy.md, Update).
    versioning: isVersioned,
    logging: { retention: '3 months' },
    // SST's live mode (`sst dev`) needs permissions that these roles do not have.
    dev: false,
    transform: {
      function: (args, opts) => {
        // A component's children do not wait for the component's dependencies, and Lambda assumes the role when it creates the function.
        opts.dependsOn = [...role.dependsOn, ...after];
        if (planned.deadLetters) args.deadLetterConfig = { targetArn: deadLetterQueue.arn };
        return undefined;
      },
    },
  });
  for (const { principal, sourceArn } of invokedBy)
    new aws.lambda.Permission(`${tokenForFile(file)}Invoked`, {
      action: 'lambda:InvokeFunction',
      function: made.name,
      principal,
      sourceArn,
    });
  return made;
}

/** The state machines. */
export const deployMachine = createMachine('Deploy', plan.machine);
export const rollbackMachine = createMachine('Rollback', plan.rollbackMachine);
const otherMachines = plan.otherMachines.map((planned) => createMachine(planned.name, planned));

/**
 * The functions, by the names of their files. An update replaces the machines first, and then the functions that start executions: an older
 * machine may not accept the input that a newer function writes.
 */
export const functions = new Map([
  ...stateFunctions,
  ...plan.functions
    .filter(({ isVersioned }) => !isVersioned)
    .map((planned) => [planned.file, createFunction(planned, [deployMachine, rollbackMachine])] as const),
]);

/**
 * The ARN of a function's newest version. If the function changes, the provider knows the ARN only after it has published the version, so the machine
 * is updated after its functions (terraform-provider-aws, internal/service/lambda/function.go, updateComputedAttributesOnPublish).
 */
function versionArn(file: string) {
  const found = stateFunctions.get(file);
  if (found === undefined) throw new Error(`infra/system-workflow.ts names the function ${file}, but declares none.`);
  return found.nodes.function.qualifiedArn;
}

/** The entry machines of each target, after the machines that they start. */
export const entryMachines = plan.entryMachines.map((planned) =>
  createMachine(`Entry-${planned.kind}-${planned.target}`, planned, [deployMachine, rollbackMachine, ...otherMachines]),
);

/** A Standard state machine: an Express execution runs for at most five minutes, and its name does not make the start idempotent. */
function createMachine(logical: string, planned: StateMachineDeclaration, after: aws.sfn.StateMachine[] = []) {
  const role = findCreatedRole(planned.role);
  const log = new aws.cloudwatch.LogGroup(`${logical}Log`, {
    name: planned.logGroup,
    retentionInDays: logRetentionDays,
  });
  return new aws.sfn.StateMachine(
    logical,
    {
      name: planned.name,
      type: 'STANDARD',
      roleArn: role.arn,
      definition: $util
        .all(planned.functions.map(versionArn))
        .apply((versions) => renderDefinition(readFileSync(planned.file, 'utf8'), planned, versions)),
      loggingConfiguration: {
        level: 'ALL',
        // The log says when each state was entered. The console shows inputs and outputs, for 90 days.
        includeExecutionData: false,
        logDestination: $interpolate`${log.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
    },
    { dependsOn: [...role.dependsOn, ...stateFunctions.values(), ...after] },
  );
}
