import { findJson } from './claims'
import type { Evidence } from './evidence'
import { findMentions, looksLikeFile, tidyPath } from './paths'

/** Files and folders a request is about. */
export interface Targets {
  files: string[]
  folders: string[]
}

const NAMED_FOLDER =
  /(?:modules?|folder|directory|package|component|modul|ordner|verzeichnis|paket|m[oó]dulo|carpeta|dossier|répertoire|モジュール|フォルダ|ディレクトリ)\s*[:：]?\s*[`"'「«“]?([\w@.-]+)/giu
const QUOTED_WORD = /[`"'「«“]([\w@.-]{2,40})[`"'」»”]/gu

/**
 * The places a text names: the whole workspace when it names none. A bare word (`billing`) counts only once a
 * listing has shown a folder of that name, because most words are not folders.
 */
export function findTargets(task: string, evidence: Evidence): Targets {
  const listed = findJson(task).flatMap(stringsIn).map(tidyPath).filter(isPathLike)
  const mentions = findMentions(task)
  const sure = [
    ...new Set([...listed, ...mentions.filter((mention) => mention.isSure).map((mention) => mention.path)]),
  ]
  const words = [
    ...mentions.filter((mention) => !mention.isSure).map((mention) => mention.path),
    ...[...task.matchAll(NAMED_FOLDER), ...task.matchAll(QUOTED_WORD)].map((match) => match[1] ?? ''),
  ]
  const shown = evidence.folders.filter((folder) =>
    words.some((word) => folder === word || folder.endsWith(`/${word}`)),
  )
  const likely = words.filter((word) => isLikelyFolder(word) && evidence.folders.length === 0)
  const files = sure.filter(looksLikeFile)
  const folders = [...new Set([...sure.filter((path) => !looksLikeFile(path)), ...shown, ...likely])]
  if (files.length === 0 && folders.length === 0) folders.push('.')
  return { files, folders }
}

function isPathLike(text: string): boolean {
  if (!/^[\w@.][^\s:#]*$/.test(text) || /^(?:application|text|image|audio|video)\//.test(text)) return false
  return looksLikeFile(text) || /^[\w@.-]+(?:\/[\w@.[\]()-]+)+$/.test(text)
}

/** `src/foo`, but not `and/or` or `TODO/FIXME`. */
function isLikelyFolder(path: string): boolean {
  if (/^[A-Z/]+$/.test(path) || !/^[\w@.-]+(\/[\w@.-]+)*$/.test(path)) return false
  return /^(?:src|lib|app|apps|packages?|server|client|components|internal|cmd|pkg)(?:\/|$)/.test(path)
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
