import { sharedMachineNames } from '../core/config/entry-machines.ts';
import type { Installation } from './installation.ts';
import { functionFiles, functionPolicy } from './policies-functions.ts';
import { schedulePolicy, startRollbackPolicy, stateMachinePolicy } from './policies-workflow.ts';
import type { PolicyDocument, RoleDeclaration } from './policy.ts';
import { type RoleUse, serviceTrustPolicy } from './service-principals.ts';
import { declareEntryMachines } from './system-entry.ts';
import { sharedMachines } from './system-workflow.ts';

/** The roles of the functions, of the machines, of the schedule and of the rules that start a machine. */
export function declareWorkflowRoles(installation: Installation): RoleDeclaration[] {
  const role = (
    name: string,
    use: RoleUse,
    rest: { description: string; policy: PolicyDocument },
  ): RoleDeclaration => ({
    account: installation.account,
    name,
    arn: installation.role(name),
    description: rest.description,
    trust: serviceTrustPolicy(use, installation.account),
    policies: { rights: rest.policy },
  });
  const functions = functionFiles.map((file) =>
    role(installation.names.function(file), 'Lambda', {
      description: `Only the function ${file} uses this role`,
      policy: functionPolicy(installation, file),
    }),
  );
  return [
    ...functions,
    ...sharedMachineNames.map((name) =>
      role(installation.names.of(name), 'Step Functions', {
        description: `The state machine ${name} uses this role to invoke its functions`,
        policy: stateMachinePolicy(installation, sharedMachines[name]),
      }),
    ),
    ...declareEntryMachines(installation).map(({ name, kind, target, policy }) =>
      role(name, 'Step Functions', {
        description: `The state machine that starts ${kind} for the target ${target} uses this role`,
        policy,
      }),
    ),
    role(installation.names.of('start-rollback'), 'EventBridge', {
      description: 'EventBridge uses this role to start the state machine rollback',
      policy: startRollbackPolicy(installation),
    }),
    role(installation.names.of('schedule'), 'EventBridge Scheduler', {
      description: 'EventBridge Scheduler uses this role to invoke take-job and report-dead-execution',
      policy: schedulePolicy(installation),
    }),
  ];
}
