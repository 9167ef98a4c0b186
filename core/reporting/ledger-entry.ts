import { serviceOf } from '../model/table-keys.ts';
import type { Story } from './execution-data.ts';
import type { Entry, Result } from './ledger.ts';

/** The ledger's entry of an execution as far as its story goes; undefined where it is not known which service it is about, or since when. */
export function entryOf(story: Story): Entry | undefined {
  const { execution, kind, release, source, artifact } = story;
  const start = story.record?.start ?? story.started;
  if (release === undefined || start === undefined) return undefined;
  return {
    version: '1',
    kind,
    execution,
    service: serviceOf(release.target),
    target: release.target.name,
    source,
    artifact: release.artifact && { ...release.artifact, revision: artifact?.revision },
    commit: story.record?.commit,
    images: release.images,
    ...changeOf(story),
    start,
  };
}

/** From which revision to which. Who stops a deployment that is in progress goes the other way: its rollout is the bad one's (core/rollback/release-data.ts). */
function changeOf({ decision, plan, rollout, verdict }: Story): Pick<Entry, 'before' | 'after'> {
  const before = plan?.before.taskDefinition;
  const after = plan?.unchanged ? before : (verdict?.following ?? rollout)?.taskDefinition;
  return decision?.do === 'stop' ? { before: after, after: before } : { before, after };
}

const isBack = ({ plan, verdict, standing }: Story): boolean => {
  if (standing?.outcome === 'settled') return standing.back;
  return (
    verdict?.standing.taskDefinition !== undefined && verdict.standing.taskDefinition === plan?.before.taskDefinition
  );
};

/** How an execution ended, for the ledger; `succeeded` by the report that it ends with. */
export function resultOf(story: Story, succeeded: boolean): Result {
  const { plan, verdict } = story;
  if (story.decision?.do === 'nothing') return 'NothingToDo';
  if (succeeded) return plan?.unchanged ? 'Unchanged' : 'Succeeded';
  if (verdict?.outcome === 'superseded') return 'Superseded';
  return verdict?.outcome === 'failed' && isBack(story) ? 'RolledBack' : 'Failed';
}
