import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { realClock } from '@/lib/server/testing/real-clock'
import type { ChildOrder } from './child'
import type { Command } from './command'
import { processesHere } from './here'
import { openStarter } from './starter'

const entry = join(process.cwd(), 'dist', 'process-starter.mjs')
const { awake } = realClock
const starter = openStarter({ entry, awake })
afterAll(() => starter.close())

const shell = (script: string, more: Partial<Command> = {}): Command => ({
  program: '/bin/sh',
  args: ['-c', script],
  env: { PATH: '/usr/bin:/bin', WORD: 'grüße' },
  cwd: '/',
  input: '',
  mostBytes: 1_000_000,
  ...more,
})

/** What is left of a process until whoever started it has read its end counts as gone. */
const isThere = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

const places = [
  ['in this process', processesHere],
  ['by a process beside it', starter],
] as const

describe.each(places.map(([name, { run }]) => [name, run] as const))('a command that is run %s', (_, run) => {
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

const child = (script: string, more: Partial<ChildOrder> = {}): ChildOrder => ({
  program: '/bin/sh',
  args: ['-c', script],
  env: { PATH: '/usr/bin:/bin', WORD: 'grüße' },
  cwd: '/',
  descriptors: ['in', 'out', 'out'],
  ...more,
})

describe.each(places)('a program that is started %s', (_, processes) => {
  it('reads what is written to it and prints into pipes of its own, however many', async () => {
    const script = 'cat; cat <&4; echo "$WORD $PWD"; echo no >&2; echo three >&3; exit 3'
    const started = await processes.start(child(script, { descriptors: ['in', 'out', 'out', 'out', 'in'] }))
    started.pipe(0).end('first\n')
    started.pipe(4).end('second\n')
    const said = [1, 2, 3].map((at) => text(started.pipe(at)))
    expect(await Promise.all(said)).toEqual(['first\nsecond\ngrüße /\n', 'no\n', 'three\n'])
    expect(await started.ended).toEqual({ code: 3, isLost: false })
    expect(() => started.pipe(5)).toThrow('no pipe')
  })

  it('may say megabytes and be told as much, and loses nothing of what it said at once', async () => {
    const started = await processes.start(child('cat'))
    const input = Buffer.alloc(8_000_000, 'abcdefg')
    started.pipe(0).end(input)
    const pieces: Buffer[] = []
    for await (const piece of started.pipe(1)) pieces.push(piece)
    expect(Buffer.concat(pieces).equals(input)).toBe(true)
    const quick = await processes.start(child('echo at once'))
    await quick.ended
    expect(await text(quick.pipe(1))).toBe('at once\n')
  })

  it('can open its output again, and waits for what it is to read', async () => {
    const script = 'echo again > /dev/stdout; read line <&3; echo "[$line]"'
    const started = await processes.start(child(script, { descriptors: ['ignore', 'out', 'ignore', 'in'] }))
    const said = text(started.pipe(1))
    await new Promise((resolve) => setTimeout(resolve, 100))
    started.pipe(3).end('late\n')
    expect(await said).toBe('again\n[late]\n')
  })

  it('may end while it is written to, which is told by its end', async () => {
    const started = await processes.start(child('exit 5'))
    for (let at = 0; at < 50; at += 1) started.pipe(0).write(Buffer.alloc(100_000))
    expect(await started.ended).toEqual({ code: 5, isLost: false })
    await vi.waitFor(() => expect(started.pipe(0).destroyed).toBe(true))
  })

  it('is ended with all that it has started', async () => {
    const started = await processes.start(child('sleep 712.5 & echo $!; wait'))
    const [line] = await Promise.all([firstLine(started.pipe(1))])
    started.signal('SIGKILL')
    expect(await started.ended).toEqual({ code: null, isLost: false })
    await vi.waitFor(() => expect(isThere(Number(line))).toBe(false))
    started.signal('SIGKILL')
  })

  it('is refused where there is no such program', async () => {
    await expect(processes.start(child('', { program: '/nowhere/sh' }))).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })

  it('is one of hundreds at once, and leaves nothing open', async () => {
    const before = openFiles()
    const all = await Promise.all(
      Array.from({ length: 200 }, async (_one, at) => {
        const started = await processes.start(child(`read word; echo $word ${at}`))
        started.pipe(0).end('hear\n')
        started.pipe(2).resume()
        return text(started.pipe(1))
      }),
    )
    expect(all).toEqual(all.map((_one, at) => `hear ${at}\n`))
    await vi.waitFor(() => expect(openFiles()).toBeLessThanOrEqual(before + 3))
  })
})

const openFiles = () => readdirSync('/proc/self/fd').length

/** The first line that comes; the rest is not waited for. */
function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    stream.on('data', (piece: Buffer) => {
      said += piece.toString()
      if (said.includes('\n')) resolve(said.split('\n')[0] ?? '')
    })
  })
}

const parentOf = async () => Number((await starter.run(shell('echo $PPID'))).output.toString())

it('is started by another process than this one, the same each time', async () => {
  const first = await parentOf()
  expect(first).not.toBe(process.pid)
  expect(await parentOf()).toBe(first)
})

it('tells who waits that their command is lost when that process dies, and starts another for the next', async () => {
  const first = await parentOf()
  const waiting = starter.run(shell(`kill -9 ${first}; sleep 1`))
  await expect(waiting).rejects.toThrow('The process that starts others has ended')
  expect(await parentOf()).not.toBe(first)
})

