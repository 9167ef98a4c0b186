import { z } from 'zod';
import { callAws, type ProbeContext, pollUntilFound } from './context.ts';
import { type Findings, toAnswered, toUnlisted } from './finding.ts';
import { defineProbe } from './probe.ts';
import { roleDelayMs } from './role-delay.ts';
import { hasOffset } from './time-text.ts';
import { machineArn } from './workload-resources.ts';

interface SeenWorkflow {
  /** The name that Step Functions gave to DynamoDB's error. */
  error: string;
  /** `$$.Execution.StartTime` as the state machine saw it. */
  startTime: string;
}

const startedSchema = z.object({ executionArn: z.string() });
const executionSchema = z.object({ status: z.string(), output: z.string().optional() });
const outputSchema = z.object({ startTime: z.string(), failure: z.object({ Error: z.string() }) });

async function runMachine(context: ProbeContext): Promise<string | undefined> {
  const asked = { stateMachineArn: machineArn(context) };
  const { executionArn } = startedSchema.parse(await callAws(context, 'states', 'StartExecution', asked));
  const ended = await pollUntilFound(context, { everyMs: 2000, limitMs: 60_000 }, async () => {
    const read = executionSchema.parse(await callAws(context, 'states', 'DescribeExecution', { executionArn }));
    return read.status === 'RUNNING' ? undefined : read;
  });
  return ended?.output;
}

/** Runs the machine until its error is one of DynamoDB's. Earlier errors can mean that IAM does not know the role yet. */
async function observeWorkflow(context: ProbeContext, seen: Partial<SeenWorkflow>): Promise<void> {
  await pollUntilFound(context, { everyMs: 5000, limitMs: roleDelayMs }, async () => {
    const output = await runMachine(context);
    if (output === undefined) return undefined;
    const { startTime, failure } = outputSchema.parse(JSON.parse(output));
    Object.assign(seen, { startTime, error: failure.Error });
    return /^dynamodb\./i.test(failure.Error) || undefined;
  });
}

function judgeWorkflow({ error, startTime }: Partial<SeenWorkflow>): Findings {
  const [prefix = ''] = (error ?? '').split('.');
  const isListed = prefix === 'DynamoDb' || prefix === 'DynamoDB';
  return {
    ...(error !== undefined && { 'sdk-errors': isListed ? toAnswered(prefix, { error }) : toUnlisted({ error }) }),
    // One time with an offset is enough for this finding, because Gantry must then be able to parse offsets.
    ...(startTime !== undefined &&
      hasOffset(startTime) && { 'time-format': toAnswered('offset', { in: 'Execution.StartTime' }) }),
  };
}

/** A state machine whose call of DynamoDB fails. */
export const workflowProbe = defineProbe<SeenWorkflow>({
  settles: ['sdk-errors'],
  needs: ['workflowRole', 'machine'],
  observe: observeWorkflow,
  judge: judgeWorkflow,
});
