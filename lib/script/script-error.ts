import type { RunError } from '@/lib/core/spec/run'

/** A script that cannot be launched: what is wrong, where (counting from 1), and what to do. */
export class ScriptError extends Error {
  constructor(
    message: string,
    readonly line: number | null,
    readonly column: number | null,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'ScriptError'
  }

  toRunError(): RunError {
    return { message: this.message, line: this.line, column: this.column }
  }
}
