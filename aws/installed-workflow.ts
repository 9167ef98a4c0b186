import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** Returns the account id of the caller's credentials. */
export async function readCallerAccount(region: string): Promise<string> {
  const { Account = '' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return Account;
}

/** Returns the policy of the default event bus as JSON; empty if the bus has none. */
export async function readBusPolicy(region: string): Promise<string> {
  const { Policy = '' } = await new EventBridgeClient({ region }).send(new DescribeEventBusCommand({}));
  return Policy;
}

/** Returns the ARN of a state machine's role; undefined if there is no such machine. */
export const readStateMachineRoleArn = async (region: string, arn: string): Promise<string | undefined> =>
  (await describeStateMachine(region, arn))?.roleArn;

/** Returns a state machine's definition as JSON text; undefined if there is no such machine. */
export const readStateMachineDefinition = async (region: string, arn: string): Promise<string | undefined> =>
  (await describeStateMachine(region, arn))?.definition;

const describeStateMachine = (region: string, stateMachineArn: string) =>
  new SFNClient({ region }).send(new DescribeStateMachineCommand({ stateMachineArn })).catch((error: unknown) => {
    if (error instanceof StateMachineDoesNotExist) return undefined;
    throw error;
  });

/** Takes a function's name, or the ARN of one of its versions. Returns the ARN of its role; undefined if there is no such function or version. */
export async function findFunctionRoleArn(region: string, FunctionName: string): Promise<string | undefined> {
  const answer = await new LambdaClient({ region })
    .send(new GetFunctionConfigurationCommand({ FunctionName }))
    .catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
  return answer?.Role;
}
