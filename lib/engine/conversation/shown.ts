import { MOST_SHOWN_TOKENS } from '@/lib/core/agent/context-size'
import { mostShown, type Shown, type ShownByTool, shownIn } from '@/lib/core/agent/shown'
import { modelRules } from '@/lib/core/money/models'
import type { Write } from '@/lib/core/ports/journal-store'
import type { Message } from '@/lib/core/ports/ports'

/** What of a result is shown, what is said of the rest, and what is kept for it. */
export type KeptShown = { shown: Shown[]; notes: string[]; writes: Write[] }

/**
 * What tools show an agent of `model`, result by result, as far as it can see it and one request holds it beside what
 * `messages` show already. What is left out is said.
 */
export function keepShown(
  results: readonly (readonly ShownByTool[])[],
  { model, messages }: { model: string; messages: readonly Message[] },
  digest: (text: string) => string,
): KeptShown[] {
  const before = messages.flatMap(({ content }) => shownIn(content))
  const all = { ...sumOf(before), tokens: 0 }
  return results.map((given) => {
    const kept: KeptShown = { shown: [], notes: [], writes: [] }
    for (const { data, ...rest } of given) {
      const one: Shown = { type: 'shown', ...rest, digest: digest(data), characters: data.length }
      const why = unseen(model, one) ?? tooMuch(all, one)
      if (why !== null) {
        kept.notes.push(`[${one.title} is not shown: ${why}]`)
        continue
      }
      add(all, one)
      kept.shown.push(one)
      kept.writes.push({ do: 'save-source', digest: one.digest, source: data })
    }
    return kept
  })
}

type Sum = { pages: number; images: number; characters: number; tokens: number }

function sumOf(shown: readonly Shown[]): Sum {
  const sum: Sum = { pages: 0, images: 0, characters: 0, tokens: 0 }
  for (const one of shown) add(sum, one)
  return sum
}

function add(sum: Sum, { kind, pages, characters, tokens }: Shown): void {
  if (kind === 'document') sum.pages += pages
  else sum.images += 1
  sum.characters += characters
  sum.tokens += tokens
}

function unseen(model: string, { kind }: Shown): string | null {
  const { sees } = modelRules(model)
  if (kind === 'image' ? sees.images : sees.documents) return null
  return `${model} cannot be shown ${kind === 'image' ? 'images' : 'pages of documents'}; it reads text.`
}

/** Why this is more than one turn, or one conversation, may be shown; null where it is not. */
function tooMuch(sum: Sum, one: Shown): string | null {
  const both = { ...sum }
  add(both, one)
  if (both.tokens > MOST_SHOWN_TOKENS)
    return `what one turn shows has at most ${MOST_SHOWN_TOKENS.toLocaleString('en')} tokens. Ask for fewer pages, or for this alone.`
  if (both.pages > mostShown.pages) return `a conversation shows at most ${mostShown.pages} pages.`
  if (both.images > mostShown.images) return `a conversation shows at most ${mostShown.images} images.`
  return both.characters > mostShown.characters
    ? 'a request cannot hold it beside what is shown already.'
    : null
}
