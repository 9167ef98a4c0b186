import * as z from 'zod';
import { truncateText } from '../parsing/display-text.ts';
import { jsonTextSchema } from '../parsing/validation.ts';

/** The commit that an artifact was built from. `at` is its time, ISO 8601, where CodePipeline knows it. */
export interface Commit {
  id: string;
  at?: string | undefined;
  summary?: string | undefined;
}

export const commitSchema: z.ZodType<Commit> = z.object({
  id: z.string(),
  at: z.iso.datetime({ offset: true }).optional(),
  summary: z.string().optional(),
});

/** What CodePipeline knows of a source's version (API_ArtifactRevision): of a repository the commit, of a bucket the object's version. */
interface ArtifactRevision {
  revisionId?: string | undefined;
  revisionSummary?: string | undefined;
  created?: Date | undefined;
}

const isCommit = ({ revisionId = '' }: ArtifactRevision): boolean => /^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(revisionId);

const maxCommitSummary = 200;

/** A Git host's connection hands the summary on as JSON with the `CommitMessage` in it (user guide, action-reference-CodestarConnectionSource). */
const connectionSummarySchema = jsonTextSchema.pipe(z.object({ CommitMessage: z.string() }));

const firstLine = (summary: string): string | undefined => {
  const message = connectionSummarySchema.safeParse(summary).data?.CommitMessage ?? summary;
  const [first = ''] = message.split('\n');
  return truncateText(first, maxCommitSummary) || undefined;
};

/** The first commit among the versions that a pipeline's execution was made from. */
export function selectCommit(revisions: ArtifactRevision[]): Commit | undefined {
  const found = revisions.find(isCommit);
  if (found?.revisionId === undefined) return undefined;
  return {
    id: found.revisionId,
    at: found.created?.toISOString(),
    summary: firstLine(found.revisionSummary ?? ''),
  };
}
