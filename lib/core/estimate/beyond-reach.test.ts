import { describe, expect, test } from 'vitest'
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
  ['Fix the bug in src/a.ts and commit it.', ['write']],
  ['Find the cause, then fix it.', ['write']],
  ['Repair every broken import.', ['write']],
  ['Please fix all confirmed findings.', ['write']],
  ['Refactor the parser module in place.', ['write']],
  ['Refactor src/db.ts to async.', ['write']],
  ['Migrate all call sites.', ['write']],
  ['Rename `load` to `read` in place', ['write']],
  ['Take a screenshot of the start page.', ['browse']],
  ['Open the page and capture a full-page screenshot', ['browse']],
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
  'Describe how to run the tests.',
  'Say what it takes to fix the bug.',
  'Suggest a fix for each finding.',
  'Explain how one would fix this issue; change nothing.',
  'Do not fix the bug, only describe it.',
  'Estimate the effort to fix the reported issues.',
  'Propose how to refactor the module.',
  'List the functions that should be refactored.',
  'Which tools refactor code?',
  'Name the commits that introduced it.',
  'Is a screenshot part of the docs?',
  'Find screenshots without alternative text.',
  'Quote the command that starts the server.',
  'Without fixing the bug, explain the error.',
  'Judge whether one can refactor the callers in place.',
])('%s asks for nothing beyond reading', (text) => {
  expect(reachesOf(text)).toEqual([])
})

describe('orders of the kinds that scripts give, in three languages', () => {
  const table: readonly (readonly [kind: string, reaches: readonly string[], orders: readonly string[]])[] = [
    [
      'run the tests',
      ['run'],
      [
        'Run the test suite.',
        'Then execute all unit tests and report.',
        'Please re-run the whole test suite.',
        'Make sure that all tests pass.',
        'Verify the build succeeds.',
        'Führe die Tests aus.',
        'Lass die gesamte Testsuite laufen.',
        'Starte dann alle Unit-Tests.',
        'Lance les tests.',
        'Exécute toute la suite de tests.',
        'Puis fais tourner les tests.',
      ],
    ],
    [
      'commit and push',
      ['run', 'write'],
      [
        'Commit and push.',
        'Finally, commit your changes and push the branch.',
        'Committe und pushe die Änderungen.',
        'Commite et pousse.',
        'Fais un commit et pousse.',
      ],
    ],
    [
      'open a pull request with gh',
      ['run', 'write'],
      [
        'Open a PR with gh.',
        'Create a new pull request using the gh CLI.',
        'Then open a draft PR via gh pr create.',
        'Öffne einen PR mit gh.',
        'Erstelle einen Pull Request mit gh pr create.',
        'Ouvre une PR avec gh.',
        'Crée une pull request avec gh.',
      ],
    ],
    [
      'install',
      ['run'],
      [
        'npm install',
        'Run `npm install` first.',
        'Install the dependencies.',
        'Installiere die Abhängigkeiten.',
        'Führe npm install aus.',
        'Installe les dépendances.',
        'Lance npm install.',
      ],
    ],
    [
      'start containers',
      ['run'],
      [
        'docker compose up',
        'Start the stack with docker compose up -d.',
        'Bring up the services using docker-compose up.',
        'Spin up the local database.',
        'Starte docker compose up.',
        'Lance docker compose up.',
      ],
    ],
    [
      'call an API by a command',
      ['run'],
      [
        'curl the API and compare its answers.',
        'Call each endpoint with curl.',
        'Rufe jeden Endpunkt mit curl auf.',
        "Appelle l'API avec curl.",
      ],
    ],
    [
      'search the web',
      ['browse'],
      [
        'Search the web for the newest version.',
        'Look up the changelog of each dependency online.',
        'Google the error message.',
        'Find recent papers on the internet.',
        'Suche im Web nach der neuesten Version.',
        'Recherchiere die Preise im Internet.',
        'Cherche la dernière version sur le web.',
        'Recherche les prix sur Internet.',
      ],
    ],
    [
      'fetch a page',
      ['browse'],
      [
        'Fetch https://example.com/data.json',
        'Read the documentation of the library at https://example.com/docs.',
        'Rufe https://example.com/data.json ab.',
        'Lade die Liste von https://example.com herunter.',
        'Récupère https://example.com/data.json',
        'Télécharge la liste depuis https://example.com',
      ],
    ],
    [
      'use an MCP server',
      ['call'],
      [
        'Use the Linear MCP.',
        'Query the docs MCP server for each class.',
        'Create an issue via the Linear MCP server.',
        'Call mcp__linear__create_issue',
        'Benutze den Linear-MCP.',
        'Verwende den MCP-Server für Linear.',
        'Utilise le MCP Linear.',
        'Utilise le serveur MCP.',
      ],
    ],
    [
      'edit files',
      ['write'],
      [
        'Edit the file.',
        'Change src/app.ts so that it compiles.',
        'Update all affected files.',
        'Add a regression test for each bug.',
        'Bearbeite die Datei.',
        'Ändere die betroffenen Dateien.',
        'Modifie le fichier.',
        'Édite chaque fichier.',
      ],
    ],
    [
      'write to a file',
      ['write'],
      [
        'Write to reports/x.md.',
        'Save your findings in reports/x.md.',
        'Put the results under out/results.json.',
        'Schreibe die Ergebnisse nach reports/x.md.',
        'Speichere alles in out.json.',
        'Écris le rapport dans reports/x.md.',
        'Enregistre le résultat dans out.json.',
      ],
    ],
    [
      'make a branch',
      ['write'],
      [
        'Create a branch.',
        'Create a new feature branch for the fix.',
        'Erstelle einen neuen Branch.',
        'Lege einen Branch an.',
        'Crée une branche.',
        'Crée une nouvelle branche pour le correctif.',
      ],
    ],
  ]
  test.each(
    table.flatMap(([kind, expected, orders]) => orders.map((text) => [kind, text, expected] as const)),
  )('%s: %s', (_, text, expected) => expect(reachesOf(text)).toEqual(expected))

  test.each([
    'Do not run anything.',
    'Explain how to run the tests.',
    'Explain how to run `npm test` and which steps to commit and push exist.',
    'List the commands to install the dependencies.',
    'Describe what it takes to open a pull request.',
    'Tell users to run the test suite in the README section you propose.',
    'Check whether the tests pass on CI according to the logs.',
    'Never commit and push.',
    'The project has MCP servers; say which ones it configures.',
    'Describe the MCP protocol.',
    'Which services does docker-compose.yml define?',
    'const { commit, push } = branch',
    'results.push(the)',
    'Do not search the web.',
    'Judge the online store.',
    'Name the file in which the change would belong.',
    'Führe nichts aus.',
    'Erkläre, wie man die Tests ausführt.',
    'Führe die Tests nicht aus.',
    'Beschreibe die Dateien, ohne die Tests zu starten.',
    'Schreibe nichts in reports/x.md.',
    'Suche nicht im Web.',
    "N'exécute rien.",
    'Ne lance pas les tests.',
    'Explique comment lancer les tests.',
    'Écris un rapport sans modifier les fichiers.',
    'Lis le fichier et résume ce qui est important.',
    'Lies die Datei und fasse sie zusammen.',
  ])('no order: %s', (text) => expect(reachesOf(text)).toEqual([]))
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
  expect(permitted({ mcp: ['github'] })).toEqual(['browse', 'call'])
})
