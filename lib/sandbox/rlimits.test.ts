import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { realClock } from '@/lib/server/testing/real-clock'
import { findBubblewrap } from './bubblewrap/find'
import { never, openTestShell, processesWith, sandboxTest, until } from './testing'
import { sandboxBy } from './this-machine'

/** This machine as it would be without cgroups. */
const withoutCgroups = sandboxBy(
  async () => {
    const finding = await findBubblewrap(processesHere.run)
    return 'program' in finding ? { ...finding, cgroups: null } : finding
  },
  realClock,
  processesHere,
)

sandboxTest('without cgroups, processes that fork for ever are ended as well', async () => {
  const shell = openTestShell({ backend: withoutCgroups, limits: { processes: 48 } })
  // Its threads count: the processes alone never come to the limit.
  await shell.say('node -e "setInterval(() => {}, 1000)" &')
  const bomb = 'bomb911() { bomb911 | bomb911 & }; bomb911; wait; sleep 600'
  const told = await shell.run(bomb, { timeoutMs: 60_000, signal: never })
  expect(told).toMatchObject({ end: { kind: 'limit', limit: 'processes' }, isShellNew: true })
  expect((await shell.say('ulimit -u; echo well')).output).toBe('48\nwell\n')
})

sandboxTest('without cgroups, one process is bounded in memory, and Node still runs', async () => {
  const shell = openTestShell({ backend: withoutCgroups, limits: { memoryBytes: 300_000_000 } })
  const hungry = await shell.say('python3 -c "held = bytearray(400_000_000)"')
  expect(hungry.end).toEqual({ kind: 'exited', exitCode: 1 })
  expect(hungry.output).toContain('MemoryError')
  const node = `node -e "new WebAssembly.Memory({ initial: 1 }); console.log('runs')"`
  expect((await shell.say(node)).output).toBe('runs\n')
})

sandboxTest(
  "without cgroups, the server's files can be worked on, and nothing is run as its user",
  async () => {
    const shell = openTestShell({ backend: withoutCgroups })
    writeFileSync(join(shell.work, 'given'), 'given')
    chmodSync(join(shell.work, 'given'), 0o600)
    const ask = `node -e "fs.accessSync('given', fs.constants.W_OK)"`
    expect((await shell.say(`${ask} && echo more >> given && chmod 644 given && cat given`)).output).toBe(
      'givenmore\n',
    )
    await shell.say('touch made; cp /bin/bash raised; chmod 4755 raised; sleep 854.5 &')
    await until(() => processesWith('854.5').length > 0)
    const [pid = 0] = processesWith('854.5')
    if (process.getuid?.() === 0) {
      expect(statSync(join(shell.work, 'raised')).uid).not.toBe(0)
      expect(statSync(`/proc/${pid}`).uid).not.toBe(0)
    }
    await shell.say('git init -q . && git add given')
    expect((await shell.say('git status --short given')).output).toBe('A  given\n')
    for (const command of [
      'echo x > /usr/x',
      'cat /etc/shadow',
      'mount -t tmpfs x /mnt',
      'chroot / true',
      'setpriv --reuid 0 true',
    ])
      expect((await shell.say(command)).end, command).not.toEqual({ kind: 'exited', exitCode: 0 })
  },
)
