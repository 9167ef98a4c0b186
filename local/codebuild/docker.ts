import { text } from 'node:stream/consumers';
import { dockerBuild } from './docker-build.ts';
import { exitWithError, loadDockerState, saveDockerState, withDefaultTag } from './docker-state.ts';

/**
 * A stand-in for docker: an image consists of its labels and a hash of its files, and is pushed to the embedded ECR. Supported:
 * login, logout, build, tag, push, images, inspect, version. It rejects any other command by name.
 */
async function runDocker([command = '', ...args]: string[]): Promise<void> {
  if (command === 'login') return login(args);
  if (command === 'build') return dockerBuild(args);
  if (command === 'buildx' && args[0] === 'build') return dockerBuild(args.slice(1).filter((arg) => arg !== '--load'));
  if (command === 'tag') return tagImage(args);
  if (command === 'push') return (await import('./docker-push.ts')).dockerPush(args.at(-1));
  if (command === 'images') return listImages();
  if (command === 'inspect') return inspectImage(args);
  if (command === 'version' || command === '--version')
    return print('Docker version 0.0.0, stand-in of the embedded AWS');
  exitWithError(`docker: the stand-in does not cover 'docker ${command}'`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function login(args: string[]): Promise<void> {
  const registry = args.at(-1)?.replace(/^https:\/\//, '') ?? '';
  const password = args.includes('--password-stdin') ? (await text(process.stdin)).trim() : '';
  if (password === '') exitWithError('Error: Cannot perform an interactive login from a non TTY device');
  const state = loadDockerState();
  saveDockerState({ ...state, registries: [...new Set([...state.registries, registry])] });
  print('Login Succeeded');
}

function tagImage([from = '', to = '']: string[]): void {
  const state = loadDockerState();
  const id = state.references[withDefaultTag(from)] ?? (state.images[from] === undefined ? undefined : from);
  if (id === undefined) exitWithError(`Error response from daemon: No such image: ${withDefaultTag(from)}`);
  state.references[withDefaultTag(to)] = id;
  saveDockerState(state);
}

function listImages(): void {
  for (const [reference, id] of Object.entries(loadDockerState().references)) print(`${reference}  ${id.slice(7, 19)}`);
}

function inspectImage(args: string[]): void {
  const state = loadDockerState();
  const reference = withDefaultTag(args.at(-1) ?? '');
  const id = state.references[reference];
  if (id === undefined) exitWithError(`Error: No such object: ${args.at(-1)}`);
  const digest = state.digests[reference];
  const digests = digest === undefined ? [] : [digest];
  const whole = JSON.stringify([{ Id: id, RepoTags: [reference], RepoDigests: digests }], null, 4);
  print(args.some((arg) => arg.includes('RepoDigests')) ? (digest ?? '') : whole);
}

await runDocker(process.argv.slice(2));
