import { expect, test } from 'vitest'
import { scriptOutputLimits } from '@/lib/core/base/text-bounds'
import { otherPhases, ScriptOutputBounds } from './script-output-bounds'
import { runScript } from './testing'

const script = (body: string) => `export const meta = { name: 'says', description: 'd' }\n${body}`
const said = async (body: string) => (await runScript(script(body), () => 'answer')).commands

test('a line of fifty megabytes leaves the sandbox as what can be read of it, with a mark', async () => {
  const commands = await said("log('x'.repeat(5e7)); log('a' + '😀'.repeat(9000)); return 1")
  const [huge, emoji] = commands.filter((command) => command.do === 'log')
  expect(huge?.message).toBe(`${'x'.repeat(10_000)}… (49,990,000 more characters)`)
  expect(emoji?.message).toMatch(/^a(😀)+… \(8,00\d more characters\)$/u)
})

test('titles, notes, questions and errors are cut where they begin, the names of phases the same way everywhere', async () => {
  const commands = await said(`
    const long = 'n'.repeat(5e5)
    phase(long)
    await agent('a', { phase: long })
    await agent({ toString() { throw new Error(long) } })
    checkpoint({ title: long, detail: long })
    throw new Error(long)`)
  const told = commands.map((command) => (command.do === 'agent' ? { ...command, options: {} } : command))
  for (const command of told) expect(JSON.stringify(command).length).toBeLessThan(202_000)
  const phases = commands.flatMap((one) =>
    one.do === 'phase' ? one.title : one.do === 'agent' ? one.phase : [],
  )
  expect(new Set(phases).size).toBe(1)
  expect(phases[0]).toMatch(/^n{200}… \(499,800 more characters\)$/)
  expect(commands.at(-1)).toMatchObject({ do: 'throw', message: expect.stringMatching(/more characters/) })
})

test('lines are kept up to a number, and what is left out is said once', async () => {
  const commands = await said(
    `for (let i = 0; i < ${scriptOutputLimits.lines + 500}; i++) log('line ' + i); return 1`,
  )
  expect(commands.filter((command) => command.do === 'log')).toHaveLength(scriptOutputLimits.lines)
  expect(commands.filter((command) => command.do === 'note')).toMatchObject([
    { message: expect.stringContaining('20,000 lines') },
  ])
})

test('phases beyond those that can be told apart are one', () => {
  const bounds = new ScriptOutputBounds()
  const titles = Array.from({ length: scriptOutputLimits.phases + 2 }, (_, at) =>
    bounds.bounded({ do: 'phase', title: `p${at}` }),
  )
  expect(titles.slice(-3)).toEqual([
    { do: 'phase', title: `p${scriptOutputLimits.phases - 1}` },
    { do: 'phase', title: otherPhases },
    { do: 'phase', title: otherPhases },
  ])
  expect(bounds.bounded({ do: 'phase', title: 'p0' })).toEqual({ do: 'phase', title: 'p0' })
})

test.each([
  ['more characters than are kept', "return 'x'.repeat(1.1e7)", /11,000,002 characters/],
  ['more values than are kept', 'return Array(1100000).fill(0)', /names and values/],
  [
    'options that no call has',
    "await agent('a', { schema: { description: 'x'.repeat(2e6) } })",
    /options of this agent/,
  ],
  ['a name that nothing has', "await workflow('w'.repeat(5000))", /a name of 5000 characters/],
])('a script that gives %s is told so', async (_, body, message) => {
  expect((await said(body)).at(-1)).toMatchObject({ do: 'throw', message: expect.stringMatching(message) })
})
