import { join, resolve } from 'node:path'
import type { FolderView, HiddenPath, SandboxSpec } from '../backend'
import { SOCKET_INSIDE } from '../network/forwarder'
import {
  AGENT_HOME,
  CONTROL_FOLDER,
  nodeArguments,
  OUTPUT_FOLDER,
  searchPath,
  systemArguments,
} from './system-view'

/** The folders of a sandbox's place, and what is in them. */
export const placeFolders = { control: 'control', output: 'output', etc: 'etc', network: 'network' } as const

/** Only these can be seen as a work folder nowhere: the sandbox has its own of them. */
const taken = ['/', '/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc', '/run', '/tmp', '/home', AGENT_HOME]
const takenWhole = ['/proc', '/dev', '/sys', CONTROL_FOLDER, OUTPUT_FOLDER]

/** Why a folder cannot be seen at a path; null when it can. */
export function refusedPath(path: string): string | null {
  if (resolve(path) !== path) return `${path} is no plain absolute path.`
  const isTaken = taken.includes(path) || takenWhole.some((own) => path === own || path.startsWith(`${own}/`))
  return isTaken ? `A folder cannot be seen at ${path}, which every sandbox has of its own.` : null
}

/**
 * The arguments of bubblewrap after those of its identity, up to the program that it runs.
 *
 * `/proc/sys` is mounted again, read-only: files in it belong to root, bubblewrap 0.8 leaves it as it is, and a
 * server that runs as root would hand its agents the kernel's settings. `/` and `/dev` are read-only, since
 * they lie in memory that no size bounds.
 */
export function sandboxArguments(
  spec: SandboxSpec,
  execPath: string,
  copies: readonly FolderView[],
): string[] {
  const { limits, place } = spec
  const small = String(Math.floor(limits.temporaryBytes / 4))
  const inPlace = (...parts: string[]) => join(place, ...parts)
  const etc = (name: string) => ['--ro-bind', inPlace(placeFolders.etc, name), `/etc/${name}`]
  return [
    ...['--new-session', '--die-with-parent', '--hostname', 'sandbox', '--clearenv'],
    ...systemArguments(),
    ...['passwd', 'group', 'hosts', 'resolv.conf'].flatMap(etc),
    ...['--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys', '--dev', '/dev'],
    ...['--size', small, '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--perms', '1777', '--size', String(limits.temporaryBytes), '--tmpfs', '/tmp'],
    ...['--perms', '0700', '--size', small, '--tmpfs', AGENT_HOME],
    ...nodeArguments(execPath),
    ...['--ro-bind', inPlace(placeFolders.control), CONTROL_FOLDER],
    ...['--ro-bind', inPlace(placeFolders.output), OUTPUT_FOLDER],
    ...(spec.proxySocket === null ? [] : ['--ro-bind', spec.proxySocket, SOCKET_INSIDE]),
    ...[spec.isReadOnly === true ? '--ro-bind' : '--bind', spec.workFolder, spec.mountedAt],
    ...spec.readOnlyFolders.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...copies.flatMap(({ from, to }) => ['--bind', from, to]),
    ...(spec.hidden ?? []).flatMap(hiddenArguments),
    ...['--remount-ro', '/', '--chdir', spec.mountedAt],
    ...Object.entries(environmentOf(spec, execPath)).flatMap(([name, value]) => ['--setenv', name, value]),
  ]
}

function hiddenArguments({ path, kind }: HiddenPath): string[] {
  if (kind === 'file') return ['--ro-bind', '/dev/null', path]
  return ['--perms', '0555', '--size', '4096', '--tmpfs', path, '--remount-ro', path]
}

/** The whole environment inside. */
function environmentOf(spec: SandboxSpec, execPath: string): Record<string, string> {
  const own = agentEnvironment({ path: searchPath(execPath), home: AGENT_HOME, temporary: '/tmp' })
  return { ...own, ...spec.environment }
}

/** What every sandbox has of an environment. Programs are told that nobody sits there: no pager, no editor, no prompt. */
export function agentEnvironment(places: {
  path: string
  home: string
  temporary: string
}): Record<string, string> {
  return {
    PATH: places.path,
    HOME: places.home,
    USER: 'agent',
    LOGNAME: 'agent',
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    TMPDIR: places.temporary,
    CI: '1',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    // The work folder may belong to another user, which git would refuse.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    DEBIAN_FRONTEND: 'noninteractive',
  }
}
