// A browser reads a function twice: first only far enough to know where it ends, and again, while the page
// waits, when it is called. One in parentheses is compiled at once, beside the page's own work.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Puts the modules in the chunks below a build's `static` folder in parentheses: nearly all of them are called as
 * soon as their chunk is there. The bundler writes them so, and its minifier takes the parentheses away. Gives how
 * many it marked. Rejects where a chunk has another shape than it knows: the bundler is another one then.
 */
export async function markModulesEager(staticFolder) {
  const { parse } = await import('acorn')
  const folder = join(staticFolder, 'chunks')
  let marked = 0
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!name.endsWith('.js')) continue
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    const modules = modulesIn(text, parse)
    if (modules.length === 0) continue
    marked += modules.length
    writeFileSync(path, inParentheses(text, modules))
  }
  if (marked === 0) throw new Error(`No chunk in ${folder} has modules in the form that is known.`)
  return marked
}

/** The functions among the arguments of the first call: `(globalThis.TURBOPACK||…).push([script, id, module, …])`. */
function modulesIn(text, parse) {
  if (!text.startsWith('(globalThis.TURBOPACK')) return []
  const [first] = parse(text, { ecmaVersion: 'latest' }).body
  const list = first?.expression?.arguments?.[0]
  return (list?.elements ?? []).filter(
    (one) =>
      one !== null && /^(?:ArrowFunction|Function)Expression$/.test(one.type) && text[one.start - 1] !== '(',
  )
}

function inParentheses(text, places) {
  let written = ''
  let at = 0
  for (const { start, end } of places) {
    written += `${text.slice(at, start)}(${text.slice(start, end)})`
    at = end
  }
  return written + text.slice(at)
}
