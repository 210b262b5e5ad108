import { longest } from '@/lib/core/base/text-bounds'
import type { Site } from './state'
import { parse, stringify } from './taken-aside'
import { cut } from './texts'

/** The one function of the sandbox: told a kind and JSON, it answers with JSON where it is a question. */
declare const host: (kind: string, text: string) => string

/** Tells the sandbox something. What is sent has no prototype, so a script cannot give it members. */
export function send(kind: string, value: object): void {
  host(kind, stringify(value))
}

/** Tells the sandbox something that is JSON already. */
export function sendText(kind: string, text: string): void {
  host(kind, text)
}

/**
 * Asks the sandbox what this small engine cannot say itself; nothing it answers depends on time or chance.
 */
export function ask(kind: string, value: object): unknown {
  return parse(host(kind, stringify(value)))
}

/** Tells those who watch the run what the script may not have meant. */
export function note(message: string, site: Site | null): void {
  send('note', { __proto__: null, message: cut(message, longest.line), site })
}
