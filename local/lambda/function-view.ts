import { readFileSync } from 'node:fs';
import type { InstalledFunction } from './functions.ts';
import { codeHash } from './versions.ts';

/** Returns a function or version in the API's format, with the environment variables as they were set. */
export const functionView = (fn: InstalledFunction) => ({
  FunctionName: fn.name,
  FunctionArn: fn.arn,
  Runtime: 'nodejs24.x',
  Role: fn.roleArn,
  Handler: fn.handler,
  CodeSize: readFileSync(fn.file).length,
  CodeSha256: codeHash(fn.file),
  Timeout: fn.timeoutSeconds,
  MemorySize: fn.memoryMb,
  Version: fn.version,
  PackageType: 'Zip',
  Environment: { Variables: fn.environment },
  State: 'Active',
  LastUpdateStatus: 'Successful',
});
