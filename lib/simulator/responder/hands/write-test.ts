import { type Json, parseJson } from '@/lib/core/base/json'
import { arrayOf, isObject } from '../../wire/json'
import { tidyPath } from '../paths'
import { type EarlierCall, type Situation, toolOf } from '../situation'
import { lastCall, ranCommand, runCall, wholeFile, writeCall } from './acting'
import { argumentsFor, looksPure, type Offered, offeredIn } from './functions'
import { relativePath } from './mend'
import type { Work, Worker } from './worker'

/** The function a request wants tested, where the test goes, and how it is run. */
type Order = { name: string; path: string; testFile: string; command: string | null; framework: string }
type Case = { args: Json[]; value: Json }

/**
 * Writes a test for one pure function: calls it with usual and odd arguments, keeps what it gives as what it has to
 * give, writes that down and runs it. What it cannot call it does not test, and says so.
 */
export const writeTest: Worker = (situation) => {
  const order = orderIn(situation.task)
  if (order === null || toolOf(situation, 'write') === undefined) return null
  const file = wholeFile(situation, order.path)
  if (file === null || file.kind === 'gone') return failed(order, `${order.path} cannot be read.`)
  if (file.kind === 'read') return step(`I will read ${order.path}.`, file.call)
  const subject = offeredIn(order.path, file.lines).find(({ name }) => name === order.name)
  if (subject === undefined) return failed(order, `${order.path} offers no function ${order.name}.`)
  if (!looksPure(subject))
    return failed(order, `${order.name} does more than give a value: it takes somebody who can set that up.`)
  const written = lastCall(situation, 'write', order.testFile)
  if (written !== undefined) return tried(situation, order, written)
  return measured(situation, order, subject, file.lines)
}

/** Calls the function, then writes down what it gave. */
function measured(situation: Situation, order: Order, subject: Offered, lines: readonly string[]): Work {
  const cases = argumentsFor(subject.parameters)
  const command = order.path.endsWith('.py') ? pythonProbe(order, cases) : nodeProbe(order, cases)
  const run = runCall(situation, command)
  if (run === null)
    return failed(
      order,
      'There is no tool that runs it, and a test whose values nobody computed proves nothing.',
    )
  const ran = ranCommand(situation, command)
  if (ran === undefined) return step(`I will see what ${order.name} gives.`, run)
  const known = casesIn(ran.text)
  if (known.length === 0)
    return failed(order, `${order.name} could not be called: ${ran.text.trim().split('\n').at(-1) ?? ''}`)
  const write = writeCall(situation, order.testFile, testText(order, known, lines))
  return write === null
    ? failed(order, 'There is no tool that writes files.')
    : step('I will write the test.', write)
}

/** Runs the test that was written, once. */
function tried(situation: Situation, order: Order, written: EarlierCall): Work {
  if (written.isError) return failed(order, `${order.testFile} could not be written: ${written.text}`)
  const command = order.command ?? usualCommand(order)
  const run = runCall(situation, command)
  const ran = run === null ? undefined : ranCommand(situation, command)
  if (run !== null && ran === undefined) return step('I will run it.', run)
  const passes = ran !== undefined && !ran.isError
  const text = `\`${order.testFile}\` tests \`${order.name}\`. It ${passes ? 'passes' : 'was not seen to pass'}.`
  const told = { testFile: order.testFile, passes, summary: text, reason: text }
  return { kind: 'done', text, told, gaps: passes ? [] : [text] }
}

