/** The settings of all functions, with the names of Lambda's CreateFunction. */
export const functionSettings = (file: string) => ({
  Description: `Gantry: ${file.replaceAll('-', ' ')}`,
  Runtime: 'nodejs24.x' as const,
  Architectures: ['arm64' as const],
  Handler: `${file}.handler`,
});
