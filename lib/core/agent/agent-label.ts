import { shortenText } from '../base/cut-text'

/** The name of an agent whose call gave it none: the beginning of its prompt. */
export function labelOfPrompt(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? ''
  return shortenText(line, 60) || 'agent'
}
