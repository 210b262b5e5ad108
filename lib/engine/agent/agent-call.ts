import { labelOfPrompt } from '@/lib/core/agent/agent-label'
import type { AgentType } from '@/lib/core/agent/agent-type'
import {
  callDigest,
  callKey,
  type Digest,
  type OccurrenceCounter,
  toolsInKey,
} from '@/lib/core/agent/call-key'
import { isMcpTool, namesTool } from '@/lib/core/agent/mcp-tools'
import { ownToolName, toolMeant } from '@/lib/core/agent/tool-names'
import { inOrder } from '@/lib/core/base/in-order'
import { canonicalJson, isJsonObject, type JsonObject } from '@/lib/core/base/json'
import { utcDay } from '@/lib/core/base/utc-day'
import { defaultOutput } from '@/lib/core/caps/output-room'
import { modelRules, resolveModel } from '@/lib/core/money/models'
import { hasFastUntil, retiredSentence } from '@/lib/core/money/retirements'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { ToolDefinition } from '@/lib/core/ports/ports'
import type { AgentCommand } from '@/lib/core/ports/sandbox'
import { unphased } from '@/lib/core/run/phases'
import {
  changesFiles,
  noPermissions,
  offeredPermissions,
  type Permissions,
} from '@/lib/core/spec/permissions'
import type { Delivery, PhaseSettings, Speed } from '@/lib/core/spec/run'
import type { ServerTool } from '@/lib/core/spec/server-tools'
import type { Needs } from '../context/active-run'
import { answerDefinition, answerTool, flagDefinition, systemPrompt } from '../conversation/prompts'
import { answerRefs } from './answer-refs'
import { type CallOptions, readOptions } from './call-options'
import { MAX_DEPTH, readDefinitions, spawnDefinitions } from './spawn-tools'

/**
 * What an `agent()` call comes to: everything that will be stored and sent, and what a reader should be told.
 */
export type ResolvedCall = {
  key: string
  label: string
  phase: string | null
  requestedModel: string | null
  model: string
  spec: Omit<AgentSpec, 'agentId'>
  /** Agents whose answers it may read by reference. */
  reads: readonly string[]
  notes: string[]
  /** Why it can no longer be asked so; null while its model and speed can be had. */
  retired: string | null
}

const MAX_TURNS = 60
const STALL_MS = 180_000

/**
 * What the creator of an agent adds to the call: its depth in the tree of agents, and whether it may read
 * answers that were too long for its prompt.
 */
export type Grants = {
  depth: number
  readsAnswers: boolean
  /** The files it begins from; null in a run that changes none. */
  tree: string | null
  /** Whether whoever calls has been told how an agent ended, and may refer to its answer. */
  knows?(agentId: string): boolean
}

/**
 * Turns a call into what will run, deterministically: the same call of the same script gives the same key.
 */
