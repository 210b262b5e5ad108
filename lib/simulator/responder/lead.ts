import { cutText } from '@/lib/core/base/cut-text'
import { type Json, type JsonObject, parseJson, textOfJson } from '@/lib/core/base/json'
import { propertiesOf } from '@/lib/core/schema/schema-keywords'
import { arrayOf, isObject, objectOf, stringOf } from '../wire/json'
import { type Evidence, modulesOf } from './evidence'
import { goalOf } from './goal'
import { SOURCE_FILE } from './paths'
import { keySentences } from './sentences'
import { type EarlierCall, type Situation, toolOf } from './situation'
import type { OfferedTool, ToolPlan } from './tools'
import { plain } from './words'

/** What came back from an agent that was led. */
export interface LedAnswer {
  id: string
  label: string
  /** Flagged, empty or failed, whatever the caller calls it. */
  problem: string | null
  text: string
}

/** The most waves that pay: divide, check what is uncertain, ask a last time. */
const MOST_WAVES = 3
const MOST_PARTS = 12
const USUAL_PARTS = 4

/** Where in the spawn tool's input the parts of an order go, judged by the names and types of its schema. */
interface SpawnShape {
  list: string
  prompt: string
  label: string | null
  group: string | null
}

/**
 * The next call of somebody who leads others: divide, wait, check what came back flagged. Null when enough is
 * known.
 */
export function planLead(situation: Situation, evidence: Evidence): ToolPlan | null {
  const spawn = toolOf(situation, 'spawn')
  const shape = spawn === undefined ? null : readSpawn(spawn)
  if (spawn === undefined || shape === null) return null
  const spawns = situation.calls.filter(({ kind, isError }) => kind === 'spawn' && !isError)
  const refused = situation.calls.filter(({ kind, isError }) => kind === 'spawn' && isError)
  if (refused.length > 1) return null
  const wait = toolOf(situation, 'wait')
  const waited = situation.calls.findLast(({ kind }) => kind === 'wait')
  const last = spawns.at(-1)
  if (last !== undefined && wait !== undefined && (waited === undefined || waited.turn < last.turn))
    return { thought: 'I will wait for them.', calls: [{ tool: wait, input: {} }] }
  if (spawns.length === 0) return firstWave(situation, evidence, spawn, shape, refused.length > 0)
  if (spawns.length >= MOST_WAVES) return null
  return nextWave(situation, spawn, shape, spawns.length)
}

/** All that the led agents gave, the latest word of each. */
export function ledAnswers(situation: Situation): LedAnswer[] {
  const answers = new Map<string, LedAnswer>()
  for (const call of situation.calls)
    if (call.kind === 'wait') for (const answer of answersIn(call)) answers.set(answer.id, answer)
  return [...answers.values()]
}

function firstWave(
  situation: Situation,
  evidence: Evidence,
  spawn: OfferedTool,
  shape: SpawnShape,
  isTight: boolean,
): ToolPlan {
  const goal = goalOf(situation.task)
  const modules = modulesOf(evidence).filter(({ files }) => files.some((file) => SOURCE_FILE.test(file)))
  const most = isTight ? 2 : MOST_PARTS
  const parts =
    modules.length > 1
      ? modules.slice(0, most).map(({ path }) => ({
          label: path,
          prompt: `${goal}\n\nYour part of this: the files under \`${path}\`, and only those.`,
        }))
      : aspectsOf(goal, isTight ? 2 : USUAL_PARTS).map((aspect) => ({
          label: aspect.split(' ').slice(0, 7).join(' '),
          prompt: `${goal}\n\nYour part of this: ${aspect}`,
        }))
  return order(spawn, shape, parts, `I will divide this among ${parts.length}.`, null)
}

/**
 * Failed ones are asked again, uncertain ones are checked by somebody else; when all is well there is no next
 * wave.
 */
