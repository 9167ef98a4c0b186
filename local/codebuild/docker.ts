import { text } from 'node:stream/consumers';
import { build } from './docker-build.ts';
import { fail, load, save, withTag } from './docker-state.ts';

/**
 * A stand-in for docker: builds images that are their labels and a hash of their files, and pushes them to the embedded ECR.
 * Covered: login, logout, build, tag, push, images, inspect, version. Anything else is refused by name.
 */
async function docker([command = '', ...args]: string[]): Promise<void> {
  if (command === 'login') return login(args);
  if (command === 'build') return build(args);
  if (command === 'buildx' && args[0] === 'build') return build(args.slice(1).filter((arg) => arg !== '--load'));
  if (command === 'tag') return tag(args);
  if (command === 'push') return (await import('./docker-push.ts')).push(args.at(-1));
  if (command === 'images') return images();
  if (command === 'inspect') return inspect(args);
  if (command === 'version' || command === '--version')
    return print('Docker version 0.0.0, stand-in of the embedded AWS');
  fail(`docker: the stand-in does not cover 'docker ${command}'`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function login(args: string[]): Promise<void> {
  const registry = args.at(-1)?.replace(/^https:\/\//, '') ?? '';
  const password = args.includes('--password-stdin') ? (await text(process.stdin)).trim() : '';
  if (password === '') fail('Error: Cannot perform an interactive login from a non TTY device');
  const state = load();
  save({ ...state, registries: [...new Set([...state.registries, registry])] });
  print('Login Succeeded');
}

function tag([from = '', to = '']: string[]): void {
  const state = load();
  const id = state.references[withTag(from)] ?? (state.images[from] === undefined ? undefined : from);
  if (id === undefined) fail(`Error response from daemon: No such image: ${withTag(from)}`);
  state.references[withTag(to)] = id;
  save(state);
}

function images(): void {
  for (const [reference, id] of Object.entries(load().references)) print(`${reference}  ${id.slice(7, 19)}`);
}

function inspect(args: string[]): void {
  const state = load();
  const reference = withTag(args.at(-1) ?? '');
  const id = state.references[reference];
  if (id === undefined) fail(`Error: No such object: ${args.at(-1)}`);
  const digest = state.digests[reference];
  const digests = digest === undefined ? [] : [digest];
  const whole = JSON.stringify([{ Id: id, RepoTags: [reference], RepoDigests: digests }], null, 4);
  print(args.some((arg) => arg.includes('RepoDigests')) ? (digest ?? '') : whole);
}

await docker(process.argv.slice(2));
