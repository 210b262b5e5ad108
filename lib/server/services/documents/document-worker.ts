import { answerDocumentCall } from '@/lib/documents/answer-document-call'
import { boundByteArrays } from '@/lib/documents/bounded-memory'
import type { DocumentAnswer, DocumentCall } from '@/lib/documents/document-protocol'
import { serve } from '@/lib/threads/serve'
import { wholePage } from '@/lib/web/page-markdown'
import { answerPageCall, type PageAnswer, type PageCall } from '@/lib/web/page-protocol'

export type ReadingCall = DocumentCall | PageCall
export type ReadingAnswer = DocumentAnswer | PageAnswer

// The thread in which uploads and pages are read: no parser of theirs is trusted, so it may be ended at any
// moment without harm to the server.
boundByteArrays()
serve<ReadingCall, ReadingAnswer>((call) => {
  switch (call.kind) {
    case 'read-page':
    case 'ask-robots':
      return answerPageCall(call)
    default:
      return answerDocumentCall(call, (html) => wholePage(html, null))
  }
})
