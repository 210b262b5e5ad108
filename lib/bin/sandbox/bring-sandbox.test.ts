import { expect, test } from 'vitest'
import { bringSandbox, type Machine } from './bring-sandbox.mjs'

/** What a start does on a machine, and what it says. */
async function started(machine: Partial<Machine>) {
  const done: string[] = []
  const said: string[] = []
  let isThere = false
  await bringSandbox({
    platform: 'linux',
    hasSandbox: () => isThere,
    canInstall: () => true,
    install: async () => {
      done.push('installed')
      isThere = true
      return true
    },
    say: (line) => said.push(line),
    ...machine,
  })
  return { done, said }
}

test('where there is a sandbox nothing is done or said', async () => {
  expect(await started({ hasSandbox: () => true })).toEqual({ done: [], said: [] })
})

test('where packages can be installed it is installed, once and in silence', async () => {
  expect(await started({})).toEqual({ done: ['installed'], said: [] })
})

test.each([
  ['it may not be installed', { canInstall: () => false }],
  ['installing says no', { install: async () => false }],
  ['installing fails', { install: () => Promise.reject(new Error('no network')) }],
])('where %s, one line says what is missing, and the start goes on', async (_, machine) => {
  const { done, said } = await started(machine)
  expect(done).toEqual([])
  expect(said).toEqual([expect.stringMatching(/^Agents will have no shell: .*apt-get install bubblewrap/)])
})

test('elsewhere than on Linux one line says so, and nothing is installed', async () => {
  const { done, said } = await started({ platform: 'darwin' })
  expect(done).toEqual([])
  expect(said).toEqual([expect.stringContaining('needs Linux')])
})
