import type { JsonObject } from '@/lib/core/base/json'
import { propertiesOf, requiredOf } from '@/lib/core/schema/schema-keywords'
import { arrayOf, isObject, objectOf, stringOf } from '../wire/json'
import type { MessageRequest } from '../wire/request'
import { plain } from './words'

/** What a tool is for, judged by its name, its description and its input schema alone. */
export type ToolKind =
  | 'list'
  | 'search'
  | 'read'
  | 'write'
  | 'edit'
  | 'run'
  | 'answer'
  | 'flag'
  | 'spawn'
  | 'wait'
  | 'other'
type ActingKind = 'write' | 'edit' | 'run'
type Argument = 'path' | 'glob' | 'depth' | 'pattern' | 'start' | 'end' | 'offset' | 'limit'

/** A tool the request offers, with the names of the arguments that are understood. */
export interface OfferedTool {
  name: string
  kind: ToolKind
  schema: JsonObject
  arguments: Partial<Record<Argument, string>>
}

/** Calls to make next, and the thought that goes with them. */
export interface ToolPlan {
  thought: string
  calls: { tool: OfferedTool; input: JsonObject }[]
}

const ARGUMENTS: readonly [Argument, RegExp][] = [
  ['glob', /\b(glob|include|filter|mask|dateimuster|filtro|filtre)/],
  [
    'pattern',
    /\b(pattern|regexp?|query|needle|search|term|expression|muster|suchmuster|suchbegriff|ausdruck|patron|busqueda|expresion|motif|recherche)|検索|正規表現|ハターン|模式/,
  ],
  [
    'start',
    /\b(start ?line|line ?start|from ?line|start|from|begin|von|ab|anfang|desde|inicio|debut|de ligne)\b|開始/,
  ],
  ['end', /\b(end ?line|line ?end|to ?line|end|to|until|bis|ende|hasta|fin)\b|終了/],
  ['offset', /\b(offset|skip|versatz)\b/],
  ['limit', /\b(limit|max|count|lines|anzahl|limite|maximum)/],
  ['depth', /\b(depth|levels?|tiefe|profundidad|profondeur)|深さ/],
  [
    'path',
    /\b(path|file|dir|directory|folder|datei|pfad|ordner|verzeichnis|ruta|archivo|carpeta|chemin|fichier|dossier)|(datei|pfad|ordner)|ハス|ファイル|フォルタ|路径|文件/,
  ],
]

const NAMED: Readonly<Record<Exclude<ToolKind, 'other' | ActingKind>, RegExp>> = {
  flag: /\bflag\b|\braise doubt|\bmelde zweifel/,
  spawn: /\b(spawn|delegate|subagent|dispatch agent)\b/,
  wait: /\b(wait|await|join|gather|collect|warte|warten|esperar|attendre)\b/,
  answer:
    /\b(answer|submit|result|results|final|structured|output|respond|response|antwort|antworten|ergebnis|abgabe|respuesta|responder|resultado|reponse|repondre|resultat)\b|回答|答え|結果|提出/,
  search: /\b(search|grep|find|suche|suchen|durchsuche|buscar|busca|chercher|recherche)|検索|探/,
  list: /\b(list|ls|glob|tree|dir|directory|auflisten|liste|verzeichnis|listar|lister|lista)|一覧|列挙/,
  read: /\b(read|view|open|cat|show|lese|lesen|lies|leer|lire|mostrar|afficher|zeige)|読|表示|讀|读/,
}

const SAYS_FINAL =
  /\b(final|answer|submit|structured|endgultig|abschliess|antwort|respuesta|reponse|definitiv)|最終|回答/

/** The tools of a request that the caller runs itself, each with its kind. */
export function readTools(request: MessageRequest): OfferedTool[] {
  return (request.tools ?? []).flatMap((tool) => {
    const schema = isObject(tool.input_schema) ? tool.input_schema : null
    if (schema === null) return []
    const name = stringOf(tool.name)
    const understood = readArguments(schema)
    return [
      {
        name,
        schema,
        arguments: understood,
        kind: kindOf(name, stringOf(tool.description), schema, understood),
      },
    ]
  })
}

function readArguments(schema: JsonObject): OfferedTool['arguments'] {
  const understood: OfferedTool['arguments'] = {}
  for (const property of Object.keys(propertiesOf(schema))) {
    const spelled = plain(property)
    const found = ARGUMENTS.find(
      ([argument, words]) => understood[argument] === undefined && words.test(spelled),
    )
    if (found !== undefined) understood[found[0]] = property
  }
  return understood
}

function kindOf(
  name: string,
  description: string,
  schema: JsonObject,
  understood: OfferedTool['arguments'],
): ToolKind {
  const called = plain(name)
  const said = plain(description)
  if (NAMED.flag.test(called) || offersDoubt(schema)) return 'flag'
  if (NAMED.spawn.test(called)) return 'spawn'
  // A tool about agents that were started is none for files or answers, whatever its description speaks of.
  if (takesAgents(schema)) return NAMED.wait.test(called) ? 'wait' : 'other'
  const actsOnFiles = NAMED.search.test(called) || NAMED.list.test(called) || NAMED.read.test(called)
  if (NAMED.answer.test(called) && !actsOnFiles) return 'answer'
  const acting = actingKind(called, schema)
  if (acting !== null) return acting
  const { path, glob, pattern, start, end, offset } = understood
  if (pattern !== undefined && isScalar(schema, pattern)) return 'search'
  if (path === undefined && glob === undefined) return SAYS_FINAL.test(said) ? 'answer' : 'other'
  if (start !== undefined || end !== undefined || offset !== undefined) return 'read'
  if (NAMED.list.test(called) || glob !== undefined) return 'list'
  if (NAMED.read.test(called)) return 'read'
  if (NAMED.list.test(said)) return 'list'
  if (NAMED.read.test(said)) return 'read'
  if (SAYS_FINAL.test(said)) return 'answer'
  return path !== undefined && requiredOf(schema).includes(path) ? 'read' : 'list'
}

/** What a tool changes or runs; null for one that only looks. */
function actingKind(called: string, schema: JsonObject): ActingKind | 'other' | null {
  const names = Object.keys(propertiesOf(schema)).map(plain)
  const has = (words: RegExp) => names.some((name) => words.test(name))
  if (has(/^(command|cmd|befehl|comando|commande)$/)) return 'run'
  if (/\b(delete|remove|move|rename|loschen|verschieben|borrar|supprimer)\b/.test(called)) return 'other'
  if (has(/^edits?$/) || (has(/\b(old|search)\b/) && has(/\b(new|replace|replacement)\b/))) return 'edit'
  if (has(/^(contents?|file text|inhalt|contenido|contenu)$/) && has(/\b(path|file|pfad|datei)\b/))
    return 'write'
  return null
}

function takesAgents(schema: JsonObject): boolean {
  return Object.entries(propertiesOf(schema)).some(
    ([name, rule]) => /agent|worker|child/.test(plain(name)) && objectOf(rule).type === 'array',
  )
}

function isScalar(schema: JsonObject, property: string): boolean {
  return objectOf(propertiesOf(schema)[property]).type !== 'object'
}

function offersDoubt(schema: JsonObject): boolean {
  return Object.values(propertiesOf(schema)).some((rule) => {
    const values = arrayOf(objectOf(rule).enum)
    return values.includes('uncertain') && values.includes('incomplete')
  })
}
