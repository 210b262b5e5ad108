import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Command, runCommand } from './command'
import { openCommandRunner } from './command-runner'

const entry = join(process.cwd(), 'dist', 'command-runner.mjs')
const runner = openCommandRunner(entry)
afterAll(() => runner.close())

const shell = (script: string, more: Partial<Command> = {}): Command => ({
  program: '/bin/sh',
  args: ['-c', script],
  env: { PATH: '/usr/bin:/bin', WORD: 'grüße' },
  cwd: '/',
  input: '',
  mostBytes: 1_000_000,
  ...more,
})

const isThere = (pid: number) => existsSync(`/proc/${pid}`)

describe.each([
  ['in this process', runCommand],
  ['by a process beside it', runner.run],
])('a command that is run %s', (_, run) => {
  it('gives its code, its bytes and what it complained of', async () => {
    const script = 'cat; echo "$WORD $PWD"; echo no >&2; exit 3'
    expect(await run(shell(script, { input: Buffer.from([0, 255, 10]) }))).toEqual({
      code: 3,
      output: Buffer.concat([Buffer.from([0, 255, 10]), Buffer.from('grüße /\n')]),
      said: 'no\n',
      isTooLong: false,
    })
  })

  it('may say megabytes, and is ended once it says more than is kept', async () => {
    const long = await run(shell('head -c 8000000 /dev/zero', { mostBytes: 8_000_000 }))
    expect([long.output.length, long.code, long.isTooLong]).toEqual([8_000_000, 0, false])
    const endless = await run(shell('yes', { mostBytes: 100_000 }))
    expect([endless.code, endless.isTooLong, endless.output.length <= 100_000]).toEqual([null, true, true])
  })

  it('is ended when nobody wants it any more, for the reason that is given', async () => {
    const stop = new AbortController()
    const waiting = run(shell('cat; exec sleep 600'), stop.signal)
    stop.abort(new Error('the run was cancelled'))
    await expect(waiting).rejects.toThrow('the run was cancelled')
    await expect(run(shell('true'), stop.signal)).rejects.toThrow('the run was cancelled')
  })

  it('is refused where there is no such program', async () => {
    await expect(run(shell('', { program: '/nowhere/git' }))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is one of hundreds at once, each with its own answer', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, (_, at) => run(shell(`echo ${at}`))))
    expect(all.map(({ output }) => Number(output.toString()))).toEqual(all.map((_, at) => at))
  })
})

const parentOf = async () => Number((await runner.run(shell('echo $PPID'))).output.toString())

it('is started by another process than this one, the same each time', async () => {
  const first = await parentOf()
  expect(first).not.toBe(process.pid)
  expect(await parentOf()).toBe(first)
})

it('tells who waits that their command is lost when that process dies, and starts another for the next', async () => {
  const first = await parentOf()
  const waiting = runner.run(shell(`kill -9 ${first}; sleep 1`))
  await expect(waiting).rejects.toThrow('The process that starts commands has ended')
  expect(await parentOf()).not.toBe(first)
})

it('ends by itself after the server, however that ended', async () => {
  const module = JSON.stringify(entry)
  const program = (then: string) => `
    import { fork } from 'node:child_process'
    const runner = fork(${module}, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    process.stdout.write(runner.pid + '\\n', () => { ${then} })`
  for (const then of ["process.kill(process.pid, 'SIGKILL')", 'runner.unref(), runner.channel.unref()']) {
    const server = spawn(process.execPath, ['--input-type=module', '-e', program(then)])
    const said: Buffer[] = []
    server.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    await new Promise((resolve) => server.once('close', resolve))
    const pid = Number(Buffer.concat(said).toString())
    expect(pid).toBeGreaterThan(0)
    await vi.waitFor(() => expect(isThere(pid)).toBe(false), { timeout: 60_000 })
  }
})
