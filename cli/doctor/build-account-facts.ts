import type { readBuildProject, readPipeline } from '../../aws/installed-pipeline.ts';
import type { PipelineFacts } from './facts.ts';

type Found<Look extends (...given: never[]) => Promise<unknown>> = NonNullable<Awaited<ReturnType<Look>>>;

/** The facts of a CodeBuild project, by its description. */
export const toProjectFacts = ({
  serviceRole,
  encryptionKey,
  source,
  artifacts,
  environment,
}: Found<typeof readBuildProject>) => ({
  role: serviceRole ?? 'none',
  encryptionKey,
  source: source?.type ?? 'none',
  artifacts: artifacts?.type ?? 'none',
  privileged: environment?.privilegedMode ?? false,
});

/** The facts of a pipeline, by its declaration. */
export const toPipelineFacts = ({ roleArn, stages, artifactStore }: Found<typeof readPipeline>): PipelineFacts => ({
  roleArn: roleArn ?? 'none',
  bucket: artifactStore?.location ?? 'none',
  key: artifactStore?.encryptionKey?.id,
  stages: (stages ?? []).map(({ name = '', actions = [] }) => ({
    name,
    actions: actions.map((action) => ({ name: action.name ?? '', configuration: action.configuration ?? {} })),
  })),
});
