import type { Json } from '@/lib/core/base/json'
import type { AgentCommand, CheckpointCommand, Command } from '@/lib/core/ports/sandbox'
import type { Needs } from '../context/active-run'

/** What is wrong with the schemas that a script calls with. */
export class SchemaVerdicts {
  /** A checked schema is remembered by its text: a thousand calls share a handful. */
  readonly #byText = new Map<string, string | null>()

  constructor(private readonly run: Needs<'id' | 'ports'>) {}

  /**
   * Asks about each schema once, before any agent of the batch is made: a schema nobody can meet costs
   * nothing.
   */
  async check(commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      if (command.do !== 'agent' && command.do !== 'checkpoint') continue
      const text = schemaText(command)
      const schema = schemaOf(command)
      if (text === '' || schema === null || this.#byText.has(text)) continue
      const complaints = await this.run.ports.schemas.checkSchema(schema, this.run.id)
      const [first] = complaints
      this.#byText.set(
        text,
        first === undefined
          ? null
          : `The schema of this ${command.do}() call cannot be used: ${first.path} ${first.message}`.trim(),
      )
    }
  }

  /** Why the schema of this call cannot be used; null when it can, or when there is none. */
  complaint(command: AgentCommand | CheckpointCommand): string | null {
    return this.#byText.get(schemaText(command)) ?? null
  }
}

function schemaOf(command: AgentCommand | CheckpointCommand): Json {
  return (command.do === 'agent' ? command.options.schema : command.input) ?? null
}

function schemaText(command: AgentCommand | CheckpointCommand): string {
  const schema = schemaOf(command)
  return typeof schema === 'object' && schema !== null ? JSON.stringify(schema) : ''
}
