import type { JsonObject } from '@/lib/core/base/json'
import { THINKING_TOKENS } from '../pace'
import type { Random } from '../random'
import type { Effort, SimulatedModel } from '../rules/models'
import { isObject } from '../wire/json'
import type { Reply, ReplyBlock } from '../wire/reply'
import type { MessageRequest } from '../wire/request'
import { findClaims } from './claims'
import { type Evidence, findSmells, gatherEvidence } from './evidence'
import { answerFor } from './fill/answer-schema'
import { isValid } from './fill/valid'
import { type Finding, mergeFindings } from './finding'
import { goalOf } from './goal'
import { toldAnswer } from './hands/told-answer'
import { workWithHands } from './hands/work'
import type { Work } from './hands/worker'
import { ledAnswers, planLead } from './lead'
import { gatherMaterial, type Material, summaryOf } from './material'
import { isWithin } from './paths'
import { type Aim, aimOf, type PlanSubject, planTools } from './plan'
import { writeReport } from './report'
import { keySentences, writeExtract } from './sentences'
import { readSituation, type Situation, toolOf } from './situation'
import { findTargets, type Targets } from './targets'
import type { ToolPlan } from './tools'
import { judgeClaims } from './verify'
import { asksForScript } from './write-script'

/** What decides beside the request itself. */
export interface DecideContext {
  model: SimulatedModel
  effort: Effort
  random: Random
  /** Fixed by a script; null: as much as the effort suggests. */
  thinkTokens: number | null
}

/** The next turn of the simulated model, from nothing but the request. */
export function decide(request: MessageRequest, context: DecideContext): Reply {
  const situation = readSituation(request)
  if (situation.isAnswered && lastAnswerIsValid(situation))
    return say(request, context, 'The answer was given.', [{ type: 'text', text: 'Done.' }])
  const leads = toolOf(situation, 'spawn') !== undefined
  const work = leads ? null : workWithHands(situation)
  if (work !== null) return afterWork(request, context, situation, work)
  const claims = findClaims(situation.task)
  const aim = aimOf(situation, claims)
  const evidence = gatherEvidence(situation)
  // Whoever writes a workflow is shown paths as examples; what it is about stands in the goal.
  const matter = asksForScript(situation.task) ? goalOf(situation.task) : situation.task
  const targets = findTargets(matter, evidence)
  const subject = { situation, aim, evidence, claims, targets, effort: context.effort }
  const plan = leads ? planAsLeader(subject) : planTools(subject)
  if (plan !== null) return sayPlan(request, context, plan)
  if (leads) return concludeLead(request, context, situation, evidence)
  // Whoever is only asked to sum claims up, without tools to look again, has nothing to judge them by.
  const canLook = toolOf(situation, 'read') !== undefined
  const judged = aim === 'reduce' && !canLook ? claims : judgeClaims(claims, evidence)
  const findings = findingsFor(aim, targets, evidence, judged)
  const material = gatherMaterial(
    situation.task,
    evidence,
    findings,
    aim === 'verify' || (aim === 'reduce' && canLook) ? judged : [],
  )
  return conclude(request, context, situation, aim, material)
}

function sayPlan(request: MessageRequest, context: DecideContext, { thought, calls }: ToolPlan): Reply {
  const blocks = calls.map(({ tool, input }): ReplyBlock => ({ type: 'tool_use', name: tool.name, input }))
  return say(request, context, thought, blocks)
}

/** The next step of work with hands, or its end: in the form that is asked for, with a flag where some was left. */
function afterWork(request: MessageRequest, context: DecideContext, situation: Situation, work: Work): Reply {
  if (work.kind === 'calls') return sayPlan(request, context, work.plan)
  const gathered = gatherMaterial(situation.task, gatherEvidence(situation), [], [])
  const material = { ...gathered, gaps: work.gaps }
  const flag = flagFor(situation, material)
  const { schema, answerTool } = situation
  if (schema === null) return say(request, context, work.text, [flag ?? { type: 'text', text: work.text }])
  const value =
    toldAnswer(schema, work.told, material, context.random) ?? answerFor(schema, material, context.random)
  if (answerTool !== null) {
    const input = isObject(value) ? value : {}
    const answer: ReplyBlock = { type: 'tool_use', name: answerTool.name, input, schema }
    return say(request, context, work.text, flag === null ? [answer] : [flag, answer])
  }
  return say(request, context, work.text, [flag ?? { type: 'text', text: JSON.stringify(value), schema }])
}

/** Somebody who leads looks round once; the work itself is for the others. */
function planAsLeader(subject: PlanSubject): ToolPlan | null {
  const { situation, aim, evidence } = subject
  const looks =
    aim !== 'write' && situation.toolTurns < 2 && !situation.calls.some(({ kind }) => kind === 'spawn')
  return (looks ? planTools({ ...subject, aim: 'scout' }) : null) ?? planLead(situation, evidence)
}

