import { createSystem } from './check.ts';
import { findViolations } from './invariants.ts';
import { healthyRelease as release } from './healthy-release.ts';
import { runPlan } from './run-plan.ts';
const service = (breaker: string) => ({ breaker, desired: 1, unknown: false, alarm: 'none', history: 'all' });
const meanwhile = (words: string[], act: string) => ({ to: 'call', what: 'meanwhile', words, nth: 1, times: 1, act });
for (const stopAt of ['ecs RegisterTaskDefinition', 'ecs UpdateService']) {
const plan: any = { services: [service('stops'), service('rolls back'), service('rolls back')],
 deployments: [{ ...release, by: 'hand' }],
 faults: [meanwhile(['ecs DescribeServices', 'release-0'], 'deploy broken test/web'), meanwhile([stopAt, 'release-0'], 'stop execution release-0')] };
const stage = await createSystem(plan);
const run = await runPlan(stage, plan, true);
console.log('======', stopAt, await findViolations(run));
for (const e of run.effects) if (/UpdateService|StopServiceD|RegisterTaskD|StopExec/.test(e.operation)) console.log(((e.at-run.startedAt)/1000).toFixed(1), e.service, e.operation, e.by?.name ?? 'nobody', e.by?.payload.match(/"id":"ecs-svc[^"]*"|deploymentId":"[^"]*/)?.[0], e.input.taskDefinition, e.answer?.taskDefinition?.taskDefinitionArn, e.before?.taskDefinition);
for (const l of run.ledger) console.log(JSON.stringify(l).slice(0, 600));
await stage.stop();
}