it('takes with it what it had started, which is told, when it is killed', async () => {
  const started = await starter.start(child('sleep 713.5 & echo $!; wait'))
  const pids = [started.pid, Number(await firstLine(started.pipe(1)))]
  expect(pids.filter(isThere)).toEqual(pids)
  process.kill(await parentOf(), 'SIGKILL')
  expect(await started.ended).toEqual({ code: null, isLost: true })
  await vi.waitFor(() => expect(pids.filter(isThere)).toEqual([]))
  expect(await text((await starter.start(child('echo new'))).pipe(1))).toBe('new\n')
})

it('tells who waits for a start that it will not come', async () => {
  const pid = await parentOf()
  await starter.start(child('true'))
  process.kill(pid, 'SIGSTOP')
  const waiting = starter.start(child('true'))
  const told = expect(waiting).rejects.toThrow('The process that starts others has ended')
  await new Promise((resolve) => setTimeout(resolve, 100))
  process.kill(pid, 'SIGKILL')
  await told
})

it('goes on where it was once it has been stopped for a while', async () => {
  const pid = await parentOf()
  process.kill(pid, 'SIGSTOP')
  const waiting = [starter.run(shell('echo run')), starter.start(child('echo started'))] as const
  await new Promise((resolve) => setTimeout(resolve, 300))
  process.kill(pid, 'SIGCONT')
  expect((await waiting[0]).output.toString()).toBe('run\n')
  expect(await text((await waiting[1]).pipe(1))).toBe('started\n')
  expect(await parentOf()).toBe(pid)
})

it('is ended when it is silent for long, and what waits for it is told', async () => {
  const stopped = openStarter({ entry, awake, silentMs: 600 })
  onTestFinished(() => stopped.close())
  const started = await stopped.start(child('echo $PPID; sleep 714.5'))
  const pid = Number(await firstLine(started.pipe(1)))
  process.kill(pid, 'SIGSTOP')
  await expect(stopped.run(shell('true'))).rejects.toThrow('answers no more')
  expect(await started.ended).toEqual({ code: null, isLost: true })
  await vi.waitFor(() => expect([pid, started.pid].filter(isThere)).toEqual([]))
})

it('is not taken for silent while what it started is', async () => {
  const quiet = openStarter({ entry, awake, silentMs: 600 })
  onTestFinished(() => quiet.close())
  const started = await quiet.start(child('read word; echo "$word"'))
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  started.pipe(0).end('still here\n')
  expect(await text(started.pipe(1))).toBe('still here\n')
})

it('hears no Ctrl-C of the terminal, and neither does what it started', async () => {
  const started = await starter.start(child('echo $PPID; sleep 715.5'))
  const pid = Number(await firstLine(started.pipe(1)))
  const sessions = [pid, started.pid].map((one) => sessionOf(one))
  expect(sessions).toEqual([pid, started.pid])
  started.signal('SIGKILL')
})

/** The session is told four fields after the name of the program, which stands in brackets. */
function sessionOf(pid: number): number {
  const told = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(told.slice(told.lastIndexOf(')') + 2).split(' ')[3])
}

/** A server that starts one program, says both pids, and then ends somehow. */
const server = `
import { openStarter } from './starter'
import { realClock } from '@/lib/server/testing/real-clock'
const starter = openStarter({ entry: ${JSON.stringify(entry)}, awake: realClock.awake })
const child = await starter.start({ program: '/bin/sh', args: ['-c', 'echo $PPID $$; trap "" TERM; sleep 716.5 & echo $!; wait'],
  env: { PATH: '/usr/bin:/bin' }, cwd: '/', descriptors: ['in', 'out', 'inherit'] })
child.pipe(1).on('data', (piece) => process.stdout.write(piece))
if (process.argv[2] === 'idle') {
  await new Promise((resolve) => setTimeout(resolve, 500))
  child.hold(false)
}
`

it('ends by itself after the server, however that ended, with what it had started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-starter-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, 'server.mjs')
  const here = new URL('.', import.meta.url).pathname
  await build({
    stdin: { contents: server, resolveDir: here, loader: 'ts' },
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' },
    alias: { '@': join(here, '../..') },
  })
  for (const how of ['SIGKILL', 'SIGTERM', 'idle'] as const) {
    const one = spawn(process.execPath, [outfile, how], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    one.stdout.on('data', (piece: Buffer) => {
      said += piece.toString()
    })
    const gone = new Promise((resolve) => one.once('close', resolve))
    await vi.waitFor(() => expect(said.split('\n')).toHaveLength(3), { timeout: 60_000 })
    const pids = said.trim().split(/\s/).map(Number)
    expect(pids).toHaveLength(3)
    if (how !== 'idle') one.kill(how)
    await gone
    await vi.waitFor(() => expect(pids.filter(isThere)).toEqual([]), { timeout: 60_000 })
  }
})

it('leaves no pipe behind by its name', async () => {
  // A folder of its own: starters of other tests come and go at the same time.
  const own = mkdtempSync(join(tmpdir(), 'starter-'))
  vi.stubEnv('TMPDIR', own)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(own, { recursive: true, force: true })
  })
  const one = openStarter({ entry, awake })
  await text((await one.start(child('true'))).pipe(1))
  expect(readdirSync(own)).toHaveLength(1)
  one.close()
  await vi.waitFor(() => expect(readdirSync(own)).toEqual([]))
})
