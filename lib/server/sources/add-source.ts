import type { Source, SourceInput } from '@/lib/api/sources'
import { isNamed } from '@/lib/core/base/named-error'
import { sizeWords } from '@/lib/core/base/size-words'
import { type AnyDocument, type FileDocument, usualLimits } from '@/lib/documents/document'
import { documentFiles } from '@/lib/documents/document-files'
import type { GithubProblem } from '@/lib/github/problem'
import type { Remote } from '@/lib/revisions/remote'
import { oneByOne } from '@/lib/server/access/in-turn'
import type { App } from '@/lib/server/app/app'
import { pagesOf } from '@/lib/server/app/page-reader'
import { Refusal } from '@/lib/server/services/problem'
import type { Page } from '@/lib/web/fetch-page'
import { cloneRepository } from './clone-repository'
import { discard, filesFolder, getSource, keepFile, lineOf, newSource, saveSource } from './source-store'

/** Files of one source, however they came. */
const MOST_FILES = 2_000

/** Adds texts, web pages or a repository. What cannot be read is named in it, and the rest is kept. */
export async function addSource(app: App, input: SourceInput, signal: AbortSignal): Promise<Source> {
  const { texts = [], addresses = [], repository } = input
  if (repository !== undefined) {
    if (texts.length + addresses.length > 0)
      throw new Refusal(
        'bad-request',
        'A repository is a source of its own: add texts and addresses as another.',
      )
    return addRepository(app, input.name, repository, signal)
  }
  const source = await newSource(app, 'documents', input.name ?? nameOf(input))
  for (const { name, text } of texts) await addUpload(app, source, name, Buffer.from(text))
  const { fetchPage } = pagesOf(app.clock, app.reading)
  for (const address of addresses) {
    const fetched = await fetchPage(address, { owner: source.id, signal })
    if (!fetched.ok) source.problems.push({ from: address, why: fetched.problem })
    else await addPage(app, source, fetched.page)
  }
  await saveSource(app, source)
  return source
}

/** Adds one file to a source of documents. */
export function addFile(app: App, id: string, name: string, bytes: Buffer): Promise<Source> {
  return oneByOne(app.whole, lineOf(id), async () => {
    const source = await getSource(app, id)
    if (source.kind !== 'documents') throw new Refusal('conflict', 'Files cannot be added to a repository.')
    await addUpload(app, source, name, bytes)
    await saveSource(app, source)
    return source
  })
}

/** Bytes of one file that is uploaded. */
export const MOST_FILE_BYTES = usualLimits.bytes

async function addRepository(
  app: App,
  name: string | undefined,
  { url, ref }: NonNullable<SourceInput['repository']>,
  signal: AbortSignal,
): Promise<Source> {
  const source = await newSource(app, 'repository', name ?? repositoryName(url))
  const as = await connectionFor(app, url).catch(async (error: unknown) => {
    await discard(app, source.id)
    if (isNamed<GithubProblem>(error, 'GithubProblem')) throw new Refusal('bad-request', error.message)
    throw error
  })
  const cloned = await cloneRepository(
    app,
    { url, ref: ref ?? null, folder: filesFolder(app, source.id), as },
    signal,
  )
  if (!cloned.ok) {
    await discard(app, source.id)
    throw new Refusal('bad-request', cloned.problem)
  }
  const added = {
    ...source,
    bytes: cloned.bytes,
    repository: { url: cloned.shownUrl, ref: ref ?? null, commit: cloned.commit },
  }
  await saveSource(app, added)
  return added
}

/**
 * What git is let in with at a repository of the GitHub that the project is connected to; null for all others, which
 * are cloned as the operator would. Throws `GithubProblem`.
 */
async function connectionFor(app: App, url: string): Promise<Remote | null> {
  if (!/^https?:/.test(url)) return null
  const repository = app.github.repositoryAt(app.project, url)
  return repository === null ? null : app.github.remote(app.project, repository)
}

