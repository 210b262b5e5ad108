import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunCommand } from '@/lib/processes/command'
import type { FoundSandbox } from '../backend'
import { type CgroupHome, findCgroups } from '../limits/cgroups'
import { usualLimits } from '../limits/limits'
import { systemArguments } from './system-view'

/** What was found, and by what sandboxes are then started. */
export type Finding =
  | { told: Extract<FoundSandbox, { kind: 'bubblewrap' }>; program: string; cgroups: CgroupHome | null }
  | { told: Extract<FoundSandbox, { kind: 'none' }> }

/** Where distributions put it; what `PATH` names could be anybody's. */
const programs = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap', '/run/current-system/sw/bin/bwrap']
const INSTALL =
  'Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap; then start again.'
/** Starts take some 15 ms; a machine that hangs must not hold up whoever asks. */
const TRY_LIMIT_MS = 20_000
const MOST_SAID = 10_000

/** Looks for bubblewrap and tries everything once: a start, a cgroup, an overlay. Never rejects. */
export async function findBubblewrap(
  run: RunCommand,
  platform: NodeJS.Platform = process.platform,
): Promise<Finding> {
  const attempt = (name: string, args: readonly string[]) => attemptBy(run, name, args)
  if (platform !== 'linux') return none(otherSystems[platform] ?? `There is no sandbox for ${platform} yet.`)
  const program = programs.find((file) => existsSync(file))
  if (program === undefined) return none(`bubblewrap is not installed. ${INSTALL}`)
  const tried = await attempt(program, [...tryArguments(), '/bin/bash', '-c', 'true'])
  if (!tried.isDone) return none(`bubblewrap is installed and could not start: ${whyNot(tried.said)}`)
  const version = /\d+(\.\d+)+/.exec((await attempt(program, ['--version'])).said)?.[0] ?? 'unknown'
  const cgroups = findCgroups(`try-${randomUUID().slice(0, 8)}`, usualLimits)
  const canOverlay = await tryOverlay(attempt)
  return {
    told: { kind: 'bubblewrap', version, canOverlay, limits: cgroups?.version ?? 'rlimits' },
    program,
    cgroups,
  }
}

const otherSystems: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'There is no sandbox on macOS: bubblewrap needs Linux. Run Skein in a Linux machine or container.',
  win32: 'There is no sandbox on Windows: bubblewrap needs Linux. Run Skein in WSL.',
}

function none(reason: string): Finding {
  return { told: { kind: 'none', reason } }
}

/** As sandboxes are started, without what is only known of one. */
function tryArguments(): string[] {
  return [
    ...['--unshare-all', '--unshare-user', '--disable-userns', '--cap-drop', 'ALL', '--new-session'],
    ...['--die-with-parent', '--clearenv', ...systemArguments(), '--proc', '/proc'],
    ...['--ro-bind', '/proc/sys', '/proc/sys', '--dev', '/dev', '--size', '1048576', '--tmpfs', '/tmp'],
  ]
}

function whyNot(said: string): string {
  const hint = /namespace|uid map|Operation not permitted|setting up uid/i.test(said)
    ? ' This machine or container forbids user namespaces: allow them (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0; in a container, a seccomp profile that lets unshare and mount through).'
    : ' A version from 0.8 on is needed.'
  return `${said === '' ? 'it gave no reason.' : said.slice(0, 300)}${hint}`
}

async function tryOverlay(attempt: Attempt): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-overlay-'))
  try {
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(folder, name))
    const isRoot = process.getuid?.() === 0
    const options = `lowerdir=${folder}/lower,upperdir=${folder}/upper,workdir=${folder}/work${isRoot ? '' : ',userxattr'}`
    const args = [isRoot ? '-m' : '-Urm', '/bin/mount', '-t', 'overlay', 'overlay']
    return (await attempt('/usr/bin/unshare', [...args, '-o', options, `${folder}/merged`])).isDone
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Attempt = (program: string, args: readonly string[]) => Promise<{ isDone: boolean; said: string }>

async function attemptBy(run: RunCommand, program: string, args: readonly string[]): ReturnType<Attempt> {
  try {
    const order = { program, args, env: {}, cwd: '/', input: '', mostBytes: MOST_SAID }
    const { code, output, said } = await run(order, AbortSignal.timeout(TRY_LIMIT_MS))
    return { isDone: code === 0, said: `${output.toString('utf8')}${said}`.trim() }
  } catch (error) {
    return { isDone: false, said: error instanceof Error ? error.message : '' }
  }
}
