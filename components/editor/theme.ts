import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const colour = (name: string) => `var(--color-${name})`

/** The editor in the colours of the app; they choose light or dark by themselves. */
const frame = EditorView.theme({
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    color: colour('ink'),
    backgroundColor: colour('accent-soft'),
  },
  '.cm-tooltip .cm-completionDetail': { color: colour('ink-3'), fontStyle: 'normal' },
  '.cm-tooltip .cm-completionInfo': { maxWidth: '22rem', padding: '6px 8px', fontFamily: 'var(--font-sans)' },
  '.cm-dialect': { maxWidth: '26rem', padding: '6px 8px', fontFamily: 'var(--font-sans)', fontSize: '12px' },
  '.cm-dialect code': { fontFamily: 'var(--font-mono)', fontWeight: '600' },
  '&': {
    color: colour('ink'),
    backgroundColor: colour('surface'),
    fontSize: 'var(--text-xs)',
    height: '100%',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.25rem', overflow: 'auto' },
  '.cm-content': { caretColor: colour('accent'), padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: colour('accent') },
  '.cm-gutters': { backgroundColor: colour('surface'), color: colour('ink-3'), border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 12px', minWidth: '36px' },
  '.cm-activeLine': { backgroundColor: `color-mix(in oklab, ${colour('hover')} 60%, transparent)` },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: colour('ink') },
  '.cm-matchingBracket': {
    backgroundColor: colour('accent-soft'),
    outline: `1px solid ${colour('line-strong')}`,
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: colour('accent-soft') },
  '.cm-searchMatch-selected': { outline: `1px solid ${colour('accent')}` },
  '.cm-placeholder': { color: colour('ink-3') },
  '.cm-tooltip': {
    backgroundColor: colour('raised'),
    color: colour('ink'),
    border: `1px solid ${colour('line-strong')}`,
    borderRadius: 'var(--radius-md)',
    boxShadow: 'var(--shadow-pop)',
    fontFamily: 'var(--font-sans)',
    maxWidth: 'min(90vw, 480px)',
  },
  '.cm-diagnostic': { padding: '6px 10px' },
  '.cm-diagnostic-error': { borderLeft: `3px solid ${colour('failed')}` },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: `underline wavy ${colour('failed')}`,
    textUnderlineOffset: '3px',
  },
  '.cm-lintPoint-error:after': { borderBottomColor: colour('failed') },
  '.cm-panels': { backgroundColor: colour('sunken'), color: colour('ink'), borderColor: colour('line') },
  '.cm-panels input, .cm-panels button': {
    backgroundColor: colour('surface'),
    backgroundImage: 'none',
    color: colour('ink'),
    border: `1px solid ${colour('control')}`,
    borderRadius: 'var(--radius-sm)',
  },
})

const words = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: colour('code-keyword') },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: colour('code-string') },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: colour('code-number') },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: colour('code-call') },
  { tag: [tags.comment], color: colour('ink-3'), fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.operator, tags.separator, tags.bracket], color: colour('ink-2') },
  { tag: tags.invalid, color: colour('failed') },
])

export const editorTheme = [frame, syntaxHighlighting(words)]
