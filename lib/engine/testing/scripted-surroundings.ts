import type { AgentType, AgentTypes } from '@/lib/core/agent/agent-type'
import type { Json } from '@/lib/core/base/json'
import type { ToolBox, ToolResult, WorkflowFinder } from '@/lib/core/ports/ports'

/** What a tool gives for an input: text, an error that the model may react to, or a whole result. */
export type ScriptedTool = (input: Json, signal: AbortSignal) => Given | Promise<Given>
type Given = string | Error | ToolResult

/** A workspace of which nothing is on disk; a launch names it, and its tools are those of the harness. */
export const workspace = { root: '/workspace', revision: 'r1' }

/** Tools by name. */
export function scriptedTools(tools: Readonly<Record<string, ScriptedTool>>): ToolBox {
  return {
    definitions: Object.keys(tools)
      .sort()
      .map((name) => ({ name, description: `The tool ${name}.`, inputSchema: { type: 'object' } })),
    async call(name, input, signal): Promise<ToolResult> {
      const given = await tools[name]?.(input, signal)
      if (given === undefined || given instanceof Error)
        return { text: given?.message ?? 'There is no such tool', isError: true }
      return typeof given === 'string' ? { text: given, isError: false } : given
    },
    revision: workspace.revision,
    files: null,
    check: null,
    findQuotes: null,
    endAgent: async () => {},
    close: async () => {},
  }
}

/** Workflows by name; what is called by its source is that source. Throws where a source says so. */
export function scriptedWorkflows(
  sources: Readonly<Record<string, string | Error>>,
  digest: (text: string) => string,
  needs: Readonly<Record<string, readonly string[]>>,
): WorkflowFinder {
  return {
    async find(reference) {
      const name = reference.by === 'name' ? reference.name : 'inline'
      const source = reference.by === 'source' ? reference.source : sources[name]
      if (source instanceof Error) throw source
      if (source === undefined) return { problem: `There is no workflow ${name} here.` }
      return { name, source, digest: digest(source), phases: [], needs: needs[name] ?? [] }
    },
  }
}

/** Agent types by name; a string is what is wrong with the one of that name. */
export function scriptedTypes(types: Readonly<Record<string, AgentType | string>>): AgentTypes {
  return {
    async find(name) {
      const type = types[name]
      if (type === undefined) return { kind: 'unknown', known: Object.keys(types) }
      return typeof type === 'string' ? { kind: 'unusable', message: type } : { kind: 'found', type }
    },
  }
}
