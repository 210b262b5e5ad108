import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete'
import { javascriptLanguage } from '@codemirror/lang-javascript'
import { syntaxTree } from '@codemirror/language'
import type { EditorState, Extension } from '@codemirror/state'
import { hoverTooltip, keymap } from '@codemirror/view'
import { type DialectWord, dialectCompletions, dialectHelp } from '@/lib/view/workflows/dialect-help'

/** Words of the dialect while one types, and what a word does where one points at it. */
export const dialectHelpExtension: Extension = [
  autocompletion({ icons: false }),
  keymap.of(completionKeymap),
  javascriptLanguage.data.of({ autocomplete: complete }),
  hoverTooltip((view, at) => {
    const word = wordAround(view.state, at)
    const help = word === null ? null : dialectHelp(word.text)
    if (word === null || help === null) return null
    return { pos: word.from, end: word.to, above: true, create: () => ({ dom: card(help) }) }
  }),
]

/** Calls whose options are completed. */
const hasOptions: ReadonlySet<string> = new Set(['agent', 'agent.settled', 'checkpoint'])

/** Where no word of the dialect can stand. */
const quiet = /String|Comment|RegExp/

/** What completes the word at the cursor; a source of CodeMirror's. */
export function complete(context: CompletionContext): CompletionResult | null {
  const node = syntaxTree(context.state).resolveInner(context.pos, -1)
  if (quiet.test(node.name)) return null
  const typed = context.matchBefore(/[\w.]*/)
  if (typed === null || (typed.text === '' && !context.explicit)) return null
  const callee = calleeOf(context.state, context.pos)
  const words = dialectCompletions(typed.text, callee)
  if (words.length === 0) return null
  const dot = typed.text.lastIndexOf('.')
  return {
    from: typed.from + dot + 1,
    options: words.map((word) => completionOf(word, callee)),
    validFor: /^\w*$/,
  }
}

function completionOf({ name, signature, help }: DialectWord, callee: string | null): Completion {
  const own = name.slice(name.lastIndexOf('.') + 1)
  return {
    label: own,
    detail: signature.replace(name, '').replace(/^: /, ''),
    info: help,
    apply: callee === null ? own : `${own}: `,
    // Before the words of the language itself.
    boost: 2,
  }
}

/** The call whose options object the cursor is in, where a name of an option can stand; null elsewhere. */
function calleeOf(state: EditorState, at: number): string | null {
  let node = syntaxTree(state).resolveInner(at, -1)
  if (node.name === 'PropertyDefinition') node = node.parent?.parent ?? node
  else if (node.name === 'Property' || node.name === 'PropertyName')
    node = ancestor(node, 'ObjectExpression') ?? node
  if (node.name !== 'ObjectExpression' || node.parent?.name !== 'ArgList') return null
  const callee = node.parent.parent?.firstChild
  const name = callee == null ? '' : state.sliceDoc(callee.from, callee.to)
  return hasOptions.has(name) ? name : null
}

type Node = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>

function ancestor(node: Node, name: string): Node | null {
  for (let at: Node | null = node; at !== null; at = at.parent) if (at.name === name) return at
  return null
}

/** The word at a place with its owner, `patterns.verify`; null within texts and comments. */
function wordAround(state: EditorState, at: number): { from: number; to: number; text: string } | null {
  if (quiet.test(syntaxTree(state).resolveInner(at, 1).name)) return null
  const word = state.wordAt(at)
  if (word === null) return null
  const before = /(\w+\.)$/.exec(state.sliceDoc(Math.max(0, word.from - 60), word.from))?.[1] ?? ''
  const own = state.sliceDoc(word.from, word.to)
  return { from: word.from - before.length, to: word.to, text: before + own }
}

function card({ signature, help }: DialectWord): HTMLElement {
  const box = document.createElement('div')
  box.className = 'cm-dialect'
  const head = document.createElement('code')
  head.textContent = signature
  const words = document.createElement('p')
  words.textContent = help
  box.append(head, words)
  return box
}
