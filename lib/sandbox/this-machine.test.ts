import { expect, test } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { realClock } from '@/lib/server/testing/real-clock'
import { findBubblewrap } from './bubblewrap/find'
import { openTestShell, sandboxTest } from './testing'
import { findSandbox, sandboxBy } from './this-machine'

test('what the machine offers is told, or what to do about it', async () => {
  const found = await findSandbox(processesHere.run)
  if (found.kind === 'bubblewrap') expect(found.version).toMatch(/^\d+\.\d+/)
  else expect(found).toMatchObject({ kind: 'none', reason: expect.stringMatching(/\S+ \S+/) })
  expect(await findSandbox(processesHere.run)).toBe(found)
})

test.each([
  ['darwin', 'macOS'],
  ['win32', 'Windows'],
  ['freebsd', 'freebsd'],
] as const)('on %s there is no sandbox, and why is said', async (platform, name) => {
  const finding = await findBubblewrap(processesHere.run, platform)
  expect(finding).toEqual({ told: { kind: 'none', reason: expect.stringContaining(name) } })
})

test('where there is no sandbox no command begins, and the reason is told', async () => {
  const backend = sandboxBy(() => findBubblewrap(processesHere.run, 'darwin'), realClock, processesHere)
  const { end } = await openTestShell({ backend }).say('echo never')
  expect(end).toEqual({ kind: 'not-started', reason: expect.stringContaining('no sandbox on macOS') })
})

sandboxTest('without overlays, copies of folders are read-only', async () => {
  const backend = sandboxBy(
    async () => {
      const finding = await findBubblewrap(processesHere.run)
      if (!('program' in finding)) return finding
      return { ...finding, told: { ...finding.told, canOverlay: false } }
    },
    realClock,
    processesHere,
  )
  const other = openTestShell()
  const shell = openTestShell({ backend, copyOnWriteFolders: [{ from: other.work, to: '/opt/copy' }] })
  expect((await shell.say('ls /opt/copy && echo x > /opt/copy/x')).end).toEqual({
    kind: 'exited',
    exitCode: 1,
  })
})
