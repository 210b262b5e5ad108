import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { realClock } from '@/lib/server/testing/real-clock'
import { type ProcessOptions, startProcess } from './piped-program'
import { never, sandboxTest } from './testing'
import { sandboxOfThisMachine } from './this-machine'

function start(program: ProcessOptions['program'], more: Partial<ProcessOptions> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'skein-process-'))
  const [folder, places] = [join(home, 'work'), join(home, 'places')]
  mkdirSync(join(folder, '.ssh'), { recursive: true })
  writeFileSync(join(folder, 'a.txt'), 'seen')
  writeFileSync(join(folder, '.env'), 'SECRET')
  writeFileSync(join(folder, '.ssh', 'id_rsa'), 'SECRET')
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const hidden = [
    { path: join(folder, '.env'), kind: 'file' as const },
    { path: join(folder, '.ssh'), kind: 'folder' as const },
  ]
  const backend = sandboxOfThisMachine(realClock, processesHere)
  const options = { backend, clock: realClock, places, folder, hidden, program, signal: never, ...more }
  return { places, started: startProcess(options) }
}

sandboxTest('a program gets what is written to it, and what it prints comes back', async () => {
  const { places, started } = start(['cat', '-u'])
  const { stdin, stdout, ended } = await started
  stdin.end('first\nand the rest without an end')
  expect(await text(stdout)).toBe('first\nand the rest without an end')
  expect(await ended).toMatchObject({ exitCode: 0 })
  expect(readdirSync(places)).toEqual([])
})

sandboxTest('it reads its folder and cannot write there, sees nothing hidden and no network', async () => {
  const script =
    'cat a.txt; cat .env; ls -A .ssh; echo x > new || echo read-only; echo x > .ssh/new || echo closed; ls /sys/class/net 2>/dev/null; env'
  const { started } = start(['bash', '-c', script], { env: { GIVEN: 'value' } })
  const { stdout } = await started
  const printed = await text(stdout)
  expect(printed).toMatch(/^seenread-only\nclosed\n/)
  expect(printed).toContain('GIVEN=value')
  expect(printed).not.toMatch(/SECRET|ANTHROPIC|SKEIN/)
})

sandboxTest('one that is not there ends with 127, and one that is killed is gone', async () => {
  const missing = start(['no-such-program'])
  expect(await (await missing.started).ended).toMatchObject({ exitCode: 127 })
  const endless = start(['sleep', '1000'])
  const running = await endless.started
  await running.kill()
  await running.ended
  expect(readdirSync(endless.places)).toEqual([])
})

sandboxTest('what it complains of is kept by nobody, however much that is', async () => {
  const { started } = start(['bash', '-c', 'yes SECRET | head -c 200000000 >&2; echo done'])
  const { stdout, ended } = await started
  expect(await text(stdout)).toBe('done\n')
  expect((await ended).complaint).toBe('')
})
