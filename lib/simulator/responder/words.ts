/** What a property, a tool argument or an answer's field means, whatever language its name is in. */
export type Role =
  | 'script'
  | 'endLine'
  | 'line'
  | 'location'
  | 'path'
  | 'severity'
  | 'confidence'
  | 'verdict'
  | 'evidence'
  | 'suggestion'
  | 'title'
  | 'category'
  | 'score'
  | 'count'
  | 'summary'
  | 'language'
  | 'explanation'
  | 'gaps'
  | 'complete'
  | 'folder'
  | 'name'
  | 'id'

/** Lower case, without accents, camel case opened: `IstGültig` and `ist_gultig` become `ist gultig`. */
export function plain(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * English words count as whole words (`file` is not in `profile`); the others anywhere in the name, because
 * German joins words and Japanese does not part them. Earlier roles win.
 */
const ROLES: readonly [Role, english: string, others: string][] = [
  ['script', 'script', 'skript'],
  [
    'endLine',
    'endline|lineend|end',
    'end line|line end|bis zeile|endzeile|zeile bis|linea fin|fin linea|ligne fin|fin ligne|終了行|结束行',
  ],
  ['line', 'line|lines|lineno|linenumber|row|startline|start', 'zeile|linea|ligne|linha|行|строка'],
  ['location', 'location|where|position|ref|reference', 'fundstelle|ubicacion|emplacement|場所|位置|箇所'],
  [
    'folder',
    'folder|folders|dir|directory|directories|module|modules|package|packages|component|components|area|areas',
    'ordner|verzeichnis|modul|carpeta|directorio|dossier|repertoire|モジュール|フォルダ|ディレクトリ|模块|目录',
  ],
  [
    'path',
    'path|paths|file|files|filename|filepath|target|targets',
    'datei|pfad|fichier|chemin|archivo|ruta|fichero|arquivo|ファイル|パス|文件|路径|файл',
  ],
  [
    'severity',
    'severity|impact|level|risk|priority|urgency',
    'schwere|wichtigkeit|dringlichkeit|gravedad|severidad|gravite|severite|gravidade|prioritat|risiko|重大|深刻|優先|严重',
  ],
  [
    'confidence',
    'confidence|certainty|probability|likelihood',
    'sicherheit|vertrauen|zuversicht|confianza|certeza|confiance|certitude|確信|信頼',
  ],
  [
    'verdict',
    'verdict|confirmed|holds|valid|real|true|correct|refuted|decision|outcome|genuine|exists|status|approved|accepted|passed|pass',
    'urteil|bestatigt|stimmt|gultig|richtig|entscheidung|widerlegt|veredicto|confirmad|valido|verdadero|decision|refutad|confirme|valide|vrai|refute|判定|確認|正しい|有効|结论',
  ],
  [
    'evidence',
    'evidence|proof|quote|snippet|code|excerpt',
    'beleg|beweis|nachweis|zitat|evidencia|prueba|cita|fragmento|preuve|extrait|証拠|根拠|引用|コード|证据',
  ],
  [
    'suggestion',
    'suggestion|fix|recommendation|remedy|remediation|action|advice|mitigation',
    'vorschlag|empfehlung|behebung|losung|sugerencia|recomendacion|solucion|correccion|correction|recommandation|提案|修正|推奨|対策|建议',
  ],
  [
    'title',
    'title|headline|heading|subject|issue|problem|claim',
    'titel|uberschrift|titulo|titre|problema|probleme|タイトル|題|問題|标题',
  ],
  [
    'category',
    'category|type|kind|class|tag|tags|rule|check',
    'kategorie|art|categoria|tipo|categorie|genre|種類|分類|カテゴリ|类别',
  ],
  [
    'score',
    'score|rating|grade|quality|points',
    'bewertung|note|punkte|puntuacion|nota|puntaje|evaluacion|qualite|点数|評価|スコア|分数',
  ],
  [
    'count',
    'count|total|number|amount|num',
    'anzahl|gesamt|zahl|cantidad|numero|nombre de|total|件数|数|合計|数量',
  ],
  [
    'gaps',
    'gaps|gap|missing|limitations|notes|caveats|uncertainties|unread|skipped|unknowns',
    'lucken|fehlend|offen|limitaciones|falta|lacunes|manqu|不足|不明点|欠落',
  ],
  [
    'complete',
    'complete|done|finished|exhaustive|covered',
    'vollstandig|fertig|completo|terminado|complet|termine|完了|完全',
  ],
  [
    'summary',
    'summary|overview|abstract|conclusion|report|answer|result|text|body|content|synopsis|markdown',
    'zusammenfassung|uberblick|fazit|bericht|antwort|ergebnis|resumen|conclusion|informe|respuesta|resultado|resume|rapport|reponse|要約|概要|結論|報告|回答|摘要',
  ],
  ['language', 'language|languages|lang|stack', 'sprache|idioma|lenguaje|langue|langage|言語|语言'],
  [
    'explanation',
    'explanation|description|reason|reasoning|rationale|why|details|detail|because|purpose|responsibility|message|comment|justification|note|analysis',
    'beschreibung|begrundung|grund|erklarung|warum|zweck|descripcion|explicacion|razon|motivo|proposito|raison|explication|but|説明|理由|詳細|目的|描述|原因',
  ],
  ['name', 'name|label', 'bezeichnung|nombre|nom|名前|名称'],
  ['id', 'id|key|uuid|slug|identifier', 'kennung|identificador|identifiant|識別'],
]

const TABLE = ROLES.map(([role, english, others]) => ({
  role,
  english: new Set(english.split('|')),
  others: others
    .split('|')
    .map(plain)
    .filter((part) => part !== ''),
}))

/** The role a name speaks of, or null for a name in no table. */
export function roleOf(name: string): Role | null {
  const spelled = plain(name)
  const tokens = spelled.split(' ')
  const isAscii = /^[a-z\d ]+$/.test(spelled)
  for (const { role, english, others } of TABLE) {
    if (tokens.some((token) => english.has(token)) || english.has(tokens.join(''))) return role
    if (others.some((part) => matchesPart(spelled, tokens, part, isAscii))) return role
  }
  return null
}

/** Short words in Latin letters must begin a word; long ones, and other scripts, may stand anywhere. */
function matchesPart(spelled: string, tokens: readonly string[], part: string, isAscii: boolean): boolean {
  if (!isAscii || part.length > 5) return spelled.includes(part)
  if (part.length > 4) return tokens.some((token) => token.startsWith(part) || token.endsWith(part))
  return tokens.includes(part)
}

/** From worst to least; the index is the severity used inside (4 is critical). */
const SEVERITIES: readonly string[] = [
  'info|informational|trivial|none|negligible|hinweis|keine|unbedeutend|informativ|informativo|informatif|情報|なし|参考|p4|note|style|nit',
  'low|minor|small|niedrig|gering|leicht|baja|bajo|menor|faible|mineur|低|軽微|小|p3',
  'medium|moderate|mittel|mittlere|normal|media|medio|moderad|moyen|moyenne|modere|中|p2|warning|warn',
  'high|major|severe|hoch|erheblich|schwer|alta|alto|grave|mayor|eleve|haute|majeur|高|重大|大|p1|error',
  'critical|blocker|fatal|kritisch|critica|critico|critique|bloquant|致命的|緊急|重大障害|严重|p0',
]
const SEVERITY_WORDS = SEVERITIES.map((words) => words.split('|').map(plain))

/** The severity (0 to 4) a word names in any of the languages, or null. */
export function severityOf(word: string): number | null {
  const spelled = plain(word)
  if (spelled === '') return null
  const exact = SEVERITY_WORDS.findIndex((words) => words.includes(spelled))
  if (exact !== -1) return exact
  const begun = SEVERITY_WORDS.findLastIndex((words) =>
    words.some((known) => known.length > 2 && spelled.startsWith(known)),
  )
  return begun === -1 ? null : begun
}

const wordList = (words: string): string[] => words.split('|').map(plain)
const UNDECIDED = wordList(
  'unverified|uncertain|unknown|unclear|inconclusive|undecided|unsure|pending|needs|partial|maybe|possible|unverifi|unbestatigt|ungeklart|ungepruft|unklar|unsicher|offen|no verificad|sin verificar|incierto|desconocid|indetermin|non verifie|incertain|inconnu|a verifier|未確認|未検証|不明|不確|保留|未确认',
)
const NEGATIVE = wordList(
  'refuted|refute|false|no|not|invalid|reject|rejected|wrong|disproved|incorrect|fail|failed|denied|absent|dismissed|widerlegt|falsch|nein|nicht|ungultig|unzutreffend|abgelehnt|refutad|falso|falsa|invalid|rechazad|incorrect|descartad|refute|faux|non|rejete|infirme|dementi|否定|反証|偽|いいえ|誤|却下|棄却|无效|否',
)
const POSITIVE = wordList(
  'confirmed|confirm|true|yes|valid|real|verified|correct|accepted|accept|holds|pass|passed|genuine|approved|ok|present|bestatigt|wahr|ja|richtig|gultig|zutreffend|stimmt|confirmad|verdader|si|valid|correct|aceptad|confirme|vrai|oui|verifie|valide|確認|確定|真|はい|正|有効|成立|属实|是',
)

/** What a word says about a claim: true, false, null for undecided; undefined when it says none of these. */
export function verdictOf(word: string): boolean | null | undefined {
  const spelled = plain(word)
  const tokens = spelled.split(' ')
  const speaks = (known: string) =>
    /^[a-z ]+$/.test(known) && known.length < 5
      ? tokens.includes(known)
      : tokens.some((token) => token.startsWith(known)) ||
        (/[^a-z\d ]/.test(known) && spelled.includes(known)) ||
        (known.includes(' ') && spelled.includes(known))
  if (UNDECIDED.some(speaks)) return null
  if (NEGATIVE.some(speaks)) return false
  if (POSITIVE.some(speaks)) return true
  return undefined
}

/** How people call the kinds of findings, beside the kinds' own names. */
const KINDS: Readonly<Record<string, RegExp>> = {
  security: /secur|vulnerab|sicherheit|seguridad|securite|セキュリティ|脆弱|安全/u,
  bug: /bug|correct|reliab|logic|error|robust|fehler|korrekt|fiab|ハク|不具合|正確|缺陷/u,
  types: /type|typ|tipo|型|correct|quality|maintain|korrekt|qualit/u,
  maintainability:
    /maintain|style|quality|clean|readab|debt|smell|wartbar|stil|qualitat|manten|estilo|calidad|lisib|保守|品質|可読/u,
}

/** True when a word names this kind of finding. */
export function namesKind(word: string, kind: string): boolean {
  return KINDS[kind]?.test(plain(word)) ?? false
}
