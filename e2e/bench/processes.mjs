// Starting and measuring the processes of a benchmark. Only loopback, only child processes of ours.
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { heapFlags } from '../../lib/bin/heap-flags.mjs'

export { freePort } from '../free-port.mjs'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const TICKS_PER_SECOND = 100

/** The simulator as its own process: the provider's side is in nobody's figures. */
export async function startSimulator(speed = 1, faults = []) {
  const args = [join(root, 'dist/simulator.mjs'), '--port', '0', '--speed', String(speed)]
  if (faults.length > 0) args.push('--faults', JSON.stringify(faults))
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = await new Promise((resolve) => {
    child.stdout.once('data', (chunk) => resolve(JSON.parse(String(chunk).split('\n')[0]).port))
  })
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill('SIGKILL') }
}

/**
 * Skein's production server against a provider at `baseUrl`. `first` makes it forget nothing: the data folder
 * stays.
 */
export async function startSkein({ baseUrl, dataDir, port, more = {}, nodeArgs = [] }) {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_MANUAL_SIG_HANDLE: 'true',
    ANTHROPIC_API_KEY: 'sk-bench-dummy',
    ANTHROPIC_BASE_URL: baseUrl,
    SKEIN_DATA_DIR: dataDir,
    SKEIN_MAX_CONCURRENCY: '2000',
    ...more,
  }
  const child = spawn(
    process.execPath,
    [
      // As `npm start` has it, so what is measured is what people run.
      ...heapFlags(),
      ...nodeArgs,
      join(root, 'node_modules/next/dist/bin/next'),
      ...['start', '-p', String(port), '-H', '127.0.0.1'],
    ],
    {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let printed = ''
  const printing = new EventEmitter()
  child.stdout.on('data', (chunk) => {
    printed += chunk
    printing.emit('more')
  })
  const url = `http://127.0.0.1:${port}`
  for (;;) {
    const isUp = await fetch(`${url}/api/health`).then(
      (response) => response.ok,
      () => false,
    )
    if (isUp) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    url,
    pid: child.pid,
    /** What it printed that matches, once it has. */
    said: async (pattern) => {
      while (!pattern.test(printed)) await once(printing, 'more')
      return pattern.exec(printed)
    },
    kill: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', resolve)
        child.kill('SIGKILL')
      }),
  }
}

/** CPU seconds a process has used, all threads. */
export function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Largest resident size of a process so far, in megabytes. */
export function peakMegabytes(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function median(values) {
  return percentile(values, 0.5)
}