export function resolveCall(
  run: Needs<'answers' | 'briefing' | 'journal' | 'ports' | 'providerContext' | 'tools' | 'types'>,
  command: AgentCommand,
  occurrences: OccurrenceCounter,
  { depth, readsAnswers, tree, knows = () => false }: Grants = { depth: 0, readsAnswers: false, tree: null },
): ResolvedCall {
  const { run: header } = run.journal.state
  const can = offeredPermissions(header, serversOf(run))
  const { options, notes } = readOptions(command.options, changesFiles(can))
  const type = options.agentType === undefined ? null : run.types.get(options.agentType)
  const own = settingsOf(header.phaseSettings, command.phase)
  const refs = answerRefs(run, command.prompt, knows)
  const chosen = modelFor(run, command.phase, own, options, type)
  const { model } = chosen
  const effort = own.effort ?? options.effort ?? header.effort
  const schema = isJsonObject(command.options.schema) ? command.options.schema : null
  const asked = namesHere(run, options.tools)
  const mayLead = options.spawn === true && depth < MAX_DEPTH
  const offered = offeredTools(run, asked, type)
  const mcpTools = offered.filter(({ name }) => isMcpTool(name))
  const hasFiles = offered.length > mcpTools.length
  const leading = leadingTools(mayLead, readsAnswers || refs.ids.length > 0)
  const digest = callDigest(
    {
      prompt: refs.keyed,
      model,
      effort,
      schema,
      tools: toolsInKey(
        [...offered, ...leading].map((tool) => tool.name),
        options.tools !== undefined || (type?.tools ?? null) !== null,
        permittedIn({ ...can, web: header.permissions.web }, hasFiles, mcpTools.length > 0),
        mcpTools.map((tool) => `${tool.name} as ${digestOf(tool, run.ports.digest)}`),
        header.whenNotPermitted === 'ask' && offered.length > 0,
      ),
      agentType: type === null ? null : run.ports.digest(canonicalJson(type)),
      isolation: options.isolation ?? null,
      workspaceRevision: offered.length > 0 ? (tree ?? header.workspace?.revision ?? null) : null,
    },
    run.ports.digest,
  )
  const served = serverToolsFor(run, model, asked, type)
  const sending = deliveryFor(run, model, own, options)
  const maxTokens =
    own.maxTokens ??
    options.maxTokens ??
    defaultOutput({ effort, leads: mayLead, plans: options.check === 'workflow' })
  return {
    key: callKey(digest, command.scope, occurrences.next(command.scope, digest)),
    label: options.label ?? labelOfPrompt(command.prompt),
    phase: command.phase,
    requestedModel: chosen.requested,
    model,
    spec: {
      key: '',
      prompt: refs.prompt,
      system: systemPrompt({
        files: hasFiles,
        mcpTools: mcpTools.length > 0,
        can,
        asksBeyond: header.whenNotPermitted === 'ask' ? header.permissions : null,
        spawn: mayLead,
        schema: schema !== null,
        instructions: type?.instructions ?? '',
        briefing: run.briefing,
      }),
      tools: withEndings([...offered, ...leading], schema),
      ...(served.length === 0 ? {} : { serverTools: served }),
      schema,
      options: {
        ...ownBounds(options, run.ports.retryPolicy.retries),
        model,
        effort,
        maxTokens,
        depth,
        speed: sending.speed,
        delivery: sending.delivery,
        ...(tree === null || offered.length === 0 ? {} : { tree }),
        ...(options.isolation === 'worktree' ? { isIsolated: true } : {}),
        agentType:
          type === null || options.agentType === undefined ? null : { asked: options.agentType, type },
      },
    },
    retired: sending.retired,
    reads: refs.ids,
    notes: run.journal.newNotes([
      ...notes,
      ...chosen.notes,
      ...refs.unread.map(
        (id) =>
          `A prompt refers to the answer of ${id}, which its script has not been given: it stays as it is`,
      ),
      ...sending.notes,
      ...toolNotes(run, asked, type, served),
    ]),
  }
}

/**
 * The model of a call, and what was asked for. Launcher phase settings are binding; script, agent-type and
 * agent settings are requests.
 */
function modelFor(
  run: Needs<'journal'>,
  phase: string | null,
  own: PhaseSettings,
  options: CallOptions,
  type: AgentType | null,
): { requested: string | null; model: string; notes: string[] } {
  const { run: header } = run.journal.state
  const ofPhase = header.phases.find(({ title }) => title === phase)?.model ?? null
  const requested = own.model ?? options.model ?? modelOf(type) ?? ofPhase
  const wanted = resolveModel(requested, header.model)
  if (own.model !== null || mayChoose(header, wanted)) return { requested, model: wanted, notes: [] }
  const notes = [`${wanted} is not allowed in this run; ${header.model} is used instead`]
  return { requested, model: header.model, notes }
}

/**
 * How a call's turns are sent, and why they can no longer be. Fast mode set for a launch applies to models
 * that have it; set for a call or a phase, it must be available for that call's model.
 */