/** The end of somebody who led: made from what the others answered, and saying where that is uncertain. */
function concludeLead(
  request: MessageRequest,
  context: DecideContext,
  situation: Situation,
  evidence: Evidence,
): Reply {
  const answers = ledAnswers(situation)
  // A summary names its worst finding again, in other words: the list below it is what counts.
  const claims = findClaims(
    answers.map(({ text }) => text.replace(/^\d+ findings? \(.*$/gm, '')).join('\n\n'),
  )
  const findings = mergeFindings(claims.filter(({ holds }) => holds !== false))
  const gathered = gatherMaterial(situation.task, evidence, findings, [])
  const gaps = answers.flatMap(({ label, problem }) => (problem === null ? [] : [`${label}: ${problem}`]))
  const sentences = answers.flatMap(({ text }) => keySentences(text, 2))
  const material = { ...gathered, gaps, sentences: sentences.length > 0 ? sentences : gathered.sentences }
  if (situation.schema !== null || findings.length > 0)
    return conclude(request, context, situation, 'reduce', material)
  const flag = flagFor(situation, material)
  if (flag !== null) return say(request, context, 'Some of it is uncertain.', [flag])
  const sections = answers.map(
    ({ label, problem, text }) => `## ${label}${problem === null ? '' : ` (unsure: ${problem})`}\n\n${text}`,
  )
  return say(request, context, 'All that was asked is in.', [
    { type: 'text', text: sections.join('\n\n') || 'Nobody answered.' },
  ])
}

/** What may be reported: what the checks found, or the claims of the prompt as they were judged. */
function findingsFor(
  aim: Aim,
  { files, folders }: Targets,
  evidence: Evidence,
  judged: Finding[],
): Finding[] {
  if (aim === 'verify') return mergeFindings(judged)
  if (aim === 'reduce') return mergeFindings(judged.filter((claim) => claim.holds !== false))
  if (aim !== 'audit') return []
  const inScope = (path: string) => files.includes(path) || folders.some((folder) => isWithin(path, folder))
  const found = findSmells(evidence).filter(({ path }) => inScope(path))
  return mergeFindings(found).filter(
    (finding) =>
      !judged.some((known) => known.path === finding.path && Math.abs(known.line - finding.line) <= 1),
  )
}

function conclude(
  request: MessageRequest,
  context: DecideContext,
  situation: Situation,
  aim: Aim,
  material: Material,
): Reply {
  const blocks: ReplyBlock[] = []
  const flag = flagFor(situation, material)
  const thought = summaryOf(material)
  if (situation.schema !== null) {
    const value = answerFor(situation.schema, material, context.random)
    if (situation.answerTool !== null) {
      const input = isObject(value) ? value : {}
      if (flag !== null) blocks.push(flag)
      blocks.push({ type: 'tool_use', name: situation.answerTool.name, input, schema: situation.schema })
      return say(request, context, thought, blocks)
    }
    if (flag !== null) return say(request, context, thought, [flag])
    return say(request, context, thought, [
      { type: 'text', text: JSON.stringify(value), schema: situation.schema },
    ])
  }
  if (flag !== null) return say(request, context, thought, [flag])
  const text =
    aim === 'write'
      ? writeExtract(situation.lastText || situation.system, context.effort, request.max_tokens)
      : writeReport(material, openingFor(aim, material))
  return say(request, context, thought, [{ type: 'text', text }])
}

function openingFor(aim: Aim, material: Material): string {
  if (aim !== 'verify') return `## Summary\n\n${summaryOf(material)}`
  const decided = material.verdict ? 'Confirmed' : 'Refuted'
  const verdict = material.verdict === null ? 'Unverified' : decided
  return `**${verdict}.** ${material.reason}`
}

/** A flag is raised once, by the tool made for it. */
function flagFor(situation: Situation, material: Material): ReplyBlock | null {
  const tool = toolOf(situation, 'flag')
  if (
    tool === undefined ||
    material.gaps.length === 0 ||
    situation.calls.some((call) => call.kind === 'flag')
  )
    return null
  const reason = `Not everything could be seen. ${material.gaps.slice(0, 5).join(' ')}`
  const input: JsonObject = { kind: 'incomplete', reason }
  if (isValid(input, tool.schema, tool.schema)) return { type: 'tool_use', name: tool.name, input }
  const filled = answerFor(tool.schema, { ...material, reason }, () => 0)
  return { type: 'tool_use', name: tool.name, input: isObject(filled) ? filled : {} }
}

function lastAnswerIsValid(situation: Situation): boolean {
  const last = situation.calls.findLast((call) => call.kind === 'answer')
  return last?.tool != null && isValid(last.input, last.tool.schema, last.tool.schema)
}

/** Newest models put what they would say between tool calls into thinking; others say it. */
function say(request: MessageRequest, context: DecideContext, thought: string, blocks: ReplyBlock[]): Reply {
  const usesTools = blocks.some((block) => block.type === 'tool_use')
  const said: ReplyBlock[] = []
  const thinks = context.thinkTokens !== null || isThinking(request, context.model)
  if (thinks) {
    const usual = Math.round(THINKING_TOKENS[context.effort] * (0.6 + context.random() * 0.8))
    said.push({
      type: 'thinking',
      text: thought,
      tokens: context.thinkTokens ?? Math.max(usual, Math.ceil(thought.length / 3)),
    })
  } else if (usesTools && request.output_config?.format === undefined)
    said.push({ type: 'text', text: thought })
  return {
    blocks: [...said, ...blocks],
    stopReason: usesTools ? 'tool_use' : 'end_turn',
    stopDetails: null,
    tokens: null,
  }
}

function isThinking(request: MessageRequest, model: SimulatedModel): boolean {
  const type = request.thinking?.type
  if (type === undefined) return !model.thinking.includes('disabled')
  return type !== 'disabled'
}
