import { shortenText } from './cut-text'
import { isJsonObject, type Json, type JsonObject } from './json'

/** Member that holds a tool input which is no JSON object; such a call is answered, and never run. */
export const UNPARSED_INPUT = 'unparsed_input'

/** Enough for the model to see what it wrote. */
const QUOTED = 200

/** What a tool was given instead of a JSON object; null when the input can be used. */
export function unusableInput(input: Json): string | null {
  if (!isJsonObject(input)) return shortenText(JSON.stringify(input), QUOTED)
  const given = input[UNPARSED_INPUT]
  if (given === undefined || Object.keys(input).length > 1) return null
  return shortenText(typeof given === 'string' ? given : JSON.stringify(given), QUOTED)
}

/** An input that is no JSON object, kept where it can be looked at. */
export function unparsedInput(given: Json): JsonObject {
  return { [UNPARSED_INPUT]: given }
}
