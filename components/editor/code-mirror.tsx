'use client'

import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension, type Text } from '@codemirror/state'
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view'
import { useEffect, useEffectEvent, useRef } from 'react'
import { styleNonce } from '@/lib/client/http/style-nonce'
import { dialectHelpExtension } from './dialect'
import type { EditorProps } from './editor-props'
import { marginNotes } from './margin'
import { editorTheme } from './theme'

/**
 * CodeMirror over a string. The owner holds the text; a text that was not typed here replaces what is shown.
 */
export default function CodeMirror(props: EditorProps) {
  const {
    value,
    problems,
    isReadOnly = false,
    id,
    labelledBy,
    describedBy,
    isInvalid = false,
    margin,
  } = props
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const told = useRef(value)
  const parts = useRef({
    access: new Compartment(),
    attributes: new Compartment(),
    margin: new Compartment(),
  })

  const onDocument = useEffectEvent((document: Text) => {
    told.current = document.toString()
    props.onChange?.(told.current)
  })
  const onSave = useEffectEvent(() => {
    props.onSave?.()
    return true
  })
  const onMargin = useEffectEvent((line: number) => props.onMargin?.(line))
  const onReady = useEffectEvent((made: EditorView | null) =>
    props.onReady?.(made === null ? null : handleOf(made)),
  )
  const start = useEffectEvent((): Extension[] => [
    ...basics,
    EditorView.cspNonce.of(styleNonce()),
    placeholder(props.placeholder ?? ''),
    keymap.of([{ key: 'Mod-s', run: onSave, preventDefault: true }]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onDocument(update.state.doc)
    }),
    parts.current.access.of(access(isReadOnly)),
    parts.current.margin.of([]),
    // A script may be one long line, too long to scroll sideways.
    ...(isReadOnly && hasLongLine(told.current) ? [EditorView.lineWrapping] : []),
    parts.current.attributes.of(attributes({ id, labelledBy, describedBy, isInvalid, isReadOnly })),
  ])
  const firstValue = useEffectEvent(() => told.current)

  useEffect(() => {
    if (box.current === null) return
    const made = new EditorView({
      state: EditorState.create({ doc: firstValue(), extensions: start() }),
      parent: box.current,
    })
    view.current = made
    onReady(made)
    return () => {
      view.current = null
      onReady(null)
      made.destroy()
    }
  }, [])

  useEffect(() => {
    if (view.current === null || value === told.current) return
    told.current = value
    view.current.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: value } })
  }, [value])

  useEffect(() => {
    const { access: accessPart, attributes: attributesPart } = parts.current
    view.current?.dispatch({
      effects: [
        accessPart.reconfigure(access(isReadOnly)),
        attributesPart.reconfigure(attributes({ id, labelledBy, describedBy, isInvalid, isReadOnly })),
      ],
    })
  }, [id, labelledBy, describedBy, isInvalid, isReadOnly])

  useEffect(() => {
    const { current } = view
    if (current === null) return
    const found = problems.map(({ line, column, message }) => {
      const from = position(current.state.doc, line ?? 1, column ?? 1)
      return { from, to: wordEnd(current.state, from), severity: 'error' as const, message }
    })
    current.dispatch(setDiagnostics(current.state, found))
  }, [problems])

  useEffect(() => {
    const notes = margin === undefined ? [] : marginNotes(margin, (line) => onMargin(line))
    view.current?.dispatch({ effects: parts.current.margin.reconfigure(notes) })
  }, [margin])

  return <div ref={box} className="h-full min-h-0" />
}

const basics: Extension[] = [
  editorTheme,
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  history(),
  indentOnInput(),
  bracketMatching(),
  highlightSelectionMatches(),
  search({ top: true }),
  lintGutter(),
  javascript(),
  dialectHelpExtension,
  EditorState.tabSize.of(2),
  keymap.of([indentWithTab, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
]

/** Read-only, yet still reached by Tab: a long source must be read by keyboard too. */
function access(isReadOnly: boolean): Extension {
  return [EditorState.readOnly.of(isReadOnly), EditorView.editable.of(!isReadOnly)]
}

function attributes(of: {
  id: string
  labelledBy: string
  describedBy: string | undefined
  isInvalid: boolean
  isReadOnly: boolean
}): Extension {
  return EditorView.contentAttributes.of({
    id: of.id,
    'aria-labelledby': of.labelledBy,
    'aria-invalid': String(of.isInvalid),
    tabindex: '0',
    ...(of.describedBy === undefined ? {} : { 'aria-describedby': of.describedBy }),
    ...(of.isReadOnly ? { 'aria-readonly': 'true' } : {}),
  })
}

function hasLongLine(text: string): boolean {
  return text.split('\n').some((line) => line.length > 300)
}

function handleOf(view: EditorView) {
  return {
    goTo(line: number, column: number) {
      const at = position(view.state.doc, line, column)
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
      view.focus()
    },
  }
}

function position(document: Text, line: number, column: number): number {
  const found = document.line(Math.min(Math.max(1, line), document.lines))
  return Math.min(found.from + Math.max(0, column - 1), found.to)
}

function wordEnd(state: EditorState, from: number): number {
  return state.wordAt(from)?.to ?? Math.min(from + 1, state.doc.lineAt(from).to)
}
