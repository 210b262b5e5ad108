import { spawn } from 'node:child_process'

/** A program, what it is given, and what of its output is kept. */
export type Command = {
  program: string
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** Bytes for its standard input. */
  input: string | Uint8Array<ArrayBuffer>
  /** Longest output that is kept, in bytes; more ends the command. */
  mostBytes: number
}

/** How a command ended. `code` is null where a signal ended it, `said` the beginning of its standard error. */
export type CommandEnd = {
  code: number | null
  output: Buffer<ArrayBuffer>
  said: string
  isTooLong: boolean
}

/** Runs a command to its end. Rejects where it cannot be started, and with the signal's reason once that aborts. */
export type RunCommand = (command: Command, signal?: AbortSignal) => Promise<CommandEnd>

/** Characters of standard error that are kept. */
const MOST_SAID = 4000

/** Runs a command as a child of this very process. */
export const runCommand: RunCommand = ({ program, args, env, cwd, input, mostBytes }, signal) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { NODE_ENV: 'production', ...env },
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    })
    const chunks: Buffer<ArrayBuffer>[] = []
    let bytes = 0
    let said = ''
    child.on('error', (error) => reject(signal?.aborted ? signal.reason : error))
    child.stdout.on('data', (chunk: Buffer<ArrayBuffer>) => {
      bytes += chunk.length
      if (bytes <= mostBytes) return void chunks.push(chunk)
      child.kill('SIGKILL')
      // What it had started may go on and hold the pipe.
      child.stdout.destroy()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < MOST_SAID) said += chunk.toString('utf8')
    })
    // A command that ends before it has read everything closes the pipe: its exit code says why.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('close', (code) => {
      if (signal?.aborted) return reject(signal.reason)
      resolve({ code, output: Buffer.concat(chunks), said, isTooLong: bytes > mostBytes })
    })
  })
