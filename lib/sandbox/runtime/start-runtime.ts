import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Timeline } from '@/lib/core/ports/clock'
import { type StartChild, type StartedChild, signalGroup } from '@/lib/processes/child'
import type { SandboxProcess, SandboxSpec } from '../backend'
import { agentEnvironment, placeFolders } from '../bubblewrap/arguments'
import { rlimitLines } from '../limits/rlimits'
import { proxyEnvironment } from '../network/forwarder'
import { endOf, whenGivenUp } from '../sandbox-end'
import { driverText, programDriverText } from '../shell/driver'
import { launcherEnvironment, type RuntimeProgram } from './find-runtime'
import type { LaunchOrder } from './launch-order'

/** After this what still holds its output is waited for no longer. */
const KILL_WAIT_MS = 2_000

/** What it is told to do, and complains; then what the driver is told, and prints. */
const descriptors = ['in', 'ignore', 'out', 'in', 'out'] as const

/** Starts a sandbox of the package, with the same driver as in bubblewrap. Folders are seen where they lie. */
export async function startRuntime(
  spec: SandboxSpec,
  { launcher, module, awake, start }: RuntimeProgram & { awake: Timeline; start: StartChild },
): Promise<SandboxProcess> {
  const folders = preparePlace(spec)
  const env = launcherEnvironment(folders.home)
  const child = await start({ program: process.execPath, args: [launcher], env, cwd: '/', descriptors })
  child.pipe(0).end(JSON.stringify(orderOf(spec, folders, module)))
  return follow(child, folders.output, awake)
}

type Folders = { control: string; output: string; home: string; temporary: string }

function preparePlace(spec: SandboxSpec): Folders {
  const inPlace = (name: string) => join(spec.place, name)
  const folders = {
    control: inPlace(placeFolders.control),
    output: inPlace(placeFolders.output),
    home: inPlace('home'),
    temporary: inPlace('tmp'),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const parts = {
    // The kernel counts processes by their user, who has many others here.
    setUp: rlimitLines(spec.limits, true),
    beforeCommands: [],
    control: folders.control,
  }
  const text = spec.program === undefined ? driverText(parts) : programDriverText(parts)
  writeFileSync(join(folders.control, 'driver'), text)
  return folders
}

function orderOf(spec: SandboxSpec, folders: Folders, module: string): LaunchOrder {
  const begin = spec.startFolder === spec.mountedAt ? spec.workFolder : spec.startFolder
  const words = [join(folders.control, 'driver'), spec.readyMark, begin, ...(spec.program ?? [])]
  const shown = [...spec.readOnlyFolders, ...spec.copyOnWriteFolders]
  const whereItIs = (value: string) => shown.find(({ to }) => to === value)?.from ?? value
  // The package names its own proxy to programs.
  const unset = new Set(Object.keys(proxyEnvironment()))
  const own = Object.entries(spec.environment).filter(([name]) => !unset.has(name))
  return {
    kind: 'run',
    module,
    command: ['/bin/bash', '--noprofile', '--norc', ...words].map(quoted).join(' '),
    view: {
      workFolder: spec.workFolder,
      isReadOnly: spec.isReadOnly === true,
      hidden: (spec.hidden ?? []).map(({ path, kind }) => ({ path, kind })),
      readable: [
        ...[folders.control, folders.output, ...nodeFiles(process.execPath)],
        ...spec.readOnlyFolders.map(({ from }) => from),
      ],
      writable: [folders.home, folders.temporary],
      // The workspace itself too, where agents work on a copy of it.
      kept: [homedir(), dirname(spec.place), ...(spec.mountedAt === spec.workFolder ? [] : [spec.mountedAt])],
    },
    environment: {
      ...agentEnvironment({
        path: `${dirname(process.execPath)}:/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
        home: folders.home,
        temporary: folders.temporary,
      }),
      // A folder that is seen elsewhere in bubblewrap is named by where it is.
      ...Object.fromEntries(own.map(([name, value]) => [name, whereItIs(value)])),
    },
    proxySocket: spec.proxySocket,
  }
}

/** The Node that runs us and its npm, and nothing that lies beside them. */
function nodeFiles(execPath: string): string[] {
  const npm = join(dirname(dirname(execPath)), 'lib', 'node_modules', 'npm')
  return [execPath, ...(existsSync(npm) ? [npm] : [])]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function follow(child: StartedChild, outputFolder: string, awake: Timeline): SandboxProcess {
  const [stderr, stdin, stdout] = [child.pipe(2), child.pipe(3), child.pipe(4)]
  const { givenUp, giveUp } = whenGivenUp()
  const ended = endOf(child, { stdout, stderr, givenUp })
  return {
    stdin,
    stdout,
    ended,
    outputFolder,
    // Bounds are the driver's own, and the launcher has lowered its priority.
    confine: async () => {},
    reachedLimit: () => null,
    async kill() {
      signalGroup(child.pid, 'SIGKILL')
      const cancel = awake.after(KILL_WAIT_MS, () => {
        for (const stream of [stdout, stderr]) stream.destroy()
        giveUp()
      })
      await ended
      cancel()
    },
  }
}
