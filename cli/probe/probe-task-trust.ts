import { z } from 'zod';
import { callAws, type ProbeContext } from './context.ts';
import { type Findings, type ProbeFinding, toAnswered, toNotObserved, toUnlisted } from './finding.ts';
import { undefinedIfMissing } from './missing.ts';
import { defineProbe } from './probe.ts';
import { readServices, type SeenService } from './read-services.ts';

/** A service whose execution role can be assumed only with aws:SourceAccount. */
interface RestrictedService {
  isRunning: boolean;
  isRefused: boolean;
}

interface SeenTaskTrust {
  restricted: RestrictedService[];
}

const definitionSchema = z.object({ taskDefinition: z.object({ executionRoleArn: z.string().optional() }) });
const roleSchema = z.object({ Role: z.object({ AssumeRolePolicyDocument: z.string() }) });
const statementSchema = z.looseObject({
  Effect: z.string(),
  Principal: z
    .looseObject({ Service: z.union([z.string(), z.array(z.string())]).optional() })
    .optional()
    .catch(undefined),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const trustSchema = z.object({
  Statement: z.union([z.array(statementSchema), statementSchema.transform((one) => [one])]),
});

type Statement = z.infer<typeof statementSchema>;

const trustsTasks = ({ Effect, Principal }: Statement): boolean =>
  Effect === 'Allow' && [Principal?.Service ?? []].flat().includes('ecs-tasks.amazonaws.com');

/** All conditions of a statement. IAM compares the names of operators and keys without regard to case. */
const listConditions = ({ Condition }: Statement): string[] =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `${operator} ${key} ${[value].flat().join(' ')}`.toLowerCase()),
  );

/**
 * Returns which keys a trust policy (URL-encoded JSON) requires ECS to send. The three answers are: aws:SourceAccount and other keys; only aws:SourceAccount;
 * not aws:SourceAccount.
 */
export function judgeTrust(policy: string, account: string): 'key' | 'only the key' | 'other' {
  const parsed = trustSchema.safeParse(JSON.parse(decodeURIComponent(policy)));
  const conditions = parsed.success ? parsed.data.Statement.filter(trustsTasks).map(listConditions) : [];
  const needsKey = conditions.every((all) => all.includes(`stringequals aws:sourceaccount ${account}`));
  if (conditions.length === 0 || !needsKey) return 'other';
  return conditions.every((all) => all.length === 1) ? 'only the key' : 'key';
}

async function readTrust(context: ProbeContext, roleArn: string): Promise<string | undefined> {
  const RoleName = roleArn.split('/').at(-1);
  const answer = await undefinedIfMissing(callAws(context, 'iam', 'GetRole', { RoleName }));
  return answer === undefined ? undefined : roleSchema.parse(answer).Role.AssumeRolePolicyDocument;
}

async function examine(context: ProbeContext, service: SeenService): Promise<RestrictedService[]> {
  const { taskDefinition, runningCount, events } = service;
  if (taskDefinition === undefined) return [];
  const answer = await callAws(context, 'ecs', 'DescribeTaskDefinition', { taskDefinition });
  const { executionRoleArn: role } = definitionSchema.parse(answer).taskDefinition;
  const trust = role === undefined ? undefined : await readTrust(context, role);
  if (role === undefined || trust === undefined) return [];
  const kind = judgeTrust(trust, context.names.account);
  if (kind === 'other') return [];
  // A refusal proves nothing if the trust policy has other conditions, because one of them may be the reason. A running task proves that all conditions were
  // met.
  const isRefused =
    kind === 'only the key' &&
    events.some(({ message }) => /unable to assume the role/i.test(message) && message.includes(role));
  return [{ isRunning: runningCount > 0, isRefused }];
}

function judgeTaskTrust({ restricted }: Partial<SeenTaskTrust>): Findings {
  if (restricted === undefined) return {};
  const [running, refused] = [
    restricted.filter(({ isRunning, isRefused }) => isRunning && !isRefused).length,
    restricted.filter(({ isRefused, isRunning }) => isRefused && !isRunning).length,
  ];
  const facts = { running, refused };
  const find = (): ProbeFinding => {
    if (restricted.length === 0) return toNotObserved('no service whose execution role requires aws:SourceAccount');
    if (running > 0 && refused > 0) return toUnlisted(facts);
    if (running > 0) return toAnswered('sent', facts);
    return refused > 0
      ? toAnswered('absent', facts)
      : toNotObserved('no such service runs a task or was refused one', facts);
  };
  return { 'task-source-account': find() };
}

/** Services whose execution role requires aws:SourceAccount: a running task proves that ECS sends it. */
export const taskTrustProbe = defineProbe<SeenTaskTrust>({
  settles: ['task-source-account'],
  needs: [],
  async observe(context, seen) {
    const restricted: RestrictedService[] = [];
    for (const service of await readServices(context)) restricted.push(...(await examine(context, service)));
    seen.restricted = restricted;
  },
  judge: judgeTaskTrust,
});
