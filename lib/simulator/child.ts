import { type ChildProcess, spawn } from 'node:child_process'
import * as z from 'zod'
import type { Clock } from '@/lib/core/ports/clock'
import type { FaultRule } from './faults'
import { lowerPriority } from './low-priority'

/** A simulator that runs as a child process. */
export interface SimulatorChild {
  url: string
  pid: number
  stop(): Promise<void>
}

const START_LIMIT_MS = 60_000
const portLine = z.object({ port: z.int().min(1) })

/**
 * Starts `entry` (the bundled simulator) with Node and waits for its port. It dies with this process: its
 * input closes. With `yields` it then works at a low priority of the system; it starts at the usual one, or
 * on a busy machine whoever asked would wait for long before the first answer.
 */
export async function startSimulatorChild(options: {
  entry: string
  seed?: string | number
  speed?: number
  faults?: FaultRule[]
  yields?: boolean
  clock: Clock
}): Promise<SimulatorChild> {
  const args = [options.entry, '--port', '0']
  if (options.seed !== undefined) args.push('--seed', String(options.seed))
  if (options.speed !== undefined) args.push('--speed', String(options.speed))
  if (options.faults !== undefined) args.push('--faults', JSON.stringify(options.faults))
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const port = await waitForPort(child, options.entry, options.clock)
  if (options.yields === true && child.pid !== undefined) lowerPriority(child.pid)
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.stdin?.end()
      }),
  }
}

function waitForPort(child: ChildProcess, entry: string, clock: Clock): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = ''
    let complaint = ''
    const fail = (reason: string) => {
      cancel()
      child.kill('SIGKILL')
      reject(
        new Error(
          `The simulator (${entry}) did not start: ${reason}${complaint === '' ? '' : `\n${complaint.trim()}`}`,
        ),
      )
    }
    // Awake time: on a busy machine it takes its share, and no longer of it.
    const cancel = clock.awake.after(START_LIMIT_MS, () => fail(`no port within ${START_LIMIT_MS / 1000} s`))
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(`it ended with code ${code}`))
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2000)
    })
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8')
      const end = printed.indexOf('\n')
      if (end === -1) return
      try {
        const { port } = portLine.parse(JSON.parse(printed.slice(0, end)))
        cancel()
        child.removeAllListeners('exit')
        resolve(port)
      } catch {
        fail(`it printed "${printed.slice(0, end)}" instead of its port`)
      }
    })
  })
}
