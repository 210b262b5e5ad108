import { describe, expect, it } from 'vitest'
import { noPermissions } from '@/lib/core/spec/permissions'
import {
  beyondFromText,
  emptyPermissions,
  permissionFields,
  permissionsFromText,
  permissionsToText,
  readPermissions,
} from './permission-form'
import { permissionProposals } from './permission-proposals'
import { permissionWords } from './permission-words'

const all = { write: true, shell: true, hosts: ['*.example.com', 'example.org'], web: true, mcp: ['github'] }

describe('the permissions of a launch', () => {
  it('are not sent while they are the least', () => {
    expect(readPermissions(emptyPermissions, true)).toEqual({ ok: true, permissions: undefined })
  })

  it('are read as typed, and come back from an address and from fields unchanged', () => {
    expect(readPermissions(permissionFields(all, 'refuse'), true)).toEqual({ ok: true, permissions: all })
    expect(permissionsFromText(permissionsToText(all))).toEqual(all)
    expect([permissionsToText(all, 'ask'), permissionsToText(all)].map(beyondFromText)).toEqual([
      'ask',
      'refuse',
    ])
    expect(permissionsFromText(permissionsToText(all, 'ask'))).toEqual(all)
    expect(permissionsFromText('write,nonsense')).toEqual({ ...noPermissions, write: true })
  })

  it('leave writing, commands and hosts aside without a folder, and hosts without commands', () => {
    expect(readPermissions(permissionFields(all, 'refuse'), false)).toEqual({
      ok: true,
      permissions: { ...noPermissions, web: true, mcp: ['github'] },
    })
    const noShell = { ...permissionFields(all, 'refuse'), shell: false }
    expect(readPermissions(noShell, true)).toMatchObject({ permissions: { hosts: [], write: true } })
  })

  it.each(['https://example.org', 'example.org/simple', '*', 'localhost', '-a.org'])(
    'refuse the host %s',
    (host) => {
      const form = { ...emptyPermissions, shell: true, hosts: host }
      expect(readPermissions(form, true)).toMatchObject({ ok: false, message: expect.stringContaining(host) })
    },
  )

  it('are told in words, the least first', () => {
    expect(permissionWords(all, true).map(({ words }) => words)).toEqual([
      ...['read files', 'write files', 'run commands', 'reach *.example.com, example.org', 'search the web'],
      'call github',
    ])
    expect(permissionWords(noPermissions, false)).toEqual([])
  })
})

describe('what a script seems to need', () => {
  const proposed = (text: string, needs: string[] = [], may = noPermissions) =>
    permissionProposals({ text, needs }, may).map(({ permission }) => permission)

  it('is proposed from the words of its prompts, with a quote', () => {
    expect(proposed('await agent("Run the tests with `npm test`, then apply the fix.")')).toEqual([
      ...['write', 'shell'],
    ])
    expect(proposed('agent("Search the web for newer versions.")')).toEqual(['web'])
    const [first] = permissionProposals({ text: 'Run `git log`.', needs: [] }, noPermissions)
    expect(first?.why).toContain('“Run `git log`.”')
  })

  it('is proposed from what it says it needs, and not once it is allowed', () => {
    expect(proposed('', ['workspace', 'write', 'web'])).toEqual(['write', 'web'])
    expect(proposed('', ['write'], { ...noPermissions, write: true })).toEqual([])
  })

  it('is found in a later part of a sentence, and in orders that can only be followed by writing', () => {
    const goal =
      'Find every place where an error is swallowed, fix it, run the tests with `npm test`, and report'
    expect(proposed(goal)).toEqual(['write', 'shell'])
    expect(proposed("await agent('Refactor the parser of ' + name)")).toEqual(['write'])
    expect(proposed('Look around. Do not fix it, run the tests, or search the web.')).toEqual([])
  })

  it('is proposed for MCP servers too, of which somebody has to choose some', () => {
    const text = 'agent("Use the Linear MCP to file each issue.")'
    expect(permissionProposals({ text, needs: [] }, noPermissions)).toMatchObject([
      { permission: 'mcp', verb: 'Choose servers' },
    ])
    expect(proposed(text, ['mcp'], { ...noPermissions, mcp: ['linear'] })).toEqual([])
  })

  it('is found in German and French goals, and not where they forbid it', () => {
    expect(proposed('Finde jeden Fehler, behebe ihn, und lass die Tests laufen')).toEqual(['shell'])
    expect(proposed('Prüfe alles, repariere die Fehler, führe die Tests aus')).toEqual(['write', 'shell'])
    expect(proposed('Vérifie tout, corrige les bugs, puis lance les tests')).toEqual(['write', 'shell'])
    expect(proposed('Prüfe alles, ohne die Tests auszuführen, behebe die Fehler nicht')).toEqual([])
  })

  it('is nothing where commands are only spoken of', () => {
    expect(proposed('agent("Do not run tests. Find every use of `git push`.")')).toEqual([])
  })
})
