import type { readBuildProject, readPipeline } from '../../aws/installed-pipeline.ts';
import type { PipelineFacts, ProjectFacts } from './facts.ts';

type Found<Look extends (...given: never[]) => Promise<unknown>> = NonNullable<Awaited<ReturnType<Look>>>;

/** CodeBuild's project as facts. */
export const toProjectFacts = ({
  serviceRole,
  encryptionKey,
  source,
  artifacts,
  environment,
}: Found<typeof readBuildProject>): ProjectFacts => ({
  role: serviceRole ?? 'none',
  encryptionKey,
  source: source?.type ?? 'none',
  artifacts: artifacts?.type ?? 'none',
  privileged: environment?.privilegedMode ?? false,
});

/** CodePipeline's pipeline as facts. */
export const toPipelineFacts = ({ roleArn, stages, artifactStore }: Found<typeof readPipeline>): PipelineFacts => ({
  roleArn: roleArn ?? 'none',
  bucket: artifactStore?.location ?? 'none',
  key: artifactStore?.encryptionKey?.id,
  stages: (stages ?? []).map(({ name = '', actions = [] }) => ({
    name,
    actions: actions.map((action) => ({ name: action.name ?? '', configuration: action.configuration ?? {} })),
  })),
});
