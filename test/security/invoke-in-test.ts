import type { InProcessSystem } from '../../local/run/in-process-system.ts';

/** Makes the stage of test invoke take-job instead of using the custom action. */
export async function invokeInTest({ cloud, system, admin: adminOf }: InProcessSystem): Promise<void> {
  const admin = adminOf('111111111111');
  type Action = { configuration: Record<string, string> };
  type Pipeline = { stages: { name: string; actions: Action[] }[] };
  const { pipeline } = (await admin('codepipeline', 'GetPipeline', { name: 'attacked' })) as { pipeline: Pipeline };
  const FunctionName = system.functions.find(({ file }) => file === 'take-job')!.name;
  const actionTypeId = { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' };
  const invoke = (action: Action) => {
    const configuration = { FunctionName, UserParameters: JSON.stringify(action.configuration) };
    return action.configuration.FunctionName ? action : { ...action, actionTypeId, configuration };
  };
  const stages = pipeline.stages.map((one) =>
    one.name === 'Test' ? { ...one, actions: one.actions.map(invoke) } : one,
  );
  const pipelineRole = [...cloud.iam.roles.values()].find(({ arn }) => arn.endsWith('-pipeline'))!;
  const policy = { Sid: 'Invoke', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' };
  const policies = { ...pipelineRole.policies, invoke: { Version: '2012-10-17' as const, Statement: [policy] } };
  cloud.iam.roles.set(pipelineRole.arn, { ...pipelineRole, policies });
  await admin('codepipeline', 'UpdatePipeline', { pipeline: { ...pipeline, stages } });
}
