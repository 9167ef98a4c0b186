import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Cloud } from '../cloud.ts';
import { loadAslLibrary } from './asl-library.ts';
import { checkName } from './check-name.ts';
import { readDefinition } from './definition.ts';
import type { AslLibrary, RunnableMachine } from './library-types.ts';
import { checkManagedRule } from './nested-execution.ts';
import { type SfnMachine, stateMachineArn, type TaskTokens } from './state.ts';

/** The state machines of one cloud, and the library on its clock, which is loaded with the first machine. */
export interface SfnMachines {
  byArn: Map<string, SfnMachine>;
  tokens: TaskTokens;
  /** Makes a definition ready to run. Throws InvalidDefinition. */
  load(definition: string): Promise<RunnableMachine>;
}

export function createMachines(cloud: Cloud): SfnMachines {
  let library: Promise<AslLibrary> | undefined;
  const load = async (text: string): Promise<RunnableMachine> => {
    const definition = readDefinition(text, cloud);
    library ??= loadAslLibrary(cloud);
    return new (await library).StateMachine(definition, { validationOptions: { noValidate: true } });
  };
  return { byArn: new Map(), tokens: new Map(), load };
}

export const createStateMachineSchema = z.strictObject({
  name: z.string(),
  definition: z.string(),
  roleArn: z.string(),
  type: z.literal('STANDARD').default('STANDARD'),
});

/** Creates a machine. If the same request is repeated, returns the existing machine (botocore stepfunctions CreateStateMachine). */
export async function createMachine(
  machines: SfnMachines,
  input: z.infer<typeof createStateMachineSchema>,
  call: Call,
) {
  const { cloud, caller, region } = call;
  const { name, definition: text, roleArn } = input;
  const arn = stateMachineArn(caller.account, region, name);
  await call.allow('states:CreateStateMachine', arn);
  checkName(name);
  await checkRole(roleArn, text, call);
  const runnable = await machines.load(text);
  const found = machines.byArn.get(arn);
  if (found !== undefined) return returnExistingMachine(found, input);
  const creationDate = cloud.clock.now();
  const machine = {
    cloud,
    arn,
    name,
    account: caller.account,
    region,
    roleArn,
    definition: text,
    creationDate,
    updateDate: creationDate,
  };
  machines.byArn.set(arn, {
    ...machine,
    runnable,
    tokens: machines.tokens,
    others: machines.byArn,
    executions: new Map(),
  });
  return { stateMachineArn: arn, creationDate: new Date(creationDate) };
}

function returnExistingMachine(found: SfnMachine, { definition, roleArn }: z.infer<typeof createStateMachineSchema>) {
  if (found.definition !== definition || found.roleArn !== roleArn)
    throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${found.arn}'`);
  return { stateMachineArn: found.arn, creationDate: new Date(found.creationDate) };
}

export const updateStateMachineSchema = z.strictObject({
  stateMachineArn: z.string(),
  definition: z.string().optional(),
  roleArn: z.string().optional(),
});

/**
 * Replaces a machine's definition, role, or both. Running executions continue with the previous ones (botocore stepfunctions
 * UpdateStateMachine).
 */
export async function updateMachine(
  machines: SfnMachines,
  input: z.infer<typeof updateStateMachineSchema>,
  call: Call,
) {
  const request = { action: 'states:UpdateStateMachine', arn: input.stateMachineArn };
  const found = await getAuthorizedMachine(machines, call, request);
  const { definition = found.definition, roleArn = found.roleArn } = input;
  if (input.definition === undefined && input.roleArn === undefined)
    throw new AwsError('MissingRequiredParameter', 'Either the definition or the role ARN must be specified');
  await checkRole(roleArn, definition, call);
  const runnable = await machines.load(definition);
  // The executions share one map; each of them keeps the machine that it started with.
  const updateDate = call.cloud.clock.now();
  machines.byArn.set(found.arn, { ...found, definition, roleArn, runnable, updateDate });
  return { updateDate: new Date(updateDate) };
}

async function checkRole(roleArn: string, definition: string, call: Call): Promise<void> {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+/.test(roleArn))
    throw new AwsError('InvalidArn', `Invalid Arn: '${roleArn}'`);
  await call.allow('iam:PassRole', roleArn, { context: { 'iam:PassedToService': 'states.amazonaws.com' } });
  await checkManagedRule(definition, roleArn, call);
}

/** Authorizes the call and returns the machine with this ARN; throws StateMachineDoesNotExist. */
export async function getAuthorizedMachine(
  machines: SfnMachines,
  call: Call,
  { action, arn }: { action: string; arn: string },
): Promise<SfnMachine> {
  if (!/^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[^:]+$/.test(arn))
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  await call.allow(action, arn);
  const machine = machines.byArn.get(arn);
  if (machine === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

/** Returns a machine in the format of ListStateMachines. */
export const machineSummary = ({ arn, name, creationDate }: SfnMachine) => ({
  stateMachineArn: arn,
  name,
  type: 'STANDARD',
  creationDate: new Date(creationDate),
});

/** Returns a machine in the format of DescribeStateMachine. */
export const machineView = (machine: SfnMachine) => ({
  ...machineSummary(machine),
  status: 'ACTIVE',
  definition: machine.definition,
  roleArn: machine.roleArn,
});
