/** A stage: 1-14 characters. It ends names in ECR, which must not end with a hyphen (botocore ecr `RepositoryName`). */
export const stagePattern = /^[a-z]([a-z0-9-]{0,12}[a-z0-9])?$/;

/** How many characters a stage can add to a name: a hyphen and the stage. */
export const maxStageSuffixLength = 15;