function deliveryFor(
  run: Needs<'journal' | 'ports'>,
  model: string,
  own: PhaseSettings,
  options: CallOptions,
): { delivery: Delivery; speed: Speed; retired: string | null; notes: string[] } {
  const { run: header } = run.journal.state
  const delivery = own.delivery ?? deliveryOf(options.delivery) ?? header.delivery
  const pinned = own.speed ?? options.speed ?? null
  const day = utcDay(run.ports.clock.now())
  const wantsFast = (pinned ?? header.speed) === 'fast'
  const hasFast = modelRules(model).fast !== 'none' && hasFastUntil(model, day)
  const speed = wantsFast && delivery === 'live' && hasFast ? 'fast' : 'standard'
  const notes: string[] = []
  if (wantsFast && delivery === 'batch')
    notes.push('Batches have no fast mode; these agents run at standard speed')
  else if (wantsFast && speed === 'standard')
    notes.push(`${model} has no fast mode; its agents run at standard speed and price`)
  const retired = retiredSentence(model, delivery === 'live' ? (pinned ?? 'standard') : 'standard', day)
  return { delivery, speed, retired, notes }
}

/** What a call says of its agent's own bounds, with the defaults of what it leaves out. */
function ownBounds(options: CallOptions, retries: number) {
  const { usd, tokens } = options.limits ?? {}
  return {
    stallMs: options.stallMs ?? STALL_MS,
    maxTurns: options.maxTurns ?? MAX_TURNS,
    retries: options.retries ?? retries,
    timeoutMs: options.timeoutMs ?? null,
    nanoUsd: usd == null ? null : Math.round(usd * 1e9),
    tokens: tokens ?? null,
    check: options.check ?? null,
  }
}

/**
 * What a call's key says of permissions: those of files count for who has files, those of servers for who has
 * tools of some.
 */
function permittedIn(permissions: Permissions, hasFiles: boolean, hasMcpTools: boolean): Permissions {
  const { web, mcp } = permissions
  return { ...(hasFiles ? permissions : noPermissions), web, mcp: hasMcpTools ? mcp : [] }
}

/** The names of the run's servers. */
export function serversOf({ tools }: Needs<'tools'>): string[] {
  return (tools?.servers ?? []).map(({ name }) => name)
}

/** Definitions of a run are the same objects for all its calls. */
const digests = new WeakMap<ToolDefinition, string>()

function digestOf(tool: ToolDefinition, digest: Digest): string {
  const known = digests.get(tool)
  if (known !== undefined) return known
  const { name, description, inputSchema } = tool
  const made = digest(canonicalJson({ name, description, inputSchema })).slice(0, 16)
  digests.set(tool, made)
  return made
}

/**
 * Uses of the provider's own search and fetch in one turn, and what a page may add to a prompt: all of it is
 * held before a turn leaves, so more would let fewer agents run under a cap.
 */
const WEB = { searches: 5, pages: 5, pageTokens: 12_000 }

/** Server tools by the names that a tool here would have for the same. */
const ofServed = { web_search: 'web_search', web_fetch: 'fetch_page' } as const
const servedNames = Object.values(ofServed).map((name) => ({ name, inputSchema: {} }))

/** Tools that the provider runs itself, where the run, its agent type and its call permit the web. */
function serverToolsFor(
  run: Needs<'journal' | 'providerContext'>,
  model: string,
  asked: readonly string[] | undefined,
  type: AgentType | null,
): ServerTool[] {
  const { permissions } = run.journal.state.run
  const { provider } = run.providerContext
  if (!permissions.web || !provider.hasServerTools || modelRules(model).serverTools === 'none') return []
  const all: ServerTool[] = [
    { kind: 'web_search', maxUses: WEB.searches, allowedDomains: null },
    {
      kind: 'web_fetch',
      maxUses: WEB.pages,
      maxContentTokens: WEB.pageTokens,
      allowedDomains: null,
      citations: true,
    },
  ]
  const isNamed = (names: readonly string[] | null | undefined, { kind }: ServerTool) =>
    names == null || names.some((name) => toolMeant(name, servedNames)?.name === ofServed[kind])
  return all.filter((tool) => isNamed(asked, tool) && isNamed(type?.tools, tool))
}

