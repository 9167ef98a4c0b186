import * as z from 'zod';
import { truncateText } from '../parsing/display-text.ts';
import { jsonTextSchema } from '../parsing/validation.ts';

/** The commit that an artifact was built from. `at` is its time in ISO 8601, if CodePipeline knows it. */
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

/** The version of a source as CodePipeline returns it (API_ArtifactRevision): a repository's commit, or the version of a bucket's object. */
interface ArtifactRevision {
  revisionId?: string | undefined;
  revisionSummary?: string | undefined;
  created?: Date | undefined;
}

const isCommit = ({ revisionId = '' }: ArtifactRevision): boolean => /^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(revisionId);

const maxCommitSummary = 200;

/**
 * The summary of a source that is a connection to a Git host. It is JSON with a field `CommitMessage` (user guide,
 * action-reference-CodestarConnectionSource).
 */
const connectionSummarySchema = jsonTextSchema.pipe(z.object({ CommitMessage: z.string() }));

const firstLine = (summary: string): string | undefined => {
  const message = connectionSummarySchema.safeParse(summary).data?.CommitMessage ?? summary;
  const [first = ''] = message.split('\n');
  return truncateText(first, maxCommitSummary) || undefined;
};

/** Takes the source versions of a pipeline execution. Returns the first version that is a commit. */
export function selectCommit(revisions: ArtifactRevision[]): Commit | undefined {
  const found = revisions.find(isCommit);
  if (found?.revisionId === undefined) return undefined;
  return {
    id: found.revisionId,
    at: found.created?.toISOString(),
    summary: firstLine(found.revisionSummary ?? ''),
  };
}
