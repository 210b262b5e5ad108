import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type LogSettings, log, logAbout, logAlso, logError, setLog } from './log'

let before: LogSettings
let lines: string[]
beforeEach(() => {
  lines = []
  for (const name of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, name).mockImplementation((line: unknown) => void lines.push(`${name} ${String(line)}`))
  before = setLog({ format: 'json', level: 'info', secrets: ['hunter2-of-the-team'] })
})
afterEach(() => {
  setLog(before)
  vi.mocked(console.error).mockClear()
})

const written = () => lines.map((line) => JSON.parse(line.slice(line.indexOf('{'))))

test('a line is one JSON object with its time, level, message and what it is about', () => {
  logAbout({ request: 'q-1' }, () => {
    logAlso({ run: 'r-1', project: 'default' })
    log('warn', 'It is slow\nagain', { agent: 'a2' })
  })
  log('info', 'Later')
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  const about = { request: 'q-1', run: 'r-1', project: 'default', agent: 'a2' }
  expect(written()).toEqual([
    { time, level: 'warn', message: 'It is slow\nagain', ...about },
    { time, level: 'info', message: 'Later' },
  ])
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['warn', 'info'])
  expect(lines.every((line) => !line.includes('\n'))).toBe(true)
})

test('what is below the level is not written', () => {
  log('debug', 'Chatter')
  setLog({ format: 'json', level: 'error', secrets: [] })
  log('warn', 'Careful')
  expect(lines).toEqual([])
  log('error', 'Broken')
  expect(written()).toMatchObject([{ message: 'Broken' }])
})

test('for people a line is text that begins with the time of day, with an error’s trace below', () => {
  setLog({ format: 'text', level: 'info', secrets: [] })
  log('info', 'run.started', { run: 'r-1' })
  expect(lines[0]).toMatch(/^info \d\d:\d\d:\d\d skein: run\.started {2}\(run r-1\)$/)
  logError(new Error('no disk', { cause: new Error('full') }))
  expect(lines[1]).toMatch(/skein: error: no disk\n.*Error: no disk[\s\S]*caused by Error: full/)
})

test('no secret is written: neither one of the environment nor what looks like a key', () => {
  const key = `sk-ant-${'x'.repeat(20)}`
  logError(
    new Error(`refused hunter2-of-the-team and ${key}`, { cause: new Error(`Bearer ${'t'.repeat(30)}`) }),
  )
  log('info', `told ${key}`, { run: 'r-1' })
  const text = lines.join('\n')
  for (const secret of ['hunter2', 'xxxxxxxx', 'tttttttt']) expect(text).not.toContain(secret)
  expect(text).toContain('[redacted]')
})
