import { BatchGetProjectsCommand, CodeBuildClient, type Project } from '@aws-sdk/client-codebuild';
import {
  CodePipelineClient,
  GetPipelineCommand,
  ListActionTypesCommand,
  ListPipelinesCommand,
  type PipelineDeclaration,
  PipelineNotFoundException,
} from '@aws-sdk/client-codepipeline';

/** Returns a CodeBuild project; undefined if there is none. */
export async function readBuildProject(region: string, name: string): Promise<Project | undefined> {
  const { projects = [] } = await new CodeBuildClient({ region }).send(new BatchGetProjectsCommand({ names: [name] }));
  return projects[0];
}

/** Returns a pipeline's declaration; undefined if there is no such pipeline. */
export async function readPipeline(region: string, name: string): Promise<PipelineDeclaration | undefined> {
  const answer = await new CodePipelineClient({ region })
    .send(new GetPipelineCommand({ name }))
    .catch((error: unknown) => {
      if (error instanceof PipelineNotFoundException) return undefined;
      throw error;
    });
  return answer?.pipeline;
}

/** Returns the custom action types of the account in a Region, each as `Category/Provider/Version`. */
export async function readActionTypes(region: string): Promise<string[]> {
  const client = new CodePipelineClient({ region });
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await client.send(
      new ListActionTypesCommand({ actionOwnerFilter: 'Custom', ...(nextToken && { nextToken }) }),
    );
    found.push(...(answer.actionTypes ?? []).map(({ id }) => `${id?.category}/${id?.provider}/${id?.version}`));
    nextToken = answer.nextToken;
  } while (nextToken);
  return found;
}

/** Returns the declarations of all pipelines of the account in a Region. A pipeline that is deleted meanwhile is left out. */
export async function readPipelinesOfAccount(region: string): Promise<PipelineDeclaration[]> {
  const client = new CodePipelineClient({ region });
  const found: PipelineDeclaration[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await client.send(new ListPipelinesCommand(nextToken === undefined ? {} : { nextToken }));
    for (const { name = '' } of answer.pipelines ?? []) {
      const declaration = await readPipeline(region, name);
      if (declaration !== undefined) found.push(declaration);
    }
    nextToken = answer.nextToken;
  } while (nextToken);
  return found;
}
