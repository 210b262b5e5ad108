import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** Words of our own that names once had, and the field's term that took their place. */
const retired: Readonly<Record<string, string>> = {
  air: 'in-flight turn',
  airs: 'in-flight turns',
  bill: 'run total',
  bills: 'run totals',
  books: 'cost rollups',
  calm: 'throttled',
  census: 'outcome counts',
  dearest: 'most expensive',
  depart: 'submit',
  doubt: 'flag',
  doubts: 'flags',
  doubtful: 'flagged',
  flight: 'parallelism',
  flock: 'agent group',
  foreign: 'untrusted',
  foreseen: 'estimated',
  foretell: 'estimate',
  foretold: 'estimated',
  gathering: 'batch collector',
  hearing: 'stream observer',
  heed: 'deliver',
  heritage: 'replay source',
  legacy: 'inherited answer',
  nap: 'interruptible sleep',
  narration: 'script log',
  played: 'estimated in a dry run',
  rehearsal: 'dry run',
  rehearse: 'dry run',
  shade: 'colour scale',
  shelf: 'workflow source',
  sketch: 'trial run',
  standing: 'usage',
  station: 'submission',
  story: 'fixture',
  terms: 'delivery terms, pricing tiers',
  ways: 'delivery options',
}

/** Names of the field that hold such a word in another meaning. */
const fieldTerms: readonly RegExp[] = [
  /^in-flight/,
  /^inFlight/,
  /^IN_FLIGHT/,
  /InFlight/,
  /^preflight/i,
  /deliveryTerms/i,
  /^offersDoubt$/,
  /^isCalm$/,
  // Axe's own name.
  /^setLegacyMode$/,
]

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = ['app', 'components', 'db', 'e2e', 'lib', 'packages']

test('names use the terms of the glossary, and none of the words they replaced', () => {
  const found = sources().flatMap(({ path, text }) =>
    [...wordsIn(path), ...namesIn(text)].flatMap(retiredIn(path)),
  )
  expect([...new Set(found)]).toEqual([])
})

test('a retired word is found in a name and in a file name, and the term is told', () => {
  expect(retiredIn('lib/a.ts')('savedAir')).toEqual(['lib/a.ts: savedAir: say in-flight turn'])
  expect(namesIn("const a = 1 // the census\nconst b = 'the books'")).not.toContain('census')
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template is what is tested
  expect(namesIn('const x = `${census.failed} of ${y}`')).toContain('census')
  expect(wordsIn('lib/engine/heritage.ts').flatMap(retiredIn('lib/engine/heritage.ts'))).toHaveLength(1)
  expect(retiredIn('lib/a.ts')('inFlightTurns')).toEqual([])
})

function retiredIn(path: string): (name: string) => string[] {
  return (name) => {
    if (fieldTerms.some((term) => term.test(name))) return []
    const words = name.split(/(?=[A-Z])|[_\d-]+/).map((word) => word.toLowerCase())
    return words.flatMap((word) =>
      Object.hasOwn(retired, word) ? [`${path}: ${name}: say ${retired[word]}`] : [],
    )
  }
}

/** Names in code: identifiers outside of comments and texts, those inside `${}` included. */
function namesIn(text: string): string[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/.*$/gm, ' ')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
    .replace(/`(?:[^`\\]|\\.)*`/g, (template) =>
      [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => inner).join(' '),
    )
    .replace(/(?<=[=(,:|&!?\s])\/(?![*/ ])(?:[^/\\\n]|\\.)+\/[gimsuvy]*/g, ' ')
    // What stands between tags is text.
    .replace(/\bin flight\b/gi, ' ')
    .replace(/>[^<>{}=;()]*<\//g, '></')
  return code.match(/[A-Za-z_$][\w$]*/g) ?? []
}

function wordsIn(path: string): string[] {
  return path.replace(/\.[a-z.]+$/, '').split('/')
}

function sources(): { path: string; text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name) && entry.name !== 'retired-words.test.ts',
      )
      // What audits are tried on is nobody's source.
      .filter((entry) => !entry.parentPath.startsWith(join(root, 'e2e', 'audit', 'corpus')))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return { path: relative(root, path), text: readFileSync(path, 'utf8') }
      }),
  )
}
