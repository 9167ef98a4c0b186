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
export async function readStateMachineRoleArn(region: string, stateMachineArn: string): Promise<string | undefined> {
  const answer = await new SFNClient({ region })
    .send(new DescribeStateMachineCommand({ stateMachineArn }))
    .catch((error: unknown) => {
      if (error instanceof StateMachineDoesNotExist) return undefined;
      throw error;
    });
  return answer?.roleArn;
}

/** Returns the ARN of a function's role; undefined if there is no such function. */
export async function findFunctionRoleArn(region: string, FunctionName: string): Promise<string | undefined> {
  const answer = await new LambdaClient({ region })
    .send(new GetFunctionConfigurationCommand({ FunctionName }))
    .catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
  return answer?.Role;
}
