/** AWS's errors for something that does not exist or is being removed (botocore, the errors of the probe's operations). */
const missingNames =
  /^(NotFoundException|NotFound|NoSuchBucket|NoSuchEntity|NoSuchEntityException|PipelineNotFoundException|StateMachineDoesNotExist|ResourceNotFoundException|ClusterNotFoundException|ServiceNotFoundException|ServiceNotActiveException)$/;

/** Awaits a call and returns its output; undefined if AWS says that the resource does not exist. */
export const undefinedIfMissing = <Output>(going: Promise<Output>): Promise<Output | undefined> =>
  going.catch((error: unknown) => {
    if (error instanceof Error && missingNames.test(error.name)) return undefined;
    throw error;
  });
