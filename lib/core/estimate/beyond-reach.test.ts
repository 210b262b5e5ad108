import { expect, test } from 'vitest'
import { noPermissions } from '../spec/permissions'
import { askedInVain, inVainNotes, isPermitted, reaches } from './beyond-reach'

const reachesOf = (text: string) => askedInVain([text]).map(({ reach }) => reach)

test.each([
  ['Run `git diff main...HEAD` and review it.', ['run']],
  ['1. Use gh pr view to read the description.', ['run']],
  ['Verify by running npm test.', ['run']],
  ['Run the full test suite and report failures.', ['run']],
  ['$ pytest -q', ['run']],
  ['git log --oneline -20', ['run']],
  ['Use the Bash tool to list processes', ['run']],
  ['(3) Je Ref: git grep -c je Pattern auf dem Ref zählen', ['run']],
  ['`npm audit --json` の結果を読む', ['run']],
  ['Search the web for the newest version.', ['browse']],
  ['Use WebSearch and WebFetch for sources.', ['browse']],
  ['Compare https://example.com/a and https://example.com/b', ['browse']],
  ['Write the report to docs/REPORT.md.', ['write']],
  ['Then apply the fix and commit your changes.', ['write']],
  ['Use `Edit` on each file', ['write']],
  ['Create the file `src/new.ts` with a stub', ['write']],
  ['Please open a pull request with a summary.', ['write']],
  ['Fix it, then run `cargo test`, and push the branch', ['run', 'write']],
])('%s asks for what nobody can do', (text, reaches) => {
  expect(reachesOf(text)).toEqual(reaches)
})

test.each([
  'Audit the module `src/git` for errors that are swallowed.',
  'Report each use of `git push` in the scripts.',
  'Find every `git push --force` in CI.',
  'Count calls to curl -k in shell scripts.',
  'Do not run git commands or tests; only read.',
  'You cannot run npm test here.',
  'Never write to files, and never use Bash.',
  'Read the files without running pytest.',
  'Find code that can delete files without asking.',
  'Write a short report: what matters first, in Markdown.',
  'Write the opening of a report in the form of README.md',
  'Explain how the build works and which tests exist.',
  'Check whether the test runner (vitest) is configured.',
  'Does the code fetch over http or https?',
  'Which commits would have to change?',
  'Edit distance between two words',
  'List the endpoints; name https://example.com only as an example',
  'Judge whether the tests run on CI.',
  'Say what should change in which file.',
  'Research how geese fly.',
  'The workflow uses GitHub Actions (gh-pages).',
  'Prüfe den Ordner src und schreibe einen Bericht.',
])('%s asks for nothing beyond reading', (text) => {
  expect(reachesOf(text)).toEqual([])
})

test('a note quotes what asks for it, a few times, and says what agents do then', () => {
  const many = Array.from({ length: 9 }, (_, at) => `Run git log -${at} now.`)
  const [note, ...rest] = inVainNotes(askedInVain(many))
  expect(rest).toEqual([])
  expect(note).toMatch(
    /^Agents here cannot run commands, code or tests, but a prompt asks for it: “Run git log -0 now\.”/,
  )
  expect(note?.match(/“/g)).toHaveLength(3)
  expect(note).toContain('flag it')
})

test('a text of many megabytes, or of one endless sentence, is read to a bound', () => {
  const endless = 'run the run use '.repeat(500_000)
  expect(askedInVain([endless, 'then write write write '.repeat(300_000), 'Run git log now.'])).toEqual([])
  expect(reachesOf(`${'Read on.\n'.repeat(1000)}Run git log now.`)).toEqual(['run'])
})

test('a launch permits what its agents may do, and commands change files too', () => {
  const permitted = (may: Partial<typeof noPermissions>) =>
    reaches.filter((reach) => isPermitted(reach, { ...noPermissions, ...may }))
  expect(permitted({})).toEqual([])
  expect(permitted({ write: true })).toEqual(['write'])
  expect(permitted({ shell: true })).toEqual(['run', 'write'])
  expect(permitted({ mcp: ['github'] })).toEqual(['browse'])
})
