/** How long a new role may be unknown to other services: IAM is eventually consistent. Milliseconds. */
export const roleDelayMs = 60_000;

/**
 * The error texts of CodePipeline (terraform #19264: CreatePipeline, InvalidStructureException), of Step Functions (lumigo-CLI #83:
 * CreateStateMachine, AccessDeniedException) and of Lambda (scandium #31: CreateFunction, InvalidParameterValueException) for a role
 * that they cannot assume, or do not know yet.
 */
const cannotAssumePattern =
  /not authorized to perform AssumeRole|authorized to assume the provided role|cannot be assumed by Lambda/i;

/** True if AWS's message says that a service cannot assume a role. */
export const saysCannotAssume = (message: string): boolean => cannotAssumePattern.test(message);

/** Whether an error has such a message, itself or in its cause. */
export const isCannotAssumeError = (error: unknown): boolean =>
  error instanceof Error && (saysCannotAssume(error.message) || isCannotAssumeError(error.cause));
