import { z } from 'zod'
import { isJsonObject, type JsonObject } from '@/lib/core/base/json'
import { shownPath } from '@/lib/core/base/path-names'
import { defineTool, failed, type Tool } from '../tool'
import { changed, changesOf } from './write-file'

const description = `Replaces exact text in a file. oldText must stand in the file exactly once, with its spaces and line
breaks; take enough lines around the place to make it so, or set all to replace every one. Several edits of the
same file go in one call, each on the result of the one before; none is made when one misses.
Example: {"path": "src/app.ts", "edits": [{"oldText": "const a = 1", "newText": "const a = 2"}]}.`

const editSchema = z.strictObject({
  oldText: z.string().describe('The text that stands there now.'),
  newText: z.string().describe('What stands there instead.'),
  all: z.boolean().optional().describe('Replace every one. Default: false.'),
})
type Edit = z.infer<typeof editSchema>

/** The tool `edit_file`: exact replacement, and a clear word where it misses. */
export function createEditFile(): Tool {
  return defineTool({
    name: 'edit_file',
    description,
    acts: true,
    input: z.strictObject({
      path: z.string().min(1).describe('The file, relative to the root.'),
      edits: z.array(editSchema).min(1).max(100).describe('The replacements, in their order.'),
    }),
    known: {
      aliases: { path: ['file_path', 'file', 'filename', 'absolute_path', 'target_file'] },
      ignored: ['explanation', 'description', 'command'],
      derive: fromOneEdit,
    },
    async run({ path, edits }, scene) {
      const changes = changesOf(scene)
      const place = changes.place(path)
      if (!place.ok) return failed(place.reason)
      const name = shownPath(place.path)
      const file = await changes.read(place.path)
      if (file === null)
        return failed(
          (await changes.isFolder(place.path))
            ? `${name} is a folder.`
            : `${name} does not exist. Make it with write_file.`,
        )
      const text = file.bytes.toString('utf8')
      if (!Buffer.from(text).equals(file.bytes))
        return failed(`${name} is not UTF-8 text and cannot be edited.`)
      const edited = afterEdits(text, edits)
      if (typeof edited === 'string') return failed(`Nothing in ${name} was changed. ${edited}`)
      if (edited.text === text) return failed(`Nothing in ${name} was changed: the new text is the old one.`)
      return changed(
        changes,
        [{ path: place.path, bytes: Buffer.from(edited.text), mode: file.mode }],
        `Edited ${name}: ${edited.places} ${edited.places === 1 ? 'place' : 'places'}.`,
      )
    },
  })
}

/** One edit, said in the parameters themselves, as the tools of other agents have it. */
function fromOneEdit(input: JsonObject): JsonObject {
  const own = {
    oldText: ['oldText', 'old_string', 'old_str', 'old_text', 'search', 'find'],
    newText: ['newText', 'new_string', 'new_str', 'new_text', 'replace', 'replacement'],
    all: ['all', 'replace_all', 'replaceAll'],
  }
  const nameOf = (name: string) =>
    Object.entries(own).find(([, others]) => others.includes(name))?.[0] ?? null
  const renamed = (one: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(one).map(([name, value]) => [nameOf(name) ?? name, value]))
  if (Array.isArray(input.edits))
    return { ...input, edits: input.edits.map((one) => (isJsonObject(one) ? renamed(one) : one)) }
  const inner = Object.entries(input).filter(([name]) => nameOf(name) !== null)
  if (inner.length === 0) return input
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => nameOf(name) === null))
  return { ...rest, edits: [renamed(Object.fromEntries(inner))] }
}

/** The text after all edits, or a sentence on the one that missed. */
function afterEdits(text: string, edits: readonly Edit[]): { text: string; places: number } | string {
  let places = 0
  let now = text
  for (const [at, { oldText, newText, all }] of edits.entries()) {
    const which = edits.length === 1 ? 'oldText' : `oldText of edit ${at + 1}`
    if (oldText === '') return `${which} is empty: give the text to replace.`
    const found = now.split(oldText).length - 1
    if (found === 0) return missed(which, now, oldText)
    if (found > 1 && all !== true)
      return `${which} stands there ${found} times, in lines ${linesOf(now, oldText)}: take more of the lines around the one you mean, or set all.`
    now = all === true ? now.split(oldText).join(newText) : replacedOnce(now, oldText, newText)
    places += found
  }
  return { text: now, places }
}

/** Not `replace`: in its second argument `$&` and the like mean something. */
function replacedOnce(text: string, from: string, to: string): string {
  const at = text.indexOf(from)
  return text.slice(0, at) + to + text.slice(at + from.length)
}

const MOST_LINES = 10

function linesOf(text: string, part: string): string {
  const lines: number[] = []
  for (
    let at = text.indexOf(part);
    at !== -1 && lines.length < MOST_LINES;
    at = text.indexOf(part, at + part.length)
  )
    lines.push(lineAt(text, at))
  return lines.join(', ')
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

/** Why a text was not found, as far as that can be told: its spaces, its line ends, its first line. */
function missed(which: string, text: string, wanted: string): string {
  const loose = (one: string) => one.replace(/\s+/g, ' ').trim()
  if (text.replaceAll('\r\n', '\n').includes(wanted.replaceAll('\r\n', '\n')))
    return `${which} is not in it as written: its lines end with ${text.includes('\r\n') ? 'CR LF' : 'LF alone'}.`
  const [first = ''] = wanted.trim().split('\n')
  const at = first.trim() === '' ? -1 : text.indexOf(first.trim())
  if (loose(wanted) !== '' && loose(text).includes(loose(wanted)))
    return `${which} is not in it as written, but with other spaces or line breaks${at === -1 ? '' : `, about line ${lineAt(text, at)}`}: read the place again and copy it exactly.`
  if (at !== -1)
    return `${which} is not in it. Its first line is, in line ${lineAt(text, at)}, but what follows differs: read the place again.`
  return `${which} is not in it. Read the file again: it may have been changed.`
}
