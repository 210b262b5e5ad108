import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { type SimulatorServer, startSimulatorServer } from '../server'
import { clientOf, createWorkspace, runAgent, type ToolNames } from '../testing'
import { arrayOf, objectOf, stringOf } from '../wire/json'

const longBody = Array.from({ length: 70 }, (_, index) => `  total += ${index}`).join('\n')

/** Smells with the line they stand on; everything else is clean. */
const FILES = {
  'src/auth/login.ts': [
    "import { createHash } from 'node:crypto'",
    "const apiKey = 'live-8f3a9c2b71d04e'",
    'export function hash(text: string) {',
    "  return createHash('md5').update(text).digest('hex')",
    '}',
    'export function load(value: any) {',
    '  try {',
    '    return JSON.parse(value)',
    '  } catch (error) {',
    '  }',
    '}',
    '',
  ].join('\n'),
  'src/auth/session.ts':
    'export const ttl = 60\n// TODO: rotate sessions\nexport const find = (id: string) => db.query("SELECT * FROM s WHERE id = \'" + id + "\'")\n',
  'src/web/view.js':
    "export function show(node, text) {\n  node.innerHTML = text\n  console.log('shown')\n  save().catch(() => {})\n}\n",
  'src/web/long.ts': `export function sum() {\n  let total = 0\n${longBody}\n  return total\n}\n`,
  'src/clean.ts':
    "export const sum = (a: number, b: number) => a + b\nexport const words = 'never use eval(x) or catch {}'\nexport const smell = /innerHTML = |console.log(|TODO: as any/\n",
  'tools/run.py':
    'import subprocess\n\ndef run(name):\n    subprocess.run(name, shell=True)\n    try:\n        go()\n    except OSError:\n        pass\n    return eval(name)\n',
  'native/copy.c': '#include <string.h>\nvoid copy(char *to, const char *from) {\n  strcpy(to, from);\n}\n',
  'native/main.rs': 'fn main() {\n    let value = read().unwrap();\n}\n',
  'server/main.go': 'package main\n\nfunc main() {\n\t_ = run()\n\tpanic("no")\n}\n',
  'README.md': '# A project\n',
}

const PLANTED: Readonly<Record<string, readonly number[]>> = {
  'src/auth/login.ts': [2, 4, 6, 9],
  'src/auth/session.ts': [2, 3],
  'src/web/view.js': [2, 3, 4],
  'src/web/long.ts': [1],
  'tools/run.py': [4, 7, 9],
  'native/copy.c': [3],
  'native/main.rs': [2],
  'server/main.go': [4, 5],
}

const RENAMED: ToolNames = {
  list: 'dateien_auflisten',
  search: 'durchsuchen',
  read: 'datei_lesen',
  flag: 'flag',
  answer: 'ergebnis_abgeben',
  path: 'pfad',
  pattern: 'muster',
  start: 'von',
  end: 'bis',
}

let server: SimulatorServer
let workspace: ReturnType<typeof createWorkspace>

beforeAll(async () => {
  server = await startSimulatorServer({ speed: 0 })
  workspace = createWorkspace(FILES)
})

afterAll(async () => {
  workspace.remove()
  await server.close()
})

const findingsSchema = (
  list: string,
  path: string,
  line: string,
  severity: string,
  levels: string[],
  title: string,
): JsonObject => ({
  type: 'object',
  required: [list],
  properties: {
    [list]: {
      type: 'array',
      items: {
        type: 'object',
        required: [path, line, severity, title],
        properties: {
          [path]: { type: 'string' },
          [line]: { type: 'integer', minimum: 1 },
          [severity]: { type: 'string', enum: levels },
          [title]: { type: 'string' },
        },
      },
    },
  },
})

function placesIn(answer: Json, list: string, path: string, line: string): string[] {
  return arrayOf(objectOf(answer)[list]).map(
    (entry) => `${stringOf(objectOf(entry)[path])}:${objectOf(entry)[line]}`,
  )
}

const plantedIn = (prefix: string) =>
  Object.entries(PLANTED)
    .filter(([path]) => path.startsWith(prefix))
    .flatMap(([path, lines]) => lines.map((line) => `${path}:${line}`))

