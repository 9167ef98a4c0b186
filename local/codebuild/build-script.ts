import { type Buildspec, phaseNames } from './buildspec.ts';

const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Writes each command's position to file descriptor 3 before the command runs; the commands themselves do not inherit that
 * descriptor.
 */
const announcedCommand = (phase: string, command: string, index: number): string[] => [
  `echo "run ${phase} ${index}" >&3`,
  `printf '[Container] Running command %s\\n' ${shellQuote(command)}`,
  `eval ${shellQuote(command)} 3>&-`,
];

function phaseScript(name: (typeof phaseNames)[number], { phases }: Buildspec): string[] {
  const phase = phases[name];
  if (phase === undefined) return [];
  const { commands, finally: last } = phase;
  const goesOn = phase['on-failure'] === 'CONTINUE';
  return [
    '__code=0',
    ...commands.flatMap((command, index) => [
      'if [ "$__code" = 0 ]; then',
      ...announcedCommand(name, command, index),
      `__code=$?; [ "$__code" = 0 ] || echo "fail ${name} ${index} $__code" >&3`,
      'fi',
    ]),
    ...last.flatMap((command, index) => announcedCommand(name, command, commands.length + index)),
    `echo "end ${name} $__code" >&3`,
    goesOn ? '' : '[ "$__code" = 0 ] || export CODEBUILD_BUILD_SUCCEEDING=0',
  ];
}

/**
 * After a failed phase only `post_build` runs, and only if `build` failed
 * (…/codebuild/latest/userguide/view-build-details-phases.html).
 */
const guardPhase = (name: (typeof phaseNames)[number], lines: string[]): string[] => {
  if (lines.length === 0) return [];
  if (name === 'install') return lines;
  if (name === 'post_build') return ['if [ -z "$__stopped" ]; then', ...lines, 'fi'];
  const reached = '[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]';
  return [`if ! ${reached}; then __stopped=1; else`, ...lines, 'fi'];
};

/** Generates one shell script with all commands of a build. So each command sees the variables that earlier commands exported, as in version 0.2. */
export function generateScript(spec: Buildspec): string {
  const exported = spec.env['exported-variables'].map(
    (name) => `printf 'export ${name} %s\\n' "$(printf %s "\${${name}-}" | base64 | tr -d '\\n')" >&3`,
  );
  const beforePostBuild = (name: string) =>
    name === 'post_build' && spec.phases.build === undefined
      ? ['[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ] || __stopped=1']
      : [];
  return [
    'cd "$CODEBUILD_SRC_DIR"',
    '__stopped=',
    ...phaseNames.flatMap((name) => [...beforePostBuild(name), ...guardPhase(name, phaseScript(name, spec))]),
    ...exported,
    'exit 0',
    '',
  ].join('\n');
}