function nextWave(
  situation: Situation,
  spawn: OfferedTool,
  shape: SpawnShape,
  wave: number,
): ToolPlan | null {
  const goal = goalOf(situation.task)
  const lastWait = situation.calls.findLast(({ kind }) => kind === 'wait')
  const uncertain =
    lastWait === undefined ? [] : answersIn(lastWait).filter(({ problem }) => problem !== null)
  const claims =
    lastWait === undefined
      ? []
      : answersIn(lastWait).filter(({ text }) => wave === 1 && /:\d+[`)]/.test(text))
  const again = uncertain.map(({ label, problem, text, id }) => ({
    label: text === '' ? `again: ${label}` : `check: ${label}`,
    prompt:
      text === ''
        ? `${goal}\n\nYour part of this: ${label}. Somebody tried before and gave nothing (${problem}).`
        : `An answer is uncertain (${problem}). Check it and say what holds.\n\nIt belongs to: ${label}\n\n${text}`,
    from: id,
  }))
  const verify = claims
    .filter(({ id }) => !again.some(({ from }) => from === id))
    .map(({ label, text, id }) => ({
      label: `verify: ${label}`,
      prompt: `Check these claims where they point and say which hold.\n\n${text}`,
      from: id,
    }))
  const parts = [...again, ...verify].slice(0, MOST_PARTS)
  if (parts.length === 0) return null
  const thought = `${again.length} of the answers are uncertain, ${verify.length} make claims that should be checked.`
  return order(spawn, shape, parts, thought, 'Check')
}

function order(
  spawn: OfferedTool,
  shape: SpawnShape,
  parts: readonly { label: string; prompt: string }[],
  thought: string,
  group: string | null,
): ToolPlan {
  const items = parts.map(({ label, prompt }): JsonObject => {
    const item: JsonObject = { [shape.prompt]: prompt }
    if (shape.label !== null) item[shape.label] = cutText(label, 60)
    if (shape.group !== null && group !== null) item[shape.group] = group
    return item
  })
  return { thought, calls: [{ tool: spawn, input: { [shape.list]: items } }] }
}

function readSpawn(tool: OfferedTool): SpawnShape | null {
  for (const [list, rule] of Object.entries(propertiesOf(tool.schema))) {
    const properties = propertiesOf(objectOf(rule).items)
    const find = (words: RegExp, type: string) =>
      Object.keys(properties).find(
        (name) => words.test(plain(name)) && objectOf(properties[name]).type === type,
      ) ?? null
    const prompt = find(/prompt|task|instruction|message|order|auftrag|aufgabe|tarea|consigne|指示/, 'string')
    if (objectOf(rule).type !== 'array' || prompt === null) continue
    return {
      list,
      prompt,
      label: find(/label|name|title|bezeichnung|titel|nombre|nom/, 'string'),
      group: find(/phase|group|stage|gruppe|fase/, 'string'),
    }
  }
  return null
}

/** Sides of a goal that have nothing listed to divide: its own sentences, else the questions any goal has. */
function aspectsOf(goal: string, most: number): string[] {
  const named = keySentences(goal, most)
  if (named.length >= 2) return named
  return [
    'what is known about it',
    'what speaks against it',
    'what it depends on',
    'what follows from it',
  ].slice(0, most)
}

function answersIn(call: EarlierCall): LedAnswer[] {
  const parsed = parseJson(call.text)
  return arraysIn(parsed).flatMap((item) => {
    if (!isObject(item)) return []
    const id = stringOf(item.id) || stringOf(item.agent)
    const status = plain(stringOf(item.status) || stringOf(item.state))
    if (id === '' || status === '') return []
    const text = [item.answer, item.result, item.output].map(textOf).find((one) => one !== '') ?? ''
    const said = [...arrayOf(item.flags), item.failure, item.error].map(textOf).filter(Boolean).join('; ')
    const isFine = /succe|done|complet|ok|fertig/.test(status) && text.trim() !== ''
    return [{ id, label: stringOf(item.label) || id, problem: isFine ? null : said || status, text }]
  })
}

function arraysIn(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value
  return isObject(value)
    ? Object.values(value).flatMap((member) => (Array.isArray(member) ? member : []))
    : []
}

function textOf(value: Json | undefined): string {
  return textOfJson(value)
}