const audit = (prompt: string, schema: JsonObject, names?: ToolNames) =>
  runAgent(clientOf(server.url), {
    prompt,
    schema,
    root: workspace.root,
    ...(names === undefined ? {} : { names }),
  })

describe('an audit reports what truly stands in the files', () => {
  test('in English, over the whole repository, in several turns', async () => {
    const schema = findingsSchema(
      'findings',
      'file',
      'line',
      'severity',
      ['low', 'medium', 'high', 'critical'],
      'title',
    )
    const outcome = await audit(
      'Audit this repository for bugs and security problems. Report every finding.',
      schema,
    )
    expect(placesIn(outcome.answer, 'findings', 'file', 'line').sort()).toEqual(plantedIn('').sort())
    expect(outcome.turns).toBeGreaterThan(2)
  })

  test('in German, with other names for tools, arguments and fields, in one folder only', async () => {
    const schema = findingsSchema(
      'befunde',
      'datei',
      'zeile',
      'schwere',
      ['niedrig', 'mittel', 'hoch'],
      'titel',
    )
    const outcome = await audit(
      'Prüfe das Verzeichnis `src/auth` auf Fehler und Sicherheitslücken. Melde jeden Befund.',
      schema,
      RENAMED,
    )
    expect(placesIn(outcome.answer, 'befunde', 'datei', 'zeile').sort()).toEqual(plantedIn('src/auth').sort())
  })

  test('in Japanese, in one folder only', async () => {
    const schema = findingsSchema('指摘', 'ファイル', '行番号', '重大度', ['低', '中', '高'], '題名')
    const outcome = await audit(
      '「tools/」フォルダのコードを調べ、見つけた問題をすべて報告してください。',
      schema,
    )
    expect(placesIn(outcome.answer, '指摘', 'ファイル', '行番号').sort()).toEqual(plantedIn('tools').sort())
  })

  test('with field names that no table knows', async () => {
    const schema = findingsSchema('aa', 'bb', 'cc', 'dd', ['w1', 'w2'], 'ee')
    const outcome = await audit('Audit the folder `server/`.', schema)
    expect(placesIn(outcome.answer, 'aa', 'bb', 'cc').sort()).toEqual(plantedIn('server').sort())
  })

  test('files that are named one by one', async () => {
    const schema = findingsSchema('findings', 'path', 'line', 'severity', ['low', 'high'], 'title')
    const outcome = await audit(
      'Review these files:\n```json\n["native/copy.c", "src/clean.ts"]\n```',
      schema,
    )
    expect(placesIn(outcome.answer, 'findings', 'path', 'line')).toEqual(['native/copy.c:3'])
  })

  test('as Markdown when there is no schema', async () => {
    const outcome = await runAgent(clientOf(server.url), {
      prompt: 'Review the code in `native/`.',
      schema: null,
      root: workspace.root,
    })
    expect(outcome.text).toContain('native/copy.c:3')
    expect(outcome.text).toContain('native/main.rs:2')
    expect(outcome.text).not.toContain('src/')
  })

  test('and findings that are known already are not told again', async () => {
    const schema = findingsSchema('findings', 'file', 'line', 'severity', ['low', 'high'], 'title')
    const known = JSON.stringify([{ file: 'native/copy.c', line: 3, title: 'strcpy without a bound' }])
    const outcome = await audit(
      `Audit the folder \`native/\`. Already known, do not repeat:\n${known}`,
      schema,
    )
    expect(placesIn(outcome.answer, 'findings', 'file', 'line')).toEqual(['native/main.rs:2'])
  })
})

test('a whole conversation repeats exactly, whatever ran beside it', async () => {
  const schema = findingsSchema('findings', 'file', 'line', 'severity', ['low', 'high'], 'title')
  const usages = async () => {
    const before = server.log().count
    await audit('Audit `tools/`.', schema)
    return server
      .log()
      .entries.slice(before)
      .map(({ digest, usage }) => ({ digest, usage }))
  }
  const first = await usages()
  await audit('Audit `native/`.', schema)
  expect(await usages()).toEqual(first)
})

