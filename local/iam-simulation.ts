import { z } from 'zod';
import { evaluatePolicies } from '../policy-evaluator/evaluate-policies.ts';
import { AwsError } from './aws-error.ts';
import type { Call, Cloud, Operation } from './cloud.ts';
import { defineOperation } from './define-operation.ts';

const contextEntrySchema = z.strictObject({
  ContextKeyName: z.string(),
  ContextKeyType: z.string(),
  ContextKeyValues: z.array(z.string()),
});

const simulationSchema = z.strictObject({
  PolicySourceArn: z.string(),
  ActionNames: z.array(z.string()).min(1),
  ResourceArns: z.array(z.string()).min(1),
  ContextEntries: z.array(contextEntrySchema).default([]),
});

type Simulation = z.infer<typeof simulationSchema>;

const toContext = (entries: Simulation['ContextEntries']): Record<string, string> =>
  Object.fromEntries(
    entries.map(({ ContextKeyName, ContextKeyValues }) => [ContextKeyName, ContextKeyValues[0] ?? '']),
  );

/** Evaluates the role's policies for one action on one resource. */
async function simulate(cloud: Cloud, input: Simulation, call: Call, one: { action: string; resource: string }) {
  const role = cloud.iam.roles.get(input.PolicySourceArn);
  const decision = await evaluatePolicies(
    {
      caller: cloud.iam.session(input.PolicySourceArn, 'simulation'),
      region: call.region,
      at: cloud.clock.now(),
      ...one,
      circumstances: { context: toContext(input.ContextEntries) },
    },
    role?.policies,
  );
  const denied = 'deniedBy' in decision && decision.deniedBy.length > 0 ? 'explicitDeny' : 'implicitDeny';
  return {
    EvalActionName: one.action,
    EvalResourceName: one.resource,
    EvalDecision: 'allowedBy' in decision ? 'allowed' : denied,
    MatchedStatements: [],
    MissingContextValues: [],
  };
}

/** SimulatePrincipalPolicy: whether a role's own policies allow actions on resources (IAM API reference). */
export const simulatePrincipalPolicy = (cloud: Cloud): Operation =>
  defineOperation(simulationSchema, async (input, call) => {
    await call.allow('iam:SimulatePrincipalPolicy', input.PolicySourceArn);
    if (!cloud.iam.roles.has(input.PolicySourceArn))
      throw new AwsError(
        'NoSuchEntity',
        `The role with name ${input.PolicySourceArn.split('/').at(-1)} cannot be found.`,
        404,
      );
    const EvaluationResults = [];
    for (const action of input.ActionNames)
      for (const resource of input.ResourceArns)
        EvaluationResults.push(await simulate(cloud, input, call, { action, resource }));
    return { EvaluationResults, IsTruncated: false };
  });