function orderIn(task: string): Order | null {
  if (!/\b(?:write|add)\b[^\n]{0,60}\btests?\b/i.test(task)) return null
  const [, name, path] = /`([A-Za-z_$][\w$]*)(?:\(\))?`\s+(?:in|of|from)\s+`([^`\s]+\.\w+)`/.exec(task) ?? []
  if (name === undefined || path === undefined) return null
  const named = /`([^`\s]*(?:\.test\.|\.spec\.|test_)[^`\s]*)`/.exec(task)?.[1]
  const command = /\brun\b[^`\n]{0,60}`([^`\n]+)`/i.exec(task)?.[1] ?? null
  const framework = /\bvitest\b/i.test(task) ? 'vitest' : 'node:test'
  return { name, path: tidyPath(path), testFile: named ?? usualTestFile(path, name), command, framework }
}

function usualTestFile(path: string, name: string): string {
  const [, folder = '', base = '', ending = ''] = /^(.*\/)?([^/]+)\.(\w+)$/.exec(path) ?? []
  return ending === 'py' ? `${folder}test_${base}_${name}.py` : `${folder}${base}.${name}.test.${ending}`
}

function usualCommand({ testFile, framework }: Order): string {
  if (testFile.endsWith('.py')) return `python3 -m pytest -q ${testFile}`
  return framework === 'vitest' ? `npx vitest run ${testFile}` : `node --test ${testFile}`
}

function nodeProbe({ path, name }: Order, cases: readonly Json[][]): string {
  const code = `import * as all from "./${path}"; const subject = all.${name} ?? all.default?.${name}; const out = []; for (const args of ${JSON.stringify(cases)}) { try { out.push({ args, value: subject(...structuredClone(args)) }) } catch { } } console.log(JSON.stringify(out))`
  return `node --input-type=module -e ${quoted(code)}`
}

function pythonProbe({ path, name }: Order, cases: readonly Json[][]): string {
  const code = `import importlib.util, json, copy\nspec = importlib.util.spec_from_file_location("subject", "${path}")\nmodule = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(module)\nout = []\nfor args in json.loads(${JSON.stringify(JSON.stringify(cases))}):\n    try:\n        out.append({"args": args, "value": module.${name}(*copy.deepcopy(args))})\n    except Exception:\n        pass\nprint(json.dumps(out))`
  return `python3 -c ${quoted(code)}`
}

function quoted(code: string): string {
  return `'${code.replaceAll("'", `'\\''`)}'`
}

/** What the function gave that can be written down again exactly. */
function casesIn(output: string): Case[] {
  const line = output.split('\n').find((one) => one.startsWith('[{'))
  return arrayOf(parseJson(line ?? '')).flatMap((one) =>
    isObject(one) && one.value !== undefined && one.value !== null
      ? [{ args: arrayOf(one.args), value: one.value }]
      : [],
  )
}

function testText(order: Order, cases: readonly Case[], source: readonly string[]): string {
  if (order.path.endsWith('.py')) return pythonTest(order, cases)
  const from = relativePath(order.testFile, order.path)
  const isOld = source.some((line) => /\bmodule\.exports\b|^exports\./.test(line))
  const load = (names: string, module: string) =>
    isOld ? `const ${names} = require('${module}')` : `import ${names} from '${module}'`
  const isVitest = order.framework === 'vitest'
  const head = isVitest
    ? [`import { expect, test } from 'vitest'`]
    : [load('assert', 'node:assert/strict'), load('{ test }', 'node:test')]
  const tests = cases.map(({ args, value }) => {
    const call = `${order.name}(${args.map((one) => JSON.stringify(one)).join(', ')})`
    const said = JSON.stringify(value)
    const expects = isVitest ? `expect(${call}).toEqual(${said})` : `assert.deepEqual(${call}, ${said})`
    return `test(${JSON.stringify(`${call} is ${said}`)}, () => {\n  ${expects}\n})`
  })
  return `${[...head, load(`{ ${order.name} }`, from)].join('\n')}\n\n${tests.join('\n\n')}\n`
}

function pythonTest({ path, name, testFile }: Order, cases: readonly Case[]): string {
  const steps = relativePath(testFile, path)
  const tests = cases.map(({ args, value }, at) => {
    const literal = (one: Json) => `json.loads(${JSON.stringify(JSON.stringify(one))})`
    return `def test_${name}_${at + 1}():\n    assert subject.${name}(${args.map(literal).join(', ')}) == ${literal(value)}`
  })
  return `import importlib.util\nimport json\nfrom pathlib import Path\n\nspec = importlib.util.spec_from_file_location("subject", Path(__file__).parent / "${steps}")\nsubject = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(subject)\n\n\n${tests.join('\n\n\n')}\n`
}

function step(thought: string, call: Extract<Work, { kind: 'calls' }>['plan']['calls'][number]): Work {
  return { kind: 'calls', plan: { thought, calls: [call] } }
}

function failed({ testFile, name }: Order, why: string): Work {
  const text = `No test of \`${name}\` was written. ${why}`
  return { kind: 'done', text, told: { testFile, passes: false, summary: text, reason: why }, gaps: [text] }
}