describe('a scout reports folders that are there', () => {
  test.each([
    ['List the modules of this repository that hold source code.', 'modules', 'path'],
    ['Welche Module hat dieses Projekt? Nenne die Ordner.', 'module', 'pfad'],
    ['このリポジトリのモジュールを列挙してください。', 'モジュール', 'パス'],
  ])('%s', async (prompt, list, path) => {
    const items = {
      type: 'object',
      required: [path, 'why'],
      properties: { [path]: { type: 'string' }, why: { type: 'string' } },
    }
    const outcome = await audit(prompt, {
      type: 'object',
      required: [list],
      properties: { [list]: { type: 'array', items } },
    })
    const found = arrayOf(objectOf(outcome.answer)[list]).map((entry) => objectOf(entry)[path])
    expect(found).toEqual(['native', 'server', 'src', 'src/auth', 'src/web', 'tools'])
  })
})

describe('a claim is looked at before it is judged', () => {
  const verdict = (name: string, values: string[]): JsonObject => ({
    type: 'object',
    required: [name, 'reason'],
    properties: { [name]: { type: 'string', enum: values }, reason: { type: 'string' } },
  })
  const english = ['confirmed', 'refuted', 'unverified']

  test.each([
    [
      'Verify this claim: src/auth/login.ts:9 has an empty catch that swallows the error.',
      'verdict',
      english,
      'confirmed',
    ],
    ['Verify this claim: src/clean.ts:1 calls eval on user input.', 'verdict', english, 'refuted'],
    ['Verify this claim: src/missing.ts:4 has an empty catch.', 'verdict', english, 'unverified'],
    [
      'Prüfe diese Behauptung: {"datei":"src/auth/login.ts","zeile":4,"titel":"Schwacher Hash MD5"}',
      'urteil',
      ['widerlegt', 'bestätigt', 'offen'],
      'bestätigt',
    ],
    [
      'Prüfe diese Behauptung: {"datei":"src/auth/login.ts","zeile":1,"titel":"SQL-Injection"}',
      'urteil',
      ['widerlegt', 'bestätigt', 'offen'],
      'widerlegt',
    ],
    [
      '次の指摘を検証してください。\nファイル: tools/run.py\n行: 4\n内容: shell=True によるシェルインジェクション',
      '判定',
      ['確認', '反証', '未確認'],
      '確認',
    ],
    [
      '次の指摘を検証してください。\nファイル: src/clean.ts\n行: 1\n内容: パスワードがハードコードされている',
      '判定',
      ['確認', '反証', '未確認'],
      '反証',
    ],
    ['Vérifie : `server/main.go:5` appelle panic.', 'verdict', ['vrai', 'faux'], 'vrai'],
    ['Verifica: src/clean.ts:1 usa unwrap sin cuidado.', 'veredicto', ['a', 'b', 'c'], 'b'],
  ])('%s', async (prompt, name, values, expected) => {
    const outcome = await audit(prompt, verdict(name, values))
    expect(objectOf(outcome.answer)[name]).toBe(expected)
    expect(outcome.reads).toBeGreaterThan(0)
  })

  test('a yes or no is enough', async () => {
    const schema: JsonObject = {
      type: 'object',
      required: ['isReal'],
      properties: { isReal: { type: 'boolean' } },
    }
    const yes = await audit(
      'Is this real? {"file":"src/web/view.js","line":2,"title":"innerHTML set from a value"}',
      schema,
    )
    const no = await audit(
      'Is this real? {"file":"src/web/view.js","line":1,"title":"Hard-coded password"}',
      schema,
    )
    expect([yes.answer, no.answer]).toEqual([{ isReal: true }, { isReal: false }])
  })

  test('what could not be read is flagged', async () => {
    const outcome = await audit(
      'Verify this claim: src/missing.ts:4 has an empty catch.',
      verdict('verdict', english),
    )
    expect(outcome.flags).toEqual([{ kind: 'incomplete', reason: expect.stringContaining('src/missing.ts') }])
    expect(stringOf(objectOf(outcome.answer).reason)).toContain('src/missing.ts')
  })
})