async function addUpload(app: App, source: Source, name: string, bytes: Buffer): Promise<void> {
  if (source.files.length >= MOST_FILES) {
    source.problems.push({ from: name, why: `A source holds at most ${MOST_FILES} files.` })
    return
  }
  if (bytes.length > MOST_FILE_BYTES) {
    source.problems.push({
      from: name,
      why: `It has ${sizeWords(bytes.length)}; at most ${sizeWords(MOST_FILE_BYTES)} are read.`,
    })
    return
  }
  const read = await app.reading.documents.readDocument({ name, bytes, mediaType: null }, usualLimits, {
    owner: source.id,
  })
  if (!read.ok) {
    source.problems.push({ from: name, why: read.problem })
    return
  }
  await keepDocument(app, source, read.document, bytes.length)
}

async function addPage(app: App, source: Source, page: Page): Promise<void> {
  if (page.kind === 'pdf')
    return addUpload(app, source, nameOfAddress(page.url, 'pdf'), Buffer.from(page.content))
  const path = freePath(source, nameOfAddress(page.url, 'md'))
  const head = [page.title ?? page.url, page.url, page.byline, page.publishedAt].filter((one) => one !== null)
  const text = `${head.join('\n')}\n\n${page.markdown}\n`
  await keepFile(app, source.id, path, text)
  source.files.push({
    path,
    from: page.url,
    kind: page.kind,
    pages: null,
    notes: page.isCut ? ['The page is longer than what was read of it.'] : [],
    original: null,
  })
  source.bytes += page.bytes
}

async function keepDocument(app: App, source: Source, document: AnyDocument, bytes: number): Promise<void> {
  const inside = document.kind === 'zip' ? document.documents : [document]
  const byId = new Map<string, FileDocument>(inside.map((one) => [one.id, one]))
  for (const file of documentFiles([document])) {
    const read = byId.get(file.documentId)
    const path = freePath(source, file.path)
    await keepFile(app, source.id, path, file.text)
    const pages = read?.kind === 'pdf' ? read.pageCount : null
    const isShown = read !== undefined && read.block !== 'text'
    const original = isShown ? freePath(source, path.replace(/\.md$/, '')) : null
    if (isShown && original !== null) await keepFile(app, source.id, original, read.bytes)
    source.files.push({
      path,
      from: read?.name ?? document.name,
      kind: read?.kind ?? document.kind,
      pages,
      notes: [...(read?.notes ?? [])],
      original,
    })
  }
  source.bytes += bytes
  if (document.kind === 'zip')
    for (const { name, why } of document.unread) source.problems.push({ from: name, why })
}

/** A path that no other file of the source has, whatever its case. */
function freePath({ files }: Source, wanted: string): string {
  const taken = new Set(
    files.flatMap(({ path, original }) => [path, ...(original === null ? [] : [original])].map(lowerCase)),
  )
  const [stem, ending] = splitEnding(wanted)
  for (let copy = 1; ; copy += 1) {
    const path = copy === 1 ? wanted : `${stem}-${copy}${ending}`
    if (!taken.has(lowerCase(path))) return path
  }
}

function lowerCase(path: string): string {
  return path.toLowerCase()
}

function splitEnding(path: string): [string, string] {
  const at = path.lastIndexOf('.')
  return at <= path.lastIndexOf('/') ? [path, ''] : [path.slice(0, at), path.slice(at)]
}

function nameOf({ texts = [], addresses = [] }: SourceInput): string {
  return texts[0]?.name ?? addresses[0] ?? 'Documents'
}

function nameOfAddress(address: string, ending: string): string {
  const { hostname, pathname } = new URL(address)
  const plain = `${hostname}${pathname}`
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 120)
  return plain.endsWith(`.${ending}`) ? plain : `${plain || 'page'}.${ending}`
}

function repositoryName(url: string): string {
  return (
    url
      .replace(/\/+$/, '')
      .split(/[/:]/)
      .at(-1)
      ?.replace(/\.git$/, '') || 'Repository'
  )
}
