/** A stage in a pipeline's declaration, with the fields that Gantry reads (CodePipeline API, StageDeclaration). */
export interface DeclaredStage {
  name?: string | undefined;
  actions?: DeclaredAction[] | undefined;
}

/** An action in a pipeline's declaration, with the fields that Gantry reads (CodePipeline API, ActionDeclaration). */
export interface DeclaredAction {
  name?: string | undefined;
  runOrder?: number | undefined;
  actionTypeId?:
    | { category?: string | undefined; owner?: string | undefined; provider?: string | undefined }
    | undefined;
  configuration?: Record<string, string> | undefined;
  inputArtifacts?: { name?: string | undefined }[] | undefined;
}

/** Returns an action's run order in its stage. The default is 1 (CodePipeline User Guide, "Requirements for actions"). */
export const runOrderOf = ({ runOrder = 1 }: DeclaredAction): number => runOrder;