describe('findings in the prompt are reduced', () => {
  const findings = [
    { file: 'a.ts', line: 3, severity: 'low', title: 'Debug output left' },
    { file: 'b.ts', line: 9, severity: 'critical', title: 'SQL injection in query' },
    { file: 'a.ts', line: 3, severity: 'low', title: 'Debug output left behind' },
  ]

  test('into Markdown, worst first, each once, and no place that was not given', async () => {
    const message = await clientOf(server.url).messages.create({
      model: 'claude-haiku-5-5',
      max_tokens: 2000,
      messages: [
        {
          role: 'user',
          content: `Fasse diese Befunde zusammen:\n\`\`\`json\n${JSON.stringify(findings)}\n\`\`\``,
        },
      ],
    })
    const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    const places = text.match(/\w+\.ts:\d+/g) ?? []
    expect([...new Set(places)]).toEqual(['b.ts:9', 'a.ts:3'])
    expect(text.match(/Debug output/g)).toHaveLength(1)
  })

  test('into a schema', async () => {
    const schema = findingsSchema('top', 'file', 'line', 'severity', ['low', 'critical'], 'title')
    const message = await clientOf(server.url).messages.create({
      model: 'claude-haiku-5-5',
      max_tokens: 2000,
      messages: [{ role: 'user', content: `Deduplicate and rank:\n${JSON.stringify(findings)}` }],
      output_config: { format: { type: 'json_schema', schema: { ...schema } } },
    })
    const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    expect(placesIn(JSON.parse(text), 'top', 'file', 'line')).toEqual(['b.ts:9', 'a.ts:3'])
  })
})

test('a correction leads to a valid answer', async () => {
  const schema: JsonObject = {
    type: 'object',
    required: ['count'],
    properties: { count: { type: 'integer' } },
  }
  const message = await clientOf(server.url).messages.create({
    model: 'claude-sonnet-5-5',
    max_tokens: 2000,
    tools: [
      { name: 'answer', description: 'Give the final answer.', input_schema: { ...schema, type: 'object' } },
    ],
    messages: [
      { role: 'user', content: 'How many sentences are here? Two.' },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'answer', input: { count: 'two' } }],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            is_error: true,
            content: 'Your answer did not match the schema: count must be integer.',
          },
        ],
      },
    ],
  })
  expect(message.content.find((block) => block.type === 'tool_use')?.input).toEqual({
    count: expect.any(Number),
  })
})

test('a request without files is answered in its own words, without tools', async () => {
  const outcome = await runAgent(clientOf(server.url), {
    prompt: 'Explain why geese fly in a skein. Geese fly in a skein to save strength.',
    schema: null,
    root: workspace.root,
  })
  expect(outcome.turns).toBe(1)
  expect(outcome.text).toContain('skein')
})

describe('what a prompt means is read from the files, not from its words alone', () => {
  test('a folder named by a bare word is found in the listing', async () => {
    const schema = findingsSchema('findings', 'file', 'line', 'severity', ['low', 'high'], 'title')
    const outcome = await audit('Audit the module web for bugs.', schema)
    expect(placesIn(outcome.answer, 'findings', 'file', 'line').sort()).toEqual(plantedIn('src/web').sort())
  })

  test('an example of a path is not a place', async () => {
    const schema = findingsSchema('findings', 'file', 'line', 'severity', ['low', 'high'], 'title')
    const outcome = await audit(
      'Audit `native/`. Name each place as path/to/file.ts:42, e.g. `src/auth/login.ts:9`.',
      schema,
    )
    expect(placesIn(outcome.answer, 'findings', 'file', 'line').sort()).toEqual(plantedIn('native').sort())
    expect(outcome.flags).toEqual([])
  })

  test('a folder that does not exist is flagged, not invented', async () => {
    const schema = findingsSchema('findings', 'file', 'line', 'severity', ['low', 'high'], 'title')
    const outcome = await audit('Audit `src/nowhere/`.', schema)
    expect(placesIn(outcome.answer, 'findings', 'file', 'line')).toEqual([])
    expect(outcome.flags).toHaveLength(1)
  })

  test('a plan without files has as many parts as were requested', async () => {
    const items = {
      type: 'object',
      required: ['title', 'question'],
      properties: { title: { type: 'string' }, question: { type: 'string' } },
    }
    const message = await clientOf(server.url).messages.create({
      model: 'claude-haiku-5-5',
      max_tokens: 2000,
      messages: [
        { role: 'user', content: 'Split this question into 4 angles: why do geese fly in a skein?' },
      ],
      output_config: {
        format: {
          type: 'json_schema',
          schema: { type: 'object', required: ['angles'], properties: { angles: { type: 'array', items } } },
        },
      },
    })
    const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    expect(JSON.parse(text).angles).toHaveLength(4)
  })
})
