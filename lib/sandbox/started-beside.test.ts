import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { openStarter, type Starter } from '@/lib/processes/starter'
import { realClock } from '@/lib/server/testing/real-clock'
import { never, openTestShell, processesWith, sandboxTest, until } from './testing'
import { sandboxOfThisMachine } from './this-machine'

/** A shell as a server has it, and the process that started its sandbox. */
async function openShellBeside() {
  const starter = openStarter({
    entry: join(process.cwd(), 'dist', 'process-starter.mjs'),
    awake: realClock.awake,
  })
  onTestFinished(() => starter.close())
  const shell = openTestShell({ backend: sandboxOfThisMachine(realClock, starter) })
  return { shell, starter, pid: await parentOf(starter) }
}

async function parentOf({ run }: Starter): Promise<number> {
  const args = ['-c', 'echo $PPID']
  const { output } = await run({ program: '/bin/sh', args, env: {}, cwd: '/', input: '', mostBytes: 100 })
  return Number(output.toString())
}

sandboxTest('a shell is the same when another process starts it, and is no child of this one', async () => {
  const { shell, pid } = await openShellBeside()
  expect(pid).not.toBe(process.pid)
  expect(
    await shell.say('cd /tmp; word=kept; seq 20000 | tail -1; exit_code() { return 7; }; exit_code'),
  ).toMatchObject({
    end: { kind: 'exited', exitCode: 7 },
    output: '20000\n',
    folder: '/tmp',
  })
  expect((await shell.say('echo "$word"')).output).toBe('kept\n')
})

sandboxTest(
  'when that process is killed its shells end with it, are told as ended, and begin anew',
  async () => {
    const { shell, pid } = await openShellBeside()
    const running = shell.say('sleep 654.5 & setsid sleep 654.5 & sleep 654.5')
    await until(() => processesWith('654.5').length >= 3)
    process.kill(pid, 'SIGKILL')
    expect(await running).toMatchObject({ end: { kind: 'exited', exitCode: 137 }, isShellNew: true })
    await until(() => processesWith('654.5').length === 0)
    expect((await shell.say('echo well')).output).toBe('well\n')
  },
)

sandboxTest('while that process is stopped, commands run on and are ended in time', async () => {
  const { shell, pid } = await openShellBeside()
  await shell.say('true')
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => void process.kill(pid, 'SIGCONT'))
  expect((await shell.say('echo on')).output).toBe('on\n')
  const late = await shell.run('sleep 643.5', { timeoutMs: 300, signal: never })
  expect(late.end).toEqual({ kind: 'timeout' })
  await until(() => processesWith('643.5').length === 0)
  // A new sandbox has to wait for it, and whoever gives up does not.
  const stop = new AbortController()
  const waiting = shell.run('echo well', { timeoutMs: 60_000, signal: stop.signal })
  setTimeout(() => stop.abort(), 200)
  expect((await waiting).end).toEqual({ kind: 'cancelled' })
  process.kill(pid, 'SIGCONT')
  expect((await shell.say('echo well')).output).toBe('well\n')
})
