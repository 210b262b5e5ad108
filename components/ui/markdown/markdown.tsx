import { lazy, memo, Suspense } from 'react'
import { patiently } from '@/lib/client/http/patiently'
import { isLightMarkdown } from '@/lib/view/format/text-pieces'
import { LongText } from '../long-text'

// A reader of Markdown is an eighth of what the overview would load, and most pages show none.
const RenderedMarkdown = lazy(patiently(() => import('./rendered-markdown')))

/**
 * What a model wrote, as Markdown. Until its reader is there, and where the text is too much for it, the text
 * stands as it was written.
 */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const plain = (
    <div className="text-sm">
      <LongText text={text} />
    </div>
  )
  if (!isLightMarkdown(text)) return plain
  return (
    <Suspense fallback={plain}>
      <RenderedMarkdown text={text} />
    </Suspense>
  )
})