/** Tools for other agents: to lead them, or only to read answers that were too long for the prompt. */
function leadingTools(mayLead: boolean, mayRead: boolean): readonly ToolDefinition[] {
  if (mayLead) return spawnDefinitions
  return mayRead ? readDefinitions : []
}

/** An agent's tools with those that end its work: a flag where it has something to do, an answer by schema. */
function withEndings(tools: readonly ToolDefinition[], schema: JsonObject | null): ToolDefinition[] {
  return sorted([
    ...tools,
    ...(tools.length > 0 || schema !== null ? [flagDefinition] : []),
    ...(schema === null ? [] : [answerDefinition(schema)]),
  ])
}

const unsettled: PhaseSettings = { model: null, effort: null, speed: null, delivery: null, maxTokens: null }

/** The launcher's settings of this phase; they outrank the script's because the launcher pays. */
function settingsOf(settings: Readonly<Record<string, PhaseSettings>>, phase: string | null): PhaseSettings {
  const title = phase ?? unphased
  return Object.hasOwn(settings, title) ? (settings[title] ?? unsettled) : unsettled
}

function mayChoose(
  { model, models }: { model: string; models: readonly string[] | null },
  wanted: string,
): boolean {
  return models === null || wanted === model || models.includes(wanted)
}

/** The dialect calls what is not a batch `standard`. */
function deliveryOf(asked: CallOptions['delivery']): Delivery | undefined {
  return asked === 'standard' ? 'live' : asked
}

/** `inherit` says what is done anyway: the phase's model, else the run's. */
function modelOf(type: AgentType | null): string | null {
  return type === null || type.model === 'inherit' ? null : type.model
}

/** What the run offers, cut to what the call and its agent type ask for: neither can add anything. */
function offeredTools(
  run: Needs<'tools'>,
  asked: readonly string[] | undefined,
  type: AgentType | null,
): ToolDefinition[] {
  const all = run.tools?.definitions ?? []
  const isIn = (names: readonly string[], name: string) => names.some((one) => namesTool(one, name))
  const isAsked = (name: string) => asked === undefined || isIn(asked, name)
  const ofType = type?.tools?.map((name) => toolMeant(name, all)?.name ?? name) ?? null
  const isOfType = (name: string) => ofType === null || isIn(ofType, name)
  return all.filter(({ name }) => isAsked(name) && isOfType(name))
}

/** What a call names, by the names that the run's tools have: their very names first, else what is meant. */
function namesHere(run: Needs<'tools'>, asked: readonly string[] | undefined): string[] | undefined {
  const all = run.tools?.definitions ?? []
  return asked?.map((name) => toolMeant(name, all)?.name ?? ownToolName(name))
}

/** By name, and `answer` last: agents that answer in different forms have all before it in common. */
function sorted(tools: ToolDefinition[]): ToolDefinition[] {
  const isAnswer = ({ name }: ToolDefinition) => (name === answerTool ? 1 : 0)
  return tools.sort((a, b) => isAnswer(a) - isAnswer(b) || inOrder(a.name, b.name))
}

function toolNotes(
  run: Needs<'tools'>,
  asked: readonly string[] | undefined,
  type: AgentType | null,
  served: readonly ServerTool[],
): string[] {
  const offered = [
    ...(run.tools?.definitions ?? []).map(({ name }) => name),
    ...served.map(({ kind }) => ofServed[kind]),
  ]
  const known = offered.map((name) => ({ name, inputSchema: {} }))
  const isOffered = (name: string) =>
    toolMeant(name, known) !== null || offered.some((one) => namesTool(name, one))
  const missing = (names: readonly string[]) => names.filter((name) => !isOffered(name))
  return [
    ...missing(asked ?? []).map(
      (name) => `agent() asked for the tool \`${name}\`, which this run does not offer`,
    ),
    ...(type === null || type.tools === null ? [] : missing(type.tools)).map(
      (name) => `The agent type ${type?.name} asks for the tool \`${name}\`, which this run does not offer`,
    ),
  ]
}
